"""The slots of a scenario's texts: each is one that may stand there.

    message   {element}  {name}  {numeric factor}
    element              {name}  {numeric factor}
    action               {name}                      the same bytes in every cell
    neutral              {name}

Names are the keys of the sets under `nuisance.names`.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from allegiance.errors import UserError, suggest
from allegiance.scenarios.document import Location
from allegiance.scenarios.factors import all_factors
from allegiance.scenarios.fields import Passage
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.slots import slots


def check_slots(scenario: Scenario) -> None:
    """Insist that every slot of every text can be filled.

    Raises:
        UserError: The first one that can't, with file and line of the text.
    """
    for error in (*_sets_of_names(scenario), *_slot_names(scenario), *_texts(scenario)):
        raise error


def names_of(scenario: Scenario) -> frozenset[str]:
    """The slots that sets of names fill."""
    return frozenset(key for names in scenario.nuisance.names for key in names)


def numbers_of(scenario: Scenario) -> frozenset[str]:
    """The slots that numeric factors fill."""
    return frozenset(name for name, factor in all_factors(scenario).items() if factor.numeric)


def _sets_of_names(scenario: Scenario) -> Iterator[UserError]:
    known = names_of(scenario)
    for place, names in enumerate(scenario.nuisance.names):
        for lacking in sorted(known - names.keys()):
            mend = "Each set of names has the same keys."
            yield scenario.error(("nuisance", "names", place), f'no "{lacking}"', mend)


def _slot_names(scenario: Scenario) -> Iterator[UserError]:
    """A slot means one thing: an element, a name or a factor."""
    others = names_of(scenario) | numbers_of(scenario)
    for place, element in enumerate(scenario.elements):
        if element.id in others:
            mend = "A name or a numeric factor is called so: rename one of them."
            problem = f"{{{element.id}}} would mean two things"
            yield scenario.error(("elements", place, "id"), problem, mend)
    for both in sorted(names_of(scenario) & numbers_of(scenario)):
        problem = f"{{{both}}} would mean two things"
        yield scenario.error(("factors", both), problem, "Rename the factor or the name.")


def _texts(scenario: Scenario) -> Iterator[UserError]:
    names, numbers = names_of(scenario), numbers_of(scenario)
    elements = {each.id for each in scenario.elements}
    for place, action in enumerate(scenario.actions):
        at: Location = ("actions", place, "texts")
        if not action.texts:
            yield scenario.error(at, "no text", "Write at least three ways to put it.")
        for passage in action.texts:
            yield from _slots(passage, names, "An action's text takes names only")
    for element in scenario.elements:
        for passage in element.texts:
            yield from _slots(passage, names | numbers, "An element takes names and numbers only")
    for place, message in enumerate(scenario.messages):
        if not message.texts:
            at = ("messages", place, "texts")
            yield scenario.error(at, "no text", "Write at least one template.")
        for passage in message.texts:
            yield from _slots(passage, names | numbers | elements, "Slots here")
    neutral = Passage(text=scenario.neutral, path=Path(scenario.path), line=1)
    for error in _slots(neutral, names, "It takes names only"):
        yield scenario.error(("neutral",), error.problem, error.mend)


def _slots(passage: Passage, known: Set[str], what: str) -> Iterator[UserError]:
    if not passage.text.strip():
        yield _at(passage, 0, "an empty text", "Write it, or take it out.")
    for slot in slots(passage.text):
        if slot.name is None:
            mend = "A slot is {name}; write {{ or }} for a brace."
            yield _at(passage, slot.line, "a brace that belongs to no slot", mend)
        elif slot.name not in known:
            mend = suggest(slot.name, known, what)
            yield _at(passage, slot.line, f"no slot {{{slot.name}}}", mend)


def _at(passage: Passage, lines: int, problem: str, mend: str) -> UserError:
    return UserError(problem, mend=mend, path=passage.path, line=passage.line + lines)
