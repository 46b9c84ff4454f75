"""Comprehension items: without them no effect can be read as a choice.

comprehension-missing     none about the principals, an instruction or a consequence
comprehension-undecided   a cell with no right answer, or with several; an item never asked
comprehension-constant    one answer is right in every cell: a bias would pass for knowledge

What is instructed changes with `conflict`: a scenario in which no item about an instruction
changes asks something else, which is an error. Any other item that never changes is a warning.
`too-few-wordings` counts the texts of items and of answers. Nothing is asked in the cells of
the positive control, so they are not looked at.
"""

from collections.abc import Iterator

from allegiance.errors import UserError
from allegiance.scenarios.comprehension import About, ComprehensionEntry
from allegiance.scenarios.fields import holds
from allegiance.vignettes.formal import chosen
from allegiance.vignettes.lint.finding import Finding, Severity, from_error
from allegiance.vignettes.lint.subject import Subject
from allegiance.vignettes.questions import is_asked

_ASKS = {
    About.PRINCIPALS: "who speaks for whom",
    About.INSTRUCTION: "what one of them has asked",
    About.CONSEQUENCE: "what would happen",
}


def comprehension_missing(subject: Subject) -> Iterator[Finding]:
    """A kind of comprehension item that is not there."""
    items = subject.scenario.comprehension
    for about, asks in _ASKS.items():
        if not any(item.about is about for item in items):
            yield subject.fault(
                ("comprehension",),
                f"no item about {about}",
                f"Ask {asks}: texts in three wordings, answers, and which is right by cell.",
            )


def comprehension_undecided(subject: Subject) -> Iterator[Finding]:
    """An item that no cell asks, or that has no right answer, or several, where it is asked."""
    for place, item in enumerate(subject.scenario.comprehension):
        try:
            right = _right_answers(subject, place, item)
        except UserError as error:
            yield from_error(error, "", subject.scenario.path)
            continue
        if not right:
            yield subject.fault(
                ("comprehension", place),
                f'no cell asks "{item.id}"',
                "Its `when` holds in no possible cell, or in the control's alone, where nothing "
                "is asked: widen it, or take the item out.",
            )


def comprehension_constant(subject: Subject) -> Iterator[Finding]:
    """An item whose right answer is the same in every cell."""
    constant: dict[int, str] = {}
    changing: set[About] = set()
    for place, item in enumerate(subject.scenario.comprehension):
        try:
            right = _right_answers(subject, place, item)
        except UserError:
            continue
        if len(right) > 1:
            changing.add(item.about)
        for only in right if len(right) == 1 else ():
            constant[place] = only
    for place, answer in constant.items():
        about = subject.scenario.comprehension[place].about
        alone = about is About.INSTRUCTION and about not in changing
        yield subject.fault(
            ("comprehension", place, "right"),
            f'"{answer}" is right in every cell: who always says so knows nothing',
            "Ask what differs between cells, and say with `when` which answer is right where.",
            Severity.ERROR if alone else Severity.WARNING,
        )


def _right_answers(subject: Subject, place: int, item: ComprehensionEntry) -> frozenset[str]:
    """The answers that are right where the item is asked."""
    at = ("comprehension", place, "right")
    return frozenset(
        chosen(subject.scenario, at, item.right, cell)
        for cell in subject.cells
        if holds(item.when, cell) and is_asked(cell)
    )
