"""Cells by blocks as arrays, and what a comparison makes of them.

    grid         a mean, a count of measured and one of planned trials for each cell and block
    comparison   units of 2 cells (from, to), or of 4 (the same, less another from and to); of 8
                 for an interaction in one model less that in another; or one unit of all
                 cells, each with its weight

A unit counts in a block where all of its cells were planned; it has a difference where all were
measured. Differences are averaged by wording over units and blocks, then over wordings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from allegiance.analysis.estimate import NOTHING, Drawn, Estimate, Numbers, over_wordings, within
from allegiance.analysis.values import Values
from allegiance.experiment.resolved import Block

Whole = npt.NDArray[np.int64]

SIGNS = {
    2: np.array([-1.0, 1.0]),
    4: np.array([-1.0, 1.0, 1.0, -1.0]),
    8: np.array([-1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0]),
}
"""Cells in a unit to the sign of each: from, to, and those taken off."""


def weights_of(cells: int, weights: Sequence[float] = ()) -> Numbers:
    """What each cell of a unit counts: as stated, else its sign."""
    return np.array(weights, float) if len(weights) else SIGNS[cells]


@dataclass(frozen=True)
class Grid:
    """The values of one scenario, model and outcome."""

    cells: Mapping[str, int]
    """Cell to its row."""
    wordings: Whole
    """The wording of each column, which is a block."""
    mean: Numbers
    """Mean over the measured replicates; not a number where there are none."""
    measured: Whole
    """Trials measured."""
    planned: Whole
    """Trials planned."""
    bounded: bool
    """Whether a missing value is known to lie between 0 and 1."""
    drawn: bool
    """Whether each value is an answer that was drawn, 0 or 1."""


@dataclass(frozen=True)
class Counts:
    """How much of a comparison was measured."""

    measured: int
    planned: int
    least: float | None
    """Coverage of the side that has least."""

    @property
    def coverage(self) -> float | None:
        """Measured over planned, in points of 1."""
        return self.measured / self.planned if self.planned else None


@dataclass(frozen=True)
class Contrast:
    """The units of a comparison on one grid."""

    grid: Grid
    rows: Whole
    """Units by the cells of each."""
    weights: tuple[float, ...] = ()
    """Of the cells of the only unit; signs where empty."""

    @property
    def _signs(self) -> Numbers:
        return weights_of(self.rows.shape[1], self.weights)[:, None]

    @cached_property
    def _played(self) -> npt.NDArray[np.bool_]:
        """Units by blocks: whether all cells of a unit were planned there."""
        return np.asarray(self.grid.planned[self.rows].min(axis=1) > 0)

    @cached_property
    def differences(self) -> Numbers:
        """Units by blocks; not a number where a cell was not measured."""
        summed: Numbers = (self._signs * self.grid.mean[self.rows]).sum(axis=1)
        return np.where(self._played, summed, np.nan)

    def by_wording(self) -> dict[int, float]:
        """The mean difference of each wording that has one."""
        return _by_wording(self.grid.wordings, self.differences)

    def estimate(self) -> Estimate:
        """The mean over wordings, with its interval, cut where shares end."""
        means = np.array(list(self.by_wording().values()))
        found = over_wordings(means, self.draws()) if means.size else NOTHING
        most = float(np.abs(self._signs).sum()) / 2
        return within(found, -most, most) if self.grid.bounded else found

    def draws(self) -> Drawn | None:
        """Answers drawn on each side, where they were drawn."""
        if not self.grid.drawn:
            return None
        sides, squares = self._sides(self.grid.measured), np.square(self._signs[:, 0])
        count = float(squares.sum() / (squares / sides).sum())
        return Drawn(count, sides=len(sides), square=float(squares.mean()))

    def counts(self) -> Counts:
        """Measured and planned trials, each counted once."""
        measured, planned = self._arms(self.grid.measured), self._arms(self.grid.planned)
        shares = [one / all for one, all in zip(measured, planned, strict=True) if all]
        cells, blocks = np.unique(self.rows), self._played.any(axis=0)
        return Counts(
            measured=int(self.grid.measured[cells][:, blocks].sum()),
            planned=int(self.grid.planned[cells][:, blocks].sum()),
            least=min(shares) if shares else None,
        )

    def bounds(self) -> tuple[float, float] | tuple[None, None]:
        """The least and the most that the change could be, whatever the missing values are."""
        measured, planned = self.grid.measured[self.rows], self.grid.planned[self.rows]
        if not self._played.any():
            return None, None
        missing = planned - measured
        if not self.grid.bounded and missing[np.broadcast_to(self._wide, missing.shape)].any():
            return -np.inf, np.inf
        known = np.where(measured > 0, self.grid.mean[self.rows], 0.0) * measured
        low = np.where(self._signs > 0, known, known + missing)
        high = np.where(self._signs > 0, known + missing, known)
        return self._mean_of(low, planned), self._mean_of(high, planned)

    @property
    def _wide(self) -> npt.NDArray[np.bool_]:
        return self._played[:, None, :]

    def _mean_of(self, total: Numbers, planned: Whole) -> float:
        share = total / np.maximum(planned, 1)
        summed = np.where(self._played, (self._signs * share).sum(axis=1), np.nan)
        return float(np.mean(list(_by_wording(self.grid.wordings, summed).values())))

    def _arms(self, trials: Whole) -> list[int]:
        """The same, with the cells that have weights counted in two sides, by their signs."""
        sides = self._sides(trials)
        if not self.weights:
            return sides
        signs = [weight > 0 for weight in self.weights]
        return [
            sum(each for each, up in zip(sides, signs, strict=True) if up is side)
            for side in (False, True)
        ]

    def _sides(self, trials: Whole) -> list[int]:
        """Trials on each side, each cell counted once, in the blocks that the units use."""
        blocks = self._played.any(axis=0)
        return [int(trials[np.unique(side)][:, blocks].sum()) for side in self.rows.T]


def grid_of(values: Values) -> Grid:
    """The same values as arrays."""
    cells = {cell: row for row, cell in enumerate(dict.fromkeys(cell for cell, _ in values.of))}
    blocks: dict[Block, int] = {}
    for _, block in values.of:
        blocks.setdefault(block, len(blocks))
    shape = len(cells), len(blocks)
    total, measured, planned = np.zeros(shape), np.zeros(shape, int), np.zeros(shape, int)
    for (cell, block), replicates in values.of.items():
        place = cells[cell], blocks[block]
        known = [value for value in replicates if value is not None]
        total[place] = sum(known)
        measured[place], planned[place] = len(known), len(replicates)
    return Grid(
        cells=cells,
        wordings=np.array([wording for wording, _ in blocks], int),
        mean=_mean(total, measured),
        measured=measured,
        planned=planned,
        bounded=values.bounded,
        drawn=values.drawn,
    )


def grid_from(
    cells: Sequence[str], wordings: Whole, values: Numbers, *, bounded: bool, drawn: bool
) -> Grid:
    """A grid from an array of cells by blocks by replicates; not a number where missing."""
    known = ~np.isnan(values)
    measured = known.sum(axis=2)
    return Grid(
        cells={cell: row for row, cell in enumerate(cells)},
        wordings=wordings,
        mean=_mean(np.nansum(values, axis=2), measured),
        measured=measured,
        planned=np.full(measured.shape, values.shape[2]),
        bounded=bounded,
        drawn=drawn,
    )


def contrast_on(
    grid: Grid, units: Sequence[Sequence[str]], weights: Sequence[float] = ()
) -> Contrast | None:
    """Those units whose cells are in the grid; None where there are none.

    Args:
        grid: The values.
        units: Cells of each.
        weights: Of the cells of the only unit; signs where empty.
    """
    rows = [
        [grid.cells[cell] for cell in unit]
        for unit in units
        if all(cell in grid.cells for cell in unit)
    ]
    return Contrast(grid, np.array(rows, int), tuple(weights)) if rows else None


def _mean(total: Numbers, measured: Whole) -> Numbers:
    return np.where(measured > 0, total / np.maximum(measured, 1), np.nan)


def _by_wording(wordings: Whole, values: Numbers) -> dict[int, float]:
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    names, places = np.unique(wordings, return_inverse=True)
    sums = np.bincount(places, weights=total, minlength=names.size)
    counts = np.bincount(places, weights=count, minlength=names.size)
    return {
        int(name): float(one / all)
        for name, one, all in zip(names, sums, counts, strict=True)
        if all
    }
