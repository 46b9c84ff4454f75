"""Rows of the table of effects where trials were drawn adaptively.

    a claim with a half-width   the interval of its last look; all looks hold together
    anything else               all draws, read once at the end; exploratory
    the positive control        was played once in each block, and is estimated as ever

A comparison of cells that no claim weighs has no row but a remark: they were not played.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from allegiance.analysis.adaptive import draw_values, running_estimates
from allegiance.analysis.contrasts import Comparison
from allegiance.analysis.estimate import CONFIDENCE, NOTHING, POWER, Estimate, quantile
from allegiance.analysis.played import Played
from allegiance.analysis.rounds import Claims, cell_weights, claims_in, is_binary, parts_of, replay
from allegiance.analysis.rows import THESE_WORDINGS, figures_of, lacking
from allegiance.analysis.sequential import LOOKS, Look, p_of
from allegiance.analysis.standing import Ground, Standing, by_now
from allegiance.analysis.values import Values
from allegiance.design.allocation import Reals
from allegiance.experiment.rounds import StampedDraws, StampedRound

WEIGHTED = "inverse probability weights, augmented"
NOT_PLAYED = "not estimated: an adaptive run plays only the cells of claims with a half-width"
NO_AIM = (1e-12,)
"""A half-width that is never reached: nothing is looked at."""


@dataclass(frozen=True)
class Adaptive:
    """An adaptive run of one model in one scenario."""

    of: Played
    claims: Claims
    parts: Sequence[StampedDraws]
    ended: bool
    """Whether no further round follows."""


def adaptive_of(of: Played, rounds: Sequence[StampedRound], *, ended: bool) -> Adaptive | None:
    """What was played adaptively of a scenario; None where nothing was."""
    claims = claims_in(of.resolved, of.name, binary=is_binary(of))
    return Adaptive(of, claims, parts_of(of, rounds), ended) if claims else None


def adaptive_row(comparison: Comparison, outcome: str, run: Adaptive | None) -> dict[str, Any]:
    """The columns of a comparison on one outcome, beside those that name it."""
    values = run.of.values_of(outcome) if run else None
    weighed = {cell for unit in comparison.units for cell in unit}
    if run is None or not run.parts or not weighed or not weighed <= set(run.claims.cells):
        return lacking(NOT_PLAYED)
    if values is None:
        return lacking(f'not estimated: no outcome "{outcome}"')
    weights = cell_weights(comparison, run.claims.cells)
    claim = comparison.claim
    looked = bool(claim and claim.id in run.claims.ids)
    if claim and looked:
        standing = replay(run.claims.ground, run.parts, values.by_trial, ended=run.ended)
        looks = standing.looks[run.claims.ids.index(claim.id)]
        found, how, remark = _looked(looks, claim.half_width or 0.0)
    else:
        ground = replace(
            run.claims.ground, effects=weights[None, :], aims=NO_AIM, binary=values.drawn
        )
        standing = replay(ground, run.parts, values.by_trial)
        found, how, remark = _at_the_end(ground, standing), f"{WEIGHTED}; t over draws", None
    counts = _counts(run, weights, values)
    low, high = _bounds(found.estimate, standing, weights) if values.bounded else (None, None)
    return (
        figures_of(
            replace(found, n_wordings=counts.pop("n_wordings")),
            _margin(comparison, rates=values.bounded),
        )
        | counts
        | {
            "unit": "points of 1" if values.bounded else "nats",
            "bound_low": low,
            "bound_high": high,
            "estimator": how,
            "scope": "nothing" if found.estimate is None else THESE_WORDINGS,
            # Each scenario's looks spend their own error; what is read once may go on meanwhile.
            "confirmatory": looked,
            "noise": None if values.bounded else run.of.trials["noise"].max(),
            "remark": remark,
        }
    )


def _looked(looks: Sequence[Look], aim: float) -> tuple[Estimate, str, str | None]:
    if not looks:
        return NOTHING, WEIGHTED, "not estimated: too little was played for a first look"
    look = looks[-1]
    low, high = look.interval
    found = Estimate(
        estimate=look.estimate,
        se=look.se,
        ci_low=low,
        ci_high=high,
        p=p_of(looks),
        mde=look.half_width + quantile(POWER, look.freedom) * look.se,
        df=look.freedom,
        middle=(low + high) / 2,
    )
    reached = look.half_width <= aim * (1 + 1e-9)
    told = "reached" if reached else "not reached"
    how = f"{WEIGHTED}; group-sequential, look {look.number} of {len(LOOKS)}"
    return found, how, f"half-width {aim:g} {told}: it is {look.half_width:.3g}"


def _at_the_end(ground: Ground, standing: Standing) -> Estimate:
    now = by_now(ground, standing)
    estimate, reach, freedom = float(now.estimates[0]), now.reaches[0], now.freedom
    if freedom < 1 or reach.se <= 0:
        return Estimate(estimate)
    z = quantile((1 + CONFIDENCE) / 2, freedom)
    below, above = reach.at(z)
    se = reach.half_width(z) / z
    return Estimate(
        estimate=estimate,
        se=se,
        ci_low=estimate - below,
        ci_high=estimate + above,
        p=float(2 * stats.t.sf(reach.touches(estimate), freedom)),
        mde=(z + quantile(POWER, freedom)) * se,
        df=freedom,
        middle=estimate + (above - below) / 2,
    )


def _bounds(estimate: float | None, standing: Standing, weights: Reals) -> tuple[Any, Any]:
    """The estimate with every missing answer against it, and with every one for it."""
    if estimate is None:
        return None, None
    up, down = np.maximum(weights, 0)[None, :], np.minimum(weights, 0)[None, :]

    def at(against: float | None, for_: float | None) -> float:
        values = [draw_values(e, up, against) + draw_values(e, down, for_) for e in standing.rounds]
        return float(running_estimates(standing.rounds, values, weights[None, :]).estimates[0])

    as_it_is = at(None, None)
    return estimate + at(0.0, 1.0) - as_it_is, estimate + at(1.0, 0.0) - as_it_is


def _counts(run: Adaptive, weights: Reals, values: Values) -> dict[str, Any]:
    """How much was measured of what was planned, in all and on either side."""
    sides = [
        {cell for cell, weight in zip(run.claims.cells, weights, strict=True) if weight * sign > 0}
        for sign in (1, -1)
    ]
    planned = run.of.trials.filter(pl.col("cell").is_in([c for side in sides for c in side]))
    known = {id for id, value in values.by_trial.items() if value is not None}
    shares = []
    for side in sides:
        ids = planned.filter(pl.col("cell").is_in(list(side)))["trial_id"].to_list()
        shares.append(sum(id in known for id in ids) / len(ids) if ids else 0.0)
    measured = sum(id in known for id in planned["trial_id"])
    return {
        "n_trials": measured,
        "n_planned": planned.height,
        "n_wordings": planned.filter(pl.col("trial_id").is_in(list(known)))["wording"].n_unique(),
        "coverage": measured / planned.height if planned.height else None,
        "withheld": min(shares) < run.of.resolved.coverage.arm,
    }


def _margin(comparison: Comparison, *, rates: bool) -> float | None:
    return comparison.claim.margin(rates=rates) if comparison.claim else None
