"""Effects: what changes when a level changes, and nothing else does.

    each comparison     of `contrasts`, in each scenario that it concerns
    each outcome        the primary one; the stances that occur; and two that should not move:
                        `missing`, where anything is, and `mismatched`, an exact null
    each claim          of the experiment, on its own outcome, and over its scenarios together
    sampled answers     also in log-odds: the row after the one in points

A row says what its interval holds for (`scope`), and why there is none (`remark`). Vignettes are
paired within blocks, or weighed where a design's model chose its cells: see `grid`; the interval
is in `estimate`, several scenarios together in `pool`, log-odds in `logodds`, many tests at once
in `multiplicity`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from allegiance.analysis.contrasts import Comparison, comparisons, concerned
from allegiance.analysis.estimate import (
    ENOUGH_WORDINGS,
    NOTHING,
    Estimate,
    equivalence,
)
from allegiance.analysis.grid import Contrast, Counts, Grid, contrast_on, grid_of
from allegiance.analysis.logodds import log_odds
from allegiance.analysis.multiplicity import adjust
from allegiance.analysis.pool import ENOUGH_SCENARIOS, at_large, pooled
from allegiance.analysis.values import (
    LOG_SCORE,
    MISMATCHED,
    MISSING,
    SHARES,
    Values,
    mismatched_values,
    missing_values,
    primary_values,
    stance_values,
)
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME, Hypothesis
from allegiance.experiment.resolved import ActionGroups, Resolved, StampedScenario
from allegiance.tables.schema import columns_of

PAIRED = "paired within blocks; mean by wording; t over wordings"
FITTED = "least squares in the design's model within blocks; mean by wording; t over wordings"
ADDED = ", two answers of either kind added"
POOLED = "mean of the scenarios; their variances added; t, Welch-Satterthwaite"
RANDOM = "random effects, Paule-Mandel; t, Hartung-Knapp"

POOLED_SCENARIO = "pooled"
WORDINGS, THESE_WORDINGS = "these scenarios, wordings at large", "these wordings only"
SCENARIOS = "scenarios at large"
LOG_ODDS = "log-odds"


@dataclass(frozen=True)
class Played:
    """One model in one scenario: what was planned, and what came of it."""

    resolved: Resolved
    name: str
    model: str
    trials: pl.DataFrame
    responses: pl.DataFrame
    checks: pl.DataFrame

    @property
    def scenario(self) -> StampedScenario:
        """The scenario as it was stamped."""
        return self.resolved.scenarios[self.name]

    @cached_property
    def primary(self) -> str:
        """The primary outcome by its name."""
        return self._primary(self.scenario.groups)[0]

    @cached_property
    def grids(self) -> dict[str, Grid]:
        """Every outcome that is estimated, the primary one first."""
        given = self.resolved, self.trials, self.responses
        primary, compared = self._primary(self.scenario.groups)
        found = {primary: grid_of(compared)}
        occurring = set(self.responses["stance"].to_list())
        found |= {s: grid_of(stance_values(*given, s)) for s in SHARES if s in occurring}
        if "missing" in self.trials["status"]:
            found[MISSING] = grid_of(missing_values(self.resolved, self.trials))
        if MISMATCHED in self.checks["check"]:
            found[MISMATCHED] = grid_of(mismatched_values(self.resolved, self.trials, self.checks))
        return found

    def grid(self, outcome: str) -> Grid | None:
        """The values of an outcome, of one that never occurred too; None where unknown."""
        if outcome in self.grids:
            return self.grids[outcome]
        if outcome == MISSING:
            return grid_of(missing_values(self.resolved, self.trials))
        if outcome in SHARES:
            return grid_of(stance_values(self.resolved, self.trials, self.responses, outcome))
        return None

    @cached_property
    def control(self) -> tuple[str, Grid] | None:
        """The positive control's own outcome."""
        if self.scenario.control is None:
            return None
        outcome, values = self._primary(self.scenario.control.groups)
        return outcome, grid_of(values)

    def levels(self) -> dict[str, Mapping[str, str]]:
        """Every cell but the control's, with its levels."""
        control = self.scenario.control
        aside = {control.up, control.down} if control else set()
        return {
            id: cell.levels
            for id, cell in self.resolved.cells.items()
            if cell.scenario == self.name and id not in aside
        }

    def _primary(self, groups: ActionGroups) -> tuple[str, Values]:
        return primary_values(self.resolved, self.trials, self.responses, groups)


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
        rows += [*own, *_pooled_rows(resolved, model, own)]
    columns = columns_of("effects")
    told = [{name: row.get(name) for name in columns} for row in adjust(rows)]
    return pl.DataFrame(told, schema=columns, orient="row")


def played(
    resolved: Resolved,
    name: str,
    model: str,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    checks: pl.DataFrame,
) -> Played:
    """One model in one scenario."""
    which = {"model": model, "scenario": name}
    frames = (frame.filter(**which) for frame in (trials, responses, checks))
    return Played(resolved, name, model, *frames)


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
    return _over(found, comparison.claim.equivalence if comparison.claim else None)


def measured(counts: Counts, resolved: Resolved) -> dict[str, Any]:
    """How much was measured of what was planned, as columns."""
    least = counts.least
    return {
        "n_trials": counts.measured,
        "n_planned": counts.planned,
        "coverage": counts.coverage,
        "withheld": least is None or least < resolved.coverage.arm,
    }


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


def estimator_of(contrast: Contrast) -> str:
    """How a comparison is estimated, in words."""
    return (FITTED if contrast.weights else PAIRED) + (ADDED if contrast.grid.drawn else "")


def scope_of(found: Estimate) -> str:
    """What an interval over wordings holds for."""
    if found.estimate is None:
        return "nothing"
    return WORDINGS if found.n_wordings >= ENOUGH_WORDINGS else THESE_WORDINGS


def remark_on(found: Estimate) -> str | None:
    """Why there is no figure or no interval; None where there is one."""
    if found.estimate is None:
        return "not estimated: no pair was measured on both sides"
    if found.ci_low is not None:
        return None
    return (
        "no interval: one wording"
        if found.n_wordings == 1
        else "no interval: every wording gives the same, so nothing shows how they vary"
    )


def _pooled_rows(
    resolved: Resolved, model: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Each claim over more than one scenario: over these, and over scenarios at large."""
    for claim in resolved.hypotheses:
        names = concerned(resolved, claim)
        own = [row for row in rows if row["kind"] == "hypothesis" and row["factor"] == claim.id]
        if len(names) < 2:
            continue
        for unit in dict.fromkeys(row["unit"] for row in own if row["unit"] != "none"):
            parts = [row for row in own if row["unit"] == unit]
            yield from _pooled(claim, model, names, parts, in_odds=unit == LOG_ODDS)


def _pooled(
    claim: Hypothesis,
    model: str,
    names: Sequence[str],
    parts: Sequence[Mapping[str, Any]],
    *,
    in_odds: bool,
) -> Iterator[dict[str, Any]]:
    found = [_estimate(part) for part in parts]
    together = _together(parts, claim, model)
    claimed = None if in_odds else claim.equivalence
    whole = len(parts) == len(names) and len({part["outcome"] for part in parts}) == 1
    mean = pooled(found) if whole else None
    scope = {part["scope"] for part in parts}
    without = _refused(f"not pooled: no interval in every one of {', '.join(names)}")
    bounds = {end: _mean_of(parts, end) for end in ("bound_low", "bound_high")}
    yield together | (
        without | bounds
        if mean is None
        else _over(mean, claimed)
        | bounds
        | {
            "confirmatory": not in_odds,
            "estimator": POOLED,
            "scope": WORDINGS if scope == {WORDINGS} else THESE_WORDINGS,
            "remark": None,
        }
    )
    wide = at_large(found) if whole and mean is not None else None
    few = f"needs at least {ENOUGH_SCENARIOS} scenarios; here {len(names)}"
    lacking = few if len(names) < ENOUGH_SCENARIOS else "needs a standard error in each scenario"
    yield together | (
        _refused(f"refused: a claim over scenarios at large {lacking}")
        if wide is None
        else _over(wide.found, claimed)
        | {
            "predicted_low": wide.predicted_low,
            "predicted_high": wide.predicted_high,
            "confirmatory": False,
            "estimator": RANDOM,
            "scope": SCENARIOS,
            "remark": f"standard deviation between scenarios {wide.between:.3g}",
        }
    )


def _mean_of(parts: Sequence[Mapping[str, Any]], name: str) -> float | None:
    known = [float(part[name]) for part in parts if part.get(name) is not None]
    return sum(known) / len(known) if len(known) == len(parts) else None


def _together(parts: Sequence[Mapping[str, Any]], claim: Hypothesis, model: str) -> dict[str, Any]:
    first = parts[0]
    measured, planned = (sum(part[key] for part in parts) for key in ("n_trials", "n_planned"))
    noises = [part["noise"] for part in parts if part.get("noise") is not None]
    return {
        **{key: first[key] for key in ("kind", "outcome", "factor", "from", "to", "less", "unit")},
        "scenario": POOLED_SCENARIO,
        "model": model,
        "within": ", ".join(dict.fromkeys(part["scenario"] for part in parts)),
        "hypothesis": claim.direction,
        "n_trials": measured,
        "n_planned": planned,
        "coverage": measured / planned if planned else None,
        "withheld": any(part["withheld"] for part in parts),
        "noise": max(noises, default=None),
    }


def _over(found: Estimate, margin: float | None) -> dict[str, Any]:
    return asdict(found) | {
        "margin": margin,
        "p_equivalence": equivalence(found, margin) if margin else None,
    }


def _refused(why: str) -> dict[str, Any]:
    return _over(NOTHING, None) | {
        "confirmatory": False,
        "estimator": "none",
        "scope": "nothing",
        "remark": why,
    }


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(**{key: row[key] for key in Estimate.__dataclass_fields__})
