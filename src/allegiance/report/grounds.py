"""Why each code says what it says of a cell's actions, and what would turn it.

The tables `judgements` and `break_evens` in words: clauses, facts, excuses that lose, the smallest
change of a level at which a judgement turns; and, of whatever code, the ratio at which two actions
are level. Ratios against an open refusal come first, since a refusal brings nobody anything new.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allegiance.codes.break_even import Balance
from allegiance.report import figures
from allegiance.report.material import Material
from allegiance.situation.action import Exit

WITHOUT = {
    Balance.ONE_SIDED.value: "the same to all",
    Balance.UNSETTLED.value: "where the numbers do not say who loses",
    Balance.NOT_STATED.value: "of which not enough is stated",
}
"""Pairs that are only counted, in words."""


@dataclass(frozen=True)
class Grounds:
    """What one code says of one action, and why."""

    action: str
    judgement: str
    clauses: str
    facts: tuple[str, ...]
    excused_by: tuple[str, ...]
    untold: str
    flip: str
    """Empty where no cell of the run is judged otherwise."""


@dataclass(frozen=True)
class CodeGrounds:
    """What one code says of every action of the cell."""

    code: str
    kind: str
    counts: str
    dilemma: bool
    actions: tuple[Grounds, ...]


@dataclass(frozen=True)
class RatioRow:
    """Two actions, and where they are level."""

    action: str
    rival: str
    gainers: str
    losers: str
    ratio: str
    better: str


@dataclass(frozen=True)
class Ratios:
    """Where actions of the cell are level."""

    refusing: tuple[RatioRow, ...]
    """Against an open refusal."""
    others: tuple[RatioRow, ...]
    """Every other two by which somebody gains or loses."""
    without: str
    """How many more there are, and what of them."""


def grounds(material: Material, cell: str) -> Iterator[CodeGrounds]:
    """What each code says of a cell."""
    for (code, kind), rows in material.in_cell("judgements", cell).group_by(
        "code", "kind", maintain_order=True
    ):
        counts = rows["judgement"].value_counts(sort=True)
        yield CodeGrounds(
            code=figures.spaced(str(code)),
            kind=str(kind),
            counts=", ".join(f"{count} {verdict}" for verdict, count in counts.iter_rows()),
            dilemma=bool(rows["dilemma"].any()),
            actions=tuple(_of_action(row) for row in rows.iter_rows(named=True)),
        )


def _of_action(row: Mapping[str, Any]) -> Grounds:
    return Grounds(
        action=row["action"],
        judgement=row["judgement"],
        clauses=figures.listed(row["clauses"]),
        facts=tuple(row["facts"]),
        excused_by=tuple(row["excused_by"]),
        untold=figures.listed(row["untold"], ""),
        flip=_flip(row),
    )


def _flip(row: Mapping[str, Any]) -> str:
    if row["flip_judgement"] is None:
        return ""
    by = f" by {', '.join(row['flip_clauses'])}" if row["flip_clauses"] else ""
    return f"{', '.join(row['flip'])}: {row['flip_judgement']}{by}"


def ratios(material: Material, cell: str) -> Ratios:
    """Where each two actions of a cell are level."""
    case = material.decided[cell].delegated.classification.case
    refusals = {each.id for each in case.actions if each.exit is Exit.REFUSE}
    refusing, others = [], []
    counts: dict[str, int] = {}
    for row in material.in_cell("break_evens", cell).iter_rows(named=True):
        if not _tells(row):
            counts[row["balance"]] = counts.get(row["balance"], 0) + 1
        elif {row["action"], row["rival"]} & refusals:
            refusing.append(_ratio_row(row))
        else:
            others.append(_ratio_row(row))
    return Ratios(
        refusing=tuple(refusing),
        others=tuple(others),
        without=", ".join(f"{count} {WITHOUT[balance]}" for balance, count in counts.items()),
    )


def _tells(row: Mapping[str, Any]) -> bool:
    """Whether it is known who gains and who loses, and somebody does."""
    known = row["balance"] in (Balance.RATIO, Balance.ONE_SIDED)
    return known and bool(row["gainers"] or row["losers"])


def _ratio_row(row: Mapping[str, Any]) -> RatioRow:
    return RatioRow(
        action=row["action"],
        rival=row["rival"],
        gainers=figures.listed(row["gainers"]),
        losers=figures.listed(row["losers"]),
        ratio=_times(row["ratio_low"], row["ratio_high"]),
        better=row["better"] or "the numbers do not decide",
    )


def _times(low: float | None, high: float | None) -> str:
    if low is None:
        return "no ratio turns it"
    if high is None:
        return f"{low:.3g} or more times"
    return f"{low:.3g} times" if low == high else f"{low:.3g} to {high:.3g} times"
