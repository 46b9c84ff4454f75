"""A tree's nodes through a model, row after row, each node once.

A row is simply the next nodes in the tree's order, as many as the limit allows; only the last
may be shorter. Behind a row the keys and values of those nodes are kept from which a later one
grows: the path on which the next row begins. So memory holds one path and one row.

    tree     a b c d e f g h i j      a b are above all the rest; f begins another branch of b
    row 1    a b c d                  kept behind it: a b c d, for e grows from d
    row 2    e f g h                  kept: a b f g h
    row 3    i j                      each node sees those it grows from, and no other

The mask says so, in one comparison of intervals. A model whose attention slides or is cut into
chunks sees, of these, those within its reach.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from transformers import DynamicCache

from allegiance.missing import MissingReason
from allegiance.models.local import LocalModel, typed_memory_errors
from allegiance.models.protocol import ScoringError
from allegiance.models.tree import Tree

LEAST = 16
"""Tokens of the shortest rows that are tried when memory runs out."""

REACHES = ("full_attention", "sliding_attention", "chunked_attention")
"""Kinds of layers, in the words of transformers, whose attention a mask describes."""


@dataclass(frozen=True)
class Walked:
    """What a walk gave."""

    values: torch.Tensor
    """Log-probabilities of the tree's predictions, in nats."""
    reached: int
    """Nodes that were computed: fewer than there are if memory ran out."""
    longest: int
    """Tokens of the longest row."""


class Reader(Protocol):
    """Reads log-probabilities off one pass of a model."""

    def __call__(
        self,
        network: Any,
        inputs: dict[str, Any],
        places: torch.Tensor,
        which: torch.Tensor,
        targets: torch.Tensor,
    ) -> torch.Tensor:
        """Nats, one for each prediction.

        Args:
            network: The model.
            inputs: What the pass takes.
            places: Positions of the row at which something is predicted.
            which: Of each prediction, its place among these.
            targets: Of each prediction, the token predicted.
        """
        ...


def walk(
    model: LocalModel, tree: Tree, read: Reader, row_tokens: int, told: Callable[[int], None]
) -> Walked:
    """Take a tree through a model.

    Where memory runs out rows are halved; where the shortest do not fit either, the walk ends.

    Args:
        model: The model in memory.
        tree: The tree.
        read: Reads log-probabilities off a row.
        row_tokens: Tokens of a row, at most.
        told: Is told after each row how many tokens it held.
    """
    values = torch.full((len(tree.nodes),), torch.nan, device=tree.tokens.device)
    held = tree.tokens.new_empty(0)
    cache = DynamicCache()  # without a config: keeps every position, also where attention slides
    start = longest = 0
    while start < tree.size:
        row = torch.arange(start, min(start + row_tokens, tree.size), device=held.device)
        seen, stop = torch.cat([held, row]), start + len(row)
        low, high = torch.searchsorted(tree.nodes, torch.tensor([start, stop], device=held.device))
        try:
            with typed_memory_errors():
                values[low:high] = _pass(model, tree, read, row, seen, cache, slice(low, high))
        except ScoringError as error:
            if error.reason is not MissingReason.OUT_OF_MEMORY or row_tokens <= LEAST:
                break
            row_tokens = max(LEAST, min(row_tokens, len(row)) // 2)
            _keep(cache, torch.arange(len(held), device=held.device))
            continue
        needed = (tree.ends[seen] > stop).nonzero()[:, 0]
        _keep(cache, needed)
        held, start, longest = seen[needed], stop, max(longest, len(row))
        told(len(row))
    return Walked(values, start, longest)


def _pass(
    model: LocalModel,
    tree: Tree,
    read: Reader,
    row: torch.Tensor,
    seen: torch.Tensor,
    cache: DynamicCache,
    predictions: slice,
) -> torch.Tensor:
    """One row through the model; its keys and values join the cache."""
    predicting: Any = tree.nodes[predictions] - row[0]
    places, which = predicting.unique_consecutive(return_inverse=True)
    inputs = {
        "input_ids": tree.tokens[row][None],
        "position_ids": tree.depths[row][None],
        "attention_mask": _masks(model, tree, row, seen),
        "past_key_values": cache,
        "use_cache": True,
    }
    return read(model.network, inputs, places, which, tree.targets[predictions])


def _masks(
    model: LocalModel, tree: Tree, row: torch.Tensor, seen: torch.Tensor
) -> torch.Tensor | dict[str, torch.Tensor]:
    """What each token sees, as numbers to add: one mask, or one for each kind of layer."""
    config = model.network.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or [])
    path = tree.ancestry(row, seen)
    apart = tree.depths[row][:, None] - tree.depths[seen][None]
    allowed = {"full_attention": path}
    if window := getattr(config, "sliding_window", None):
        allowed["sliding_attention"] = path & (apart < window)
    if size := getattr(config, "attention_chunk_size", None):
        chunks = tree.depths // size
        allowed["chunked_attention"] = path & (chunks[row][:, None] == chunks[seen][None])
    dtype = model.network.dtype
    masks = {
        kind: torch.zeros(mask.shape, dtype=dtype, device=row.device).masked_fill_(
            ~mask, torch.finfo(dtype).min
        )[None, None]
        for kind, mask in allowed.items()
        if not kinds or kind in kinds
    }
    if len(masks) > 1 and kinds:
        return masks
    return masks.popitem()[1]  # without kinds of layers a window is every layer's


def unknown_layers(model: LocalModel) -> bool:
    """Whether some layers are none that a mask describes, such as recurrent ones."""
    config = model.network.config.get_text_config()
    return bool(set(getattr(config, "layer_types", None) or []) - set(REACHES))


def _keep(cache: DynamicCache, places: torch.Tensor) -> None:
    """Keep keys and values of some positions, in each layer that has any."""
    layers: list[Any] = cache.layers
    for layer in layers:
        if layer.keys is not None and layer.keys.numel():
            layer.keys = layer.keys.index_select(-2, places)
            layer.values = layer.values.index_select(-2, places)
