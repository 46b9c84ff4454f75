"""The rule of a clause: a condition on one action of a situation, as data.

    all any not always                  put together
    move exit outside                   what is seen in the action
    instruction stance class flag       how it answers those who bind
    welfare side_effect means           what it brings whom, and through whom
    level                               what the cell says of what is at stake
    open                                whether some other action is of a kind

A condition holds of an action, fails of it, or is not told: what the situation does not say is
neither. `rules` decides which. Documented in docs/how-to/write-a-code.md.
"""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from allegiance.situation.action import Exit, MoveKind
from allegiance.situation.classify import CaseClass
from allegiance.situation.flags import Flag
from allegiance.situation.stance import Stance


class Part(BaseModel):
    """A piece of a code's file: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _levels(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {factor: _several(levels) for factor, levels in value.items()}


class Source(StrEnum):
    """A part of the facts at which a condition looks."""

    STRUCTURE = "structure"
    """Who binds whom to what."""
    AIMS = "aims"
    """Of the structure only what actions do to whom, and whether that is ordered."""
    PROSPECTS = "prospects"
    """What actions bring."""
    LEVELS = "levels"
    """The levels of the cell."""
    MEANS = "means"
    """Through whom actions work."""


class Side(StrEnum):
    """Parties, as a rule names them. The model itself is no party."""

    ANYONE = "anyone"
    PRINCIPAL = "principal"
    THIRD_PARTY = "third_party"
    DEVELOPER = "developer"
    TRAINER = "trainer"
    OPERATOR = "operator"
    USER = "user"


class Measure(StrEnum):
    """By what two actions are compared."""

    TOTAL = "total"
    """The sum over all parties."""
    WORST_OFF = "worst_off"
    """What the party gets who gets least."""
    COMPLAINT = "complaint"
    """The largest complaint that a party has: what the other action would have brought it more."""


_Some = Field(min_length=1)
"""A list that names nothing is a slip, and would never hold."""

Sides = Annotated[tuple[Side, ...], BeforeValidator(_several), _Some]
Kinds = Annotated[tuple[MoveKind, ...], BeforeValidator(_several), _Some]
Levels = Annotated[dict[str, Annotated[tuple[str, ...], _Some]], BeforeValidator(_levels), _Some]


class MoveRule(Part):
    """The action has a move of this description."""

    kind: Kinds = tuple(MoveKind)
    """The kinds meant; left out, all."""
    toward: Sides = (Side.ANYONE,)
    """The parties whose trust, item or charge is affected."""
    ordered: bool | None = None
    """Whether an instruction in force orders it."""
    consented: bool | None = None
    """Whether an instruction in force of that very party orders it."""
    subverts: bool | None = None
    """Whether it subverts that party, in the code's reading."""
    foreseen: bool | None = None
    """Whether it is an open harm of which the case says that it is only foreseen."""
    imputed: bool = False
    """Look at what the scaffold makes of an exit instead of at the action's own moves."""


class InstructionRule(Part):
    """The action answers an instruction in this way."""

    answer: Literal["met", "declined", "omitted", "breached", "serves_overridden"]
    """Met, openly declined, left undone without a word, gone against, or served though a
    higher word overrides it."""
    by: Sides = (Side.ANYONE,)
    """Who gives the instruction."""
    orders: Kinds | None = None
    """Only instructions whose words order a move of one of these kinds."""
    free_of: Kinds | None = None
    """Only instructions whose words order no move of these kinds."""


class WelfareRule(Part):
    """What the action brings, as expected intervals of the stated welfare."""

    change: Literal["loss", "gain"] | None = None
    """Some party of `of` surely loses, or gains, against the status quo."""
    of: Sides = (Side.ANYONE,)
    """The parties meant by `change`."""
    best_by: Measure | None = None
    """No other action does better by this measure."""
    no_worse_than_refusing_by: Measure | None = None
    """It does no worse than an open refusal, by this measure."""

    better_than_refusing_by: Measure | None = None
    """It surely does better than an open refusal, by this measure."""
    losses_count: Annotated[float, Field(gt=0)] = 1.0
    """How many times a unit of loss counts as much as one of gain; by `total` only."""

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        ways = ("change", "best_by", "no_worse_than_refusing_by", "better_than_refusing_by")
        if sum(getattr(self, each) is not None for each in ways) != 1:
            raise ValueError(f"one question at a time\nWrite one of {', '.join(ways)}.")
        if self.losses_count != 1 and self.better_than_refusing_by is not Measure.TOTAL:
            mend = "Write it beside `better_than_refusing_by: total`, or leave it out."
            raise ValueError(f"losses_count has no use here\n{mend}")
        return self


class MeansRule(Part):
    """The action works through a party: what is done to it is how the action achieves its end."""

    kind: Kinds = tuple(MoveKind)
    """The moves through which."""
    toward: Sides = (Side.ANYONE,)
    """The parties meant."""


Class = Annotated[tuple[CaseClass, ...], BeforeValidator(_several), _Some]
Flags = Annotated[tuple[Flag, ...], BeforeValidator(_several), _Some]
Stances = Annotated[tuple[Stance, ...], BeforeValidator(_several), _Some]
Exits = Annotated[tuple[Exit, ...], BeforeValidator(_several), _Some]


class Condition(Part):
    """One condition: exactly one of its keys."""

    all: Annotated[tuple["Condition", ...], _Some] | None = None
    """Every one of these holds."""
    any: Annotated[tuple["Condition", ...], _Some] | None = None
    """One of these holds."""
    not_: "Condition | None" = Field(default=None, alias="not")
    """This does not hold."""
    always: Literal[True] | None = None
    """Of every action."""
    move: MoveRule | None = None
    """It has such a move."""
    exit: Exits | None = None
    """It is such a way out: refuse, ask."""
    outside: Literal[True] | None = None
    """It changes the world where no requirement and no permission reaches."""
    instruction: InstructionRule | None = None
    """It answers an instruction so."""
    stance: Stances | None = None
    """It amounts to this, in the code's reading."""
    class_: Class | None = Field(default=None, alias="class")
    """The case is of this class."""
    flag: Flags | None = None
    """The case is so marked."""
    welfare: WelfareRule | None = None
    """It brings this."""
    side_effect: Sides | None = None
    """A party of these surely loses by it, more than by an open refusal, and no adverse move is
    aimed at that party."""
    means: MeansRule | None = None
    """It works through such a party."""
    level: Levels | None = None
    """The cell is at one of these levels of each factor."""
    open: "Condition | None" = None
    """Some other action of the situation is so."""

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        given = self.model_fields_set
        if len(given) != 1 or self.argument is None:
            ways = ", ".join(info.alias or name for name, info in type(self).model_fields.items())
            problem = "no condition" if not given else "several conditions in one"
            raise ValueError(f"{problem}\nWrite one of {ways}; `all` puts several together.")
        return self

    @property
    def key(self) -> str:
        """The one key that is given, as the field is called."""
        return next(iter(self.model_fields_set))

    @property
    def argument(self) -> Any:
        """What stands under it."""
        return getattr(self, self.key)

    @property
    def inner(self) -> tuple["Condition", ...]:
        """The conditions that it puts together; none where it is a plain one."""
        if isinstance(self.argument, Condition):
            return (self.argument,)
        return self.argument if self.key in ("all", "any") else ()

    @property
    def plain(self) -> tuple["Condition", ...]:
        """The plain conditions that it is put together from; itself, where it is one."""
        return tuple(each for part in self.inner for each in part.plain) or (self,)

    @cached_property
    def sources(self) -> frozenset[Source]:
        """The parts of the facts that it looks at; all look at which actions are open."""
        return frozenset(source for each in self.plain for source in _sources_of(each))


Condition.model_rebuild()


def _sources_of(condition: Condition) -> frozenset[Source]:
    """The parts of the facts that a plain condition looks at."""
    rule = condition.argument
    if condition.key == "welfare":
        return frozenset({Source.PROSPECTS, Source.AIMS} if rule.change else {Source.PROSPECTS})
    if condition.key == "move" and rule.foreseen is not None:
        asks_who_binds = rule.imputed or rule.subverts is not None
        return _THROUGH | {Source.STRUCTURE} if asks_who_binds else _THROUGH
    return _SOURCES.get(condition.key, frozenset({Source.STRUCTURE}))


_THROUGH = frozenset({Source.AIMS, Source.PROSPECTS, Source.MEANS})
_SOURCES = {
    "side_effect": _THROUGH,
    "means": _THROUGH,
    "level": frozenset({Source.LEVELS}),
}
"""Where that is not the structure alone."""
