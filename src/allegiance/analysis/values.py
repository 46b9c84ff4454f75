"""What is compared: one value for each played vignette, or None where it is missing.

    log_score            mean log-score of the actions for, less that of those against (nats)
    toward               weight on the actions for; in its place where answers were sampled
    subvert, refuse ...  weight on actions of that stance (points of 1)
    missing              1 where the trial is missing, else 0: missingness is an effect too
    mismatched           difference of two texts in random order that mean nothing here (nats)

A value belongs to a cell and a block: the wording set with its names and order of messages.
Cells are compared within blocks.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

import polars as pl

from allegiance.experiment.hypothesis import TOWARD
from allegiance.experiment.resolved import ActionGroups, Block, Resolved
from allegiance.situation.stance import Stance

NATS, POINTS = "nats", "points of 1"
"""Units."""

LOG_SCORE = "log_score"
PRIMARY = (LOG_SCORE, TOWARD)
"""What a headline, the reference arm and the positive control are read off: one of the two."""

MISSING, MISMATCHED = "missing", "mismatched"
"""What is estimated beside: whether levels change what is missing, and an exact null."""

SHARES = tuple(stance.value for stance in Stance)
"""The stances, each a share (exact) or a rate (sampled)."""


@dataclass(frozen=True)
class Values:
    """The values of one scenario, model and outcome."""

    unit: str
    """nats, or points of 1."""
    of: Mapping[tuple[str, Block], Sequence[float | None]]
    """Cell and block to a value for each replicate; None where it is missing."""
    drawn: bool = False
    """Whether each value is one answer that was drawn, 0 or 1."""
    by_trial: Mapping[str, float | None] = field(default_factory=dict)
    """Trial to the same value, where it is a trial's own."""

    @property
    def bounded(self) -> bool:
        """Whether a missing value is known to lie between 0 and 1."""
        return self.unit != NATS


def log_score_values(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, groups: ActionGroups
) -> Values:
    """Differences in log-score between two groups of actions."""

    def difference(rows: Sequence[Mapping[str, Any]]) -> float | None:
        scores = {row["action"]: row["log_score"] for row in rows}
        plus = [scores.get(action) for action in groups.plus if action in scores]
        minus = [scores.get(action) for action in groups.minus if action in scores]
        if not plus or not minus or None in plus or None in minus:
            return None
        return fmean(v for v in plus if v is not None) - fmean(v for v in minus if v is not None)

    return _collect(NATS, resolved, trials, responses, difference)


def toward_values(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, groups: ActionGroups
) -> Values:
    """Weights on the actions for, in points of 1."""

    def weight(rows: Sequence[Mapping[str, Any]]) -> float:
        return sum((row["probability"] for row in rows if row["action"] in groups.plus), start=0.0)

    return _shares(resolved, trials, responses, weight)


def primary_values(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, groups: ActionGroups
) -> tuple[str, Values]:
    """The primary outcome by its name: log-scores, or where answers were sampled, weights."""
    if responses.is_empty() or "exact" in responses["method"]:
        return LOG_SCORE, log_score_values(resolved, trials, responses, groups)
    return TOWARD, toward_values(resolved, trials, responses, groups)


def stance_values(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, *stances: str
) -> Values:
    """Weights on the actions of some stances (delegated reading), in points of 1."""

    def weight(rows: Sequence[Mapping[str, Any]]) -> float:
        return sum((row["probability"] for row in rows if row["stance"] in stances), start=0.0)

    return _shares(resolved, trials, responses, weight)


def counted_values(
    resolved: Resolved,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    counted: Mapping[str, Collection[str]],
) -> Values:
    """Weights on the actions that count in each cell, in points of 1; cell to these actions."""

    def weight(rows: Sequence[Mapping[str, Any]]) -> float:
        return sum(
            (row["probability"] for row in rows if row["action"] in counted.get(row["cell"], ())),
            start=0.0,
        )

    return _shares(resolved, trials, responses, weight)


def missing_values(resolved: Resolved, trials: pl.DataFrame) -> Values:
    """1 for each missing trial, 0 for each measured one."""
    missing = dict(zip(trials["trial_id"], trials["status"] == "missing", strict=True))
    return _values(POINTS, resolved, trials, lambda id: float(missing[id]), drawn=True)


def mismatched_values(resolved: Resolved, trials: pl.DataFrame, checks: pl.DataFrame) -> Values:
    """The mismatched difference of each trial that has one planned."""
    rows = checks.filter(check=MISMATCHED)
    found = dict(zip(rows["trial_id"], rows["value"], strict=True))
    return values_of(resolved, trials, found, NATS)


def values_of(
    resolved: Resolved,
    trials: pl.DataFrame,
    found: Mapping[str, float | None],
    unit: str,
    *,
    drawn: bool = False,
) -> Values:
    """The values of the trials of which one was planned: trial to value, None where missing."""
    planned = trials.filter(pl.col("trial_id").is_in(list(found)))
    return _values(unit, resolved, planned, found.get, drawn=drawn)


def _shares(
    resolved: Resolved,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    weight: Callable[[Sequence[Mapping[str, Any]]], float | None],
) -> Values:
    drawn = set(responses["weighed_by"].unique().to_list()) == {"answer"}
    return _collect(POINTS, resolved, trials, responses, weight, drawn=drawn)


def _values(
    unit: str,
    resolved: Resolved,
    trials: pl.DataFrame,
    value: Callable[[str], float | None],
    *,
    drawn: bool = False,
) -> Values:
    of: dict[tuple[str, Block], list[float | None]] = defaultdict(list)
    by_trial = {}
    for trial_id, key in _keys(resolved, trials):
        by_trial[trial_id] = value(trial_id)
        of[key].append(by_trial[trial_id])
    return Values(unit, dict(of), drawn, by_trial)


def _collect(
    unit: str,
    resolved: Resolved,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    value: Callable[[Sequence[Mapping[str, Any]]], float | None],
    *,
    drawn: bool = False,
) -> Values:
    answered: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in responses.iter_rows(named=True):
        answered[row["trial_id"]].append(row)

    def of_trial(id: str) -> float | None:
        rows = answered.get(id)
        return value(rows) if rows else None

    return _values(unit, resolved, trials, of_trial, drawn=drawn)


def _keys(resolved: Resolved, trials: pl.DataFrame) -> Iterator[tuple[str, tuple[str, Block]]]:
    for row in trials.select("trial_id", "cell", "vignette").iter_rows(named=True):
        yield row["trial_id"], (row["cell"], resolved.vignettes[row["vignette"]].block)
