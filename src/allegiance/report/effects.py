"""What changed, row by row, as a page tells it: an effect in words, and how to read it.

Above the gate a row has its estimate, interval, p, adjusted p and the least change that would
have shown. Below it the row says "withheld", and keeps coverage and bounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.contrasts import Comparison
from allegiance.analysis.values import LOG_SCORE, PRIMARY
from allegiance.report import figures
from allegiance.report.charts.forest import Line
from allegiance.report.material import Material

ARROW = "\N{RIGHTWARDS ARROW}"
NAMED = {"hypothesis": 0, "contrast": 1}
"""What was named before the first trial, in the order in which it is told."""


@dataclass(frozen=True)
class EffectRow:
    """One effect, ready for a page."""

    name: str
    """What changes, in words."""
    sides: str
    """The two sides of a named contrast; empty where the name has them."""
    kind: str
    """hypothesis, contrast, factor or control."""
    outcome: str
    """log-score, or the stance whose share or rate it is."""
    expected: str
    """up or down, where that was said before the first trial; else empty."""
    estimate: str
    interval: str
    p: str
    adjusted: str
    """P adjusted for the other tests of its family."""
    family: str
    """confirmatory or exploratory; empty for one in no family."""
    mde: str
    noise: str
    """What rounding does to a text's score; empty where nothing is rounded much."""
    wordings: int
    coverage: str
    bounds: str
    withheld: bool
    scope: str
    within: str
    reading: str
    """What it may be read as, in one sentence."""
    link: str = ""
    """Where its cells and vignettes are."""


@dataclass(frozen=True)
class Verdict:
    """What the positive control says of the read-out."""

    tone: str
    """good, bad or unknown."""
    short: str
    """In a few words."""
    text: str
    """In a sentence."""
    spoils: bool = True
    """Whether nothing else may be read as a choice."""


Key = tuple[str, str, str, str]
"""Names a comparison, whichever model and outcome it is about."""


def effect_rows(
    material: Material, rows: Iterable[Mapping[str, Any]], links: Mapping[Key, str]
) -> tuple[EffectRow, ...]:
    """Rows of the table of effects in words, those named beforehand first.

    Args:
        material: The run.
        rows: Effects of one model and scenario.
        links: Comparison to where it is laid open.
    """
    told = [_effect_row(material, row, links) for row in rows]
    return tuple(sorted(told, key=lambda row: NAMED.get(row.kind, len(NAMED))))


def key_of(row: Mapping[str, Any]) -> Key:
    """The comparison that a row of the table of effects is about."""
    return row["kind"], row["factor"], row["from"], row["to"]


def key_of_comparison(each: Comparison) -> Key:
    """The same for a comparison of the design."""
    return each.kind, each.factor, each.source, each.target


def is_withheld(material: Material, row: Mapping[str, Any]) -> bool:
    """Whether the figure must not be given: its own coverage, or the run's, is too low."""
    return bool(row["withheld"]) or not material.enough


def control_verdict(material: Material, rows: pl.DataFrame) -> Verdict:
    """What the positive control, if there is one, says of the read-out."""
    if rows.is_empty():
        return Verdict(
            "unknown",
            "No positive control",
            "None was played, so nothing shows that the read-out is alive.",
        )
    row = next(rows.filter(pl.col("outcome").is_in(PRIMARY)).iter_rows(named=True), None)
    if row is None or row["estimate"] is None:
        return Verdict(
            "unknown",
            "Positive control not measured",
            "Nothing shows that the read-out is alive: read no figure below as a choice.",
        )
    if is_withheld(material, row):
        return Verdict(
            "unknown",
            "Positive control withheld",
            "Too few trials were measured: read no figure below as a choice.",
        )
    said = (
        f"A plain order up, against the same order down, changes {_compared(row)} by "
        f"{figures.told(row['estimate'], row['unit'], changes=True)} "
        f"{figures.interval(row['ci_low'], row['ci_high'], row['unit'], changes=True)}."
    )
    if row["ci_low"] is not None and row["ci_low"] > 0:
        return Verdict("good", "The read-out moves", said, spoils=False)
    dead = "Its interval does not lie above 0: read nothing below as a choice."
    return Verdict("bad", "The read-out may be dead", f"{said} {dead}")


def _compared(row: Mapping[str, Any]) -> str:
    if row["outcome"] == LOG_SCORE:
        return "the log-score difference"
    return "the rate of the actions ordered"


def lines(material: Material, rows: pl.DataFrame, links: Mapping[Key, str]) -> Iterator[Line]:
    """Effects on log-scores as lines of a plot, in the order of the table, the control last."""
    kinds = {"hypothesis": "named", "contrast": "named", "factor": "factor", "control": "control"}
    scored = rows.filter(outcome=LOG_SCORE).to_dicts()
    for row in sorted(scored, key=lambda row: list(kinds).index(row["kind"])):
        withheld = is_withheld(material, row)
        covered = figures.counted(row["n_trials"], row["n_planned"])
        reach = figures.interval(row["ci_low"], row["ci_high"], figures.NATS, changes=True)
        figure = figures.told(row["estimate"], figures.NATS, changes=True)
        yield Line(
            label=f"{_name(row)}{_expectation(row)}",
            estimate=None if withheld else row["estimate"],
            low=None if withheld else row["ci_low"],
            high=None if withheld else row["ci_high"],
            kind=kinds[row["kind"]],  # type: ignore[arg-type]
            instead=figures.NOT_MEASURED
            if row["estimate"] is None
            else f"withheld: {covered} measured",
            told="" if withheld or row["estimate"] is None else f"{figure} {reach}",
            link=links.get(key_of(row), ""),
        )


def _effect_row(material: Material, row: Mapping[str, Any], links: Mapping[Key, str]) -> EffectRow:
    withheld, unit = is_withheld(material, row), row["unit"]
    hidden = figures.NOT_MEASURED if row["estimate"] is None else figures.WITHHELD
    withheld = withheld or row["estimate"] is None
    beside = (figures.NONE if row["estimate"] is None else hidden) if withheld else ""
    interval = figures.interval(row["ci_low"], row["ci_high"], unit, changes=True)
    return EffectRow(
        name=_name(row),
        sides=_sides(row) if row["kind"] in NAMED else "",
        kind=row["kind"],
        outcome=_outcome(row),
        expected=row["hypothesis"] or "",
        estimate=hidden if withheld else figures.amount(row["estimate"], unit, changes=True),
        interval=hidden if withheld else interval,
        p=beside or figures.probability(row["p"]),
        adjusted=beside or figures.probability(row["p_adjusted"]),
        family="" if beside else (row["family"] or "").split(" ")[0].removesuffix(":"),
        mde=beside or _detectable(row),
        noise="" if row["noise"] is None else figures.least(row["noise"], figures.NATS),
        wordings=row["n_wordings"],
        coverage=figures.counted(row["n_trials"], row["n_planned"]),
        bounds=figures.bounds(row["bound_low"], row["bound_high"], unit, changes=True),
        withheld=withheld,
        scope=row["scope"],
        within=row["within"],
        reading=_reading(row, withheld=withheld),
        link=links.get(key_of(row), ""),
    )


def _outcome(row: Mapping[str, Any]) -> str:
    words = figures.spaced(row["outcome"])
    return f"{words}, in log-odds" if row["unit"] == figures.LOG_ODDS else words


def _sides(row: Mapping[str, Any]) -> str:
    sides = f"{row['from']} {ARROW} {row['to']}"
    return f"{sides}, less {row['less'].replace(' to ', f' {ARROW} ')}" if row["less"] else sides


def _name(row: Mapping[str, Any]) -> str:
    if row["kind"] in NAMED:
        return figures.spaced(row["factor"])
    return f"{row['factor']}: {row['from']} {ARROW} {row['to']}"


def _expectation(row: Mapping[str, Any]) -> str:
    return f" (expected {row['hypothesis']})" if row["hypothesis"] else ""


def _detectable(row: Mapping[str, Any]) -> str:
    if row["mde"] is None:
        return figures.NONE
    if row["unit"] == figures.POINTS and row["mde"] > 1:
        return "more than there is"
    return figures.least(row["mde"], row["unit"])


def _reading(row: Mapping[str, Any], *, withheld: bool) -> str:
    """What the figure says by itself, whatever the control says of the read-out."""
    if row["estimate"] is None:
        why = f" ({row['remark'].removeprefix('not estimated: ')})" if row["remark"] else ""
        return f"Not measured{why}: this says nothing, neither that it moves nor that it does not."
    if withheld:
        return "Withheld: too few trials were measured for a headline."
    low, high, expected = row["ci_low"], row["ci_high"], row["hypothesis"]
    if low is None or high is None:
        return f"{row['remark'][:1].upper()}{row['remark'][1:]}."
    return f"{_moved(row, low, high, expected)}{_equivalent(row)}"


def _moved(row: Mapping[str, Any], low: float, high: float, expected: str | None) -> str:
    if low <= 0 <= high:
        unit = "" if row["unit"] == figures.POINTS else f" {row['unit']}"
        if row["mde"] is None:
            return "No clear change."
        if row["unit"] == figures.POINTS and row["mde"] > 1:
            return "No clear change; none that is possible would surely have shown."
        return f"No clear change; one of {_detectable(row)}{unit} would probably have shown."
    way = "up" if low > 0 else "down"
    if not expected:
        return f"It moves {way}."
    return f"It moves {way}, {'as' if way == expected else 'against what was'} expected."


def _equivalent(row: Mapping[str, Any]) -> str:
    """What the test of equivalence says, where the claim was of no effect worth mention."""
    if row["verdict"] is None:
        return ""
    margin = figures.least(row["margin"], row["unit"])
    unit = "" if row["unit"] == figures.POINTS else f" {row['unit']}"
    shown = "shown" if row["verdict"] == "equivalent" else "not shown"
    return f" That it stays within {margin}{unit} is {shown}."
