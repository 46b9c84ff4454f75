"""Exact log-likelihoods of texts after a context: the context once, then all texts in few passes.

The context's keys and values are kept. Behind them the texts lie in one row, as a tree: what
several texts begin with stands there once, and each token sees the context and its own path.

    context      c c c c
    texts        a b x | a b y | d      (after the last token nothing is asked: it is left out)
    row                  a b | d'       positions 4 5 | 4; a sees c, b sees c and a, d' sees c

Logits are computed only where a text's token is predicted, a slice of the vocabulary at a
time. A model whose attention, cache or head does not take this is found out once, by a small
check against plain passes, and then each text is passed on its own.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache

from allegiance.missing import MissingReason
from allegiance.models.local import LocalModel, typed_memory_errors
from allegiance.models.protocol import ScoringError

Ids = tuple[int, ...]
ROW = 256
"""Tokens of texts in one pass: enough to keep the processor busy, few enough to attend fast."""
SLICE = 2048
"""Words of the vocabulary whose logits are held at once."""
TOLERANCE = {torch.float32: 1e-2}
"""Nats by which packed and plain passes may differ in the check."""
ROUGH = 1.0
"""The same where numbers are kept in half precision, whose sums are noisy."""


@dataclass(frozen=True)
class Scored:
    """What one context with its texts gave."""

    log_likelihoods: tuple[float, ...]
    """Nats, one for each text."""
    tokens_computed: int
    """Token positions that went through the model."""


@dataclass(frozen=True)
class _Tree:
    """Texts of one row, with what they begin with in common laid down once."""

    tokens: list[int]
    """Of each node."""
    depths: list[int]
    """Of each node; 0 follows the context."""
    seen: torch.Tensor
    """Node by node: whether the one sees the other."""
    paths: list[list[int]]
    """For each text the nodes of its tokens, the last one aside."""


def score_texts(model: LocalModel, context: Ids, texts: Sequence[Ids], *, packed: bool) -> Scored:
    """Log-likelihoods of texts after a context, in the order given.

    Args:
        model: The model in memory.
        context: Token ids up to where the assistant's turn begins.
        texts: Token ids of each text.
        packed: Whether the model takes packed rows (`can_pack`).

    Raises:
        ScoringError: It does not fit into the model's window or into memory, or a result is
            not finite.
        ValueError: The context or a text is empty: there is nothing to predict.
    """
    if not context or not all(texts):
        raise ValueError("an empty context or text has no log-likelihood")
    longest = len(context) + max((len(text) for text in texts), default=0)
    if longest > model.window:
        raise ScoringError(
            MissingReason.CONTEXT_OVERFLOW,
            f"context and longest text take {longest} tokens; the window holds {model.window}",
        )
    with typed_memory_errors():
        ours = packed and longest <= model.reach
        found = _packed(model, context, texts) if ours else _plain(model, context, texts)
    if not all(math.isfinite(value) for value in found.log_likelihoods):
        raise ScoringError(MissingReason.SCORE_NOT_FINITE, "a log-likelihood is not finite")
    return found


def can_pack(model: LocalModel) -> bool:
    """Whether packed passes give what plain ones give, tried on a few tokens."""
    ids = model.text_ids("One two three four five six seven eight nine ten.")
    context, texts = ids[:6], [ids[6:], ids[2:5], ids[:2], (*ids[6:8], *ids[:3])]
    tolerance = TOLERANCE.get(model.network.dtype, ROUGH)
    try:
        if not _head_is_linear(model, ids):
            return False
        packed = _packed(model, context, texts).log_likelihoods
    except Exception:  # noqa: BLE001 - whatever it is, such a model does not take packed rows
        return False
    plain = _plain(model, context, texts).log_likelihoods
    return all(abs(a - b) < tolerance for a, b in zip(packed, plain, strict=True))


@torch.inference_mode()
def _packed(model: LocalModel, context: Ids, texts: Sequence[Ids]) -> Scored:
    cache = DynamicCache()  # without a config: keeps every position, also where attention slides
    last = _states(model, context, list(range(len(context))), None, cache)[-1:]
    found, computed = [math.nan] * len(texts), len(context)
    for places in _rows(texts):
        own = [texts[place] for place in places]
        tree, states = _tree(own), last
        if tree.tokens:
            positions = [len(context) + depth for depth in tree.depths]
            mask = _mask(len(context), tree.seen, model)
            behind = _states(model, tree.tokens, positions, mask, cache)
            cache.crop(-len(tree.tokens))
            states = torch.cat([last, behind])
            computed += len(tree.tokens)
        values = _sums(model.network.get_output_embeddings(), states, tree.paths, own)
        for place, value in zip(places, values, strict=True):
            found[place] = value
    return Scored(tuple(found), computed)


@torch.inference_mode()
def _plain(model: LocalModel, context: Ids, texts: Sequence[Ids]) -> Scored:
    found = []
    for text in texts:
        ids = torch.tensor([[*context, *text]], device=model.network.device)
        logits = model.network(input_ids=ids, use_cache=False).logits[0, len(context) - 1 : -1]
        chosen = logits.float().log_softmax(1).gather(1, ids[0, len(context) :, None])
        found.append(float(chosen.double().sum()))
    return Scored(tuple(found), sum(len(context) + len(text) for text in texts))


def _rows(texts: Sequence[Ids]) -> Iterator[list[int]]:
    """Places of texts, in rows of about equal length; like beginnings stand together."""
    total = sum(len(text) for text in texts)
    enough = total / max(1, round(total / ROW))
    row: list[int] = []
    for place in sorted(range(len(texts)), key=lambda place: texts[place]):
        row.append(place)
        if sum(len(texts[each]) for each in row) >= enough:
            yield row
            row = []
    if row:
        yield row


def _tree(texts: Sequence[Ids]) -> _Tree:
    known: dict[Ids, int] = {}
    parents: list[int | None] = []
    paths = []
    for text in texts:
        path: list[int] = []
        for end in range(1, len(text)):
            if text[:end] not in known:
                known[text[:end]] = len(known)
                parents.append(path[-1] if path else None)
            path.append(known[text[:end]])
        paths.append(path)
    seen = torch.eye(len(known), dtype=torch.bool)
    for node, parent in enumerate(parents):
        if parent is not None:
            seen[node] |= seen[parent]
    return _Tree([ids[-1] for ids in known], [len(ids) - 1 for ids in known], seen, paths)


def _mask(context: int, seen: torch.Tensor, model: LocalModel) -> torch.Tensor:
    """What each token sees: 0 where it may look, a large negative number elsewhere."""
    whole = torch.cat([torch.ones(len(seen), context, dtype=torch.bool), seen], dim=1)
    dtype = model.network.dtype
    mask = torch.zeros(whole.shape, dtype=dtype).masked_fill(~whole, torch.finfo(dtype).min)
    return mask[None, None].to(model.network.device)


def _states(
    model: LocalModel,
    tokens: Sequence[int],
    positions: Sequence[int],
    mask: torch.Tensor | None,
    cache: DynamicCache,
) -> torch.Tensor:
    """Last hidden states of some tokens; their keys and values join the cache."""
    device = model.network.device
    found: torch.Tensor = model.network.base_model(
        input_ids=torch.tensor([list(tokens)], device=device),
        position_ids=torch.tensor([list(positions)], device=device),
        attention_mask=mask,
        past_key_values=cache,
        use_cache=True,
    ).last_hidden_state[0]
    return found


def _sums(
    head: Any, states: torch.Tensor, paths: Sequence[Sequence[int]], texts: Sequence[Ids]
) -> list[float]:
    """For each text its tokens' log-probabilities, summed; state 0 is the context's last."""
    targets = torch.tensor([token for text in texts for token in text], device=states.device)
    places = [place for path in paths for place in (0, *(node + 1 for node in path))]
    predicting = states[places]
    logits = (predicting.float() * head.weight[targets].float()).sum(1)
    if head.bias is not None:
        logits += head.bias[targets].float()
    chosen = logits - _normalisers(head, states)[places]
    return [float(own.double().sum()) for own in chosen.split([len(text) for text in texts])]


def _normalisers(head: Any, states: torch.Tensor) -> torch.Tensor:
    """For each state the log-sum-exp of its logits over the whole vocabulary."""
    parts = []
    for start in range(0, head.weight.shape[0], SLICE):
        own = slice(start, start + SLICE)
        bias = None if head.bias is None else head.bias[own]
        logits = torch.nn.functional.linear(states, head.weight[own], bias)
        parts.append(logits.float().logsumexp(1))
    return torch.stack(parts).logsumexp(0)


@torch.inference_mode()
def _head_is_linear(model: LocalModel, ids: Ids) -> bool:
    """Whether logits are the head's product with the states, neither capped nor scaled."""
    row = torch.tensor([ids], device=model.network.device)
    stated = model.network(input_ids=row, use_cache=False).logits
    states = model.network.base_model(input_ids=row, use_cache=False).last_hidden_state
    head = model.network.get_output_embeddings()
    return torch.allclose(
        stated.float(),
        torch.nn.functional.linear(states, head.weight, head.bias).float(),
        rtol=1e-3,
        atol=1e-3,
    )
