"""The slots of a scenario's texts: each is one that may stand there.

    message   {element}  {pool's slot}  {name}  {numeric factor}
    frame     {scene}                   {name}  {numeric factor}
    element, question                   {name}  {numeric factor}
    action, answer, lead, pool          {name}      the same bytes in every cell
    neutral                             {name}

Names are the keys of the sets under `nuisance.names`.
"""

from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from allegiance.documents.document import Location
from allegiance.errors import UserError, suggest
from allegiance.scenarios.factors import all_factors
from allegiance.scenarios.fields import Passage
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.setting import SCENE
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


def pool_slots(scenario: Scenario) -> frozenset[str]:
    """The slots that pools fill."""
    return frozenset(slot for pool in scenario.pools for slot in pool.draw)


def _sets_of_names(scenario: Scenario) -> Iterator[UserError]:
    known = names_of(scenario)
    for place, names in enumerate(scenario.nuisance.names):
        for lacking in sorted(known - names.keys()):
            mend = "Each set of names has the same keys."
            yield scenario.error(("nuisance", "names", place), f'no "{lacking}"', mend)


def _slot_names(scenario: Scenario) -> Iterator[UserError]:
    """A slot means one thing: an element, a name or a factor."""
    others = names_of(scenario) | numbers_of(scenario)
    mend = "A name or a numeric factor is called so: rename one of them."
    elements = {each.id for each in scenario.elements}
    for place, element in enumerate(scenario.elements):
        if element.id in others:
            problem = f"{{{element.id}}} would mean two things"
            yield scenario.error(("elements", place, "id"), problem, mend)
    for place, pool in enumerate(scenario.pools):
        for slot in sorted(pool.draw.keys() & (others | elements)):
            problem = f"{{{slot}}} would mean two things"
            yield scenario.error(("pools", place, "draw", slot), problem, mend)
    for both in sorted(names_of(scenario) & numbers_of(scenario)):
        problem = f"{{{both}}} would mean two things"
        yield scenario.error(("factors", both), problem, "Rename the factor or the name.")


def _texts(scenario: Scenario) -> Iterator[UserError]:
    names, numbers = names_of(scenario), numbers_of(scenario)
    elements = {each.id for each in scenario.elements} | pool_slots(scenario)
    only_names = (names, "It takes names only")
    no_elements = (names | numbers, "It takes names and numbers only")
    for place, action in enumerate(scenario.actions):
        at: Location = ("actions", place, "texts")
        if not action.texts:
            yield scenario.error(at, "no text", "Write at least three ways to put it.")
        yield from _all(action.texts + action.omission, *only_names)
    for element in scenario.elements:
        yield from _all(element.texts, *no_elements)
    for place, message in enumerate(scenario.messages):
        if not message.texts:
            at = ("messages", place, "texts")
            yield scenario.error(at, "no text", "Write at least one template.")
        yield from _all(message.texts, names | numbers | elements, "Slots here")
    for place, pool in enumerate(scenario.pools):
        if not pool.texts:
            at = ("pools", place, "texts")
            yield scenario.error(at, "no text", "Write more than are drawn.")
        yield from _all(pool.texts, *only_names)
    yield from _frames(scenario, names | numbers | {SCENE}, names)
    for place, item in enumerate(scenario.comprehension):
        if not item.texts:
            at = ("comprehension", place, "texts")
            yield scenario.error(at, "no text", "Write the question in at least three ways.")
        yield from _all(item.texts, *no_elements)
        for n, answer in enumerate(item.answers):
            if not answer.texts:
                at = ("comprehension", place, "answers", n, "texts")
                yield scenario.error(at, "no text", "Write at least three ways to put it.")
            yield from _all(answer.texts, *only_names)
    neutral = Passage(text=scenario.neutral, path=Path(scenario.path), line=1)
    for error in _slots(neutral, *only_names):
        yield scenario.error(("neutral",), error.problem, error.mend)


def _frames(scenario: Scenario, known: Set[str], names: Set[str]) -> Iterator[UserError]:
    for place, frame in enumerate(scenario.frames):
        if not frame.texts:
            mend = "Write at least three, each with the slot {scene}."
            yield scenario.error(("frames", place, "texts"), "no text", mend)
        for passage in frame.texts:
            yield from _slots(passage, known, "Slots here")
            if all(each.name != SCENE for each in slots(passage.text)):
                yield _at(passage, 0, "no slot {scene}", "Write it where the scene is to stand.")
        yield from _all(frame.lead, names, "It takes names only")


def _all(passages: Iterable[Passage], known: Set[str], what: str) -> Iterator[UserError]:
    for passage in passages:
        yield from _slots(passage, known, what)


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
    return UserError(problem, mend=mend, path=passage.path, line=passage.line_at(lines))
