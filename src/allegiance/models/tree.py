"""All sequences of a batch as one tree, laid out so that each branch is an interval.

Sorted, every sequence adds to the one before it only what the two do not share; what is added
is numbered as it comes. So a node and all that grows from it are neighbours:

    a b c | d       node     0  1  2  3  4     the last token of a text is predicted, never put in
    a b e f | g     token    a  b  c  e  f
                    depth    0  1  2  2  3
                    end      5  5  3  5  5     node n grows from node k where k <= n < end of k

Contexts may extend one another, texts begin alike, pairs recur: none of it is a special case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Tree:
    """Each token position that must be computed, once, and what is predicted there."""

    tokens: torch.Tensor
    """Of each node, its token."""
    depths: torch.Tensor
    """Of each node, its position in its sequences; 0 is the first."""
    ends: torch.Tensor
    """Of each node, where its branch ends."""
    nodes: torch.Tensor
    """Of each prediction, the node that predicts; ascending."""
    targets: torch.Tensor
    """Of each prediction, the token that is predicted."""
    owners: torch.Tensor
    """Of each prediction, the pair that it is part of."""

    @property
    def size(self) -> int:
        """Token positions to compute."""
        return len(self.tokens)

    def ancestry(self, row: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """For each node of a row and each one that is at hand: whether it lies on its path."""
        return (seen[None] <= row[:, None]) & (self.ends[seen][None] > row[:, None])


def grow(pairs: Sequence[tuple[Ids, Ids]], device: torch.device | str = "cpu") -> Tree:
    """The tree of some contexts, each with a text behind it; neither is empty."""
    inputs = [(*context, *text[:-1]) for context, text in pairs]
    tokens: list[int] = []
    depths: list[int] = []
    ends: list[int] = []
    predictions: list[tuple[int, int, int]] = []
    path: list[int] = []
    before: Ids = ()
    for owner in sorted(range(len(pairs)), key=inputs.__getitem__):
        own, (context, text) = inputs[owner], pairs[owner]
        shared = _shared(before, own)
        _close(path[shared:], ends, len(tokens))
        path[shared:] = range(len(tokens), len(tokens) + len(own) - shared)
        tokens += own[shared:]
        depths += range(shared, len(own))
        ends += [0] * (len(own) - shared)
        behind = path[len(context) - 1 :]
        predictions += [(node, to, owner) for node, to in zip(behind, text, strict=True)]
        before = own
    _close(path, ends, len(tokens))
    predictions.sort()
    nodes, targets, owners = zip(*predictions, strict=True) if predictions else ((), (), ())
    columns = (tokens, depths, ends, nodes, targets, owners)
    return Tree(*(torch.tensor(each, dtype=torch.long, device=device) for each in columns))


def _close(nodes: Sequence[int], ends: list[int], end: int) -> None:
    for node in nodes:
        ends[node] = end


def _shared(one: Ids, other: Ids) -> int:
    """How many tokens two sequences begin with in common."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
