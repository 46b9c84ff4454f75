"""The cells of one scenario that an experiment plays.

full             every possible cell of the crossing
fraction         a balanced part of it, by resolution
optimal          the D-optimal set of so many
counterfactual   the cell of first levels, and all that differ from it in one
ladder           every rung of the numeric factor, in each cell of the others
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from allegiance.design.contrasts import Estimator, Step, Untold, Weights, contrast_weights
from allegiance.design.factorial import Cell, cross
from allegiance.design.fraction import fraction
from allegiance.design.optimal import optimal
from allegiance.design.sets import counterfactual, ladder
from allegiance.design.terms import Term, main_effects, size
from allegiance.errors import UserError
from allegiance.experiment.experiment import Design, Exclusion, ScenarioEntry
from allegiance.experiment.resolved import Resolved
from allegiance.scenarios.factors import complete_cell, is_possible, levels_of
from allegiance.scenarios.scenario import Scenario

MOST_CELLS = 50_000
"""Cells that a design may cross of one scenario, impossible ones included."""


@dataclass(frozen=True)
class Played:
    """What of a scenario is played."""

    scenario: str
    """Its id."""
    crossed: Mapping[str, Sequence[str]]
    """Factor to its levels, the first one the baseline."""
    cells: tuple[Cell, ...]
    """The cells, the control's own left out."""
    estimable: tuple[Term, ...]
    """Interactions in the design's model."""
    estimator: Estimator
    """How contrasts are read off."""

    @property
    def varied(self) -> dict[str, list[str]]:
        """The factors of which more than one level is played, with those levels."""
        there = {
            name: [each for each in levels if any(cell[name] == each for cell in self.cells)]
            for name, levels in self.crossed.items()
        }
        return {name: levels for name, levels in there.items() if len(levels) > 1}

    @property
    def terms(self) -> tuple[Term, ...]:
        """The design's model, beside the mean."""
        return (*main_effects(self.varied), *self.estimable)

    def without(self, exclusions: Iterable[Exclusion]) -> "Played":
        """What is left of it for the analysis: whole cells that are excluded are not."""
        whole = [each for each in exclusions if not each.wordings]
        left = tuple(
            cell
            for cell in self.cells
            if not any(each.covers(self.scenario, cell, 0) for each in whole)
        )
        return replace(self, cells=left)

    def weights(self, step: Step, less: Step | None = None) -> Weights | Untold:
        """How a contrast is read off these cells, or why it can't be."""
        return contrast_weights(
            self.cells,
            step,
            less,
            estimator=self.estimator,
            factors=self.varied,
            terms=self.terms,
        )


def played_of(resolved: Resolved, name: str) -> Played:
    """The cells of one scenario of a resolved experiment that are analysed.

    Left out are the control's own, and those that an exclusion takes out in every wording.
    """
    scenario = resolved.scenarios[name]
    control = scenario.control
    aside = {control.up, control.down} if control else set()
    cells = tuple(
        dict(cell.levels)
        for id, cell in resolved.cells.items()
        if cell.scenario == name and id not in aside
    )
    estimable = _varied_pairs(scenario.crossed, resolved.design)
    found = Played(name, scenario.crossed, cells, estimable, resolved.estimator)
    return found.without(resolved.exclusions)


def played(scenario: Scenario, entry: ScenarioEntry, design: Design, *, seed: int) -> Played:
    """The cells of a scenario.

    Raises:
        UserError: No such factor or level, no possible cell, or no such design.
    """
    crossed = {
        factor: levels_of(scenario, factor, levels)
        for factor, levels in (entry.factors or {}).items()
    }
    if design.kind == "ladder":
        rungs = _rungs(scenario)
        crossed = {name: rungs.get(name, levels) for name, levels in crossed.items()}
    combined = math.prod(map(len, crossed.values()))
    if combined > MOST_CELLS:
        raise UserError(
            f"{combined:,} cells of {scenario.id}, more than {MOST_CELLS:,}",
            mend="Cross fewer factors; hold the rest with `at`.",
            field=f"scenarios.{scenario.id}.factors",
        )
    fixed = complete_cell(scenario, entry.at, possible=False)
    possible = cross(crossed, fixed, lambda cell: is_possible(scenario, cell))
    if not possible:
        raise UserError(
            f"no possible cell: {scenario.id} excludes every one of this design",
            mend="Cross other levels, or hold the rest elsewhere with `at`.",
            field=f"scenarios.{scenario.id}",
        )
    estimable = _varied_pairs(crossed, design)
    cells = _chosen(scenario, crossed, fixed, possible, design, estimable, seed)
    return Played(scenario.id, crossed, cells, estimable, design.estimator)


def _chosen(
    scenario: Scenario,
    crossed: Mapping[str, Sequence[str]],
    fixed: Cell,
    possible: tuple[Cell, ...],
    design: Design,
    estimable: tuple[Term, ...],
    seed: int,
) -> tuple[Cell, ...]:
    def is_there(cell: Cell) -> bool:
        return is_possible(scenario, cell)

    varied = {name: levels for name, levels in crossed.items() if len(levels) > 1}
    held = {**fixed, **{name: levels[0] for name, levels in crossed.items()}}
    try:
        match design.kind:
            case "full":
                return possible
            case "fraction":
                resolution = design.resolution or 3
                return fraction(
                    varied, held, is_there, resolution=resolution, estimable=estimable, seed=seed
                )
            case "optimal":
                count = design.cells or size(varied, (*main_effects(varied), *estimable))
                return optimal(possible, varied, cells=count, estimable=estimable, seed=seed)
            case "counterfactual":
                return counterfactual(held, varied, is_there)
            case "ladder":
                return ladder(crossed, _rungs(scenario), held, is_there)
    except UserError as error:
        raise UserError(
            f"{scenario.id}: {error.problem}", mend=error.mend, field=error.field
        ) from error


def _rungs(scenario: Scenario) -> dict[str, list[str]]:
    return {name: list(each.level_ids) for name, each in scenario.factors.items() if each.numeric}


def _varied_pairs(crossed: Mapping[str, Sequence[str]], design: Design) -> tuple[Term, ...]:
    """The interactions asked for of which a scenario varies both factors, in its order."""
    known = {name for name, levels in crossed.items() if len(levels) > 1}
    return tuple(
        tuple(sorted(pair, key=list(crossed).index))
        for pair in design.estimable
        if {*pair} <= known
    )
