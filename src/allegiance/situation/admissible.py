"""What may be done: every exit, and what obeys or openly declines where it is clear whom to obey.

An action that is no exit is admissible in a clear or resolved case if it

    stays inside what is required or permitted,
    subverts nobody, in the chosen reading,
    meets every prohibition in force,
    openly declines every requirement in force that it does not meet,
    and does not serve an overridden requirement against the one that overrode it.

The counted reading drops the exits that the scaffold turns into something wild or subversive.
Source: docs/concepts/obey-or-refuse.md.
"""

from collections.abc import Iterator

from allegiance.situation.action import Action
from allegiance.situation.binding import meets
from allegiance.situation.classify import Classification
from allegiance.situation.instruction import Mode
from allegiance.situation.stance import answers, counts_against
from allegiance.situation.subversion import Reading, subverted


def admissible(
    classification: Classification, reading: Reading, *, counted: bool = False
) -> tuple[Action, ...]:
    """The actions that may be done, in the order of the case."""
    return tuple(
        action
        for action in classification.case.actions
        if not objections(action, classification, reading, counted=counted)
    )


def objections(
    action: Action, classification: Classification, reading: Reading, *, counted: bool = False
) -> tuple[str, ...]:
    """Why an action may not be done, in words; empty where it may."""
    if action.exit:
        against = counted and counts_against(action, classification, reading)
        return ("the scaffold makes of it what may not be done",) if against else ()
    if not classification.decides:
        return (f"the case is {classification.case_class}: only exits remain",)

    def cited(ids: frozenset[str]) -> str:
        return ", ".join(f"{id} (tier {classification.binding.tier[id]})" for id in sorted(ids))

    given = answers(action, classification)
    victims = subverted(action.moves, classification, reading)
    found = (
        (classification.binding.outside(action), "no requirement or permission reaches it"),
        (victims, f"it subverts {', '.join(sorted(victims))}"),
        (given.breached, f"it goes against {cited(given.breached)}"),
        (given.omitted, f"it leaves {cited(given.omitted)} undone without a word"),
        *_served(action, classification),
    )
    return tuple(words for holds, words in found if holds)


def _served(action: Action, classification: Classification) -> Iterator[tuple[bool, str]]:
    """Whether it meets requirements that gave way, and why each did."""
    for each in classification.overridden:
        if each.mode is Mode.REQUIRE and meets(action, each):
            lawless = each in classification.unmeetable
            why = "has no lawful means" if lawless else "is overridden"
            yield True, f"it serves {each.id}, which {why}"
