"""The vignettes of a cell as they were shown: messages, action texts, and what came of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from allegiance.experiment.resolved import StampedMessage, StampedQuestion
from allegiance.measures.choice import LETTERS
from allegiance.report import figures
from allegiance.report.addresses import vignette_anchor
from allegiance.report.material import Material


@dataclass(frozen=True)
class ShownAction:
    """An action's texts, with what one vignette gave."""

    id: str
    texts: tuple[str, ...]
    scored: tuple[tuple[str, str, str], ...]
    """Model, log-score in nats, preference share; none where sampled or not measured."""


@dataclass(frozen=True)
class ShownTrial:
    """One trial of a vignette."""

    model: str
    replicate: int
    status: str
    """measured, or the reason why not."""
    menu: tuple[str, ...]
    """The options shown, by letter; none where scored exactly."""
    choice: str
    answer: str | None
    """What the model said, where it was sampled."""


@dataclass(frozen=True)
class ShownVignette:
    """A vignette with its trials."""

    id: str
    anchor: str
    wording: int
    nuisance: str
    messages: tuple[StampedMessage, ...]
    lead: str
    """What begins the model's turn; empty but in some frames."""
    questions: tuple[StampedQuestion, ...]
    """Comprehension items asked of it."""
    neutral: str
    actions: tuple[ShownAction, ...]
    trials: tuple[ShownTrial, ...]


def vignettes_of(material: Material, cell: str) -> tuple[ShownVignette, ...]:
    """The vignettes of a cell, by wording."""
    found = []
    for id, vignette in material.resolved.vignettes.items():
        if vignette.cell != cell:
            continue
        found.append(
            ShownVignette(
                id=id,
                anchor=vignette_anchor(id),
                wording=vignette.wording,
                nuisance=figures.listed(
                    (f"{name} {level}" for name, level in vignette.nuisance.items()), "nothing"
                ),
                messages=tuple(vignette.messages),
                lead=vignette.lead,
                questions=tuple(vignette.questions),
                neutral=material.resolved.texts[vignette.texts].neutral,
                actions=tuple(_actions(material, cell, id, vignette.texts)),
                trials=tuple(_trials(material, cell, id)),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.wording, each.nuisance)))


def _actions(material: Material, cell: str, vignette: str, texts: str) -> Iterator[ShownAction]:
    rows = material.in_cell("responses", cell).filter(vignette=vignette).to_dicts()
    for action, own in material.resolved.texts[texts].actions.items():
        scored = [
            (row["model"], figures.nats(row["log_score"]), figures.points(row["probability"]))
            for row in rows
            if row["action"] == action and row["log_score"] is not None
        ]
        yield ShownAction(action, tuple(own), tuple(scored))


def _trials(material: Material, cell: str, vignette: str) -> Iterator[ShownTrial]:
    trials = material.in_cell("trials", cell).filter(vignette=vignette)
    for row in trials.to_dicts():
        answer = material.answers.get(row["trial_id"])
        missing = figures.spaced(row["missing_reason"] or "no reason recorded")
        yield ShownTrial(
            model=row["model"],
            replicate=row["replicate"],
            status=f"measured, {row['method']}"
            if row["status"] == "measured"
            else f"{figures.NOT_MEASURED}: {missing}",
            menu=tuple(f"{LETTERS[n]}: {each}" for n, each in enumerate(answer.shown))
            if answer
            else (),
            choice=(answer.choice or "no choice: it names none, or more than one")
            if answer
            else "",
            answer=answer.answer if answer else None,
        )
