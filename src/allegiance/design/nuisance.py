"""Nuisance levels: varied so that nothing hangs on one of them.

A block is one choice of wording, names and order of messages. Each cell is played once in
every block, so that cells are compared within blocks and nuisances cancel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Block:
    """One choice of nuisance levels, shared by all cells; each an index from 0."""

    wording: int
    """The wording set."""
    names: int
    """The set of names."""
    order: int
    """The order of messages."""


def balanced_blocks(
    count: int, *, wordings: int, names: int, orders: int, seed: int
) -> tuple[Block, ...]:
    """`count` blocks over which every level of each nuisance stands as often as it can.

    Wordings go round in turn, so that `count` blocks cover all of them as soon as there are
    as many; names and orders are shuffled by the seed, independently of the wordings.
    """
    random = Random(seed)
    name_levels = _shuffled(range(names), count, random)
    order_levels = _shuffled(range(orders), count, random)
    return tuple(
        Block(place % wordings, name_levels[place], order_levels[place]) for place in range(count)
    )


def _shuffled(levels: Sequence[int], count: int, random: Random) -> list[int]:
    """`count` levels in random order, each as often as the others, give or take one."""
    drawn: list[int] = []
    while len(drawn) < count:
        drawn += random.sample(levels, len(levels))
    return drawn[:count]
