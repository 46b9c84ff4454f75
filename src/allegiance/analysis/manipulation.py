"""Was each level read as that level? What comprehension items and probes say of a change of level.

    comprehension   weight on the answer that is right at the new level: there, less at the
                    baseline, in vignettes paired within blocks (points of 1)
    probe           the change in the probe's value over the same pairs (nats, or points of 1)
    none            no item's right answer turns on the factor, and no probe is asked: not measured

An item counts for a factor where its right answer is one at the one level, another at the other,
and hangs on nothing else that is crossed. A level that was not read cannot have worked by what it
means. That a level moves a probe is an effect of the level, and says nothing of why choices move.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.estimate import NOTHING
from allegiance.analysis.grid import contrast_on, grid_of
from allegiance.analysis.realism import unit_of
from allegiance.analysis.validity import NOT_MEASURED, verdict_of
from allegiance.analysis.values import POINTS, values_of
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

NO_ITEM = "no item asks about it"
NO_PAIR = "no two vignettes of a block were asked: raise the share that is asked"

READ = ("read as that level", "not seen to be read", "read the other way round")
MOVED = ("goes up", "not seen to move", "goes down")
"""What is said where the interval lies above 0, around it, below it."""


def estimate_manipulation(
    resolved: Resolved, trials: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """A row for each step of a factor and each item or probe that tells of it."""
    rows = [
        {"scenario": scenario, "model": model, **row}
        for model in resolved.models
        for scenario in resolved.scenarios
        for comparison in comparisons(resolved, scenario)
        if comparison.kind == "factor"
        for row in _rows(
            resolved,
            comparison,
            unit_of(trials, model),
            *(frame.filter(model=model, scenario=scenario) for frame in (trials, checks)),
        )
    ]
    return pl.DataFrame(rows, schema=columns_of("manipulation"), orient="row")


def _rows(
    resolved: Resolved,
    comparison: Comparison,
    unit: str,
    trials: pl.DataFrame,
    checks: pl.DataFrame,
) -> Iterator[dict[str, Any]]:
    step = {"factor": comparison.factor, "from": comparison.source, "to": comparison.target}
    asked = checks.filter(check="comprehension")
    items = list(_items(asked, comparison))
    for item, right in items:
        rows = asked.filter(item=item).to_dicts()
        values = {row["trial_id"]: _weight_on(right, row) for row in rows}
        told = {"check": "comprehension", "item": item, "answer": right}
        yield step | told | _change(resolved, comparison, trials, values, POINTS, READ)
    if not items:
        told = {"check": "comprehension", "unit": "none", "verdict": NOT_MEASURED}
        yield step | told | {"n_trials": 0, "n_planned": 0, "n_wordings": 0, "remark": NO_ITEM}
    probes = checks.filter(check="probe")
    for (probe,), own in probes.group_by("item", maintain_order=True):
        values = dict(zip(own["trial_id"], own["value"], strict=True))
        told = {"check": "probe", "item": str(probe)}
        yield step | told | _change(resolved, comparison, trials, values, unit, MOVED)


def _items(items: pl.DataFrame, comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Items whose right answer turns on the factor alone, with the one at the new level."""
    column = f"factor.{comparison.factor}"
    for (item,), rows in items.group_by("item", maintain_order=True):
        old, new = (
            set(rows.filter(pl.col(column) == level)["right"].drop_nulls().to_list())
            for level in (comparison.source, comparison.target)
        )
        if len(old) == len(new) == 1 and old != new:
            yield str(item), new.pop()


def _weight_on(answer: str, row: Mapping[str, Any]) -> float | None:
    if row["status"] == "missing":
        return None
    weights = {each["answer"]: each["share"] for each in row["shares"]}
    return float(weights.get(answer, 0.0))


def _change(
    resolved: Resolved,
    comparison: Comparison,
    trials: pl.DataFrame,
    values: Mapping[str, float | None],
    unit: str,
    verdicts: tuple[str, str, str],
) -> dict[str, Any]:
    """The change over paired vignettes, and a word for where its interval lies."""
    drawn = unit == POINTS and set(values.values()) <= {0.0, 1.0, None}
    grid = grid_of(values_of(resolved, trials, values, unit, drawn=drawn))
    contrast = contrast_on(grid, comparison.units, comparison.weights)
    found = contrast.estimate() if contrast else NOTHING
    counts = contrast.counts() if contrast else None
    return {
        "estimate": found.estimate,
        "unit": unit,
        "se": found.se,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "p": found.p,
        "mde": found.mde,
        "n_trials": counts.measured if counts else 0,
        "n_planned": counts.planned if counts else 0,
        "n_wordings": found.n_wordings,
        "verdict": verdict_of(found, 0.0, *verdicts),
        "remark": NO_PAIR if found.estimate is None else None,
    }
