"""One model in one scenario: what was planned, what came of it, and the values to compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from allegiance.analysis.grid import Grid, grid_of
from allegiance.analysis.values import (
    MISMATCHED,
    MISSING,
    SHARES,
    Values,
    mismatched_values,
    missing_values,
    primary_values,
    stance_values,
)
from allegiance.experiment.resolved import ActionGroups, Resolved, StampedScenario


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
        values = self.values(outcome)
        return grid_of(values) if values else None

    def values(self, outcome: str) -> Values | None:
        """The same, a value for each replicate."""
        primary, compared = self._primary(self.scenario.groups)
        if outcome == primary:
            return compared
        if outcome == MISSING:
            return missing_values(self.resolved, self.trials)
        if outcome in SHARES:
            return stance_values(self.resolved, self.trials, self.responses, outcome)
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
