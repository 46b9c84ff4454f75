"""Dose and response: what each step of a numeric factor does, and where the answer turns.

    slope        per doubling where the rungs lie evenly on a log scale, else per unit: least
                 squares on each wording's own curve, then the mean over wordings and t
    curved       p of a bend: the quadratic term of each wording's curve, over wordings; where it
                 is small, slope and break-even are summaries of a line that is not there
    break-even   where the line crosses 0 (half, for weights on the actions for), with Fieller's
                 interval: all doses at which the mean over wordings can't be told from 0
    hard line    no rung differs from the lowest by as much as a margin that was claimed before:
                 two one-sided tests at each rung, all of them passed (so no correction is due)
    at           the same at each choice of the other crossed factors, where there are several

Two stages, curve then mean, are what a random-coefficients model gives under balance (Matthews
et al. 1990); Fieller's interval is by inversion of the same t test. A line that crosses outside
the ladder has no break-even here, and says so; six rungs are the least.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from allegiance.analysis.contrasts import concerned
from allegiance.analysis.estimate import (
    CONFIDENCE,
    Estimate,
    Numbers,
    equivalence,
    over_wordings,
    quantile,
)
from allegiance.analysis.grid import Contrast, Counts, Grid, contrast_on
from allegiance.analysis.multiplicity import ALPHA
from allegiance.analysis.played import Played, played
from allegiance.analysis.rows import PAIRED, measured, remark_on, scope_of
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

FEWEST_RUNGS = 6
CROSSES, ABOVE, BELOW = "crosses", "above throughout", "below throughout"
HARD_LINE, NOT_SHOWN = "hard line", "not shown"
NO_END = "crosses, but the slope may be none: no interval"
SLOPE = f"least squares on each wording's curve; {PAIRED.rsplit('; ', 1)[-1]}"
"""How slopes are estimated."""


@dataclass(frozen=True)
class Ladder:
    """A numeric factor, its rungs from the lowest up."""

    factor: str
    levels: tuple[str, ...]
    doses: Numbers
    unit: str
    doubling: bool
    """Whether rungs lie evenly on a log scale."""

    @property
    def scale(self) -> Numbers:
        """Doses as the line takes them."""
        return np.log2(self.doses) if self.doubling else self.doses

    def dose(self, place: float) -> float:
        """A place on the scale as a dose."""
        return float(2.0**place) if self.doubling else float(place)


@dataclass(frozen=True)
class Turn:
    """Where a line crosses 0."""

    dose: float | None
    low: float | None
    high: float | None
    verdict: str


def estimate_doses(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """Rows for each numeric factor with rungs enough, in every scenario and model.

    One over all the other crossed factors, then one at each choice of their levels. None of an
    adaptive run: its trials were not drawn evenly over rungs.
    """
    rows = [
        row
        for model in (() if resolved.adaptive else resolved.models)
        for name in resolved.scenarios
        for row in _rows(played(resolved, name, model, trials, responses, checks))
    ]
    columns = columns_of("doses")
    told = [{name: row.get(name) for name in columns} for row in rows]
    return pl.DataFrame(told, schema=columns, orient="row")


def ladders(resolved: Resolved, scenario: str) -> tuple[Ladder, ...]:
    """The crossed factors of a scenario that are ladders."""
    stamped = resolved.scenarios[scenario]
    found = (
        ladder(factor, levels, stamped.factors[factor].unit)
        for factor, levels in stamped.crossed.items()
    )
    return tuple(each for each in found if each is not None)


def ladder(factor: str, levels: list[str], unit: str | None) -> Ladder | None:
    """A factor as a ladder; None where its levels are no numbers, or too few."""
    try:
        doses = {level: float(level) for level in levels}
    except ValueError:
        return None
    if len(set(doses.values())) < FEWEST_RUNGS or not np.isfinite(list(doses.values())).all():
        return None
    rungs = tuple(sorted(doses, key=lambda level: doses[level]))
    values = np.array([doses[level] for level in rungs])
    doubling = bool(values[0] > 0) and _unevenness(np.log2(values)) < _unevenness(values)
    return Ladder(factor, rungs, values, unit or "units", doubling)


def at_words(at: Mapping[str, str]) -> str | None:
    """The levels that are held on a line, as in the table; None where none is."""
    return ", ".join(f"{name}: {level}" for name, level in sorted(at.items())) or None


def slopes(curves: Numbers, scale: Numbers) -> tuple[Numbers, Numbers]:
    """Height at 0 of the scale and slope of each wording's least-squares line."""
    from statsmodels.regression.linear_model import OLS

    columns = np.column_stack([np.ones(scale.size), scale])
    fits = np.array([OLS(curve, columns).fit().params for curve in curves])
    return fits[:, 0], fits[:, 1]


def bend(curves: Numbers, scale: Numbers) -> Estimate:
    """The quadratic term of each wording's curve, over wordings."""
    centred = (scale - scale.mean()) / (scale.max() - scale.min())
    square = np.linalg.qr(np.vander(centred, 3, increasing=True))[0][:, 2]
    return over_wordings(np.asarray(curves @ square))


def turn(heights: Numbers, slope: Numbers, rungs: Ladder) -> Turn:
    """Where the mean line crosses 0, with Fieller's interval."""
    low, high = rungs.scale[0], rungs.scale[-1]
    height, steep, count = heights.mean(), slope.mean(), len(heights)
    place = -height / steep if steep else np.inf
    if not low <= place <= high:
        middle = height + steep * (low + high) / 2
        return Turn(None, None, None, ABOVE if middle > 0 else BELOW)
    dose = rungs.dose(float(place))
    if count < 2:
        return Turn(dose, None, None, CROSSES)
    (vh, vhs), (_, vs) = np.cov(heights, slope) / count
    reach = quantile((1 + CONFIDENCE) / 2, count - 1) ** 2
    # All x with (height + steep x)^2 <= t^2 var(height + steep x): a quadratic in x.
    a, b, c = steep**2 - reach * vs, 2 * (height * steep - reach * vhs), height**2 - reach * vh
    inside = b**2 - 4 * a * c
    if a <= 0 or inside < 0:
        return Turn(dose, None, None, NO_END)
    ends = sorted(((-b - np.sqrt(inside)) / (2 * a), (-b + np.sqrt(inside)) / (2 * a)))
    first, last = (rungs.dose(float(end)) for end in ends)
    return Turn(dose, first, last, CROSSES)


_Line = Mapping[str, str]
"""Rung to its cell, all else being the same."""


def _rows(of: Played) -> Iterator[dict[str, Any]]:
    for rungs in ladders(of.resolved, of.name):
        grid = of.grid(of.primary)
        assert grid
        lines = _lines(of, rungs, grid)
        if lines:
            yield _row(of, rungs, grid, [line for _, line in lines], {})
        for at, line in lines if len(lines) > 1 else ():
            yield _row(of, rungs, grid, [line], at)


def _row(
    of: Played, rungs: Ladder, grid: Grid, lines: Sequence[_Line], at: Mapping[str, str]
) -> dict[str, Any]:
    cells = {level: [line[level] for line in lines] for level in rungs.levels}
    curves = _curves(grid, [cells[level] for level in rungs.levels])
    zero = 0.5 if grid.bounded else 0.0
    heights, steep = slopes(curves - zero, rungs.scale) if len(curves) else (curves, curves)
    found = over_wordings(np.asarray(steep)) if len(curves) else Estimate()
    turned = turn(heights, steep, rungs) if len(curves) else Turn(None, None, None, "not measured")
    rows = np.array([[grid.cells[c] for c in own] for own in zip(*cells.values(), strict=False)])
    return {
        "scenario": of.name,
        "model": of.model,
        "outcome": of.primary,
        "factor": rungs.factor,
        "at": at_words(at),
        "dose_unit": rungs.unit,
        "per": "doubling" if rungs.doubling else "unit",
        "rungs": [float(dose) for dose in rungs.doses],
        "response": [float(each) for each in curves.mean(axis=0)] if len(curves) else None,
        "slope": found.estimate,
        "unit": "points of 1" if grid.bounded else "nats",
        "se": found.se,
        "df": found.df,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "p": found.p,
        "p_curved": bend(curves, rungs.scale).p if len(curves) else None,
        "break_even": turned.dose,
        "break_even_low": turned.low,
        "break_even_high": turned.high,
        "turns": turned.verdict,
        **_hard_line(of, rungs, grid, cells, at),
        **measured(_counted(grid, rows), of.resolved),
        "n_wordings": len(curves),
        "estimator": SLOPE,
        "scope": scope_of(found),
        "remark": remark_on(found),
    }


def _counted(grid: Grid, rows: Any) -> Counts:
    places = np.unique(rows)
    got, planned = grid.measured[places].sum(axis=1), grid.planned[places].sum(axis=1)
    return Counts(int(got.sum()), int(planned.sum()), float((got / np.maximum(planned, 1)).min()))


def _lines(of: Played, rungs: Ladder, grid: Grid) -> list[tuple[dict[str, str], _Line]]:
    """Each choice of the other crossed factors of which every rung was played, and its line."""
    by_rest: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for cell, levels in of.levels().items():
        rest = tuple(sorted(each for each in levels.items() if each[0] != rungs.factor))
        if cell in grid.cells:
            by_rest.setdefault(rest, {})[levels[rungs.factor]] = cell
    return [
        ({name: level for name, level in rest if name in of.scenario.crossed}, own)
        for rest, own in by_rest.items()
        if own.keys() >= set(rungs.levels)
    ]


def _curves(grid: Grid, cells: list[list[str]]) -> Numbers:
    """Wordings by rungs: the mean over blocks and cells in which all rungs were measured."""
    values = np.array([[grid.mean[grid.cells[cell]] for cell in own] for own in cells])
    whole = ~np.isnan(values).any(axis=0)
    curves = []
    for wording in np.unique(grid.wordings):
        kept = whole & (grid.wordings == wording)[None, :]
        if kept.any():
            curves.append(values[:, kept].mean(axis=1))
    return np.array(curves) if curves else np.empty((0, len(cells)))


def _hard_line(
    of: Played,
    rungs: Ladder,
    grid: Grid,
    cells: Mapping[str, list[str]],
    at: Mapping[str, str],
) -> dict[str, Any]:
    """The test of equivalence along the ladder, where a claim gave a margin for it."""
    for claim in of.resolved.hypotheses:
        margin = claim.margin(rates=grid.bounded)
        if margin is None or claim.less or not _is_of_this_line(claim, of, rungs, cells, at):
            continue
        steps = [contrast_on(grid, units) for units in _steps(rungs, cells)]
        found = [_equivalent(each, margin) for each in steps]
        if not found or None in found:
            return {"margin": margin, "hard_line": NOT_SHOWN}
        worst = max(p for p in found if p is not None)
        shown = HARD_LINE if worst < ALPHA else NOT_SHOWN
        return {"margin": margin, "p_hard_line": worst, "hard_line": shown}
    return {}


def _is_of_this_line(
    claim: Hypothesis,
    of: Played,
    rungs: Ladder,
    cells: Mapping[str, list[str]],
    at: Mapping[str, str],
) -> bool:
    """Whether a claim moves the ladder's factor alone, and holds just what is held on the line."""
    held = dict(claim.source.items() & claim.target.items())
    moved = (claim.source.keys() | claim.target.keys()) - held.keys()
    levels = of.levels()
    on_all = all(held.items() <= levels[cell].items() for own in cells.values() for cell in own)
    return (
        moved == {rungs.factor}
        and on_all
        and at.keys() <= held.keys()
        and of.name in concerned(of.resolved, claim)
    )


def _equivalent(contrast: Contrast | None, margin: float) -> float | None:
    return equivalence(contrast.estimate(), margin) if contrast else None


def _steps(rungs: Ladder, cells: Mapping[str, list[str]]) -> Iterator[list[tuple[str, str]]]:
    lowest = cells[rungs.levels[0]]
    for level in rungs.levels[1:]:
        yield list(zip(lowest, cells[level], strict=True))


def _unevenness(values: Numbers) -> float:
    gaps = np.diff(values)
    return float(gaps.std() / gaps.mean())
