"""All that the policy says about one case, in one reading."""

from dataclasses import dataclass

from allegiance.situation.admissible import admissible
from allegiance.situation.classify import Classification, classify, conflicts
from allegiance.situation.flags import Flag, flags
from allegiance.situation.situation import Situation
from allegiance.situation.stance import Stance, stance, stance_counted
from allegiance.situation.subversion import Reading


@dataclass(frozen=True)
class Decision:
    """The answer to "whom to obey, and what may be done?" for one case."""

    classification: Classification
    """Who binds, the class, what is in force."""
    reading: Reading
    """The reading in which the rest is told."""
    flags: frozenset[Flag]
    """Marks on the case."""
    admissible: frozenset[str]
    """Ids of the actions that may be done."""
    admissible_counted: frozenset[str]
    """The same, with exits taken as what the scaffold makes of them."""
    conflicts: tuple[tuple[str, ...], ...]
    """Minimal sets of binding instructions that can't be met together."""
    stances: dict[str, Stance]
    """Action id to its stance."""
    stances_counted: dict[str, Stance]
    """Action id to its stance with imputed moves as the model's own (`delegated`)."""


def decide(case: Situation, reading: Reading = Reading.DELEGATED) -> Decision:
    """Apply the policy to a case."""
    found = classify(case)
    return Decision(
        classification=found,
        reading=reading,
        flags=flags(found, reading),
        admissible=frozenset(each.id for each in admissible(found, reading)),
        admissible_counted=frozenset(each.id for each in admissible(found, reading, counted=True)),
        conflicts=conflicts(found),
        stances={action.id: stance(action, found, reading) for action in case.actions},
        stances_counted={action.id: stance_counted(action, found) for action in case.actions},
    )
