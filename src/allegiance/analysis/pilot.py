"""How much wordings differed in an earlier run: what the power of the next one hangs on.

The value of a contrast under each wording is the weighted sum over cells within its blocks,
averaged; the standard deviation of these values is what `design.power` takes as its unit.
"""

from collections import defaultdict
from collections.abc import Mapping
from statistics import fmean, stdev

import polars as pl

from allegiance.analysis.values import Values, missing_values, primary_values, stance_values
from allegiance.design.contrasts import Step, Untold
from allegiance.experiment.cells import played_of
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME
from allegiance.experiment.resolved import Block, Resolved


def pilot_sd(
    resolved: Resolved,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    scenario: str,
    model: str,
    outcome: str,
    step: Step,
    less: Step | None,
) -> tuple[float, str] | None:
    """The sd between wordings of a contrast, and its unit; None where the run can't tell it."""
    if scenario not in resolved.scenarios or model not in resolved.models:
        return None
    cells = played_of(resolved, scenario)
    found = cells.weights(step, less)
    if isinstance(found, Untold):
        return None
    ids = {
        tuple(sorted(cell.levels.items())): id
        for id, cell in resolved.cells.items()
        if cell.scenario == scenario
    }
    weights = {
        ids[tuple(sorted(cell.items()))]: weight
        for cell, weight in zip(cells.cells, found.of, strict=True)
        if weight
    }
    values = _values(
        resolved,
        trials.filter(scenario=scenario, model=model),
        responses.filter(scenario=scenario, model=model),
        scenario,
        outcome,
    )
    by_wording = _by_wording(weights, values)
    means = [fmean(each) for each in by_wording.values()]
    return (stdev(means), values.unit) if len(means) > 1 else None


def _values(
    resolved: Resolved,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    scenario: str,
    outcome: str,
) -> Values:
    if outcome == PRIMARY_OUTCOME:
        return primary_values(resolved, trials, responses, resolved.scenarios[scenario].groups)[1]
    if outcome == "missing":
        return missing_values(resolved, trials)
    return stance_values(resolved, trials, responses, outcome)


def _by_wording(weights: Mapping[str, float], values: Values) -> dict[int, list[float]]:
    """Wording to the contrast's value in each of its blocks in which every cell was measured."""
    blocks: dict[Block, dict[str, float]] = defaultdict(dict)
    for (cell, block), replicates in values.of.items():
        measured = [value for value in replicates if value is not None]
        if cell in weights and measured:
            blocks[block][cell] = fmean(measured)
    found: dict[int, list[float]] = defaultdict(list)
    for block, cells in blocks.items():
        if cells.keys() == weights.keys():
            found[block[0]].append(sum(weights[cell] * cells[cell] for cell in cells))
    return found
