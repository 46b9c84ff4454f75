"""How often a vignette reads as more real than an everyday record, by people's or judges' labels.

    won 1, tie a half, lost 0      the mean is the win rate; a half: as real as the records
    interval                       Wilson's, on the number of labels that are worth as much as
                                   independent ones: clustered by vignette (Korn and Graubard)

Labels of one vignette agree more than labels of two, so n labels tell as much as n over the design
effect, the clustered variance over that of independent labels; never more than n. Where every
label is the same, there are as many as there are vignettes. Without labels nothing is measured.

Source: E. Korn and B. Graubard, Survey Methodology 24 (1998), 193-201.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from statsmodels.stats.proportion import proportion_confint

from allegiance.analysis.estimate import CONFIDENCE
from allegiance.analysis.realism import ALL, REALISM
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

NO_LABELS = "not measured: no labels"
WORTH = {"vignette": 1.0, "tie": 0.5, "other": 0.0}


def estimate_pairwise(resolved: Resolved, labels: pl.DataFrame) -> pl.DataFrame:
    """A row for each scenario, over all its vignettes and at each level of realism."""
    rows = [
        {"scenario": scenario, "level": level, **_figures(own)}
        for scenario in resolved.scenarios
        for level, own in _levels(resolved, scenario, labels)
    ]
    return pl.DataFrame(rows, schema=columns_of("pairwise"), orient="row")


def _levels(
    resolved: Resolved, scenario: str, labels: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame]]:
    cells = {id: resolved.cells[each.cell] for id, each in resolved.vignettes.items()}
    own = {id: cell.levels for id, cell in cells.items() if cell.scenario == scenario}
    yield ALL, labels.filter(pl.col("vignette").is_in(list(own)))
    for level in resolved.scenarios[scenario].crossed.get(REALISM, ()):
        those = [id for id, levels in own.items() if levels[REALISM] == level]
        yield level, labels.filter(pl.col("vignette").is_in(those))


def _figures(labels: pl.DataFrame) -> dict[str, Any]:
    counts = {
        "n_labels": labels.height,
        "n_vignettes": labels["vignette"].n_unique(),
        "n_labellers": labels["labeller"].n_unique(),
        "n_ties": labels.filter(winner="tie").height,
    }
    if labels.is_empty():
        return counts | {"verdict": NO_LABELS}
    by_vignette: dict[str, list[float]] = {}
    for vignette, winner in labels.select("vignette", "winner").iter_rows():
        by_vignette.setdefault(vignette, []).append(WORTH[winner])
    rate, worth = win_rate(by_vignette)
    low, high = proportion_confint(rate * worth, worth, alpha=1 - CONFIDENCE, method="wilson")
    return counts | {
        "estimate": rate,
        "ci_low": float(low),
        "ci_high": float(high),
        "n_effective": worth,
        "verdict": _verdict(float(low), float(high)),
    }


def win_rate(labels: Mapping[str, Sequence[float]]) -> tuple[float, float]:
    """The win rate, and how many independent labels these are worth.

    Args:
        labels: Vignette to its labels: 1, a half or 0.
    """
    count = sum(map(len, labels.values()))
    rate = sum(map(sum, labels.values())) / count
    clusters = len(labels)
    if clusters < 2 or rate in (0, 1):
        return rate, float(clusters)
    alone = rate * (1 - rate) / (count - 1)
    squares = sum((sum(own) - rate * len(own)) ** 2 for own in labels.values())
    clustered = squares / count**2 * clusters / (clusters - 1)
    return rate, count / max(1.0, clustered / alone)


def _verdict(low: float, high: float) -> str:
    if low > 0.5:
        return "more real than the records"
    return "less real than the records" if high < 0.5 else "not told from the records"
