"""The menu: every action can be chosen somewhere, in the same words, and there is a way out.

action-not-offered     an action that no cell has
action-texts           texts of an action that are not the same bytes in all cells
contrast-offered       a group of actions that is not the same at both ends of a contrast
no-way-out             in every cell, every exit counts as something
refusal-framed-once    the refusal is put as an act only, or as an omission where nobody sees it
"""

from collections.abc import Iterator

from allegiance.errors import UserError
from allegiance.scenarios.factors import complete_cell
from allegiance.situation.action import Exit
from allegiance.vignettes.lint.finding import Finding, Severity, from_error
from allegiance.vignettes.lint.neighbours import Cell
from allegiance.vignettes.lint.subject import Subject, in_words
from allegiance.vignettes.render import render


def action_not_offered(subject: Subject) -> Iterator[Finding]:
    """An action that is on no menu."""
    offered = {id for cell in subject.cells for id in subject.offered(cell)}
    for place, action in enumerate(subject.scenario.actions):
        if action.id not in offered:
            yield subject.fault(
                ("actions", place),
                f'no cell offers "{action.id}"',
                "Its `when` holds in no possible cell: widen it, or take the action out.",
            )


def action_texts_differ(subject: Subject) -> Iterator[Finding]:
    """An action that reads otherwise in another cell: then levels change more than the context."""
    seen: dict[str, tuple[str, ...]] = {}
    told: set[str] = set()
    places = {action.id: place for place, action in enumerate(subject.scenario.actions)}
    for cell in subject.cells:
        for id, texts in render(subject.scenario, cell).actions:
            if seen.setdefault(id, texts) != texts and id not in told:
                told.add(id)
                yield subject.fault(
                    ("actions", places[id], "texts"),
                    f"the texts are not the same in {in_words(cell, beside=subject.cells[0])}",
                    "An action's texts take names only, no level of a factor.",
                )


def contrast_impossible(subject: Subject) -> Iterator[Finding]:
    """A contrast of the default experiment with an end that is excluded."""
    for place, compared in enumerate(subject.scenario.experiment.contrasts):
        for name, end in (("from", compared.source), ("to", compared.target)):
            try:
                complete_cell(subject.scenario, end)
            except UserError as error:
                at = ("experiment", "contrasts", place, name)
                yield subject.fault(at, error.problem, error.mend)


def contrast_not_offered(subject: Subject) -> Iterator[Finding]:
    """A contrast whose two ends don't offer the same actions of the compared groups."""
    scenario = subject.scenario
    compared = {
        "for": frozenset(scenario.contrast.for_),
        "against": frozenset(scenario.contrast.against),
    }
    for place, each in enumerate(scenario.experiment.contrasts):
        ends = [_menu(subject, end) for end in (each.source, each.target)]
        if any(end is None for end in ends):
            continue
        one, other = (end or frozenset() for end in ends)
        for name, group in compared.items():
            absent = sorted((group & one) ^ (group & other)) or sorted(
                group if not group & one else ()
            )
            if absent:
                yield subject.fault(
                    ("experiment", "contrasts", place),
                    f"{', '.join(absent)} of `contrast.{name}` not offered at both ends",
                    "Compare actions that both cells offer: change the contrast or their `when`.",
                )


def no_way_out(subject: Subject) -> Iterator[Finding]:
    """A scenario in which no exit is ever just an exit."""
    if not subject.cells:
        return
    free = any(
        action.exit and not action.counts_as
        for cell in subject.cells
        for action in subject.offered(cell).values()
    )
    if not free:
        place = next(n for n, each in enumerate(subject.scenario.actions) if each.exit)
        yield subject.fault(
            ("actions", place, "counts_as"),
            "no cell has a legitimate exit: each exit counts as something",
            "Add a level at which a refusal counts as nothing, or an `ask` with somebody to ask.",
        )


def refusal_framed_once(subject: Subject) -> Iterator[Finding]:
    """A refusal that is never put as something left undone."""
    for place, action in enumerate(subject.scenario.actions):
        if action.exit is Exit.REFUSE and not action.omission:
            yield subject.fault(
                ("actions", place),
                f'"{action.id}" is put as an act only',
                "Write `omission`: three texts in which the same is left undone and not done.",
            )
        if action.exit is Exit.ASK and action.omission:
            yield subject.fault(
                ("actions", place, "omission"),
                "texts that nobody is shown",
                "Only a refusal is put both ways: take them out.",
                Severity.WARNING,
            )


def cell_without_situation(subject: Subject) -> Iterator[Finding]:
    """A cell that the file allows and from which no lawful situation can be made."""
    told: set[tuple[int | None, str | None]] = set()
    for cell in subject.cells:
        try:
            subject.situation(cell)
            subject.words(cell)
        except UserError as error:
            if (error.line, error.field) not in told:
                told.add((error.line, error.field))
                yield from_error(error, "", subject.scenario.path)


def _menu(subject: Subject, partial: Cell) -> frozenset[str] | None:
    try:
        cell = complete_cell(subject.scenario, partial)
    except UserError:
        return None
    return frozenset(subject.offered(cell))
