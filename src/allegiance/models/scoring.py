"""Exact log-likelihoods of texts after a context: one forward pass, each context once.

Context and texts are laid out in one row, and a mask makes each text see the context and
itself, nothing of the others:

    tokens      c c c c | a a a | b b | ...
    positions   0 1 2 3 | 4 5 6 | 4 5 | ...

Logits are computed only where a text's token is predicted. A model whose attention does not
take such a mask is found out once, by a small check against plain passes, and then each text
is passed on its own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from allegiance.missing import MissingReason
from allegiance.models.local import LocalModel
from allegiance.models.protocol import ScoringError

Ids = tuple[int, ...]
TOLERANCE = 1e-2
"""Nats by which packed and plain passes may differ in the check."""


@dataclass(frozen=True)
class Scored:
    """What one context with its texts gave."""

    log_likelihoods: tuple[float, ...]
    """Nats, one for each text."""
    tokens_computed: int
    """Token positions that went through the model."""


def score_texts(model: LocalModel, context: Ids, texts: Sequence[Ids], *, packed: bool) -> Scored:
    """Log-likelihoods of texts after a context, in the order given.

    Raises:
        ScoringError: It does not fit into the model's window, or a result is not finite.
    """
    longest = max((len(text) for text in texts), default=0)
    if len(context) + longest > model.window:
        raise ScoringError(
            MissingReason.CONTEXT_OVERFLOW,
            f"{len(context)} + {longest} tokens; the window holds {model.window}",
        )
    found = _packed(model, context, texts) if packed else _plain(model, context, texts)
    if not all(math.isfinite(value) for value in found.log_likelihoods):
        raise ScoringError(MissingReason.SCORE_NOT_FINITE, "a log-likelihood is not finite")
    return found


def can_pack(model: LocalModel) -> bool:
    """Whether packed passes give what plain ones give, tried on a few tokens."""
    ids = model.text_ids("One two three four five six seven eight nine ten.")
    context, texts = ids[:6], [ids[6:], ids[2:5], ids[:2]]
    try:
        packed = _packed(model, context, texts).log_likelihoods
    except (RuntimeError, ValueError, TypeError):
        return False
    plain = _plain(model, context, texts).log_likelihoods
    return all(abs(a - b) < TOLERANCE for a, b in zip(packed, plain, strict=True))


@torch.inference_mode()
def _packed(model: LocalModel, context: Ids, texts: Sequence[Ids]) -> Scored:
    device = model.network.device
    ids = [*context, *(token for text in texts for token in text)]
    positions = [*range(len(context))]
    for text in texts:
        positions += range(len(context), len(context) + len(text))
    hidden = model.network.base_model(
        input_ids=torch.tensor([ids], device=device),
        position_ids=torch.tensor([positions], device=device),
        attention_mask=_mask(len(context), [len(text) for text in texts], model),
        use_cache=False,
    ).last_hidden_state[0]
    found, start = [], len(context)
    for text in texts:
        places = [len(context) - 1, *range(start, start + len(text) - 1)]
        found.append(_sum_of(model, hidden[places], text))
        start += len(text)
    return Scored(tuple(found), len(ids))


@torch.inference_mode()
def _plain(model: LocalModel, context: Ids, texts: Sequence[Ids]) -> Scored:
    device, found = model.network.device, []
    for text in texts:
        ids = torch.tensor([[*context, *text]], device=device)
        hidden = model.network.base_model(input_ids=ids, use_cache=False).last_hidden_state[0]
        found.append(_sum_of(model, hidden[len(context) - 1 : -1], text))
    return Scored(tuple(found), sum(len(context) + len(text) for text in texts))


def _sum_of(model: LocalModel, hidden: torch.Tensor, text: Ids) -> float:
    """The log-probabilities of a text's tokens, each read off the state before it, summed."""
    logits = model.network.get_output_embeddings()(hidden).float()
    targets = torch.tensor(text, device=logits.device)
    chosen = logits.gather(1, targets[:, None])[:, 0] - logits.logsumexp(dim=1)
    return float(chosen.double().sum())


def _mask(context: int, texts: Sequence[int], model: LocalModel) -> torch.Tensor:
    """What each position sees: 0 where it may look, a large negative number elsewhere."""
    total = context + sum(texts)
    seen = torch.zeros(total, total, dtype=torch.bool)
    seen[:context, :context] = torch.ones(context, context, dtype=torch.bool).tril()
    start = context
    for length in texts:
        own = slice(start, start + length)
        seen[own, :context] = True
        seen[own, own] = torch.ones(length, length, dtype=torch.bool).tril()
        start += length
    dtype = model.network.dtype
    mask = torch.zeros(total, total, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)
    return mask[None, None].to(model.network.device)
