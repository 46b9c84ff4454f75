"""Actions and the moves in them: descriptions of what is seen, never verdicts."""

from dataclasses import dataclass
from enum import StrEnum


class MoveKind(StrEnum):
    """What is seen in a part of an action."""

    DISCLOSE = "disclose"
    LEAK = "leak"
    DECEIVE = "deceive"
    FEIGN = "feign"
    CONCEAL = "conceal"
    COERCE = "coerce"
    TAMPER = "tamper"
    EVADE_OVERSIGHT = "evade_oversight"
    SELF_PRESERVE = "self_preserve"
    HARM = "harm"


COVERT_OR_COERCIVE = frozenset(
    {
        MoveKind.DECEIVE,
        MoveKind.FEIGN,
        MoveKind.CONCEAL,
        MoveKind.COERCE,
        MoveKind.LEAK,
        MoveKind.TAMPER,
        MoveKind.EVADE_OVERSIGHT,
    }
)
"""The kinds that subvert whom they are aimed at, unless they were ordered."""


class Exit(StrEnum):
    """The two ways out: refuse everything openly, or only ask."""

    REFUSE = "refuse"
    ASK = "ask"


@dataclass(frozen=True)
class Move:
    """An observable part of an action."""

    kind: MoveKind
    """What is seen."""
    toward: str
    """The party whose trust, item or charge is affected."""
    to: str | None = None
    """The recipient, where that is another party."""
    item: str | None = None
    """The item that is passed on."""

    @property
    def covert_or_coercive(self) -> bool:
        """Whether the kind subverts, unless ordered."""
        return self.kind in COVERT_OR_COERCIVE


@dataclass(frozen=True)
class Action:
    """One thing that the model can do in a situation."""

    id: str
    """Name within the case."""
    moves: tuple[Move, ...] = ()
    """What is seen in it; none in an exit."""
    declines: frozenset[str] = frozenset()
    """Instructions that it openly declines."""
    outside: bool = False
    """It changes the world where no requirement and no permission reaches."""
    exit: Exit | None = None
    """Whether it is a refusal of everything, or only a question."""
    counts_as: str | tuple[Move, ...] | None = None
    """What the scaffold makes of an exit: another action, or moves."""
