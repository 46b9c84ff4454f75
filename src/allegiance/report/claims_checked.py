"""The page of claims checked: sentences from the debate, each with its answer and what it rests on.

The verdict, the sentence of the answer and every figure come from the table `claims_checked`;
here they are only put in order. Each line leads to the cells that it is about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allegiance.analysis.asked import ANSWER
from allegiance.analysis.claims_checked import Answered
from allegiance.analysis.pooled import POOLED_SCENARIO
from allegiance.report import figures
from allegiance.report.addresses import claim_anchor, scenario_page
from allegiance.report.material import Material
from allegiance.report.places import CellLink, cell_link

TONES = {Answered.NOT_MEASURED.value: "unknown"}
"""Verdict to its colour: that a sentence holds is neither good nor bad."""


@dataclass(frozen=True)
class EvidenceRow:
    """One line behind an answer."""

    name: str
    says: str
    estimate: str
    """Empty where the line has no figure."""
    interval: str
    chance: str
    p: str
    mde: str
    measured: str
    bounds: str
    remark: str
    cells: tuple[CellLink, ...]


@dataclass(frozen=True)
class InScenario:
    """The answer in one scenario."""

    title: str
    page: str
    verdict: str
    tone: str
    told: str
    answer: tuple[EvidenceRow, ...]
    """What it rests on."""
    figured: bool
    """Whether these lines have figures."""
    models: tuple[EvidenceRow, ...]
    """What models did beside it."""


@dataclass(frozen=True)
class ClaimView:
    """One sentence and its answers."""

    anchor: str
    sentence: str
    about: str
    verdict: str
    tone: str
    told: str
    thresholds: str
    scenarios: tuple[InScenario, ...]


@dataclass(frozen=True)
class ClaimsPage:
    """Everything on the page."""

    claims: tuple[ClaimView, ...]


def claims_view(material: Material) -> ClaimsPage:
    """Everything on the page of claims checked."""
    table = material.tables["claims_checked"]
    return ClaimsPage(
        tuple(
            _claim(material, rows.to_dicts())
            for _, rows in table.group_by("claim", maintain_order=True)
        )
    )


def _claim(material: Material, rows: Sequence[Mapping[str, Any]]) -> ClaimView:
    head = rows[0]  # over all scenarios, where there are several
    return ClaimView(
        anchor=claim_anchor(head["claim"]),
        sentence=head["sentence"],
        about=head["about"],
        verdict=head["verdict"],
        tone=TONES.get(head["verdict"], ""),
        told=head["told"],
        thresholds=(
            f"It holds where at least {figures.gate(head['holds_from'])} of what counts bears it "
            f"out, and does not where {_at_most(head['fails_to'])} does."
        ),
        scenarios=tuple(
            _in_scenario(material, row) for row in rows if row["scenario"] != POOLED_SCENARIO
        ),
    )


def _at_most(share: float) -> str:
    return f"at most {figures.gate(share)}" if share else "none"


def _in_scenario(material: Material, row: Mapping[str, Any]) -> InScenario:
    answer = tuple(_evidence(material, row["evidence"], of_answer=True))
    return InScenario(
        title=material.resolved.scenarios[row["scenario"]].title,
        page=scenario_page(row["scenario"]),
        verdict=row["verdict"],
        tone=TONES.get(row["verdict"], ""),
        told=row["told"],
        answer=answer,
        figured=any(each.estimate for each in answer),
        models=tuple(_evidence(material, row["evidence"], of_answer=False)),
    )


def _evidence(
    material: Material, lines: Sequence[Mapping[str, Any]], *, of_answer: bool
) -> Iterator[EvidenceRow]:
    for line in lines:
        if (line["part"] == ANSWER) is of_answer:
            yield EvidenceRow(
                name=figures.spaced(line["name"]),
                says=line["says"],
                remark=line["remark"],
                cells=tuple(cell_link(material, cell) for cell in line["cells"]),
                **_figures(line),
            )


def _figures(line: Mapping[str, Any]) -> dict[str, str]:
    """The figure of a line in words; empty where it has none."""
    names = ("estimate", "interval", "chance", "p", "mde", "measured", "bounds")
    if line["figure"] is None:
        return dict.fromkeys(names, "")
    measured = figures.counted(line["n_trials"] or 0, line["n_planned"] or 0)
    hidden = _hidden(line)
    if hidden:
        told = {"estimate": hidden, "interval": hidden, "measured": measured}
        return dict.fromkeys(names, "") | told
    unit, changes = line["unit"], line["figure"] == "change"
    chance, mde = line["chance"], line["mde"]
    return {
        "estimate": figures.told(line["estimate"], unit, changes=changes),
        "interval": figures.interval(line["ci_low"], line["ci_high"], unit, changes=changes),
        "chance": "" if chance is None else figures.points(chance),
        "p": figures.probability(line["p"]) if changes else "",
        "mde": "" if mde is None else figures.least(mde, unit),
        "measured": measured,
        "bounds": _bounds(line, changes=changes),
    }


def _bounds(line: Mapping[str, Any], *, changes: bool) -> str:
    """What the figure could be, whatever is missing; ladders have none worked out."""
    if line["n_trials"] == line["n_planned"]:
        return "nothing missing"
    if line["bound_low"] is None:
        return "not worked out"
    return figures.bounds(line["bound_low"], line["bound_high"], line["unit"], changes=changes)


def _hidden(line: Mapping[str, Any]) -> str:
    """The word that stands instead of a figure; empty where it may be given."""
    if line["estimate"] is None:
        return figures.NOT_MEASURED
    return figures.WITHHELD if line["withheld"] else ""
