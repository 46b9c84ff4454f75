"""What carries the difference: how much each passage of a vignette moves it.

    left_out           mean over passages of |whole less the vignette without it|       (nats)
    padding            the same of unrelated words of its length in its place
    beyond_padding     mean of |left_out| less |padding|: what it does by what it says
    left_in            mean of |the passage alone, less the neutral context|
    carries_90         share of the words in the passages that, largest first, make up 90 % of
                       the sum of |left_out|; 0.9 were it spread as evenly as the words
    padding_carries    the same of |padding|: how unevenly chance alone spreads it

Each is a mean over wordings with its interval: over all vignettes that were taken apart, at each
level of realism, and, but for the last two, in each message. Sizes are absolute: noise alone makes
them larger than 0, so what counts is how far they are beyond padding. Leaving out one passage of
two that say the same shows nothing of either; leaving in shows both.
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import Any

import polars as pl

from allegiance.analysis.estimate import estimate_mean, within
from allegiance.analysis.realism import REALISM
from allegiance.analysis.validity import ALL, verdict_of
from allegiance.analysis.values import NATS, POINTS
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

MOST = 0.9
"""The part of all influence of which it is asked what carries it."""

Rows = Sequence[dict[str, Any]]


def carrying(sizes: Sequence[float], words: Sequence[int], part: float = MOST) -> float | None:
    """Share of the words in the fewest passages that make up so much of the summed sizes.

    Args:
        sizes: Size of each passage's influence, none below 0.
        words: Length of each.
        part: How much of the sum, in points of 1.
    """
    wanted, reached, used = part * sum(sizes), 0.0, 0
    if not wanted:
        return None
    for size, length in sorted(zip(sizes, words, strict=True), reverse=True):
        if reached >= wanted * (1 - 1e-12):
            break
        reached, used = reached + size, used + length
    return used / sum(words)


def _size(change: str) -> Callable[[Rows], float]:
    return lambda rows: fmean(abs(row[change]) for row in rows)


def _carried(change: str) -> Callable[[Rows], float | None]:
    return lambda rows: carrying([abs(row[change]) for row in rows], [row["words"] for row in rows])


def _beyond(rows: Rows) -> float:
    return fmean(abs(row["left_out"]) - abs(row["padding"]) for row in rows)


SIZES: dict[str, Callable[[Rows], float | None]] = {
    "left_out": _size("left_out"),
    "padding": _size("padding"),
    "beyond_padding": _beyond,
    "left_in": _size("left_in"),
}
SHARES: dict[str, Callable[[Rows], float | None]] = {
    "carries_90": _carried("left_out"),
    "padding_carries": _carried("padding"),
}


def estimate_influence(resolved: Resolved, passages: pl.DataFrame) -> pl.DataFrame:
    """A row for each measure of each model and scenario, over all, by realism and by message."""
    rows = [
        {"scenario": scenario, "model": model, "kind": kind, "of": of, **row}
        for model in resolved.models
        for scenario in resolved.scenarios
        for kind, of, part in _parts(
            passages.filter(model=model, scenario=scenario),
            resolved.scenarios[scenario].crossed.get(REALISM, ()),
        )
        for row in _rows(part, SIZES if kind == "message" else SIZES | SHARES)
    ]
    return pl.DataFrame(rows, schema=columns_of("influence"), orient="row")


def _parts(
    passages: pl.DataFrame, levels: Sequence[str]
) -> Iterator[tuple[str, str, pl.DataFrame]]:
    if passages.is_empty():
        return
    yield ALL, ALL, passages
    for level in levels:
        yield REALISM, level, passages.filter(pl.col(f"factor.{REALISM}") == level)
    for (message,), part in passages.group_by("message", maintain_order=True):
        yield "message", str(message), part


def _rows(
    passages: pl.DataFrame, measures: dict[str, Callable[[Rows], float | None]]
) -> Iterator[dict[str, Any]]:
    trials = [part for _, part in passages.group_by("trial_id", maintain_order=True)]
    known = [part for part in trials if set(part["status"]) == {"measured"}]
    for measure, of in measures.items():
        valued = [(part["wording"][0], of(part.to_dicts())) for part in known]
        found = estimate_mean([(wording, value) for wording, value in valued if value is not None])
        shares = measure in SHARES
        found = within(found, 0.0, 1.0) if shares else found
        yield {
            "measure": measure,
            "estimate": found.estimate,
            "unit": POINTS if shares else NATS,
            "se": found.se,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "n_passages": sum(part.height for part in known),
            "n_trials": len(known),
            "n_planned": len(trials),
            "n_wordings": found.n_wordings,
            "verdict": verdict_of(
                found, 0.0, "beyond padding", "not beyond padding", "less than padding"
            )
            if measure == "beyond_padding"
            else None,
        }
