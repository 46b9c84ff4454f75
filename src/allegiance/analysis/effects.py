"""Effects: what changes when a level changes, and nothing else does.

    each comparison     of `contrasts`, in each scenario that it concerns
    each outcome        the primary one; the stances that occur; and two that should not move:
                        `missing`, where anything is, and `mismatched`, an exact null
    each claim          of the experiment, on its own outcome, and over its scenarios together
    sampled answers     also in log-odds: the row after the one in points

A row says what its interval holds for (`scope`), and why there is none (`remark`). Vignettes are
paired within blocks, or weighed where a design's model chose its cells: see `grid`; the interval
is in `estimate`, rows over several scenarios in `pooled`, log-odds in `logodds`, many tests at
once in `multiplicity`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.estimate import NOTHING, Estimate
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
    measured,
    remark_on,
    scope_of,
)
from allegiance.analysis.values import LOG_SCORE, MISSING
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME, Hypothesis
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of


def estimate_effects(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """The table of effects of a run, every model apart."""
    rows: list[dict[str, Any]] = []
    for model in resolved.models:
        own = [
            row
            for name in resolved.scenarios
            for row in _scenario_rows(played(resolved, name, model, trials, responses, checks))
        ]
        rows += [*own, *pooled_rows(resolved, model, own)]
    columns = columns_of("effects")
    told = [{name: row.get(name) for name in columns} for row in adjust(rows)]
    return pl.DataFrame(told, schema=columns, orient="row")


def _scenario_rows(of: Played) -> Iterator[dict[str, Any]]:
    for comparison in comparisons(of.resolved, of.name):
        if comparison.kind == "control":
            assert of.control
            outcomes: dict[str, Grid | None] = dict([of.control])
        elif comparison.claim:
            outcome = _outcome(comparison.claim, of)
            outcomes = {outcome: of.grid(outcome)}
        else:
            outcomes = dict(of.grids)
        for outcome, grid in outcomes.items():
            yield from _rows(comparison, outcome, grid, of)


def _outcome(claim: Hypothesis, of: Played) -> str:
    return of.primary if claim.outcome == PRIMARY_OUTCOME else claim.outcome


def _rows(
    comparison: Comparison, outcome: str, grid: Grid | None, of: Played
) -> Iterator[dict[str, Any]]:
    """A comparison on one outcome: in its own unit, and where answers are drawn in log-odds."""
    head = _head(comparison, outcome, of)
    contrast = contrast_on(grid, comparison.units, comparison.weights) if grid else None
    if grid is None or contrast is None:
        why = f'no outcome "{outcome}"' if grid is None else comparison.untold
        yield head | _figures(NOTHING, comparison) | _lacking(f"not estimated: {why}")
        return
    found, (low, high) = contrast.estimate(), contrast.bounds()
    row = head | measured(contrast.counts(), of.resolved)
    yield (
        row
        | _figures(found, comparison)
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
        | _figures(told.found, unclaimed)
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


def _figures(found: Estimate, comparison: Comparison) -> dict[str, Any]:
    return figures_of(found, comparison.claim.equivalence if comparison.claim else None)


def _lacking(why: str) -> dict[str, Any]:
    return {
        "unit": "none",
        "n_trials": 0,
        "n_planned": 0,
        "coverage": None,
        "withheld": True,
        "estimator": "none",
        "scope": "nothing",
        "remark": why,
    }
