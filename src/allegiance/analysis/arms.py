"""Each arm by itself: the level of every outcome in one cell, and its coverage.

An effect says what changed; an arm says where it stood. The reference arm of a scenario is
the cell, or cells, in which no two principals want different things (`conflict: none`).
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from allegiance.analysis.level import figures_of_level, level
from allegiance.analysis.values import (
    LOG_SCORE,
    SHARES,
    primary_values,
    stance_values,
)
from allegiance.cases.decided import Decided, decided
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
    menu = decided(stamped.case)
    measured = trials.filter(status="measured").height
    for outcome, values in outcomes.items():
        found = level(values, [cell])
        yield {
            "scenario": stamped.scenario,
            "model": model,
            "cell": cell,
            "levels": ", ".join(f"{name}: {level}" for name, level in _told(cell, resolved)),
            "reference": stamped.levels.get("conflict") == "none" and not in_control,
            "control": in_control,
            "outcome": outcome,
            "unit": values.unit,
            "chance": _chance(menu, outcome, groups.plus),
            "bound_low": found.bound_low,
            "bound_high": found.bound_high,
            "n_trials": measured,
            "n_planned": trials.height,
            "coverage": measured / trials.height if trials.height else None,
            "withheld": measured < resolved.coverage.arm * trials.height,
            **figures_of_level(found),
        }


def _told(cell: str, resolved: Resolved) -> list[tuple[str, str]]:
    """The levels that tell this arm from others: those of the factors that are crossed."""
    stamped = resolved.cells[cell]
    crossed = resolved.scenarios[stamped.scenario].crossed
    return [
        (name, level)
        for name, level in stamped.levels.items()
        if name in crossed or (name == "control" and level != "off")
    ]


def _chance(menu: Decided, outcome: str, plus: list[str]) -> float | None:
    """What a blind choice among the menu gives; log-scores have none."""
    if outcome == LOG_SCORE:
        return None
    return menu.share_of(plus) if outcome == TOWARD else menu.chance(outcome)
