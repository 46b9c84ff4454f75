"""How would the model know this? Each fact is shown wherever an action needs it.

fact-not-shown     the action is on the menu, and the text with the fact is not there
action-unfounded   no fact names the action: a warning
"""

from collections.abc import Iterator

from allegiance.scenarios.entries import Fact
from allegiance.scenarios.fields import holds
from allegiance.scenarios.scenario import WORDINGS
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.neighbours import Cell
from allegiance.vignettes.lint.subject import Subject, in_words


def fact_not_shown(subject: Subject) -> Iterator[Finding]:
    """A fact that the model could not know where an action needs it."""
    messages = {each.id for each in subject.scenario.messages}
    for place, fact in enumerate(subject.scenario.facts):
        for cell in subject.cells:
            needed = [id for id in fact.needed_by if id in subject.offered(cell)]
            if not needed or not holds(fact.when, cell):
                continue
            if all(_is_shown(subject, fact, cell, k, messages) for k in range(WORDINGS)):
                continue
            where = in_words(cell, beside=subject.cells[0])
            need = f"{', '.join(needed)} {'needs' if len(needed) == 1 else 'need'} it"
            yield subject.fault(
                ("facts", place, "element"),
                f'"{fact.element}" is absent in {where}, where {need}',
                "Show it there too, take the action off that menu, or give the fact a `when`.",
            )
            break


def action_unfounded(subject: Subject) -> Iterator[Finding]:
    """An action for which nobody says what the model must know."""
    named = {id for fact in subject.scenario.facts for id in fact.needed_by}
    for place, action in enumerate(subject.scenario.actions):
        if not action.exit and action.id not in named:
            yield subject.fault(
                ("actions", place),
                f'no fact says what "{action.id}" needs to know',
                "Name it under `needed_by` of a fact: how would the model know?",
                Severity.WARNING,
            )


def _is_shown(subject: Subject, fact: Fact, cell: Cell, wording: int, messages: set[str]) -> bool:
    shown = subject.shown(cell, wording)
    if any(subject.scenario.elements[place].id == fact.element for place in shown):
        return True
    if fact.element not in messages:
        return False
    told = (part for each in subject.words(cell)[wording] for part in each.id.split("+"))
    return fact.element in told
