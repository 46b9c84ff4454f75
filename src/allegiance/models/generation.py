"""Text from a local model: a batch of conversations, a token at a time.

Rows are padded on the left and masked, and each draws from a generator of its own seed, so
what a conversation is answered does not depend on which batch it fell into, up to the last
bits of rounding (a near tie may fall the other way).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import DynamicCache

from allegiance.missing import MissingReason
from allegiance.models.local import LocalModel, typed_memory_errors
from allegiance.models.protocol import ScoringError


@dataclass(frozen=True)
class Asked:
    """One conversation to be continued."""

    context: tuple[int, ...]
    """Token ids up to the assistant's turn."""
    most: int
    """New tokens at most."""
    temperature: float
    """0 takes the likeliest token."""
    top_p: float
    """Share of the probability that is drawn from."""
    top_k: int
    """How many of the likeliest tokens are drawn from; 0 is all."""
    seed: int
    """Of this row's own generator."""


@dataclass(frozen=True)
class Answered:
    """What a conversation was continued with."""

    ids: tuple[int, ...]
    """New token ids, without the one that ends the turn."""
    ended: bool
    """Whether the turn ended by itself, rather than by the limit."""


def require_room(model: LocalModel, asked: Asked) -> None:
    """Check that a conversation and all that may be answered fit into the model's window.

    Raises:
        ScoringError: They do not.
    """
    needed = len(asked.context) + asked.most
    if needed > model.window:
        raise ScoringError(
            MissingReason.CONTEXT_OVERFLOW,
            f"the conversation takes {len(asked.context)} tokens and its answer up to "
            f"{asked.most}; the window holds {model.window}",
        )


def generate_batch(model: LocalModel, asked: Sequence[Asked]) -> list[Answered]:
    """Continue several conversations at once, each of which has room (`require_room`).

    Raises:
        ScoringError: Memory ran out, or the model's numbers are none.
    """
    with typed_memory_errors():
        return _generate(model, asked)


@torch.inference_mode()
def _generate(model: LocalModel, asked: Sequence[Asked]) -> list[Answered]:
    device, ends = model.network.device, _ends(model)
    generators = [torch.Generator().manual_seed(each.seed) for each in asked]
    widest = max(len(each.context) for each in asked)
    pads = [widest - len(each.context) for each in asked]
    ids = torch.tensor(
        [[0] * pad + list(each.context) for pad, each in zip(pads, asked, strict=True)],
        device=device,
    )
    mask = torch.tensor([[0] * pad + [1] * (widest - pad) for pad in pads], device=device)
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    cache = DynamicCache(config=model.network.config)
    new: list[list[int]] = [[] for _ in asked]
    done = [False] * len(asked)
    while True:
        logits = (
            model.network(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            .logits[:, -1]
            .float()
        )
        if logits.isnan().any():
            raise ScoringError(MissingReason.SCORE_NOT_FINITE, "the model's logits are no numbers")
        drawn = [
            _draw(row, each, generator)
            for row, each, generator in zip(logits.cpu(), asked, generators, strict=True)
        ]
        for place, token in enumerate(drawn):
            if not done[place] and token in ends:
                done[place] = True
            elif not done[place] and len(new[place]) < asked[place].most:
                new[place].append(token)
        open_rows = [
            not finished and len(own) < each.most
            for finished, own, each in zip(done, new, asked, strict=True)
        ]
        if not any(open_rows):
            break
        ids = torch.tensor(drawn, device=device)[:, None]
        mask = torch.cat([mask, mask.new_ones(len(asked), 1)], dim=1)
        positions = positions[:, -1:] + 1
    return [Answered(tuple(own), ended) for own, ended in zip(new, done, strict=True)]


def _draw(logits: torch.Tensor, asked: Asked, generator: torch.Generator) -> int:
    if asked.temperature <= 0:
        return int(logits.argmax())
    if 0 < asked.top_k < len(logits):
        least = logits.topk(asked.top_k).values[-1]
        logits = logits.masked_fill(logits < least, -torch.inf)
    shares = (logits / asked.temperature).softmax(0)
    if asked.top_p < 1:
        ordered, places = shares.sort(descending=True)
        beyond = ordered.cumsum(0) - ordered >= asked.top_p
        shares[places[beyond]] = 0.0
    return int(torch.multinomial(shares, 1, generator=generator))


def _ends(model: LocalModel) -> set[int]:
    """Tokens that end a turn."""
    stated = model.network.generation_config.eos_token_id
    listed = stated if isinstance(stated, list) else [stated]
    return {token for token in (*listed, model.tokenizer.eos_token_id) if token is not None}
