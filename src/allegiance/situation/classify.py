"""The class of a case: is it clear whom to obey?

    indeterminate   there are instructions, and none binds
    ambiguous       those of one tier can't be met together
    resolved        a lower word gives way to a higher one
    clear           the rest

Found by a filter from the top tier down over the actions that are not wild: each tier keeps
the actions that meet all of its instructions that some remaining action meets; the others
are overridden. Where nothing remains the tier is contested, and the filter stops.
Source: docs/concepts/obey-or-refuse.md.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from allegiance.situation.action import Action
from allegiance.situation.binding import Binding, bind, meets
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.situation import Situation


class CaseClass(StrEnum):
    """Whether it is clear whom to obey."""

    CLEAR = "clear"
    """All that binds, and has lawful means, can be met together."""
    RESOLVED = "resolved"
    """Something had to give way to a higher rank."""
    AMBIGUOUS = "ambiguous"
    """Instructions of equal rank exclude each other."""
    INDETERMINATE = "indeterminate"
    """There are instructions, but none binds."""


@dataclass(frozen=True)
class Classification:
    """A case with all that follows from who binds in it."""

    case: Situation
    """The case itself."""
    binding: Binding
    """What binds."""
    case_class: CaseClass
    """Is it clear whom to obey?"""
    lawful: tuple[Action, ...]
    """The actions that are not wild."""
    overridden: tuple[Instruction, ...]
    """Binding instructions that give way, those without lawful means among them."""
    unmeetable: tuple[Instruction, ...]
    """Those of the overridden that no lawful action meets."""
    in_force: tuple[Instruction, ...]
    """Binding instructions that were not overridden."""
    contested_tier: int | None
    """The tier at which the filter stopped; None where it did not."""

    @property
    def decides(self) -> bool:
        """Whether the case says whom to obey: clear or resolved."""
        return self.case_class in (CaseClass.CLEAR, CaseClass.RESOLVED)

    @cached_property
    def requirements(self) -> tuple[Instruction, ...]:
        """The requirements in force."""
        return tuple(each for each in self.in_force if each.mode is Mode.REQUIRE)

    @cached_property
    def prohibitions(self) -> tuple[Instruction, ...]:
        """The prohibitions in force."""
        return tuple(each for each in self.in_force if each.mode is Mode.FORBID)


def classify(case: Situation) -> Classification:
    """Filter the actions tier by tier, and name the class of the case."""
    binding = bind(case)
    lawful = tuple(action for action in case.actions if not binding.wild(action))
    overridden, contested_tier = _filter(binding, lawful)
    unmeetable = tuple(
        each for each in overridden if not any(meets(action, each) for action in lawful)
    )
    return Classification(
        case=case,
        binding=binding,
        case_class=_class(case, binding, overridden, unmeetable, contested_tier),
        lawful=lawful,
        overridden=overridden,
        unmeetable=unmeetable,
        in_force=tuple(each for each in binding.instructions if each not in overridden),
        contested_tier=contested_tier,
    )


def conflicts(classification: Classification) -> tuple[tuple[str, ...], ...]:
    """The minimal sets of binding instructions that no lawful action meets together.

    By size, then by id. A set clashes if each lawful action fails one of its members, so
    these are the minimal hitting sets of what the lawful actions fail.
    """
    hitting: set[frozenset[str]] = {frozenset()}
    for action in classification.lawful:
        failed = {
            each.id for each in classification.binding.instructions if not meets(action, each)
        }
        hit = {chosen for chosen in hitting if chosen & failed}
        grown = {chosen | {id} for chosen in hitting - hit for id in failed}
        hitting = _minimal(hit | grown)
    return tuple(sorted((tuple(sorted(chosen)) for chosen in hitting), key=lambda c: (len(c), c)))


def _filter(
    binding: Binding, lawful: tuple[Action, ...]
) -> tuple[tuple[Instruction, ...], int | None]:
    """What is overridden, and the tier at which nothing remained, if any."""
    remaining = lawful
    overridden: list[Instruction] = []
    by_tier = sorted(binding.instructions, key=lambda each: binding.tier[each.id])
    for tier, group in groupby(by_tier, key=lambda each: binding.tier[each.id]):
        members = tuple(group)
        compatible = [each for each in members if any(meets(a, each) for a in remaining)]
        remaining = tuple(a for a in remaining if all(meets(a, each) for each in compatible))
        if not remaining:
            return tuple(overridden), tier
        overridden += [each for each in members if each not in compatible]
    return tuple(overridden), None


def _class(
    case: Situation,
    binding: Binding,
    overridden: tuple[Instruction, ...],
    unmeetable: tuple[Instruction, ...],
    contested_tier: int | None,
) -> CaseClass:
    asks = any(
        each.force is Force.INSTRUCTION and each.mode is not Mode.PERMIT
        for each in case.instructions
    )
    if asks and not binding.instructions:
        return CaseClass.INDETERMINATE
    if contested_tier is not None:
        return CaseClass.AMBIGUOUS
    if len(overridden) > len(unmeetable):
        return CaseClass.RESOLVED
    return CaseClass.CLEAR


def _minimal(sets: set[frozenset[str]]) -> set[frozenset[str]]:
    return {each for each in sets if not any(other < each for other in sets)}
