"""Clauses of weights put together: what speaks for and against each action is added up.

    require   counts for an action that does it          forbid   counts against one that it names
    excuse    takes the clauses that it names out of the sum

A clause that is not told counts from 0 to its weight, so a sum is an interval. An action is
forbidden where another surely has more, by more than the margin; required where it surely has
more than every other; permitted where it surely has no less than any; else silent. Where no
clause speaks of any action, all are silent.
"""

from collections.abc import Sequence

from allegiance.codes.code import Clause, Code, Effect
from allegiance.codes.judgement import Losing, Ruling, Rulings, Verdict
from allegiance.codes.prospects import NOTHING, Interval
from allegiance.codes.ranking import Extents


def by_weight(code: Code, actions: Sequence[str], extents: Extents) -> Rulings:
    """What the clauses of a code that settles by weights come to."""
    counted = [each for each in code.ruled if each.effect is not Effect.EXCUSE]
    parts = {
        action: {each.id: _part(code, each, action, extents) for each in counted}
        for action in actions
    }
    if not any(part != NOTHING for each in parts.values() for part in each.values()):
        return {action: Ruling(Verdict.SILENT) for action in actions}
    return {action: _ruling(code, action, parts) for action in actions}


def balance(parts: dict[str, Interval]) -> Interval:
    """The sum of what the clauses count for."""
    return sum(parts.values(), NOTHING)


def _part(code: Code, clause: Clause, action: str, extents: Extents) -> Interval:
    """What a clause counts for with an action."""
    found, weight = extents[clause.id], clause.weight or 0.0
    lifting = [extents[each.id] for each in code.ruled if clause.id in each.excuses]
    if any(action in each.yes for each in lifting):
        return NOTHING
    sure = action in found.yes and not any(action in each.untold for each in lifting)
    if not sure and action not in found.yes | found.untold:
        return NOTHING
    low = weight if sure else 0.0
    return Interval(low, weight) if clause.effect is Effect.REQUIRE else Interval(-weight, -low)


def _ruling(code: Code, action: str, parts: dict[str, dict[str, Interval]]) -> Ruling:
    own, margin = balance(parts[action]), code.margin
    others = {other: balance(each) for other, each in parts.items() if other != action}
    better = [other for other, each in others.items() if each.low > own.high + margin]
    if better:
        against = _speaking(parts[action], -1)
        best = max(better, key=lambda other: others[other].low)
        owed = [id for id in _speaking(parts[best], 1) if id not in _speaking(parts[action], 1)]
        return Ruling(
            Verdict.FORBIDDEN, (*against, *owed), _losing(parts[action], 1, own, others[best])
        )
    if all(own.low >= each.high - margin for each in others.values()):
        alone = all(own.low > each.high + margin for each in others.values())
        verdict = Verdict.REQUIRED if alone else Verdict.PERMITTED
        rival = max(others.values(), key=lambda each: each.high, default=NOTHING)
        clauses = _speaking(parts[action], 1) or _spared(action, parts)
        if not clauses:
            level = tuple(id for id, each in parts[action].items() if each != NOTHING)
            return Ruling(verdict, level)
        return Ruling(verdict, clauses, _losing(parts[action], -1, own, rival))
    return Ruling(Verdict.SILENT, untold=_untold(parts))


def _speaking(parts: dict[str, Interval], sign: int) -> tuple[str, ...]:
    """The clauses that surely count for an action (1), or against it (-1)."""
    return tuple(id for id, each in parts.items() if (each.low > 0 if sign > 0 else each.high < 0))


def _spared(action: str, parts: dict[str, dict[str, Interval]]) -> tuple[str, ...]:
    """The clauses that count for or against other actions, and say nothing of this one."""
    return tuple(
        id
        for id, own in parts[action].items()
        if own == NOTHING and any(each[id] != NOTHING for each in parts.values())
    )


def _losing(
    parts: dict[str, Interval], sign: int, own: Interval, other: Interval
) -> tuple[Losing, ...]:
    why = f"all together it comes to {own}, against {other}"
    return tuple(Losing(id, why) for id in _speaking(parts, sign))


def _untold(parts: dict[str, dict[str, Interval]]) -> tuple[str, ...]:
    """The clauses that nobody can apply for sure to some action."""
    return tuple(
        dict.fromkeys(
            id for each in parts.values() for id, part in each.items() if part.low != part.high
        )
    )
