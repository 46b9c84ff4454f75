"""A code: numbered clauses, each with prose, an effect, a place among the others, and a rule.

    effect      require   permit   forbid   excuse
    place       rank (1 goes first, and settles what it speaks of) or weight, never both
    rule        a condition on the action; without one the clause is prose only and never fires

A code says nothing of a fact. It is read from one file, and can be swapped over one record.
"""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allegiance.codes.condition import Condition, Part
from allegiance.errors import suggest
from allegiance.situation.subversion import Reading

Role = Literal["developer", "trainer", "operator", "user"]
"""A role in a tier."""


class Effect(StrEnum):
    """What a clause does with the actions that its rule holds of."""

    REQUIRE = "require"
    """One of them must be done."""
    PERMIT = "permit"
    """They may be done, whatever lower clauses say."""
    FORBID = "forbid"
    """None of them may be done."""
    EXCUSE = "excuse"
    """The clauses that it names do not reach them."""


class Kind(StrEnum):
    """What a code is, so that yardsticks are not mixed."""

    ETHICS = "ethics"
    """A view of what is right, whoever wants what."""
    CONSTITUTION = "constitution"
    """What a developer lays down for its model."""
    POLICY = "policy"
    """A rule on whom to obey."""


class Settling(StrEnum):
    """How clauses that pull different ways are put together."""

    RANKS = "ranks"
    """A clause of a higher rank settles what it speaks of; lower ones choose among the rest."""
    WEIGHTS = "weights"
    """Weights are added up, and the action with the greatest sum is right."""


class Clause(Part):
    """One clause."""

    id: Annotated[str, Field(pattern=r"^[0-9]+[a-z]?(\.[0-9]+[a-z]?)*$")]
    """Its number, as in 2.1: text, in quotes."""
    title: str
    """A few words."""
    says: str
    """The clause in prose."""
    effect: Effect
    """require, permit, forbid or excuse."""
    rank: Annotated[int, Field(ge=1)] | None = None
    """Its lexical level, 1 the first; in a code that settles by ranks."""
    weight: Annotated[float, Field(gt=0)] | None = None
    """What it counts for; in a code that settles by weights."""
    excuses: tuple[str, ...] = ()
    """The clauses that an excuse lifts."""
    rule: Condition | None = None
    """When it fires; left out, it is prose only."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.effect is Effect.EXCUSE) != bool(self.excuses):
            raise ValueError("an excuse names clauses\nWrite `excuses:` with `effect: excuse`.")
        return self


class Code(Part):
    """A set of principles."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    """Its name in tables."""
    title: str
    """One line."""
    summary: str
    """What it holds, in a few sentences."""
    kind: Kind = Kind.ETHICS
    """ethics, constitution or policy."""
    blind_to: str = ""
    """What it can't see, in prose."""
    settles: Settling = Settling.RANKS
    """How its clauses are put together."""
    margin: Annotated[float, Field(ge=0)] = 0.0
    """Difference in weight that still counts as none."""
    reading: Reading = Reading.DELEGATED
    """The reading in which it takes subversion and stances."""
    first: tuple[tuple[Role, ...], ...] = ()
    """Tiers of roles that it puts in place of the situation's; those not named come after."""
    unranked: bool = False
    """Whether it puts all roles in one tier."""
    clauses_of: str | None = None
    """Another code whose clauses it takes over."""
    clauses: tuple[Clause, ...] = ()
    """Its clauses, in order."""

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with anything that it says."""
        text = self.model_dump_json(exclude_defaults=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def clause(self) -> dict[str, Clause]:
        """Clauses by id."""
        return {each.id: each for each in self.clauses}

    @cached_property
    def ruled(self) -> tuple[Clause, ...]:
        """The clauses that can fire."""
        return tuple(each for each in self.clauses if each.rule is not None)

    @cached_property
    def factors(self) -> frozenset[str]:
        """The factors at whose levels it looks."""
        return frozenset(self.levels)

    @cached_property
    def levels(self) -> dict[str, frozenset[str]]:
        """Factor to the levels that its rules name."""
        found: dict[str, frozenset[str]] = {}
        for clause in self.ruled:
            for each in clause.rule.plain if clause.rule is not None else ():
                for factor, levels in (each.level or {}).items():
                    found[factor] = found.get(factor, frozenset()).union(levels)
        return found


def faults(code: Code) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Each breach of what a lawful code is: place, problem, mend."""
    ids = [each.id for each in code.clauses]
    if code.first and code.unranked:
        yield ("unranked",), "first and unranked", "Write one of the two."
    if not code.clauses and code.clauses_of is None:
        yield ("clauses",), "no clause", "Write `clauses:`, or `clauses_of:` another code."
    for place, clause in enumerate(code.clauses):
        at = ("clauses", place)
        if clause.id in ids[:place]:
            yield (*at, "id"), f'"{clause.id}" stands twice', "Give each its own number."
        yield from _misplaced(code, clause, at)
        for name in clause.excuses:
            if name not in ids:
                yield (*at, "excuses"), f'no clause "{name}"', suggest(name, ids, "Clauses here")


def _misplaced(
    code: Code, clause: Clause, at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """A clause without the rank or the weight by which its code settles, or with the other."""
    by_rank = code.settles is Settling.RANKS
    has, lacks = ("rank", "weight") if by_rank else ("weight", "rank")
    mend = f"This code settles by {code.settles}: write `{has}:` here."
    if getattr(clause, has) is None:
        yield (*at, has), "missing", mend
    if getattr(clause, lacks) is not None:
        yield (*at, lacks), f"a {lacks} has no use here", mend
    if not by_rank and clause.effect is Effect.PERMIT:
        yield (*at, "effect"), "a permission weighs nothing", "Require or forbid something."
