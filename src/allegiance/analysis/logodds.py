"""Sampled answers once more, as log-odds: logistic regression with the crossed factors.

    model       main effects of the crossed factors; for an interaction also the products of the
                two factors it is about; for a change at a level of another factor the products of
                the two; in a fraction those that its design states
    interval    sandwich over wordings (statsmodels), t with one degree of freedom fewer than
                there are wordings
    separated   where a level has none or all of the answers, log-odds run off to infinity:
                Firth's penalised likelihood (firthmodels) with its profile interval, which takes
                trials as independent and so speaks for these wordings only

Beside effects in points, which need no model, these say how odds are multiplied; the two may
differ in whether an interaction is there, since scales differ.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
from scipy import linalg

from allegiance.analysis.contrasts import Comparison, InModel
from allegiance.analysis.estimate import CONFIDENCE, POWER, Estimate, Numbers, quantile
from allegiance.analysis.grid import Grid, weights_of

LOGISTIC = "logistic regression, main effects; sandwich over wordings; t over wordings"
STATED = "logistic regression, the design's model; sandwich over wordings; t over wordings"
PRODUCTS = "logistic regression, main effects and this interaction; sandwich and t over wordings"
AT_A_LEVEL = "logistic regression, main effects and products of these; sandwich and t over wordings"
FIRTH = "Firth logistic regression, since answers are separated; profile interval over trials"


@dataclass(frozen=True)
class LogOdds:
    """A change in log-odds, and how it was had."""

    found: Estimate
    estimator: str
    clustered: bool
    """Whether the interval is over wordings."""


def log_odds(
    grid: Grid,
    levels: Mapping[str, Mapping[str, str]],
    factors: Mapping[str, Sequence[str]],
    comparison: Comparison,
) -> LogOdds | None:
    """The change of a comparison in log-odds; None where answers are all alike, or none.

    Args:
        grid: Shares of one kind of answer.
        levels: Cell to its levels, for every cell that the model is fitted to.
        factors: Factor to its crossed levels.
        comparison: What is compared.
    """
    cells = [cell for cell in levels if _is_measured(grid, cell)]
    units = [unit for unit in comparison.units if all(cell in cells for cell in unit)]
    if not units:
        return None
    model = comparison.model if isinstance(comparison.model, InModel) else None
    crossed = len(units[0]) == 4
    own = _products(units[0], levels, factors) if crossed else _pinned(units, levels, factors)
    products = model.products if model else own
    design = _independent(_columns(cells, levels, factors, products))
    place = {cell: row for row, cell in enumerate(cells)}
    signs = weights_of(len(units[0]), comparison.weights)
    contrast = np.mean([signs @ design[[place[cell] for cell in unit]] for unit in units], axis=0)
    rows = [grid.cells[cell] for cell in cells]
    measured, hits = grid.measured[rows], np.nan_to_num(grid.mean[rows]) * grid.measured[rows]
    answered = hits.sum(axis=1), (measured - hits).sum(axis=1)
    if min(each.sum() for each in answered) <= 0 or not contrast.any():
        return None
    if _separated(design, *answered):
        return _firth(design, contrast, *answered, grid=grid)
    found = _logistic(design, contrast, hits, measured, grid)
    name = STATED if model else LOGISTIC if not own else PRODUCTS if crossed else AT_A_LEVEL
    return LogOdds(found, name, clustered=True)


def _is_measured(grid: Grid, cell: str) -> bool:
    return cell in grid.cells and bool(grid.measured[grid.cells[cell]].any())


def _logistic(
    design: Numbers, contrast: Numbers, hits: Numbers, measured: Any, grid: Grid
) -> Estimate:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    cell, block = np.nonzero(measured)
    trials = measured[cell, block]
    model = GLM(hits[cell, block] / trials, design[cell], family=Binomial(), freq_weights=trials)
    wordings = grid.wordings[block]
    count = int(np.unique(wordings).size)
    if count < 2:
        return Estimate(float(contrast @ model.fit().params), n_wordings=count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a covariance of lower rank than it has columns
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": wordings}, use_t=True)
        test = fit.t_test(contrast)
    low, high = np.ravel(test.conf_int(1 - CONFIDENCE))
    se, df = float(np.ravel(test.sd)[0]), count - 1
    return Estimate(
        estimate=float(np.ravel(test.effect)[0]),
        se=se,
        ci_low=float(low),
        ci_high=float(high),
        p=float(np.ravel(test.pvalue)[0]),
        mde=(quantile((1 + CONFIDENCE) / 2, df) + quantile(POWER, df)) * se,
        n_wordings=count,
        df=float(df),
        middle=float(np.ravel(test.effect)[0]),
    )


def _firth(
    design: Numbers, contrast: Numbers, hits: Numbers, others: Numbers, grid: Grid
) -> LogOdds:
    from firthmodels import FirthLogisticRegression

    turned = design @ _basis(contrast)
    answers = np.repeat([1, 0], len(design))
    weights = np.concatenate([hits, others])
    model = FirthLogisticRegression(fit_intercept=False, backend="numpy", max_iter=200)
    kept = weights > 0
    model.fit(np.vstack([turned, turned])[kept], answers[kept], sample_weight=weights[kept])
    model.lrt(features=0)
    low, high = model.conf_int(alpha=1 - CONFIDENCE, method="pl", features=0, max_iter=200)[0]
    se = float(model.bse_[0])
    found = Estimate(
        estimate=float(np.ravel(model.coef_)[0]),
        se=se,
        ci_low=float(low),
        ci_high=float(high),
        p=float(model.lrt_pvalues_[0]),
        mde=(quantile((1 + CONFIDENCE) / 2, np.inf) + quantile(POWER, np.inf)) * se,
        n_wordings=int(np.unique(grid.wordings).size),
    )
    return LogOdds(found, FIRTH, clustered=False)


def _separated(design: Numbers, hits: Numbers, others: Numbers) -> bool:
    """Whether some coefficient is infinite (Konis's linear programme)."""
    if (hits > 0).all() and (others > 0).all():
        return False
    from firthmodels import detect_separation

    rows = np.vstack([design[hits > 0], design[others > 0]])
    answers = np.repeat([1, 0], [(hits > 0).sum(), (others > 0).sum()])
    if np.linalg.matrix_rank(rows) < rows.shape[1]:
        return True
    return bool(detect_separation(rows, answers, fit_intercept=False).separation)


def _basis(contrast: Numbers) -> Numbers:
    """Columns by which the first coefficient becomes the contrast itself."""
    return np.column_stack([contrast / (contrast @ contrast), linalg.null_space(contrast[None, :])])


def _products(
    unit: Sequence[str],
    levels: Mapping[str, Mapping[str, str]],
    factors: Mapping[str, Sequence[str]],
) -> tuple[tuple[str, str], ...]:
    """Pairs of factors: one that the contrast changes, one in which the two contrasts differ."""
    source, target, less_source, less_target = (levels[cell] for cell in unit)

    def differing(*pairs: tuple[Mapping[str, str], Mapping[str, str]]) -> list[str]:
        return [name for name in factors if any(one[name] != two[name] for one, two in pairs)]

    changed = differing((source, target), (less_source, less_target))
    moved = differing((source, less_source), (target, less_target))
    return tuple((one, two) for one in changed for two in moved if one != two)


def _pinned(
    units: Sequence[Sequence[str]],
    levels: Mapping[str, Mapping[str, str]],
    factors: Mapping[str, Sequence[str]],
) -> tuple[tuple[str, str], ...]:
    """Pairs of factors: those that a contrast moves, with each other and with those it holds."""
    moved = [
        name
        for name in factors
        if any(levels[unit[0]][name] != levels[unit[1]][name] for unit in units)
    ]
    held = [
        name
        for name, all_levels in factors.items()
        if name not in moved
        and len(all_levels) > 1
        and len({levels[cell][name] for unit in units for cell in unit}) == 1
    ]
    return (*combinations(moved, 2), *product(moved, held))


def _columns(
    cells: Sequence[str],
    levels: Mapping[str, Mapping[str, str]],
    factors: Mapping[str, Sequence[str]],
    products: Iterable[Sequence[str]],
) -> Numbers:
    def indicators(factor: str) -> list[Numbers]:
        return [
            np.array([float(levels[cell][factor] == level) for cell in cells])
            for level in factors[factor][1:]
        ]

    main = [column for factor in factors for column in indicators(factor)]
    both = [a * b for one, two in products for a in indicators(one) for b in indicators(two)]
    return np.column_stack([np.ones(len(cells)), *main, *both])


def _independent(columns: Numbers) -> Numbers:
    """Columns less those that others already give: a change between cells stays the same."""
    kept: list[int] = []
    for place in range(columns.shape[1]):
        if np.linalg.matrix_rank(columns[:, [*kept, place]]) > len(kept):
            kept.append(place)
    return columns[:, kept]
