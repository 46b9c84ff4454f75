"""Effects: what changes when a level changes, and nothing else does.

    factor     each crossed factor, from the first of its levels to each other
    contrast   places in the design that the author named
    control    the positive control: does a plain order move the read-out at all?

Beside the outcomes of a choice stand two that should not move: `missing`, where anything is,
and `mismatched`, an exact null. Two cells are compared where they agree in every factor that
the comparison does not name; vignettes are paired within blocks. The rest is in `estimate`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import polars as pl
from scipy import stats

from allegiance.analysis.estimate import Difference, bounds, estimate_change
from allegiance.analysis.values import (
    MISMATCHED,
    MISSING,
    SHARES,
    Block,
    Values,
    mismatched_values,
    missing_values,
    primary_values,
    stance_values,
)
from allegiance.design.factorial import matching_pairs
from allegiance.experiment.resolved import Resolved, StampedScenario
from allegiance.tables.schema import columns_of

ESTIMATOR = "paired within blocks; mean by wording; t over wordings"


@dataclass(frozen=True)
class Comparison:
    """Two sides of a design, each a list of cells that are matched one to one."""

    kind: str
    factor: str
    source: str
    target: str
    within: str
    pairs: tuple[tuple[str, str], ...]
    hypothesis: str | None
    confirmatory: bool


def estimate_effects(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """The table of effects of a run, every model and scenario apart."""
    rows = [
        row
        for model in resolved.models
        for name, scenario in resolved.scenarios.items()
        for row in _scenario_rows(
            resolved,
            name,
            scenario,
            trials.filter(model=model, scenario=name),
            responses.filter(model=model, scenario=name),
            checks.filter(model=model, scenario=name),
            model,
        )
    ]
    frame = pl.DataFrame(rows, schema=columns_of("effects"), orient="row")
    return _with_q(frame)


def comparisons(resolved: Resolved, name: str) -> tuple[Comparison, ...]:
    """Every comparison that the design of one scenario allows, the control last."""
    scenario = resolved.scenarios[name]
    return (
        *_factor_comparisons(resolved, name, scenario),
        *_named_comparisons(resolved, name, scenario),
        *_control_comparisons(scenario),
    )


def _scenario_rows(
    resolved: Resolved,
    name: str,
    scenario: StampedScenario,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    checks: pl.DataFrame,
    model: str,
) -> Iterator[dict[str, Any]]:
    beside = {
        stance: stance_values(resolved, trials, responses, stance)
        for stance in SHARES
        if _occurs(stance, responses)
    }
    if "missing" in trials["status"]:
        beside[MISSING] = missing_values(resolved, trials)
    if MISMATCHED in checks["check"]:
        beside[MISMATCHED] = mismatched_values(resolved, trials, checks)
    for comparison in comparisons(resolved, name):
        of_control = comparison.kind == "control" and scenario.control is not None
        groups = scenario.control.groups if of_control and scenario.control else scenario.groups
        primary, compared = primary_values(resolved, trials, responses, groups)
        outcomes: dict[str, Values] = {primary: compared, **({} if of_control else beside)}
        for outcome, values in outcomes.items():
            row = _row(comparison, outcome, values, name, model, resolved)
            yield row | {"noise": trials["noise"].max() if values.unit == "nats" else None}


def _occurs(stance: str, responses: pl.DataFrame) -> bool:
    return stance in responses["stance"].unique().to_list()


def _row(
    comparison: Comparison,
    outcome: str,
    values: Values,
    scenario: str,
    model: str,
    resolved: Resolved,
) -> dict[str, Any]:
    differences = list(_differences(comparison, values))
    found = estimate_change(differences)
    planned = 2 * len(differences)
    measured = sum((each.source is not None) + (each.target is not None) for each in differences)
    low, high = bounds(differences, bounded=values.bounded) if differences else (None, None)
    coverage = measured / planned if planned else None
    return {
        "scenario": scenario,
        "model": model,
        "kind": comparison.kind,
        "outcome": outcome,
        "factor": comparison.factor,
        "from": comparison.source,
        "to": comparison.target,
        "within": comparison.within,
        "unit": values.unit,
        **asdict(found),
        "bound_low": low,
        "bound_high": high,
        "n_trials": measured,
        "n_planned": planned,
        "coverage": coverage,
        "withheld": coverage is None or coverage < resolved.coverage.arm,
        "estimator": ESTIMATOR,
        "scope": "wordings" if found.n_wordings > 1 else "these wordings",
        "hypothesis": comparison.hypothesis,
        "confirmatory": comparison.confirmatory,
        "q": None,
    }


def _differences(comparison: Comparison, values: Values) -> Iterator[Difference]:
    blocks: dict[str, list[Block]] = {}
    for cell, block in values.of:
        blocks.setdefault(cell, []).append(block)
    for source, target in comparison.pairs:
        for block in blocks.get(source, []):
            if (target, block) in values.of:
                yield Difference(
                    wording=block[0],
                    source=_mean(values.of[source, block]),
                    target=_mean(values.of[target, block]),
                )


def _mean(replicates: Any) -> float | None:
    """The mean over measured replicates of one vignette."""
    measured = [value for value in replicates if value is not None]
    return fmean(measured) if measured else None


def _factor_comparisons(
    resolved: Resolved, name: str, scenario: StampedScenario
) -> Iterator[Comparison]:
    for factor, levels in scenario.crossed.items():
        for level in levels[1:]:
            pairs = _pairs(resolved, name, {factor: levels[0]}, {factor: level})
            within = ", ".join(other for other in scenario.crossed if other != factor)
            if pairs:
                yield Comparison(
                    "factor", factor, levels[0], level, within, pairs, None, confirmatory=False
                )


def _named_comparisons(
    resolved: Resolved, name: str, scenario: StampedScenario
) -> Iterator[Comparison]:
    for each in scenario.contrasts:
        named = each.source.keys() | each.target.keys()
        yield Comparison(
            kind="contrast",
            factor=each.id,
            source=_in_words(each.source),
            target=_in_words(each.target),
            within=", ".join(other for other in scenario.crossed if other not in named),
            pairs=_pairs(resolved, name, each.source, each.target),
            hypothesis=each.direction,
            confirmatory=True,
        )


def _control_comparisons(scenario: StampedScenario) -> Iterator[Comparison]:
    if scenario.control:
        pairs = ((scenario.control.down, scenario.control.up),)
        yield Comparison(
            "control", "positive control", "down", "up", "", pairs, "up", confirmatory=True
        )


def _pairs(
    resolved: Resolved, name: str, source: Mapping[str, str], target: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Ids of matched cells, the control's own cells left out."""
    control = resolved.scenarios[name].control
    aside = {control.up, control.down} if control else set()
    cells = {
        id: cell.levels
        for id, cell in resolved.cells.items()
        if cell.scenario == name and id not in aside
    }
    ids = {tuple(sorted(levels.items())): id for id, levels in cells.items()}
    return tuple(
        (ids[tuple(sorted(left.items()))], ids[tuple(sorted(right.items()))])
        for left, right in matching_pairs(list(cells.values()), source, target)
    )


def _in_words(levels: Mapping[str, str]) -> str:
    return ", ".join(f"{factor}: {level}" for factor, level in levels.items())


def _with_q(frame: pl.DataFrame) -> pl.DataFrame:
    """Benjamini and Hochberg's q over the factors and contrasts of a model and outcome."""
    q: list[float | None] = [None] * frame.height
    tested = frame.with_row_index("row").filter(
        pl.col("p").is_not_null() & (pl.col("kind") != "control")
    )
    for _, family in tested.group_by("model", "outcome", maintain_order=True):
        adjusted = stats.false_discovery_control(family["p"].to_numpy())
        for row, value in zip(family["row"], adjusted, strict=True):
            q[row] = float(value)
    return frame.with_columns(pl.Series("q", q, dtype=pl.Float64))
