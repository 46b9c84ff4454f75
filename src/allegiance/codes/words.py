"""The facts that a rule relies on, in words.

Each sentence is built from the situation alone, whether the rule holds or not; so the same
function tells why a clause fires and why an excuse does not.
"""

from collections.abc import Callable
from typing import Any

from allegiance.codes.condition import (
    Condition,
    InstructionRule,
    MeansRule,
    MoveRule,
    Side,
    WelfareRule,
)
from allegiance.codes.facts import Facts
from allegiance.codes.rules import changes, extent, instructions_meant, moves_meant
from allegiance.situation.action import Action, Exit, Move, MoveKind

_ANSWERS = {
    "met": "does what {} asks",
    "declined": "openly declines {}",
    "omitted": "leaves {} undone without a word",
    "breached": "goes against {}",
    "serves_overridden": "serves {}, which is overridden",
}
_NO_ANSWERS = {
    "met": "does what no instruction asks",
    "declined": "openly declines no instruction",
    "omitted": "leaves no instruction undone without a word",
    "breached": "goes against no instruction",
    "serves_overridden": "serves no instruction that is overridden",
}


def facts_of(condition: Condition, action: str, facts: Facts) -> tuple[str, ...]:
    """The facts about an action on which a condition turns, a sentence each."""
    found = extent(condition, facts)
    if condition.key == "all":
        failing = [each for each in condition.inner if action not in extent(each, facts).yes]
        parts = condition.inner if action in found.yes else tuple(failing)
    elif condition.key == "any":
        holding = [each for each in condition.inner if action in extent(each, facts).yes]
        parts = tuple(holding) or condition.inner
    elif condition.key == "not_":
        parts = condition.inner
    else:
        words = _WORDS[condition.key](
            condition.argument, facts.structure.case.action[action], facts
        )
        return (words,) if words else ()
    told = [sentence for each in parts for sentence in facts_of(each, action, facts)]
    return tuple(dict.fromkeys(told))


def _move(rule: MoveRule, action: Action, facts: Facts) -> str:
    found = list(moves_meant(rule, action, facts))
    if found:
        return "; ".join(_told(each, facts) for each in found)
    kinds = "no such move" if len(rule.kind) > 3 else f"no {_either(rule.kind)}"
    return f"{kinds} toward {_either(rule.toward)}"


def _told(move: Move, facts: Facts) -> str:
    orders = facts.structure.orders(move)
    who = _listed([f"{each.id} ({each.issuer})" for each in orders])
    ordered = f"ordered by {who}" if orders else "nothing in force orders it"
    return f"{move.kind} toward {move.toward} ({ordered})"


def _exit(_: object, action: Action, __: Facts) -> str:
    return f"it is the exit `{action.exit}`" if action.exit else "it is no exit"


def _outside(_: object, action: Action, facts: Facts) -> str:
    outside = facts.structure.classification.binding.outside(action)
    return (
        "no requirement and no permission reaches it"
        if outside
        else "a requirement or a permission reaches it, or it changes nothing outside"
    )


def _instruction(rule: InstructionRule, action: Action, facts: Facts) -> str:
    found = [f"{each.id} ({each.issuer})" for each in instructions_meant(rule, action, facts)]
    if found:
        return f"it {_ANSWERS[rule.answer].format(_listed(found))}"
    return f"it {_NO_ANSWERS[rule.answer]} of {_either(rule.by)}"


def _stance(_: object, action: Action, facts: Facts) -> str:
    return f"its stance is `{facts.structure.stances[action.id]}` ({facts.structure.reading})"


def _class(_: object, __: Action, facts: Facts) -> str:
    return f"the case is {facts.structure.classification.case_class}"


def _flag(_: object, __: Action, facts: Facts) -> str:
    marks = sorted(flag.value for flag in facts.structure.flags)
    return f"the case is marked {_listed(marks)}" if marks else "the case has no mark"


def _welfare(rule: WelfareRule, action: Action, facts: Facts) -> str:
    if rule.change is not None:
        return _brings(rule, action, facts)
    if rule.best_by is not None:
        rivals = [each.id for each in facts.structure.case.actions]
    else:
        rivals = [each.id for each in facts.structure.case.actions if each.exit is Exit.REFUSE]
    measure = str(rule.best_by or rule.no_worse_than_refusing_by or rule.better_than_refusing_by)
    rivals = [each for each in rivals if each != action.id]
    return _against_rivals(measure, action.id, rivals, rule.losses_count, facts)


def _brings(rule: WelfareRule, action: Action, facts: Facts) -> str:
    found = changes(rule, action.id, facts)
    if all(each is None for each in found.values()):
        return f"nothing is stated of {_either(rule.of)}"
    told = [f"{party} {each}" for party, each in found.items() if each is not None]
    rest = [party for party, each in found.items() if each is None]
    return f"expected: {', '.join(told)}" + (f"; not stated: {_listed(rest)}" if rest else "")


def _against_rivals(
    measure: str, action: str, rivals: list[str], losses_count: float, facts: Facts
) -> str:
    """The rival that stands worst against the action, with the margin."""
    margins = {each: facts.prospects.margin(measure, action, each, losses_count) for each in rivals}
    counted = measure if losses_count == 1 else f"{measure}, losses counted {losses_count:g} times"
    unstated = [each for each, margin in margins.items() if margin is None]
    sure = {each: margin for each, margin in margins.items() if margin is not None}
    worst = min(sure, key=lambda each: (sure[each].high, sure[each].low), default=None)
    told = []
    if worst is not None:
        told.append(f"{counted}, beside {worst}: {sure[worst]}")
    if unstated:
        told.append(f"not stated against {_listed(unstated)}")
    return "; ".join(told) or "there is nothing to compare it with"


def _side_effect(sides: tuple[Side, ...], action: Action, facts: Facts) -> str:
    return _brings(WelfareRule(change="loss", of=sides), action, facts)


def _means(rule: MeansRule, action: Action, facts: Facts) -> str:
    toward = facts.structure.on(rule.toward)
    meant = [move for move in action.moves if move.kind in rule.kind and move.toward in toward]
    through = facts.means.get(action.id)
    told = [_told(move, facts) for move in meant]
    if through is not None:
        told.append(f"works through {_listed(sorted(through))}" if through else "through nobody")
    elif any(move.kind is MoveKind.HARM for move in meant):
        told.append("whether through an open harm is not told")
    return "; ".join(told) or "it works through nobody"


def _level(levels: dict[str, tuple[str, ...]], _: Action, facts: Facts) -> str:
    told = facts.told.levels
    return ", ".join(f"{factor} is {told.get(factor, 'not told')}" for factor in levels)


def _open(condition: Condition, action: Action, facts: Facts) -> str:
    found = sorted(extent(condition, facts).yes - {action.id})
    return f"open besides: {_listed(found)}"


def _always(_: object, __: Action, ___: Facts) -> str:
    return ""


_WORDS: dict[str, Callable[[Any, Action, Facts], str]] = {
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
    "open": _open,
}
"""Key of a plain condition to the function that tells its facts."""


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _either(names: tuple[object, ...]) -> str:
    return " or ".join(str(each) for each in names)
