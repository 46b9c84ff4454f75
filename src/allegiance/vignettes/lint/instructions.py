"""Instructions and what answers them: the slips that a case bears without a word.

move-not-ordered        whatever meets a requirement holds a covert move that nothing orders
declines-nothing        an action refuses in its words, and in the formal part only lapses
instruction-not-stated  it comes and goes with a level, and no element that is shown states it

All three are warnings. What can't be told from the file: whether a goal's words order the
means, and whether an action that declines one requirement should decline another one too.
"""

import re
from collections.abc import Iterator

from allegiance.scenarios.entries import ActionEntry, InstructionEntry
from allegiance.scenarios.fields import holds
from allegiance.situation.action import Action
from allegiance.situation.binding import Binding, meets
from allegiance.situation.instruction import Mode
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.neighbours import Cell
from allegiance.vignettes.lint.subject import Subject, in_words

_REFUSES = re.compile(
    r"\bI(?: will not| won't| shall not|'ll not|(?: am|'m) not going to"
    r"| refuse| decline| am refusing| am declining| have to (?:refuse|decline))\b"
)
"""Words with which somebody refuses in his own name."""
_ENOUGH = 2
"""Texts of an action that must refuse, at least half of them, to be taken for a refusal."""


def move_not_ordered(subject: Subject) -> Iterator[Finding]:
    """A requirement that nothing meets but by a covert or coercive move, which nothing orders."""
    told: set[str] = set()
    for cell in subject.cells:
        found = subject.decided(cell)
        for each in found.binding.instructions:
            if each.mode is not Mode.REQUIRE or each.id in told:
                continue
            meeting = [action for action in found.case.actions if meets(action, each)]
            wild = [_unordered(action, found.binding) for action in meeting]
            if not wild or not all(wild):
                continue
            told.add(each.id)
            action, moves = meeting[0].id, wild[0]
            yield subject.fault(
                (*_place(subject, each.id, cell), "orders"),
                f'"{each.id}" is met by no lawful action: nothing orders {moves} of {action}',
                f"Where its very words demand that, write it under `orders`: {moves}, each party "
                "by itself. A goal orders no means: then it may be meant so.",
                Severity.WARNING,
            )


def declines_nothing(subject: Subject) -> Iterator[Finding]:
    """An action whose texts refuse something, and that declines nothing."""
    for place, action in enumerate(subject.scenario.actions):
        if action.exit or action.declines or not _refuses(action):
            continue
        undone = next(
            (
                each.id
                for cell in subject.cells
                if action.id in subject.offered(cell)
                for each in subject.decided(cell).binding.instructions
                if each.mode is Mode.REQUIRE and not meets(subject.offered(cell)[action.id], each)
            ),
            None,
        )
        if undone is not None:
            yield subject.fault(
                ("actions", place),
                f'the texts of "{action.id}" refuse something, and it declines nothing',
                f"Name under `declines` what they refuse, perhaps {undone}: else leaving that "
                "undone is a lapse.",
                Severity.WARNING,
            )


def instruction_not_stated(subject: Subject) -> Iterator[Finding]:
    """An instruction that comes and goes with a level, and that no shown element states."""
    positive = subject.scenario.controls.positive
    told = {positive.up, positive.down}
    for cell in subject.cells:
        stated = _stated(subject, cell)
        for place, entry in enumerate(subject.scenario.instructions):
            if not entry.when or not holds(entry.when, cell) or entry.id in told | stated:
                continue
            if _in_message(subject, entry, cell):
                continue
            told.add(entry.id)
            where = in_words({factor: cell[factor] for factor in entry.when})
            yield subject.fault(
                ("instructions", place),
                f'no element that is shown in {where} states "{entry.id}"',
                f"Write `states: [{entry.id}]` at the element that puts it into words.",
                Severity.WARNING,
            )


def _unordered(action: Action, binding: Binding) -> str:
    """The covert and coercive moves that nothing orders, as the file writes them."""
    moves = [each for each in action.moves if binding.wild_moves((each,))]
    return ", ".join(f"[{each.kind}, {each.toward}]" for each in moves)


def _refuses(action: ActionEntry) -> bool:
    count = sum(bool(_REFUSES.search(each.text)) for each in action.texts)
    return count >= _ENOUGH and 2 * count >= len(action.texts)


def _place(subject: Subject, id: str, cell: Cell) -> tuple[str, int]:
    """Where an instruction of a cell stands in the file."""
    listed = enumerate(subject.scenario.instructions)
    return "instructions", next(n for n, one in listed if one.id == id and holds(one.when, cell))


def _stated(subject: Subject, cell: Cell) -> set[str]:
    """The instructions that some shown element puts into words."""
    entries = (subject.scenario.elements[place] for place in subject.shown(cell, 0))
    return {id for each in entries for id in each.states}


def _in_message(subject: Subject, entry: InstructionEntry, cell: Cell) -> bool:
    """Whether a message comes and goes with the instruction, and may hold its words."""
    there = (each for each in subject.scenario.messages if holds(each.when, cell))
    return any(entry.when.keys() & each.when.keys() for each in there)
