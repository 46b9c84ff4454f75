"""Effects: what changes when a level changes, and nothing else does.

    each comparison     of `contrasts`, in each scenario that it concerns
    each outcome        the primary one; the stances that occur; and two that should not move:
                        `missing`, where anything is, and `mismatched`, an exact null
    each claim          of the experiment, on its own outcome, and over its scenarios together
    sampled answers     also in log-odds: the row after the one in points

A row says what its interval holds for (`scope`), and why there is none (`remark`). Vignettes are
paired within blocks, or weighed where a design's model chose its cells: see `grid`; those of an
adaptive run are weighed by their chances: see `adaptive_rows`. The interval
is in `estimate`, rows over several scenarios in `pooled`, log-odds in `logodds`, many tests at
once in `multiplicity`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from allegiance.analysis.adaptive_rows import adaptive_of, adaptive_row
from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.estimate import Estimate
from allegiance.analysis.grid import Grid, contrast_on
from allegiance.analysis.logodds import log_odds
from allegiance.analysis.multiplicity import adjust
from allegiance.analysis.played import Played, played
from allegiance.analysis.pooled import pooled_rows
from allegiance.analysis.rows import (
    LOG_ODDS,
    THESE_WORDINGS,
    estimator_of,
    figures_of,
    lacking,
    measured,
    remark_on,
    scope_of,
)
from allegiance.analysis.values import LOG_SCORE, MISSING
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME
from allegiance.experiment.resolved import Resolved
from allegiance.experiment.rounds import StampedRound
from allegiance.tables.schema import columns_of


def estimate_effects(
    resolved: Resolved,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    checks: pl.DataFrame,
    rounds: Sequence[StampedRound] = (),
    *,
    ended: bool = False,
) -> pl.DataFrame:
    """The table of effects of a run, every model apart.

    Args:
        resolved: The experiment.
        trials: The table of that name, as the next two.
        responses: What was answered.
        checks: What was asked beside.
        rounds: Of an adaptive run: what was drawn.
        ended: Whether no further round follows.
    """
    rows: list[dict[str, Any]] = []
    for model in resolved.models:
        own = [
            row
            for name in resolved.scenarios
            for row in _scenario_rows(
                played(resolved, name, model, trials, responses, checks), rounds, ended
            )
        ]
        rows += [*own, *pooled_rows(resolved, model, own)]
    columns = columns_of("effects")
    told = [{name: row.get(name) for name in columns} for row in adjust(rows)]
    return pl.DataFrame(told, schema=columns, orient="row")


def _scenario_rows(
    of: Played, rounds: Sequence[StampedRound], ended: bool
) -> Iterator[dict[str, Any]]:
    run = adaptive_of(of, rounds, ended=ended) if of.resolved.adaptive else None
    for comparison in comparisons(of.resolved, of.name):
        if comparison.kind == "control":
            assert of.control
            yield from _rows(comparison, *of.control, of)
        elif of.resolved.adaptive:
            for outcome in _outcomes(comparison, of):
                yield _head(comparison, outcome, of) | adaptive_row(comparison, outcome, run)
        else:
            for outcome in _outcomes(comparison, of):
                yield from _rows(comparison, outcome, of.grid(outcome), of)


def _outcomes(comparison: Comparison, of: Played) -> list[str]:
    """The outcomes on which a comparison is told."""
    if comparison.claim is None:
        return list(of.values)
    named = comparison.claim.outcome
    return [of.primary if named == PRIMARY_OUTCOME else named]


def _rows(
    comparison: Comparison, outcome: str, grid: Grid | None, of: Played
) -> Iterator[dict[str, Any]]:
    """A comparison on one outcome: in its own unit, and where answers are drawn in log-odds."""
    head = _head(comparison, outcome, of)
    contrast = contrast_on(grid, comparison.units, comparison.weights) if grid else None
    if grid is None or contrast is None:
        why = f'no outcome "{outcome}"' if grid is None else comparison.untold
        yield head | lacking(f"not estimated: {why}")
        return
    found, (low, high) = contrast.estimate(), contrast.bounds()
    row = head | measured(contrast.counts(), of.resolved)
    yield (
        row
        | _figures(found, comparison, rates=grid.bounded)
        | {
            "unit": "points of 1" if grid.bounded else "nats",
            "bound_low": low,
            "bound_high": high,
            "estimator": estimator_of(contrast),
            "scope": scope_of(found),
            "noise": None if grid.bounded else of.trials["noise"].max(),
            "remark": remark_on(found),
        }
    )
    if grid.drawn and outcome != MISSING and comparison.kind != "control":
        yield from _in_log_odds(comparison, grid, of, row)


def _in_log_odds(
    comparison: Comparison, grid: Grid, of: Played, row: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    told = log_odds(grid, of.levels(), of.scenario.crossed, comparison)
    if told is None:
        return
    unclaimed = replace(comparison, claim=None)
    yield (
        dict(row)
        | _figures(told.found, unclaimed, rates=True)
        | {
            "confirmatory": False,
            "unit": LOG_ODDS,
            "estimator": told.estimator,
            "scope": scope_of(told.found) if told.clustered else THESE_WORDINGS,
            "remark": remark_on(told.found),
        }
    )


def _head(comparison: Comparison, outcome: str, of: Played) -> dict[str, Any]:
    return {
        "scenario": of.name,
        "model": of.model,
        "kind": comparison.kind,
        "outcome": outcome,
        "factor": comparison.factor,
        "from": comparison.source,
        "to": comparison.target,
        "less": comparison.less or None,
        "within": comparison.within,
        "hypothesis": comparison.hypothesis,
        # A stance beside the outcome that was named is no claim that was made.
        "confirmatory": comparison.confirmatory
        and (comparison.claim is not None or outcome in (of.primary, LOG_SCORE)),
    }


def _figures(found: Estimate, comparison: Comparison, *, rates: bool) -> dict[str, Any]:
    claim = comparison.claim
    return figures_of(found, claim.margin(rates=rates) if claim else None)
