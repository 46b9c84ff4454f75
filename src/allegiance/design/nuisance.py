"""Nuisance levels: varied so that nothing hangs on one of them.

A block is one choice of wording, names, order of messages, framing of the refusal and draw of
unrelated documents. Each cell is played once in every block, so that cells are compared within
blocks and nuisances cancel.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

DRAWS = 1_000_000
"""Draws of documents that a block may take one of."""


@dataclass(frozen=True)
class Block:
    """One choice of nuisance levels, shared by all cells; each an index from 0."""

    wording: int
    """The wording set."""
    names: int
    """The set of names."""
    order: int
    """The order of messages."""
    framing: int = 0
    """The framing of the refusal."""
    documents: int = 0
    """Number of the draw of documents."""


def balanced_blocks(
    count: int, *, wordings: int, names: int, orders: int, framings: int = 1, seed: int
) -> tuple[Block, ...]:
    """`count` blocks over which every level of each nuisance stands as often as it can.

    Wordings go round in turn, so that `count` blocks cover all of them as soon as there are
    as many; names, orders and framings are shuffled by the seed, independently of the wordings
    and of each other. Every block has a draw of documents of its own. More blocks begin with
    the same ones, so that a run can grow.
    """
    name_levels = _shuffled(range(names), count, Random(f"{seed}-names"))
    order_levels = _shuffled(range(orders), count, Random(f"{seed}-order"))
    framing_levels = _shuffled(range(framings), count, Random(f"{seed}-framing"))
    draws = Random(f"{seed}-documents").sample(range(DRAWS), count)
    return tuple(
        Block(
            wording=place % wordings,
            names=name_levels[place],
            order=order_levels[place],
            framing=framing_levels[place],
            documents=draws[place],
        )
        for place in range(count)
    )


def takes_turn(cell: int, block: int, share: float) -> bool:
    """Whether a cell is chosen in a block, so that each has its share, spread over blocks.

    Args:
        cell: The cell's place, from 0.
        block: The block's place, from 0.
        share: The share of blocks in which each cell is chosen, from 0 to 1.
    """
    place = block + cell
    return math.floor((place + 1) * share) > math.floor(place * share)


def _shuffled(levels: Sequence[int], count: int, random: Random) -> list[int]:
    """`count` levels in random order, each as often as the others, give or take one."""
    drawn: list[int] = []
    while len(drawn) < count:
        drawn += random.sample(levels, len(levels))
    return drawn[:count]
