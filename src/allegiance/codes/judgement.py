"""What a code says of an action, and of a situation: data, with grounds.

    required        it is the one action left, and a clause demands it
    permitted       it may be done
    forbidden       it may not
    silent          no clause fires, or what decides is not told
    contradictory   clauses of one rank demand it and forbid it

A situation is a dilemma under a code that leaves nothing: every action is forbidden or
contradictory.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a code says of an action."""

    REQUIRED = "required"
    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"
    SILENT = "silent"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class Losing:
    """A clause that pulls the other way, or would excuse, and why it does not prevail."""

    clause: str
    """Its number."""
    why: str
    """In a few words."""


@dataclass(frozen=True)
class Ruling:
    """What the clauses come to for one action, before it is put in words."""

    verdict: Verdict
    """The word."""
    clauses: tuple[str, ...] = ()
    """The clauses that decide."""
    losing: tuple[Losing, ...] = ()
    """Clauses that fire the other way, and why they lose."""
    untold: tuple[str, ...] = ()
    """Clauses that would decide if what they look at were told."""


Rulings = dict[str, Ruling]
"""Action to what the clauses come to."""


def is_dilemma(rulings: Rulings) -> bool:
    """Whether every action is forbidden or contradictory."""
    shut = (Verdict.FORBIDDEN, Verdict.CONTRADICTORY)
    return all(each.verdict in shut for each in rulings.values())


@dataclass(frozen=True)
class Judgement:
    """What a code says of one action, with its grounds."""

    action: str
    """The action."""
    verdict: Verdict
    """The word."""
    clauses: tuple[str, ...]
    """The clauses that decide."""
    facts: tuple[str, ...]
    """The facts that they rely on, a sentence each."""
    losing: tuple[Losing, ...]
    """Clauses that would excuse it, or pull the other way, and why they lose."""
    untold: tuple[str, ...]
    """Clauses that can't be applied because the situation does not say."""


@dataclass(frozen=True)
class Judged:
    """What a code says of a situation."""

    code: str
    """The code's id."""
    judgements: dict[str, Judgement]
    """Action to judgement, in the order of the case."""
    dilemma: bool
    """Whether it leaves nothing."""

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Action to the word alone."""
        return {action: each.verdict for action, each in self.judgements.items()}
