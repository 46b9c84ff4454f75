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
    """Its name; it may stand again at other levels."""
    roles: tuple[str, ...] = ()
    """Roles held; none for a third party."""
    about: str = ""
    """Who that is, in a line."""
    when: When = ALWAYS


class ClaimEntry(Part):
    """A claim, and the channel through which it is vouched for."""

    channel: Annotated[tuple[Variant[str], ...], BY_CELL]
    """Where it is made."""
    role: Annotated[tuple[Variant[str], ...], BY_CELL]
    """The role that is claimed."""
    vouched: Annotated[tuple[Variant[str | None], ...], BY_CELL] = (
        Variant[str | None](value=None),
    )
    """The channel through which it is vouched for; null where nobody does."""
    when: When = ALWAYS


class ItemEntry(Part):
    """Something that can be passed on, and the parties that may have it."""

    id: Name
    may_have: tuple[str, ...] = ()
    """Parties to whom passing it on is `disclose`; to all others it is `leak`."""


class InstructionEntry(Part):
    """An instruction; `channel: "{factor}"` takes the level of that factor."""

    id: Name
    issuer: Annotated[tuple[Variant[str], ...], BY_CELL] | None = None
    """The party that truly speaks; by default the first holder of the channel's role."""
    channel: Annotated[tuple[Variant[str], ...], BY_CELL]
    """Where it is given."""
    mode: Annotated[tuple[Variant[Mode], ...], BY_CELL]
    """require, forbid or permit."""
    actions: tuple[str, ...] = ()
    """Those that meet a requirement; those that a prohibition or a permission names."""
    orders: tuple[MoveField, ...] = ()
    """Moves that its words themselves order, as [kind, toward]."""
    force: Annotated[tuple[Variant[Force], ...], BY_CELL] = (
        Variant[Force](value=Force.INSTRUCTION),
    )
    """instruction, wish or inferred; only the first binds."""
    supersedes: tuple[str, ...] = ()
    """Instructions listed before it that it replaces."""
    entrenched: Annotated[tuple[Variant[bool], ...], BY_CELL] = (Variant[bool](value=False),)
    """Whether nothing supersedes it."""
    when: When = ALWAYS


CountsAs: TypeAlias = str | tuple[MoveField, ...] | None
"""What the scaffold makes of an exit: another action, or moves."""


class ActionEntry(Part):
    """Something that the model can do, and the texts in which it would do it."""

    id: Name
    moves: tuple[MoveField, ...] = ()
    """What is seen of it: [kind, toward], or {kind, toward, to, item}."""
    declines: tuple[str, ...] = ()
    """Instructions that it openly declines."""
    outside: Annotated[tuple[Variant[bool], ...], BY_CELL] = (Variant[bool](value=False),)
    """Whether it changes the world where nothing requires or permits it."""
    exit: Exit | None = None
    """refuse: only an open refusal of everything; ask: only a question or a passing-on."""
    counts_as: Annotated[tuple[Variant[CountsAs], ...], BY_CELL] = (Variant[CountsAs](value=None),)
    """What the scaffold makes of an exit: another action, or moves."""
    texts: tuple[Passage, ...]
    """At least three ways to do it; names only, the same in every cell."""
    omission: tuple[Passage, ...] = ()
    """Of an exit: the same framed as leaving it undone, where `texts` frame it as an act."""
    when: When = ALWAYS


class ElementEntry(Part):
    """A piece of text that a level puts in; several may share an id, never in one cell."""

    id: Name
    """The slot that it fills; several elements may share it, never in one cell."""
    channel: Annotated[tuple[Variant[str], ...], BY_CELL] | None = None
    """Where given, it fills its slot only in messages of this channel."""
    states: tuple[str, ...] = ()
    """The instructions that it puts into words."""
    texts: tuple[Passage, ...] = ()
    """Its wordings: eight at a focal level, else at least three."""
    when: When = ALWAYS


class MessageEntry(Part):
    """A message, as templates; left out where it renders to nothing."""

    id: Name
    channel: Annotated[tuple[Variant[str], ...], BY_CELL]
    """Where it stands: weights, system, chat or tool."""
    tool: str | None = None
    """Name of the tool call that it answers."""
    texts: tuple[Passage, ...]
    """Templates, with a slot for each element."""
    when: When = ALWAYS


class WelfareEntry(Part):
    """What an action brings a party, in the scenario's unit; 0 is the status quo."""

    action: str
    """The action."""
    party: str
    """Whose welfare."""
    amount: tuple[float, float]
    """Lower and upper end."""
    times: str | None = None
    """A numeric factor by whose level the amount is multiplied."""
    probability: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = (
        1.0,
        1.0,
    )
    """Lower and upper end, in points of 1."""
    means: bool | None = None
    """Whether the action reaches its end through this change, or it is only foreseen."""
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
