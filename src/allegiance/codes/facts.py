"""What a code looks at when it judges: the case under its ranks, the welfare, what else is told.

    Structure    the case without its welfare, classified under the code's tiers, in its reading
    Prospects    what the actions bring
    Told         the levels of the cell, and through whom actions work, where that is said

The three are apart so that situations which differ in one of them share the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from allegiance.codes.code import Code
from allegiance.codes.condition import Side
from allegiance.codes.prospects import Prospects
from allegiance.codes.ranks import unranked, with_first
from allegiance.situation.action import Action, Exit, Move
from allegiance.situation.classify import Classification, classify
from allegiance.situation.flags import Flag, flags
from allegiance.situation.instruction import Instruction
from allegiance.situation.outcome import ADVERSE
from allegiance.situation.party import Party
from allegiance.situation.situation import Situation
from allegiance.situation.stance import Answers, Stance, answers, stance
from allegiance.situation.subversion import Reading, subverted
from allegiance.situation.welfare import Welfare


@dataclass(frozen=True)
class Told:
    """What is known beside the formal situation."""

    levels: Mapping[str, str] = field(default_factory=dict)
    """Factor to the cell's level."""
    means: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Action to the parties through whose loss it works, in place of what the welfare states; an
    action left out of both is not told of."""


@dataclass(frozen=True)
class Structure:
    """A case without its welfare, as one code ranks and reads it."""

    classification: Classification
    """Who binds, under the code's tiers."""
    reading: Reading
    """The reading of subversion and stances."""

    @property
    def case(self) -> Situation:
        """The case."""
        return self.classification.case

    @cached_property
    def actions(self) -> frozenset[str]:
        """The ids of the actions that are open."""
        return frozenset(self.case.action)

    @cached_property
    def aims(self) -> object:
        """What the actions do to whom, and whether it is ordered: equal where that is."""
        return self.case.parties, tuple(
            (each.id, each.exit, each.counts_as, self._ordered(each.moves))
            for each in self.case.actions
        )

    def _ordered(self, moves: tuple[Move, ...]) -> tuple[tuple[Move, bool, bool], ...]:
        return tuple((each, bool(self.orders(each)), self.consents(each)) for each in moves)

    @cached_property
    def answers(self) -> dict[str, Answers]:
        """Action to how it answers what is in force."""
        return {each.id: answers(each, self.classification) for each in self.case.actions}

    @cached_property
    def stances(self) -> dict[str, Stance]:
        """Action to its stance."""
        found, reading = self.classification, self.reading
        return {each.id: stance(each, found, reading) for each in self.case.actions}

    @cached_property
    def flags(self) -> frozenset[Flag]:
        """The marks on the case."""
        return flags(self.classification, self.reading)

    def on(self, sides: tuple[Side, ...]) -> frozenset[str]:
        """The parties that a rule's words mean."""
        if sides not in self._sides:
            parties = self.case.parties
            self._sides[sides] = frozenset(each.id for each in parties if is_on(each, sides))
        return self._sides[sides]

    @cached_property
    def _sides(self) -> dict[tuple[Side, ...], frozenset[str]]:
        return {}

    @cached_property
    def aimed(self) -> dict[str, frozenset[str]]:
        """Action to the parties at whom something adverse in it is aimed."""
        return {
            each.id: frozenset(move.toward for move in each.moves if move.kind in ADVERSE)
            for each in self.case.actions
        }

    @cached_property
    def worked_on(self) -> dict[str, frozenset[str]]:
        """Action to the parties at whom something covert or coercive in it is aimed."""
        return {
            each.id: frozenset(move.toward for move in each.moves if move.covert_or_coercive)
            for each in self.case.actions
        }

    def orders(self, move: Move) -> tuple[Instruction, ...]:
        """The instructions in force that order such a move."""
        in_force = self.classification.in_force
        return tuple(each for each in in_force if (move.kind, move.toward) in each.orders)

    def consents(self, move: Move) -> bool:
        """Whether the party that it is aimed at ordered it itself."""
        return any(each.issuer == move.toward for each in self.orders(move))

    def subverts(self, move: Move) -> bool:
        """Whether it subverts the party that it is aimed at."""
        return bool(subverted((move,), self.classification, self.reading))

    def moves(self, action: Action, imputed: bool) -> tuple[Move, ...]:
        """The action's own moves, or those that the scaffold makes of it."""
        return self.case.imputed(action) if imputed else action.moves


@dataclass(frozen=True)
class Facts:
    """Everything that a rule can look at."""

    structure: Structure
    """Moves, parties, instructions."""
    prospects: Prospects
    """What the actions bring."""
    told: Told = Told()
    """What else is said."""

    @property
    def actions(self) -> frozenset[str]:
        """The ids of the actions that are open."""
        return self.structure.actions

    @cached_property
    def means(self) -> Mapping[str, frozenset[str]]:
        """Action to the parties through whose loss it works, as told besides or as stated."""
        return {**self.prospects.means, **self.told.means}


def facts_for(code: Code, case: Situation, told: Told) -> Facts:
    """What `code` looks at in a situation."""
    prospects = prospects_of(case)
    return Facts(Structure(classify(ranked_by(code, case)), code.reading), prospects, told)


def prospects_of(case: Situation) -> Prospects:
    """What the actions of a situation bring."""
    refusals = tuple(each.id for each in case.actions if each.exit is Exit.REFUSE)
    return Prospects(tuple(case.action), (*case.welfare, *_counted(case)), refusals)


def _counted(case: Situation) -> Iterator[Welfare]:
    """What an exit brings by counting as another action, where nothing is stated of the exit."""
    stated = {each.action for each in case.welfare}
    for action in case.actions:
        if isinstance(action.counts_as, str) and action.id not in stated:
            for each in case.welfare:
                if each.action == action.counts_as:
                    yield replace(each, action=action.id, means=None)


def ranked_by(code: Code, case: Situation) -> Situation:
    """The case under the tiers that the code puts in place of its own."""
    if code.unranked:
        return unranked(case)
    return with_first(case, code.first) if code.first else case


def is_on(party: Party, sides: tuple[Side, ...]) -> bool:
    """Whether a rule's word for parties means this one."""
    return any(
        side is Side.ANYONE
        or (side is Side.PRINCIPAL and party.is_principal)
        or (side is Side.THIRD_PARTY and not party.is_principal)
        or side.value in party.roles
        for side in sides
    )
