"""Turns: which cells are asked something more in which block, where not all of them are.

    block    as many cells as the share says; where that is too few to hold pairs of half of the
             steps, two blocks put theirs together, and one of the two has none
    cells    those that had fewest turns so far, so that each cell has its share
    of them  those that are matched with one already taken in this block; steps that had few
             such pairs go first

A step goes from a factor's first level to another; cells that differ in it alone are matched. So
what is asked in one block can be compared within it, and over blocks most wordings are asked.
Whole blocks in turn would give more pairs, but leave the figures of each answer to few wordings,
and wordings are the sample.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random

from allegiance.design.factorial import Cell

Step = tuple[str, str]
"""A factor, and the level at which it arrives from its first."""

Matched = Mapping[int, Sequence[tuple[Step, int]]]
"""A cell to those that are matched with it, by its step."""

MOST_TOGETHER = 16
"""Cells that are looked through for one that matches; keeps large designs quick."""


def turns(
    cells: Sequence[Cell],
    factors: Mapping[str, Sequence[str]],
    blocks: int,
    share: float,
    *,
    wordings: int,
    seed: str,
) -> set[tuple[int, int]]:
    """The places at which a cell has its turn, each the cell's and the block's number.

    More blocks begin with the same turns, so that a run can grow.

    Args:
        cells: Those that may have turns.
        factors: Factor to its levels, the first one the baseline.
        blocks: How many there are.
        share: The share of blocks in which each cell has its turn, from 0 to 1.
        wordings: Blocks in which each wording stands once.
        seed: Of the order in which equals are taken.
    """
    matched, order = _matched(cells, factors), Random(f"{seed}-turns")
    rare = Counter(step for others in matched.values() for step, _ in others)
    together = share <= 0.5 and 2 * max(0.0, share * len(cells) - 1) < len(rare)
    had, pairs = [0] * len(cells), Counter[Step]()
    found: set[tuple[int, int]] = set()
    counts = _counts(share * len(cells), blocks, wordings, size=2 if together else 1)
    for block, count in enumerate(counts):
        equals = order.sample(range(len(cells)), len(cells))
        first = sorted(equals, key=lambda cell: had[cell])
        for cell in _taken(first, count, had, matched, pairs, rare):
            had[cell] += 1
            found.add((cell, block))
    return found


def _counts(each: float, blocks: int, wordings: int, *, size: int) -> Iterator[int]:
    """Turns in each block, so many on average; of `size` blocks one has those of all."""
    for block in range(blocks):
        group, place = divmod(block, size)
        if place == (group * size // wordings) % size:
            yield _whole((group + 1) * size * each) - _whole(group * size * each)
        else:
            yield 0


def _whole(count: float) -> int:
    return math.floor(round(count, 9))


def _taken(
    first: Sequence[int],
    count: int,
    had: Sequence[int],
    matched: Matched,
    pairs: Counter[Step],
    rare: Mapping[Step, int],
) -> list[int]:
    """So many cells, those with fewest turns, matched with one another where they can be."""
    if count in (0, len(first)):
        return list(first[:count])
    waiting, taken = dict.fromkeys(first), list[int]()
    linked: dict[int, list[Step]] = {}

    def need(steps: Sequence[Step]) -> float:
        return sum(1 / (1 + pairs[step] + rare[step] / len(first)) for step in steps)

    for so_far in [had[cell] for cell in first[:count]]:
        able = [cell for cell in linked if had[cell] == so_far]
        if able:
            chosen = max(able, key=lambda cell: need(linked[cell]))
        else:
            some = [cell for cell in islice(waiting, MOST_TOGETHER) if had[cell] == so_far]
            chosen = max(some, key=lambda cell: need([step for step, _ in matched.get(cell, ())]))
        pairs.update(linked.pop(chosen, ()))
        del waiting[chosen]
        taken.append(chosen)
        if len(taken) % MOST_TOGETHER == 0:
            linked = {}
        for step, cell in matched.get(chosen, ()):
            if cell in waiting:
                linked.setdefault(cell, []).append(step)
    return taken


def _matched(cells: Sequence[Cell], factors: Mapping[str, Sequence[str]]) -> Matched:
    places = {_key(cell): place for place, cell in enumerate(cells)}
    found: dict[int, list[tuple[Step, int]]] = defaultdict(list)
    for place, cell in enumerate(cells):
        for factor, levels in factors.items():
            other = places.get(_key(cell | {factor: levels[0]}))
            if cell[factor] != levels[0] and other is not None:
                step = (factor, cell[factor])
                found[place].append((step, other))
                found[other].append((step, place))
    return found


def _key(cell: Cell) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(cell.items()))
