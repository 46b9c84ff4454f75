"""The table of corrections: every rate and comparison whose outcome was labelled, mended.

    arm                      the rate in each cell
    level                    the rate at each level of a crossed factor, over the cells played
    factor, contrast,
    hypothesis               each comparison of `contrasts`, in its scenario

Each has three rows: prediction-powered (see `correction`), by labels alone, and after Rogan and
Gladen (see `judge`), with the raw figure and the error rates of both sides beside them. A model
and scenario without any label has one row, which says that the judge's error is unknown; one
that was scored exactly says that nothing was judged. The positive control, log-odds and claims
over several scenarios together are not corrected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.correction import Judged, Side, corrected, sides_of
from allegiance.analysis.estimate import Estimate, within
from allegiance.analysis.grid import Contrast, contrast_on, grid_of, weights_of
from allegiance.analysis.judge import Refused, differ, errors_of, rogan_gladen
from allegiance.analysis.rows import measured, remark_on, scope_of
from allegiance.analysis.values import Values
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME, TOWARD
from allegiance.experiment.resolved import Block, Resolved, StampedScenario
from allegiance.tables.schema import columns_of

POWERED, ALONE, TURNED, NONE = "prediction-powered", "labels alone", "rogan-gladen", "none"
UNIT = "points of 1"

UNKNOWN = "judge error unknown: no labels"
EXACT = "nothing was judged: scores are computed"
ADAPTIVE = "not corrected: trials were drawn adaptively, and labels know nothing of their chances"
UNMEASURED = "not measured, so there is nothing to label"


@dataclass(frozen=True)
class Target:
    """A rate or a comparison to be corrected."""

    head: Mapping[str, Any]
    """What it is, as columns."""
    contrast: Contrast
    changes: bool
    """Whether it is a comparison; else a rate."""


def estimate_corrections(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, labels: pl.DataFrame
) -> pl.DataFrame:
    """The table of corrections of a run, every model apart."""
    rows = [
        {"scenario": name, "model": model, **row}
        for model in resolved.models
        for name, scenario in resolved.scenarios.items()
        for row in _rows(
            resolved,
            name,
            _own(trials.filter(model=model, scenario=name), scenario),
            _own(responses.filter(model=model, scenario=name), scenario),
            labels,
        )
    ]
    columns = columns_of("corrections")
    told = [{name: row.get(name) for name in columns} for row in rows]
    return pl.DataFrame(told, schema=columns, orient="row")


def _own(frame: pl.DataFrame, scenario: StampedScenario) -> pl.DataFrame:
    """All rows but those of the positive control."""
    control = scenario.control
    return frame.remove(pl.col("cell").is_in([control.up, control.down])) if control else frame


def _rows(
    resolved: Resolved,
    name: str,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    labels: pl.DataFrame,
) -> Iterator[dict[str, Any]]:
    own = labels.filter(pl.col("trial_id").is_in(trials["trial_id"].to_list()))
    outcomes = own.drop_nulls("label")["outcome"].unique(maintain_order=True).sort().to_list()
    if outcomes and resolved.adaptive:
        yield {"method": NONE, "remark": ADAPTIVE}
        return
    if not outcomes:
        yield {"method": NONE, "remark": _why_none(responses)}
    for outcome in outcomes:
        asked = own.filter(outcome=outcome)
        judged = judged_trials(resolved, name, trials, responses, asked, outcome)
        blank = int(asked["label"].is_null().sum())
        for target in _targets(resolved, name, judged, outcome):
            for row in _figures(judged, target, blank):
                counts = measured(target.contrast.counts(), resolved)
                yield {"outcome": outcome, "unit": UNIT, **target.head, **counts, **row}


def _why_none(responses: pl.DataFrame) -> str:
    if responses.is_empty():
        return UNMEASURED
    return EXACT if "exact" in responses["method"] else UNKNOWN


def judged_trials(
    resolved: Resolved,
    name: str,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    labels: pl.DataFrame,
    outcome: str,
) -> Judged:
    """What the tables say of each trial of one model in one scenario, beside its label.

    Args:
        resolved: The experiment.
        name: The scenario.
        trials: Its trials.
        responses: Its responses.
        labels: Those of the outcome.
        outcome: toward, or a stance.
    """
    plus = resolved.scenarios[name].groups.plus
    hit = pl.col("action").is_in(plus) if outcome == TOWARD else pl.col("stance") == outcome
    weight = pl.when(hit).then(pl.col("probability")).otherwise(0.0)
    weights = responses.group_by("trial_id").agg(weight.sum().alias("prediction"))
    rows = (
        trials.select("trial_id", "cell", "vignette")
        .join(weights, on="trial_id", how="left", maintain_order="left")
        .join(
            labels.select("trial_id", "label", "chance"),
            on="trial_id",
            how="left",
            maintain_order="left",
        )
    )
    of: dict[tuple[str, Block], list[float | None]] = {}
    for row in rows.iter_rows(named=True):
        of.setdefault(_key(resolved, row), []).append(row["prediction"])
    cells = {cell: place for place, cell in enumerate(dict.fromkeys(cell for cell, _ in of))}
    blocks = {block: place for place, block in enumerate(dict.fromkeys(block for _, block in of))}
    known = [row for row in rows.iter_rows(named=True) if row["prediction"] is not None]
    places = [_key(resolved, row) for row in known]
    return Judged(
        grid=grid_of(Values(UNIT, of)),
        cell=np.array([cells[cell] for cell, _ in places], int),
        block=np.array([blocks[block] for _, block in places], int),
        prediction=np.array([row["prediction"] for row in known], float),
        label=np.array([row["label"] for row in known], float),
        chance=np.array([row["chance"] for row in known], float),
    )


def _key(resolved: Resolved, row: Mapping[str, Any]) -> tuple[str, Block]:
    vignette = resolved.vignettes[row["vignette"]]
    return row["cell"], (vignette.wording, tuple(sorted(vignette.nuisance.items())))


def _targets(resolved: Resolved, name: str, judged: Judged, outcome: str) -> Iterator[Target]:
    cells = {cell: resolved.cells[cell].levels for cell in judged.grid.cells}
    crossed = resolved.scenarios[name].crossed
    for cell, levels in cells.items():
        told = ", ".join(f"{factor}: {levels[factor]}" for factor in crossed if factor in levels)
        yield from _rate({"kind": "arm", "factor": "cell", "to": told or cell}, judged, [cell])
    for factor, levels_of in crossed.items():
        for level in levels_of:
            own = [cell for cell, levels in cells.items() if levels.get(factor) == level]
            head = {"kind": "level", "factor": factor, "to": level}
            yield from _rate(head, judged, own)
    for each in comparisons(resolved, name):
        contrast = contrast_on(judged.grid, each.units, each.weights)
        if each.kind == "control" or not _is_about(each, outcome):
            continue
        if contrast and len(sides_of(judged, contrast)) == 2:
            yield Target(
                {
                    "kind": each.kind,
                    "factor": each.factor,
                    "from": each.source,
                    "to": each.target,
                    "less": each.less or None,
                },
                contrast,
                changes=True,
            )


def _is_about(each: Comparison, outcome: str) -> bool:
    """A claim is about its own outcome alone."""
    if each.claim is None:
        return True
    return outcome == (TOWARD if each.claim.outcome == PRIMARY_OUTCOME else each.claim.outcome)


def _rate(head: Mapping[str, Any], judged: Judged, cells: Sequence[str]) -> Iterator[Target]:
    contrast = contrast_on(judged.grid, [(cell,) for cell in cells], (1.0,))
    if contrast:
        yield Target(head, contrast, changes=False)


def _figures(judged: Judged, target: Target, blank: int) -> Iterator[dict[str, Any]]:
    """The three rows of a rate or a comparison."""
    sides, raw = sides_of(judged, target.contrast), list(target.contrast.by_wording().values())
    beside = {
        "raw": float(np.mean(raw)) if raw else None,
        "n_labels": sum(int(side.arm.labelled.sum()) for side in sides),
        "p_judge_error": differ(*(side.arm for side in sides)) if target.changes else None,
        **_by_side(sides, "false_positive", [errors_of(side.arm).false_positive for side in sides]),
        **_by_side(sides, "false_negative", [errors_of(side.arm).false_negative for side in sides]),
    }
    note = f"{blank} drawn trials have no label yet: taken to be like the others" if blank else None
    for method, tuned in ((POWERED, True), (ALONE, False)):
        made = corrected(judged, target.contrast, tuned=tuned)
        if made is None:
            told = _refused("not corrected: a side has no label")
        else:
            told = _told(made.found, target, note) | _by_side(sides, "lambda", made.slopes)
        yield {"method": method, **beside, **told}
    turned = rogan_gladen(judged, target.contrast)
    told = (
        _refused(f"not corrected: {turned.why}")
        if isinstance(turned, Refused)
        else _told(turned, target, note)
    )
    yield {"method": TURNED, **beside, **told}


def _by_side(sides: Sequence[Side], name: str, values: Sequence[float | None]) -> dict[str, Any]:
    """A figure of each side as columns; a rate has only the one that it arrives at."""
    ends = {-1.0: "from", 1.0: "to"}
    return {
        f"{name}_{ends[float(np.sign(side.weight))]}": value
        for side, value in zip(sides, values, strict=True)
    }


def _told(found: Estimate, target: Target, note: str | None) -> dict[str, Any]:
    """An estimate as columns, cut to what it can be."""
    signs = np.abs(weights_of(target.contrast.rows.shape[1], target.contrast.weights))
    least, most = (-signs.sum() / 2, signs.sum() / 2) if target.changes else (0.0, 1.0)
    cut = within(found, float(least), float(most))
    columns = ("se", "df", "ci_low", "ci_high", "n_wordings")
    return {
        **{name: getattr(cut, name) for name in columns},
        "estimate": None if cut.estimate is None else float(np.clip(cut.estimate, least, most)),
        "scope": scope_of(cut),
        "remark": remark_on(cut) or note,
    }


def _refused(why: str) -> dict[str, Any]:
    return {"scope": "nothing", "remark": why}
