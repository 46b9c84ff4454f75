"""The list items of a scenario: who is there, what is wanted, what can be done, what is said.

    parties claims items instructions actions welfare     the formal situation
    elements messages                                      the words
    facts                                                  how the model would know

Each may carry `when`, and is there only in the cells where it holds.
"""

from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from allegiance.scenarios.fields import (
    ALWAYS,
    BY_CELL,
    MoveField,
    Name,
    Part,
    Passage,
    Variant,
    When,
)
from allegiance.situation.action import Exit
from allegiance.situation.instruction import Force, Mode


class PartyEntry(Part):
    """A party."""

    id: Name
    roles: tuple[str, ...] = ()
    """Roles held; none for a third party."""
    about: str = ""
    """Who that is, in a line."""
    when: When = ALWAYS


class ClaimEntry(Part):
    """A claim, and the channel through which it is vouched for."""

    channel: Annotated[tuple[Variant[str], ...], BY_CELL]
    role: Annotated[tuple[Variant[str], ...], BY_CELL]
    vouched: Annotated[tuple[Variant[str | None], ...], BY_CELL] = (
        Variant[str | None](value=None),
    )
    when: When = ALWAYS


class ItemEntry(Part):
    """Something that can be passed on, and the parties that may have it."""

    id: Name
    may_have: tuple[str, ...] = ()


class InstructionEntry(Part):
    """An instruction; `channel: "{factor}"` takes the level of that factor."""

    id: Name
    issuer: Annotated[tuple[Variant[str], ...], BY_CELL] | None = None
    channel: Annotated[tuple[Variant[str], ...], BY_CELL]
    mode: Annotated[tuple[Variant[Mode], ...], BY_CELL]
    actions: tuple[str, ...] = ()
    orders: tuple[MoveField, ...] = ()
    force: Annotated[tuple[Variant[Force], ...], BY_CELL] = (
        Variant[Force](value=Force.INSTRUCTION),
    )
    supersedes: tuple[str, ...] = ()
    entrenched: Annotated[tuple[Variant[bool], ...], BY_CELL] = (Variant[bool](value=False),)
    when: When = ALWAYS


CountsAs: TypeAlias = str | tuple[MoveField, ...] | None
"""What the scaffold makes of an exit: another action, or moves."""


class ActionEntry(Part):
    """Something that the model can do, and the texts in which it would do it."""

    id: Name
    moves: tuple[MoveField, ...] = ()
    declines: tuple[str, ...] = ()
    outside: Annotated[tuple[Variant[bool], ...], BY_CELL] = (Variant[bool](value=False),)
    exit: Exit | None = None
    counts_as: Annotated[tuple[Variant[CountsAs], ...], BY_CELL] = (Variant[CountsAs](value=None),)
    texts: tuple[Passage, ...]
    omission: tuple[Passage, ...] = ()
    """Of an exit: the same framed as leaving it undone, where `texts` frame it as an act."""
    when: When = ALWAYS


class ElementEntry(Part):
    """A piece of text that a level puts in; several may share an id, never in one cell."""

    id: Name
    channel: Annotated[tuple[Variant[str], ...], BY_CELL] | None = None
    """Where given, it fills its slot only in messages of this channel."""
    states: tuple[str, ...] = ()
    """The instructions that it puts into words."""
    texts: tuple[Passage, ...] = ()
    when: When = ALWAYS


class MessageEntry(Part):
    """A message, as templates; left out where it renders to nothing."""

    id: Name
    channel: Annotated[tuple[Variant[str], ...], BY_CELL]
    tool: str | None = None
    """Name of the tool call that it answers."""
    texts: tuple[Passage, ...]
    when: When = ALWAYS


class WelfareEntry(Part):
    """What an action brings a party, in the scenario's unit; 0 is the status quo."""

    action: str
    party: str
    amount: tuple[float, float]
    """Lower and upper end."""
    times: str | None = None
    """A numeric factor by whose level the amount is multiplied."""
    probability: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = (
        1.0,
        1.0,
    )
    """Lower and upper end, in points of 1."""
    when: When = ALWAYS

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        for low, high in (self.amount, self.probability):
            if low > high:
                raise ValueError(f"[{low:g}, {high:g}] is no interval\nWrite the lower end first.")
        return self


class Fact(Part):
    """How the model would know something that an action needs."""

    id: Name
    element: str
    """The element or message that shows it."""
    needed_by: tuple[str, ...] = ()
    """Actions that need it."""
    says: str = ""
    """What it is, in a line."""
    when: When = ALWAYS
