"""Which trials are labelled: a random part, balanced over cells and, within them, wordings.

Each cell gets an equal part of the number, as far as it has trials; each of its trials the same
chance. Trials are put in random order, cell by cell and wording by wording, and every so many-th
in sum of chances is taken, from a random start (systematic sampling): the chances hold exactly,
and no cell or wording gets more than one trial above or below its part.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Draw:
    """What was drawn."""

    chosen: npt.NDArray[np.int64]
    """Places of the trials drawn, in random order."""
    chance: npt.NDArray[np.float64]
    """Of every trial, to be drawn, in points of 1."""


def draw_balanced(
    cells: Sequence[Hashable],
    wordings: Sequence[Hashable],
    number: int,
    random: np.random.Generator,
) -> Draw:
    """Draw trials to be labelled.

    Args:
        cells: Of each trial, what is to be balanced.
        wordings: Of each trial, what is to be balanced within a cell.
        number: How many to draw; all where there are no more.
        random: What draws.
    """
    cell = _numbered(cells)
    wording = _numbered(list(zip(cells, wordings, strict=True)))
    sizes = np.bincount(cell)
    chance = (_parts(sizes, min(number, cell.size)) / sizes)[cell]
    shuffled = random.permutation(cell.size)
    of_cells, of_wordings = (random.permutation(of.max() + 1) for of in (cell, wording))
    order = np.lexsort((shuffled, of_wordings[wording], of_cells[cell]))
    reached = np.round(random.random() + np.append(0.0, np.cumsum(chance[order])), 9)
    taken = np.diff(np.floor(reached)) > 0
    return Draw(random.permutation(order[taken]), chance)


def _numbered(names: Sequence[Hashable]) -> npt.NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _parts(sizes: npt.NDArray[np.int64], number: int) -> npt.NDArray[np.float64]:
    """Equal parts of a number, none above its size."""
    parts = np.zeros(sizes.size)
    left, open_ = float(number), np.ones(sizes.size, bool)
    while open_.any():
        equal = left / open_.sum()
        full = open_ & (sizes <= equal)
        if not full.any():
            parts[open_] = equal
            break
        parts[full] = sizes[full]
        left, open_ = left - float(sizes[full].sum()), open_ & ~full
    return parts
