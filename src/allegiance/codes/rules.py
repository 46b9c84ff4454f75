"""Of which actions a condition holds, and of which it is not told.

    condition -> its key -> a small function of the facts -> Extent(yes, untold)

Every other action fails it. Put together, what is not told stays so unless the rest settles it:
`all` fails where one part fails, `any` holds where one part holds.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from allegiance.codes.condition import (
    Condition,
    InstructionRule,
    MeansRule,
    MoveRule,
    Side,
    WelfareRule,
)
from allegiance.codes.extent import Extent
from allegiance.codes.facts import Facts
from allegiance.codes.prospects import Interval
from allegiance.situation.action import COVERT_OR_COERCIVE, Action, Exit, Move, MoveKind
from allegiance.situation.binding import meets
from allegiance.situation.instruction import Instruction, Mode


def extent(condition: Condition, facts: Facts) -> Extent:
    """The actions of which a condition holds."""
    return put_together(condition, facts.actions, lambda plain: plain_extent(plain, facts))


def put_together(
    condition: Condition, actions: frozenset[str], of: Callable[[Condition], Extent]
) -> Extent:
    """The actions of which a condition holds, from those of the plain ones in it.

    Args:
        condition: The condition.
        actions: All actions that are open.
        of: Gives the extent of a plain condition.
    """
    if not condition.inner:
        return of(condition)
    parts = [put_together(each, actions, of) for each in condition.inner]
    return _TOGETHER[condition.key](parts, actions)


def plain_extent(condition: Condition, facts: Facts) -> Extent:
    """The actions of which a plain condition holds."""
    return _RULES[condition.key](condition.argument, facts)


def moves_meant(rule: MoveRule, action: Action, facts: Facts) -> Iterator[Move]:
    """The moves of an action that a rule describes."""
    structure = facts.structure
    for move in structure.moves(action, rule.imputed):
        if move.kind in rule.kind and move.toward in structure.on(rule.toward):
            asked = (
                (rule.ordered, lambda m: bool(structure.orders(m))),
                (rule.consented, structure.consents),
                (rule.subverts, structure.subverts),
                (rule.foreseen, lambda m: is_foreseen(m, action.id, facts)),
            )
            if all(wanted is None or check(move) is wanted for wanted, check in asked):
                yield move


def is_foreseen(move: Move, action: str, facts: Facts) -> bool:
    """Whether it is an open harm, and the case says that the action does not work through it."""
    through = facts.means.get(action)
    return move.kind is MoveKind.HARM and through is not None and move.toward not in through


def instructions_meant(
    rule: InstructionRule, action: Action, facts: Facts
) -> Iterator[Instruction]:
    """The instructions that an action answers as a rule describes."""
    structure = facts.structure
    ids = _answered(rule, action, facts)
    for each in structure.case.instructions if ids else ():
        kinds = {kind for kind, _ in each.orders}
        if (
            each.id in ids
            and each.issuer in structure.on(rule.by)
            and (rule.orders is None or kinds & set(rule.orders))
            and not (rule.free_of and kinds & set(rule.free_of))
        ):
            yield each


def _answered(rule: InstructionRule, action: Action, facts: Facts) -> Collection[str]:
    """The instructions that an action answers so, whoever gives them."""
    if rule.answer == "serves_overridden":
        overridden = facts.structure.classification.overridden
        required = (each for each in overridden if each.mode is Mode.REQUIRE)
        return {each.id for each in required if meets(action, each)}
    given = facts.structure.answers[action.id]
    return {
        "met": given.fulfilled,
        "declined": given.declined,
        "omitted": given.omitted,
        "breached": given.breached,
    }[rule.answer]


def changes(rule: WelfareRule, action: str, facts: Facts) -> dict[str, Interval | None]:
    """Party to what the action brings it, of the parties that a rule means; None: not stated."""
    meant, stated = facts.structure.on(rule.of), facts.prospects.parties
    ordered = [*(party for party in stated if party in meant), *sorted(meant.difference(stated))]
    return {party: facts.prospects.expected(action, party) for party in ordered}


def _of(holds: Callable[[Action], bool], facts: Facts) -> Extent:
    return Extent(frozenset(each.id for each in facts.structure.case.actions if holds(each)))


def _all(parts: Sequence[Extent], actions: frozenset[str]) -> Extent:
    yes = actions.intersection(*(each.yes for each in parts))
    may = actions.intersection(*(each.yes | each.untold for each in parts))
    return Extent(yes, may - yes)


def _any(parts: Sequence[Extent], _: frozenset[str]) -> Extent:
    none: frozenset[str] = frozenset()
    yes = none.union(*(each.yes for each in parts))
    return Extent(yes, none.union(*(each.untold for each in parts)) - yes)


def _not(parts: Sequence[Extent], actions: frozenset[str]) -> Extent:
    (found,) = parts
    return Extent(actions - found.yes - found.untold, found.untold)


def _open(parts: Sequence[Extent], actions: frozenset[str]) -> Extent:
    """Whether another action is so."""
    (found,) = parts
    yes = frozenset(each for each in actions if found.yes - {each})
    untold = frozenset(each for each in actions if found.untold - {each})
    return Extent(yes, untold - yes)


def _always(_: object, facts: Facts) -> Extent:
    return Extent(facts.actions)


def _move(rule: MoveRule, facts: Facts) -> Extent:
    return _of(lambda action: any(moves_meant(rule, action, facts)), facts)


def _exit(kinds: tuple[Exit, ...], facts: Facts) -> Extent:
    return _of(lambda action: action.exit in kinds, facts)


def _outside(_: object, facts: Facts) -> Extent:
    return _of(facts.structure.classification.binding.outside, facts)


def _instruction(rule: InstructionRule, facts: Facts) -> Extent:
    return _of(lambda action: any(instructions_meant(rule, action, facts)), facts)


def _stance(stances: tuple[object, ...], facts: Facts) -> Extent:
    return _of(lambda action: facts.structure.stances[action.id] in stances, facts)


def _class(classes: tuple[object, ...], facts: Facts) -> Extent:
    return _of(lambda _: facts.structure.classification.case_class in classes, facts)


def _flag(marks: tuple[object, ...], facts: Facts) -> Extent:
    return _of(lambda _: any(each in marks for each in facts.structure.flags), facts)


def _welfare(rule: WelfareRule, facts: Facts) -> Extent:
    if rule.change is not None:
        return _change(rule, facts)
    prospects = facts.prospects
    if rule.best_by is not None:
        return replace(prospects.no_worse_than(rule.best_by, prospects.actions), some=True)
    if rule.better_than_refusing_by is not None:
        measure, refusals = rule.better_than_refusing_by, prospects.refusals
        return prospects.better_than(measure, refusals, rule.losses_count)
    return prospects.no_worse_than(str(rule.no_worse_than_refusing_by), prospects.refusals)


def _change(rule: WelfareRule, facts: Facts) -> Extent:
    """Of a party whom the action surely makes lose, or gain."""
    loss = rule.change == "loss"
    signs = facts.prospects.losses if loss else facts.prospects.gains
    meant = facts.structure.on(rule.of)
    return _of_some(meant, lambda _: meant, signs, facts)


def _side_effect(sides: tuple[Side, ...], facts: Facts) -> Extent:
    """A party loses, more than by a refusal, and the action is not aimed at it."""
    structure, means = facts.structure, facts.means
    meant = structure.on(sides)

    def reached(action: str) -> frozenset[str]:
        if action in means:
            return meant - means[action] - structure.worked_on[action]
        return meant - structure.aimed[action]

    return _of_some(meant, reached, facts.prospects.brought_losses, facts)


def _of_some(
    meant: frozenset[str],
    reached: Callable[[str], frozenset[str]],
    signs: dict[str, dict[str, bool | None]],
    facts: Facts,
) -> Extent:
    """The actions with a sure change for some party that they reach; none where nobody is meant.

    Whom the author states nothing of, under any action, stands outside his account; but what is
    aimed at such a party is not told to be no loss, nor where nobody meant is in the account.
    """
    if not meant:
        return Extent(frozenset())
    stated = meant.intersection(facts.prospects.parties)
    yes, untold = set(), set()
    for action, of_party in signs.items():
        touched, aimed = reached(action), facts.structure.aimed[action]
        found = [of_party[party] for party in stated & touched]
        if True in found:
            yes.add(action)
        elif None in found or not stated or (touched & aimed) - stated:
            untold.add(action)
    return Extent(frozenset(yes), frozenset(untold))


def _means(rule: MeansRule, facts: Facts) -> Extent:
    """Covert and coercive moves work through their party; of an open harm it must be told."""
    case, told = facts.structure.case, facts.means
    meant_parties = facts.structure.on(rule.toward)
    yes, untold = set(), set()
    for action in case.actions:
        meant = [
            move for move in action.moves if move.kind in rule.kind and move.toward in meant_parties
        ]
        through = [
            party
            for party in told.get(action.id, frozenset())
            if MoveKind.HARM in rule.kind and party in meant_parties
        ]
        covert = [
            move
            for move in meant
            if move.kind in COVERT_OR_COERCIVE and not facts.structure.consents(move)
        ]
        if through or covert:
            yes.add(action.id)
        elif action.id not in told and any(move.kind is MoveKind.HARM for move in meant):
            untold.add(action.id)
    return Extent(frozenset(yes), frozenset(untold))


def _level(levels: dict[str, tuple[str, ...]], facts: Facts) -> Extent:
    told = facts.told.levels
    if any(factor in told and told[factor] not in asked for factor, asked in levels.items()):
        return Extent(frozenset())
    if any(factor not in told for factor in levels):
        return Extent(frozenset(), facts.actions)
    return Extent(facts.actions)


_RULES: dict[str, Callable[[Any, Facts], Extent]] = {
    "always": _always,
    "move": _move,
    "exit": _exit,
    "outside": _outside,
    "instruction": _instruction,
    "stance": _stance,
    "class_": _class,
    "flag": _flag,
    "welfare": _welfare,
    "side_effect": _side_effect,
    "means": _means,
    "level": _level,
}
"""Key of a plain condition to the function that finds its actions."""

_TOGETHER = {"all": _all, "any": _any, "not_": _not, "open": _open}
"""Key of one that puts others together to what it makes of their extents."""
