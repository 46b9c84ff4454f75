"""Each arm by itself: the level of every outcome in one cell, and its coverage.

An effect says what changed; an arm says where it stood. The reference arm of a scenario is
the cell, or cells, in which no two principals want different things (`conflict: none`).
"""

from collections.abc import Iterator
from dataclasses import asdict
from statistics import fmean
from typing import Any

import polars as pl

from allegiance.analysis.estimate import Estimate, estimate_mean, within
from allegiance.analysis.values import (
    LOG_SCORE,
    SHARES,
    Values,
    primary_values,
    stance_values,
)
from allegiance.experiment.hypothesis import TOWARD
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of


def estimate_arms(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame
) -> pl.DataFrame:
    """A row for each model, cell and outcome, with chance beside shares."""
    rows = [
        row
        for model in resolved.models
        for cell in resolved.cells
        for row in _cell_rows(
            resolved,
            cell,
            model,
            trials.filter(model=model, cell=cell),
            responses.filter(model=model, cell=cell),
        )
    ]
    return pl.DataFrame(rows, schema=columns_of("arms"), orient="row")


def _cell_rows(
    resolved: Resolved, cell: str, model: str, trials: pl.DataFrame, responses: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    stamped = resolved.cells[cell]
    scenario = resolved.scenarios[stamped.scenario]
    control = scenario.control
    in_control = control is not None and cell in (control.up, control.down)
    groups = control.groups if control is not None and in_control else scenario.groups
    primary, compared = primary_values(resolved, trials, responses, groups)
    outcomes = {primary: compared}
    if not in_control:
        outcomes |= {s: stance_values(resolved, trials, responses, s) for s in SHARES}
    measured = trials.filter(status="measured").height
    for outcome, values in outcomes.items():
        known = [
            (block[0], value)
            for (_, block), replicates in values.of.items()
            for value in replicates
            if value is not None
        ]
        found = asdict(_level(known, values))
        low, high = _bounds(list(values.of.values()), bounded=values.bounded)
        yield {
            "scenario": stamped.scenario,
            "model": model,
            "cell": cell,
            "levels": ", ".join(f"{name}: {level}" for name, level in _told(cell, resolved)),
            "reference": stamped.levels.get("conflict") == "none" and not in_control,
            "control": in_control,
            "outcome": outcome,
            "unit": values.unit,
            "chance": _chance(responses, outcome, groups.plus),
            "bound_low": low,
            "bound_high": high,
            "n_trials": measured,
            "n_planned": trials.height,
            "coverage": measured / trials.height if trials.height else None,
            "withheld": measured < resolved.coverage.arm * trials.height,
            **{key: found[key] for key in ("estimate", "se", "ci_low", "ci_high", "n_wordings")},
        }


def _level(known: list[tuple[int, float]], values: Values) -> Estimate:
    found = estimate_mean(known, drawn=values.drawn)
    return within(found, 0.0, 1.0) if values.bounded else found


def _told(cell: str, resolved: Resolved) -> list[tuple[str, str]]:
    """The levels that tell this arm from others: those of the factors that are crossed."""
    stamped = resolved.cells[cell]
    crossed = resolved.scenarios[stamped.scenario].crossed
    return [
        (name, level)
        for name, level in stamped.levels.items()
        if name in crossed or (name == "control" and level != "off")
    ]


def _chance(responses: pl.DataFrame, outcome: str, plus: list[str]) -> float | None:
    """What a blind choice among the menu gives; log-scores have none."""
    if responses.is_empty() or outcome == LOG_SCORE:
        return None
    hit = pl.col("action").is_in(plus) if outcome == TOWARD else pl.col("stance") == outcome
    shares = (
        responses.filter(pl.col("action").is_not_null())
        .group_by("trial_id")
        .agg(hit.mean().alias("share"))
    )
    return fmean(shares["share"]) if shares.height else None


def _bounds(values: list[Any], *, bounded: bool) -> tuple[float | None, float | None]:
    """The least and the most that the mean could be, whatever the missing values are."""
    flat = [value for replicates in values for value in replicates]
    if not flat:
        return None, None
    if not bounded and None in flat:
        return float("-inf"), float("inf")
    return (
        fmean(0.0 if value is None else value for value in flat),
        fmean(1.0 if value is None else value for value in flat),
    )
