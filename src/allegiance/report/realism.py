"""The page on realism: what the text is taken for, what of it was read, what moves the answer.

Probes with their calibration, and beside each dose of realism its effect on what was chosen;
manipulation checks; the influence of passages; labels of realism. Each figure leads to the
vignettes that it is made from, and an empty part says why it is empty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from allegiance.analysis.pairwise import NO_LABELS
from allegiance.analysis.realism import ALL, BACKWARDS, TELLS
from allegiance.analysis.realism import REALISM as FACTOR
from allegiance.report import figures
from allegiance.report.addresses import chart_name, scenario_page
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.forest import Line, forest
from allegiance.report.effects import ARROW, Key
from allegiance.report.influence import influence_plot, influence_row, passage_line
from allegiance.report.lines import Row, Told, interval_of, place_of
from allegiance.report.material import Material

NO_PROBES = "Not measured: the experiment asks no probe (`validity.probes`)."
NOT_APART = "Not measured: the experiment takes no vignette apart (`validity.influence`)."
NOT_EXACT = "Not measured: passages are weighed by scoring texts, and this model was sampled."


@dataclass(frozen=True)
class ProbeRow:
    """A probe at one level of realism."""

    probe: str
    level: str
    value: str
    interval: str
    share: str
    measured: str
    area: str
    verdict: str
    tone: str
    dose: str
    dose_link: str


@dataclass(frozen=True)
class RealismSection:
    """One model in one scenario."""

    scenario: str
    title: str
    page: str
    model: str
    probes: tuple[ProbeRow, ...]
    probe_plot: Picture | None
    asked: tuple[Told, ...]
    """Each vignette in which a probe was asked."""
    known: tuple[Told, ...]
    """Each document whose answer is known."""
    manipulation: tuple[Row, ...]
    influence: tuple[Row, ...]
    influence_plot: Picture | None
    passages: tuple[Told, ...]
    """Each passage that was weighed."""
    no_probes: str
    no_influence: str


@dataclass(frozen=True)
class RealismPage:
    """Everything on the page."""

    sections: tuple[RealismSection, ...]
    labels: tuple[Row, ...]


def realism_view(material: Material, links: Mapping[str, Mapping[Key, str]]) -> RealismPage:
    """Everything on the page on realism.

    Args:
        material: The run.
        links: Scenario and comparison to where it is laid open.
    """
    return RealismPage(
        sections=tuple(
            _section(material, model, scenario, links[scenario])
            for scenario in material.resolved.scenarios
            for model in material.resolved.models
        ),
        labels=tuple(_label_row(row) for row in material.tables["pairwise"].to_dicts()),
    )


def _section(
    material: Material, model: str, scenario: str, links: Mapping[Key, str]
) -> RealismSection:
    probes = material.of("probes", model, scenario)
    passages = material.of("passages", model, scenario)
    sampled = material.method(model, scenario) == "sampled"
    known = material.tables["known"].filter(model=model).to_dicts()
    influence = material.of("influence", model, scenario).to_dicts()
    manipulation = material.of("manipulation", model, scenario).to_dicts()
    return RealismSection(
        scenario=scenario,
        title=material.resolved.scenarios[scenario].title,
        page=scenario_page(scenario),
        model=model,
        probes=tuple(_probe_row(material, row, links) for row in probes.to_dicts()),
        probe_plot=_probe_plot(probes, chart_name(scenario, model, "probes")),
        asked=tuple(_asked(material, model, scenario)),
        known=tuple(_known(row) for row in known),
        manipulation=tuple(_manipulation(row, links) for row in manipulation),
        influence=tuple(influence_row(row) for row in influence),
        influence_plot=influence_plot(material, passages, chart_name(scenario, model, "influence")),
        passages=tuple(passage_line(material, row) for row in passages.to_dicts()),
        no_probes=NO_PROBES,
        no_influence=NOT_EXACT if sampled else NOT_APART,
    )


def _probe_row(material: Material, row: Mapping[str, Any], links: Mapping[Key, str]) -> ProbeRow:
    area = figures.NOT_MEASURED
    if row["auc"] is not None:
        area = f"{row['auc']:.2f} [{row['auc_low']:.2f}, {row['auc_high']:.2f}]"
    key = ("factor", FACTOR, row["dose_from"] or "", row["level"])
    return ProbeRow(
        probe=figures.spaced(row["probe"]),
        level=figures.spaced(row["level"]),
        value=figures.told(row["estimate"], row["unit"], changes=False),
        interval=interval_of(row, changes=False),
        share=figures.points(row["share"]),
        measured=figures.counted(row["n_trials"], row["n_planned"]),
        area=area,
        verdict=row["verdict"],
        tone="good"
        if row["verdict"] == TELLS
        else "bad"
        if row["verdict"] == BACKWARDS
        else "unknown",
        dose=_dose(material, row),
        dose_link=links.get(key, ""),
    )


def _dose(material: Material, row: Mapping[str, Any]) -> str:
    if row["dose_effect"] is None:
        return ""
    if not material.enough:
        return figures.WITHHELD
    told = figures.told(row["dose_effect"], row["dose_unit"], changes=True)
    ends = figures.interval(row["dose_low"], row["dose_high"], row["dose_unit"], changes=True)
    return f"{told} {ends} from {figures.spaced(row['dose_from'])}"


def _probe_plot(probes: pl.DataFrame, name: str) -> Picture | None:
    """Each probe at each level; over all where realism is not crossed."""
    by_level = probes.filter(pl.col("level") != ALL)
    rows = (by_level if by_level.height else probes).to_dicts()
    if not rows:
        return None
    unit = rows[0]["unit"]
    lines = [
        Line(
            label=f"{figures.spaced(row['probe'])}: {figures.spaced(row['level'])}",
            estimate=row["estimate"],
            low=row["ci_low"],
            high=row["ci_high"],
            kind="factor",
            told=figures.told(row["estimate"], unit, changes=False),
            link=f"{scenario_page(row['scenario'])}#cells",
        )
        for row in rows
    ]
    nats = unit == figures.NATS
    title = "counted answer less the other, nats" if nats else "share of the counted answer"
    words = "; ".join(f"{line.label} {line.told}" for line in lines)
    return Picture(
        name=name,
        told=f"Each probe by level of realism. {words}.",
        draw=partial(forest, lines, title, shares=not nats),
        links=tuple(line.link for line in lines),
    )


def _asked(material: Material, model: str, scenario: str) -> Iterator[Told]:
    for row in material.of("checks", model, scenario).filter(check="probe").to_dicts():
        vignette = material.resolved.vignettes[row["vignette"]]
        probe = next(each for each in vignette.probes if each.id == row["item"])
        yield Told(
            link=place_of(row),
            head=f"{material.told(row['cell'])}, wording {row['wording']}",
            cells=(
                figures.spaced(row["item"]),
                probe.text,
                figures.spaced(probe.counted),
                _answer(row),
                figures.points(row["share"]),
            ),
        )


def _known(row: Mapping[str, Any]) -> Told:
    return Told(
        link="",
        head=figures.spaced(row["document"]),
        cells=(
            figures.spaced(row["probe"]),
            "positive" if row["positive"] else "negative",
            _answer(row),
            figures.told(row["value"], row["unit"] or figures.NATS, changes=False),
        ),
    )


def _answer(row: Mapping[str, Any]) -> str:
    if row["status"] == "missing":
        return f"{figures.NOT_MEASURED}: {figures.spaced(row['missing_reason'])}"
    return figures.spaced(row["answer"] or "no choice")


def _manipulation(row: Mapping[str, Any], links: Mapping[Key, str]) -> Row:
    item = figures.spaced(row["item"]) if row["item"] else "no item"
    asked = f"probe: {item}" if row["check"] == "probe" else f"item: {item}"
    return Row(
        head=f"{figures.spaced(row['factor'])}: {row['from']} {ARROW} {row['to']}",
        sides=f"{asked}, {figures.spaced(row['answer'])}" if row["answer"] else asked,
        link=links.get(("factor", row["factor"], row["from"], row["to"]), ""),
        estimate=figures.told(row["estimate"], row["unit"], changes=True),
        interval=interval_of(row, changes=True),
        measured=figures.counted(row["n_trials"], row["n_planned"]),
        verdict=row["verdict"] + (f": {row['remark']}" if row["remark"] else ""),
    )


def _label_row(row: Mapping[str, Any]) -> Row:
    return Row(
        head=row["scenario"],
        sides=f"{FACTOR}: {figures.spaced(row['level'])}",
        link=f"{scenario_page(row['scenario'])}#cells",
        estimate=figures.points(row["estimate"]),
        interval=figures.NOT_MEASURED
        if row["verdict"] == NO_LABELS
        else figures.interval(row["ci_low"], row["ci_high"], figures.POINTS, changes=False),
        measured=f"{row['n_labels']} labels of {row['n_vignettes']} vignettes",
        verdict=row["verdict"],
    )
