"""The page on validity: may what moved be read as a choice?

Comprehension, the mismatched control, answers to a menu turned round, places of the menu,
framings of the refusal, whether levels change what is missing, and what labels say of how
answers were read. Each comprehension item
leads to the vignettes in which it was asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import polars as pl

from allegiance.analysis.comprehension import Understood
from allegiance.analysis.values import MISMATCHED, MISSING
from allegiance.report import figures
from allegiance.report.addresses import cell_page, item_anchor, scenario_page, vignette_anchor
from allegiance.report.effects import EffectRow, Key, Verdict, effect_rows
from allegiance.report.judge import JudgeView, judge_view
from allegiance.report.material import Material

ALL = "all"


@dataclass(frozen=True)
class ValidityRow:
    """One validity arm in words."""

    item: str
    estimate: str
    interval: str
    null: str
    leaning: str
    """What always the same answer would give; empty where nothing has a right answer."""
    measured: str
    verdict: str
    tone: str
    """good, bad or unknown."""
    link: str
    """Where its vignettes are listed, or the cells that lead to them."""


@dataclass(frozen=True)
class Asked:
    """One vignette in which an item was asked."""

    link: str
    told: str
    question: str
    right: str
    answer: str
    share: str


@dataclass(frozen=True)
class ItemView:
    """A comprehension item, and every vignette in which it was asked."""

    anchor: str
    item: str
    about: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class ValiditySection:
    """The validity arms of one model in one scenario."""

    scenario: str
    title: str
    page: str
    model: str
    verdict: Verdict
    arms: tuple[tuple[str, str, tuple[ValidityRow, ...]], ...]
    """Title, what it shows, and its rows."""
    mismatched: str
    """In a sentence: how many intervals of the exact null hold 0, and what could have shown."""
    missing: tuple[EffectRow, ...]
    """Effects of levels on what is missing; none where nothing is."""
    judge: JudgeView
    """How answers were read, and what labels make of that."""
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class ValidityPage:
    """Everything on the page."""

    sections: tuple[ValiditySection, ...]


_ARMS: Mapping[str, tuple[str, str]] = {
    "comprehension": (
        "Comprehension",
        "Share of vignettes in which the right answer leads, against a blind choice, and against "
        "always the same answer. Where it is not better than both, effects are not interpretable "
        "as choice. An item whose right answer never changed tells nothing, and is not counted "
        "with others.",
    ),
    "mismatched": (
        "Mismatched control",
        "Two action texts of another scenario, in random order: whatever the model, their "
        "difference is as likely up as down.",
    ),
    "swapped": (
        "The menu turned round",
        "The same vignette asked again with its options in the opposite order. Tau is the "
        "probability that one answer is an error; it shrinks every effect.",
    ),
    "order": ("Order of options", "How often the first and the last place are chosen."),
    "framing": (
        "Framing of the refusal",
        "Weight on the refusal where it is put as leaving something undone, less where it is "
        "put as an act.",
    ),
}
_GOOD = {"above chance", "null holds", "no order effect", "no framing effect"}
_BAD = {"at chance", "below chance", "no better than a leaning", "null broken"}


def validity_view(material: Material, links: Mapping[str, Mapping[Key, str]]) -> ValidityPage:
    """Everything on the page on validity.

    Args:
        material: The run.
        links: Scenario and comparison to where it is laid open.
    """
    return ValidityPage(
        tuple(
            _section(material, model, scenario, links[scenario])
            for scenario in material.resolved.scenarios
            for model in material.resolved.models
        )
    )


def comprehension_verdict(material: Material, model: str, scenario: str) -> Verdict:
    """Whether the model understands the scenario, so that effects may be choices."""
    every = material.of("validity", model, scenario).filter(check="comprehension")
    rows = every.filter(item=ALL)
    row = next(rows.iter_rows(named=True), None)
    understood = Understood(row["verdict"]) if row else Understood.NOT_MEASURED
    nothing = "so nothing shows that effects are choices."
    if row is None or understood is Understood.NOT_MEASURED:
        text = f"No comprehension item was answered, {nothing}"
        return Verdict("unknown", "Comprehension not measured", text)
    if understood is Understood.NOT_TOLD:
        text = f"No right answer changed: a leaning can't be told from knowing it, {nothing}"
        return Verdict("unknown", "Comprehension not told", text)
    said = (
        f"The right answer leads in {figures.points(row['estimate'])} "
        f"{figures.interval(row['ci_low'], row['ci_high'], row['unit'], changes=False)} of "
        f"{row['n_trials']} questions; a blind choice would give {figures.points(row['null'])}, "
        f"always the same answer {figures.points(row['leaning'])}.{uncounted_words(every)}"
    )
    if understood is Understood.ABOVE:
        return Verdict("good", "Comprehension above chance", said, spoils=False)
    if understood is Understood.NO_INTERVAL:
        return Verdict("unknown", "Comprehension: one wording only", said)
    reading = "Effects are not interpretable as choice."
    return Verdict("bad", f"Comprehension {understood}", f"{said} {reading}")


def uncounted_words(comprehension: pl.DataFrame) -> str:
    """How many items are not counted, in a sentence; empty where all are.

    Args:
        comprehension: Rows of `validity` on the comprehension of a model in a scenario.
    """
    items = comprehension.filter(~pl.col("item").str.starts_with(ALL))
    apart = items.filter(verdict=Understood.NOT_TOLD.value).height
    return (
        f" {apart} of {items.height} items not counted: the right answer never changed."
        if apart
        else ""
    )


def mismatched_words(effects: pl.DataFrame) -> str:
    """How often the exact null's intervals hold 0, and what they could have shown."""
    rows = effects.filter(pl.col("outcome") == MISMATCHED).drop_nulls("ci_low").to_dicts()
    if not rows:
        return ""
    holding = sum(row["ci_low"] <= 0 <= row["ci_high"] for row in rows)
    least = median(row["mde"] for row in rows)
    return (
        f"Of {len(rows)} comparisons of levels on mismatched texts, {holding} have an interval "
        f"that contains 0 ({figures.points(holding / len(rows))}; 95{figures.SPACE}% are "
        f"expected). An effect of {figures.least(least, figures.NATS)}{figures.SPACE}nats "
        "would probably have shown (median)."
    )


def _section(
    material: Material, model: str, scenario: str, links: Mapping[Key, str]
) -> ValiditySection:
    rows, effects = (material.of(name, model, scenario) for name in ("validity", "effects"))
    return ValiditySection(
        scenario=scenario,
        title=material.resolved.scenarios[scenario].title,
        page=scenario_page(scenario),
        model=model,
        verdict=comprehension_verdict(material, model, scenario),
        arms=tuple(
            (title, says, tuple(_row(row) for row in rows.filter(check=check).to_dicts()))
            for check, (title, says) in _ARMS.items()
            if check in rows["check"]
        ),
        mismatched=mismatched_words(effects),
        missing=effect_rows(material, effects.filter(outcome=MISSING).to_dicts(), links),
        judge=judge_view(material, model, scenario),
        items=tuple(_items(material, model, scenario)),
    )


def _row(row: Mapping[str, Any]) -> ValidityRow:
    unit = row["unit"]
    changes = row["check"] in ("mismatched", "framing")
    linked = row["check"] == "comprehension" and not row["item"].startswith(ALL)
    return ValidityRow(
        item=figures.spaced(row["item"]),
        estimate=figures.told(row["estimate"], unit, changes=changes),
        interval=figures.NOT_MEASURED
        if row["estimate"] is None
        else figures.interval(row["ci_low"], row["ci_high"], unit, changes=changes),
        null=figures.told(row["null"], unit, changes=changes),
        leaning="" if row["leaning"] is None else figures.points(row["leaning"]),
        measured=figures.counted(row["n_trials"], row["n_planned"]),
        verdict=row["verdict"],
        tone="good" if row["verdict"] in _GOOD else "bad" if row["verdict"] in _BAD else "unknown",
        link=f"#{item_anchor(row['scenario'], row['model'], row['item'])}"
        if linked
        else f"{scenario_page(row['scenario'])}#cells",
    )


def _items(material: Material, model: str, scenario: str) -> Iterator[ItemView]:
    checks = material.of("checks", model, scenario).filter(check="comprehension")
    for (item, about), rows in checks.group_by("item", "about", maintain_order=True):
        yield ItemView(
            anchor=item_anchor(scenario, model, str(item)),
            item=figures.spaced(str(item)),
            about=str(about),
            asked=tuple(_asked(material, row) for row in rows.to_dicts()),
        )


def _asked(material: Material, row: Mapping[str, Any]) -> Asked:
    vignette = material.resolved.vignettes[row["vignette"]]
    question = next(each for each in vignette.questions if each.id == row["item"])
    missing = figures.spaced(row["missing_reason"] or "")
    return Asked(
        link=f"{cell_page(row['cell'])}#{vignette_anchor(row['vignette'])}",
        told=f"{material.told(row['cell'])}, wording {row['wording']}",
        question=question.text,
        right=figures.spaced(question.right),
        answer=f"{figures.NOT_MEASURED}: {missing}"
        if row["status"] == "missing"
        else figures.spaced(row["answer"] or "no choice"),
        share=figures.points(row["share"]),
    )
