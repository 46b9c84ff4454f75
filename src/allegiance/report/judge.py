"""What labels say of the machine that read the answers, and what they make of rates and effects.

exact runs       nothing was judged
no labels        judge error unknown
labels           error rates on either side, and each comparison as labels mend it
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.labelled import ALONE, EXACT, NONE, POWERED, TURNED, UNKNOWN
from allegiance.analysis.multiplicity import ALPHA, adjusted
from allegiance.report import figures
from allegiance.report.effects import ARROW, Verdict, is_withheld
from allegiance.report.material import Material

SHOWN = ("hypothesis", "contrast", "factor", "level")
"""Kinds that a page shows, in this order; the rates of cells are in the table alone."""


@dataclass(frozen=True)
class CorrectionRow:
    """A rate or a comparison, uncorrected and corrected."""

    name: str
    outcome: str
    raw: str
    estimate: str
    interval: str
    alone: str
    """By labels alone, with its interval."""
    turned: str
    """After Rogan and Gladen, with its interval."""
    labels: str
    false_positive: str
    false_negative: str
    p: str
    """Of no difference in error between the sides."""
    remark: str


@dataclass(frozen=True)
class JudgeView:
    """One model in one scenario."""

    verdict: Verdict
    rows: tuple[CorrectionRow, ...]


def judge_view(material: Material, model: str, scenario: str) -> JudgeView:
    """What labels say of one model in one scenario, in words."""
    rows = material.of("corrections", model, scenario)
    shown = [each for each in _targets(rows) if each[POWERED]["kind"] in SHOWN]
    shown.sort(key=lambda each: SHOWN.index(each[POWERED]["kind"]))
    return JudgeView(judge_verdict(rows), tuple(_row(material, each) for each in shown))


def judge_verdict(rows: pl.DataFrame) -> Verdict:
    """Whether it is known how often answers are misread, and whether that differs by arm."""
    unlabelled = rows.filter(method=NONE)
    if not unlabelled.is_empty():
        return _without_labels(unlabelled["remark"][0])
    tested = [row["p_judge_error"] for row in rows.filter(method=POWERED).iter_rows(named=True)]
    known = [p for p in tested if p is not None]
    if not known:
        text = "No comparison has labels of one kind on both sides."
        return Verdict("unknown", "Judge error not tested by arm", text, spoils=False)
    clear = sum(p < ALPHA for p in adjusted(known, "holm"))
    told = f"Error differs between arms in {clear} of {len(known)} comparisons (Holm, {ALPHA:g})."
    if clear:
        text = f"{told} Uncorrected effects mix what the model does with how it is read."
        return Verdict("bad", "Judge error differs by arm", text, spoils=False)
    return Verdict("good", "Judge error measured", told, spoils=False)


def judge_lines(rows: pl.DataFrame) -> Iterator[str]:
    """The same for a terminal: the verdict, then each comparison as it is corrected."""
    verdict = judge_verdict(rows)
    yield f"{verdict.short}. {verdict.text}"
    for each in _targets(rows):
        row = each[POWERED]
        if row["from"] is None:
            continue
        raw = figures.amount(row["raw"], row["unit"], changes=True)
        yield (
            f"Corrected by {row['n_labels']} labels, {_name(row)}, {row['outcome']}: "
            f"{figures.WITHHELD if row['withheld'] else _estimate(row)}; uncorrected "
            f"{figures.WITHHELD if row['withheld'] else raw}"
        )


def _without_labels(why: str) -> Verdict:
    if why == UNKNOWN:
        text = (
            "No label says how often answers are misread, nor whether that differs by arm. "
            "`allegiance run ... --label N` draws trials for people to label."
        )
        return Verdict("unknown", "Judge error unknown: no labels", text, spoils=False)
    if why == EXACT:
        text = "Actions are scored by their log-likelihoods, so no answer can be misread."
        return Verdict("good", "Nothing was judged", text, spoils=False)
    text = f"{why[:1].upper()}{why[1:]}."
    return Verdict("unknown", "Judge error unknown", text, spoils=False)


def _targets(rows: pl.DataFrame) -> Iterator[dict[str, dict[str, Any]]]:
    """Each rate or comparison, as method to row."""
    keys = ["outcome", "kind", "factor", "from", "to", "less"]
    labelled = rows.filter(pl.col("method") != NONE)
    for _, part in labelled.group_by(keys, maintain_order=True):
        yield {row["method"]: row for row in part.to_dicts()}


def _row(material: Material, methods: Mapping[str, Mapping[str, Any]]) -> CorrectionRow:
    row = methods[POWERED]
    changes, hidden = row["from"] is not None, is_withheld(material, row)

    def shown(words: str) -> str:
        return figures.WITHHELD if hidden else words

    remarks = dict.fromkeys(each["remark"] for each in methods.values() if each["remark"])
    return CorrectionRow(
        name=_name(row),
        outcome=figures.spaced(row["outcome"]),
        raw=shown(figures.amount(row["raw"], row["unit"], changes=changes)),
        estimate=shown(figures.amount(row["estimate"], row["unit"], changes=changes)),
        interval=shown(_interval(row)),
        alone=shown(_estimate(methods[ALONE])),
        turned=shown(_estimate(methods[TURNED])),
        labels=f"{row['n_labels']} of {row['n_trials']}",
        false_positive=_by_side(row, "false_positive"),
        false_negative=_by_side(row, "false_negative"),
        p=figures.probability(row["p_judge_error"]),
        remark="; ".join(remarks),
    )


def _name(row: Mapping[str, Any]) -> str:
    if row["kind"] == "level":
        return f"{row['factor']}: {row['to']}"
    if row["kind"] == "factor":
        return f"{row['factor']}: {row['from']} {ARROW} {row['to']}"
    return figures.spaced(row["factor"])


def _estimate(row: Mapping[str, Any]) -> str:
    if row["estimate"] is None:
        return figures.NONE
    words = figures.amount(row["estimate"], row["unit"], changes=row["from"] is not None)
    return f"{words} {_interval(row)}"


def _interval(row: Mapping[str, Any]) -> str:
    changes = row["from"] is not None
    return figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=changes)


def _by_side(row: Mapping[str, Any], name: str) -> str:
    ends = [f"{name}_from", f"{name}_to"] if row["from"] is not None else [f"{name}_to"]
    told = ["not known" if row[end] is None else figures.points(row[end]) for end in ends]
    return f" {ARROW} ".join(told)
