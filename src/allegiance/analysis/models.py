"""Two models on the same vignettes: where they stand apart, and how far altogether.

    level         the value of one model less that of the other, vignette by vignette
    effect        what a change does to one, less what the same change does to the other
    distance      root mean square of the differences in the effects of all crossed factors,
                  less what chance alone puts into it
    correlation   between the effects of the one and those of the other

Levels and effects are paired within blocks and over wordings as everywhere: one grid holds the
cells of both models. Of log-scores only effects compare: how likely a text is at all differs
between models and cancels only in a change. The distance is unbiased in its square (each mean
difference squared, less its variance), its interval a jackknife over wordings with t; it is 0
where chance explains all. The correlation's interval is a bootstrap over wordings.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from allegiance.analysis.contrasts import Comparison, Unit, comparisons
from allegiance.analysis.estimate import CONFIDENCE, Estimate, Numbers, student
from allegiance.analysis.grid import Contrast, Grid, contrast_on, grid_of
from allegiance.analysis.multiplicity import adjust
from allegiance.analysis.played import played
from allegiance.analysis.rows import estimator_of, measured, remark_on, scope_of
from allegiance.analysis.values import LOG_SCORE, NATS, POINTS, Values, primary_values
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

JACKKNIFE = "unbiased square, then its root; jackknife over wordings, t"
BOOTSTRAP = "Pearson over effects; bias-corrected bootstrap over wordings"
FEWEST_EFFECTS, RESAMPLES = 3, 1999


@dataclass(frozen=True)
class Two:
    """Two models in one scenario, on one grid."""

    resolved: Resolved
    scenario: str
    models: tuple[str, str]
    outcome: str
    grid: Grid

    def of(self, model: int, unit: Unit) -> Unit:
        """The cells of a unit as one of the two played them."""
        return tuple(_cell(model, cell) for cell in unit)


def compare_models(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """The table of comparisons between models: every two in every scenario.

    None of an adaptive run: each model was asked where that told most of it.
    """
    rows: list[dict[str, Any]] = []
    for models in combinations(() if resolved.adaptive else resolved.models, 2):
        for scenario in resolved.scenarios:
            two = _two(resolved, scenario, models, (trials, responses, checks))
            if two is not None:
                rows += _rows(two)
    columns = columns_of("comparisons")
    told = [{name: row.get(name) for name in columns} for row in adjust(rows)]
    return pl.DataFrame(told, schema=columns, orient="row")


def _two(
    resolved: Resolved,
    scenario: str,
    models: tuple[str, str],
    frames: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
) -> Two | None:
    """Both models on one grid; None where one was scored and the other sampled."""
    groups = resolved.scenarios[scenario].groups
    both = [played(resolved, scenario, model, *frames) for model in models]
    found = [primary_values(resolved, each.trials, each.responses, groups) for each in both]
    if found[0][0] != found[1][0]:
        return None
    of = {
        (_cell(place, cell), block): values
        for place, (_, own) in enumerate(found)
        for (cell, block), values in own.of.items()
        if cell in both[place].levels()
    }
    drawn = all(own.drawn for _, own in found)
    grid = grid_of(Values(found[0][1].unit, of, drawn))
    return Two(resolved, scenario, models, found[0][0], grid)


def _rows(two: Two) -> Iterator[dict[str, Any]]:
    cells = [cell for cell, each in two.resolved.cells.items() if each.scenario == two.scenario]
    level = [two.of(0, (cell,)) + two.of(1, (cell,)) for cell in cells]
    if two.outcome != LOG_SCORE:
        yield from _row(two, "level", contrast_on(two.grid, level), {"factor": "all cells"})
    changes = [each for each in comparisons(two.resolved, two.scenario) if each.kind != "control"]
    for each in changes:
        units = [two.of(1, unit) + two.of(0, unit) for unit in each.units]
        weights = (*each.weights, *(-weight for weight in each.weights))
        yield from _row(two, "effect", contrast_on(two.grid, units, weights), _named(each))
    yield from _altogether(two, [each for each in changes if each.kind == "factor"])


def _named(comparison: Comparison) -> dict[str, Any]:
    return {
        "factor": comparison.factor,
        "from": comparison.source,
        "to": comparison.target,
        "less": comparison.less or None,
    }


def _row(
    two: Two, kind: str, contrast: Contrast | None, named: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    if contrast is None:
        return
    found, (low, high) = contrast.estimate(), contrast.bounds()
    yield (
        _head(two, kind)
        | named
        | asdict(found)
        | measured(contrast.counts(), two.resolved)
        | {
            "bound_low": low,
            "bound_high": high,
            "estimator": estimator_of(contrast),
            "scope": scope_of(found),
            "remark": remark_on(found),
        }
    )


def _head(two: Two, kind: str) -> dict[str, Any]:
    return {
        "scenario": two.scenario,
        "model": two.models[0],
        "other": two.models[1],
        "kind": kind,
        "outcome": two.outcome,
        "unit": POINTS if two.grid.bounded else NATS,
        "confirmatory": False,
    }


def _altogether(two: Two, changes: Sequence[Comparison]) -> Iterator[dict[str, Any]]:
    """Distance and correlation of the two lists of effects."""
    contrasts = [
        [
            contrast_on(two.grid, [two.of(model, unit) for unit in each.units], each.weights)
            for each in changes
        ]
        for model in (0, 1)
    ]
    known = [each for own in contrasts for each in own if each is not None]
    if not changes or len(known) < 2 * len(changes):
        return
    one, other = (_by_wording(known[: len(changes)]), _by_wording(known[len(changes) :]))
    shared = ~np.isnan(one).any(axis=1) & ~np.isnan(other).any(axis=1)
    counted = {
        "factor": f"{len(changes)} effects of crossed factors",
        **measured(_together(known).counts(), two.resolved),
    }
    apart = distance(other[shared] - one[shared])
    yield (
        _head(two, "distance")
        | counted
        | asdict(apart)
        | {
            "estimator": JACKKNIFE,
            "scope": scope_of(apart),
            "remark": remark_on(apart),
        }
    )
    if len(changes) >= FEWEST_EFFECTS:
        alike = correlation(one[shared], other[shared], two.resolved.seed)
        yield (
            _head(two, "correlation")
            | counted
            | asdict(alike)
            | {
                "unit": "none",
                "estimator": BOOTSTRAP,
                "scope": scope_of(alike),
                "remark": "errors of the single effects pull it toward 0",
            }
        )


def _together(contrasts: Sequence[Contrast]) -> Contrast:
    """All cells of several comparisons, to be counted once."""
    grid = contrasts[0].grid
    if not contrasts[0].weights:
        return Contrast(grid, np.vstack([each.rows for each in contrasts]))
    cells = np.unique(np.concatenate([each.rows.ravel() for each in contrasts]))
    return Contrast(grid, cells[None, :], (1.0,) * cells.size)


def _by_wording(contrasts: Sequence[Contrast]) -> Numbers:
    """Wordings by effects."""
    names = sorted({wording for each in contrasts for wording in each.by_wording()})
    columns = [each.by_wording() for each in contrasts]
    return np.array([[own.get(name, np.nan) for own in columns] for name in names], float)


def distance(differences: Numbers) -> Estimate:
    """Root mean square of mean differences, less chance.

    Args:
        differences: Wordings by effects.
    """
    count = len(differences)
    if count < 3:
        return Estimate(n_wordings=count)
    whole = _square(differences)
    without = np.array([_square(np.delete(differences, place, 0)) for place in range(count)])
    se = float(np.sqrt((count - 1) / count * np.square(without - without.mean()).sum()))
    found = student(whole, se, count - 1, count)
    return replace(
        found,
        estimate=_root(whole),
        se=None,
        ci_low=_root(found.ci_low),
        ci_high=_root(found.ci_high),
        p=None,
        mde=None,
    )


def correlation(one: Numbers, other: Numbers, seed: int) -> Estimate:
    """Pearson's correlation over effects, each the mean over wordings.

    Args:
        one: Wordings by effects, of the one model.
        other: The same of the other.
        seed: Of the bootstrap.
    """
    count = len(one)
    if count < 3:
        return Estimate(n_wordings=count)

    def correlated(places: Any) -> float:
        return float(np.corrcoef(one[places].mean(axis=0), other[places].mean(axis=0))[0, 1])

    places = np.arange(count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a correlation that is 1 in every resample
        found = stats.bootstrap(
            (places,),
            correlated,
            n_resamples=RESAMPLES,
            vectorized=False,
            confidence_level=CONFIDENCE,
            method="BCa",
            rng=np.random.default_rng(seed),
        )
    low, high = float(found.confidence_interval.low), float(found.confidence_interval.high)
    kept = not (np.isnan(low) or np.isnan(high))
    return Estimate(
        estimate=correlated(places),
        ci_low=low if kept else None,
        ci_high=high if kept else None,
        n_wordings=count,
    )


def _square(differences: Numbers) -> float:
    """Mean square of the true differences, without bias."""
    variances = differences.var(axis=0, ddof=1) / len(differences)
    return float((np.square(differences.mean(axis=0)) - variances).mean())


def _root(square: float | None) -> float | None:
    return None if square is None else float(np.sqrt(max(0.0, square)))


def _cell(model: int, cell: str) -> str:
    return f"{model}:{cell}"
