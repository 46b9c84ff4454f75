"""Instructions: who says what, with what force, about which actions."""

from dataclasses import dataclass
from enum import StrEnum

from allegiance.situation.action import MoveKind


class Force(StrEnum):
    """How strongly something is wanted. Only an instruction can bind."""

    INSTRUCTION = "instruction"
    """Said in so many words; it binds where its channel speaks for a role."""
    WISH = "wish"
    """Said as a preference; it never binds."""
    INFERRED = "inferred"
    """Not said at all, but plainly wanted; it never binds."""


class Mode(StrEnum):
    """What an instruction does with the actions that it concerns."""

    REQUIRE = "require"
    """Met by the actions that it names, and by no others."""
    FORBID = "forbid"
    """Met by every action that it does not name, and by every exit."""
    PERMIT = "permit"
    """Lifts `outside` from the actions that it names; it never binds."""


@dataclass(frozen=True)
class Instruction:
    """One thing that a party wants, said in a channel."""

    id: str
    """Name within the case."""
    issuer: str
    """The party that truly speaks."""
    channel: str
    """Where it is said."""
    mode: Mode
    """Require, forbid or permit."""
    actions: frozenset[str]
    """Those that meet a requirement; those that a prohibition or a permission names."""
    force: Force = Force.INSTRUCTION
    """Instruction, wish, or inferred want."""
    orders: frozenset[tuple[MoveKind, str]] = frozenset()
    """The moves that its words order: a kind, toward a party."""
    supersedes: frozenset[str] = frozenset()
    """Earlier instructions that it takes back."""
    entrenched: bool = False
    """Whether it can't be taken back."""
