"""Clauses of ranks put together: each rank settles what it speaks of, lower ones the rest.

    in each rank, from the first, over the actions that are left:
      excuse    lifts the clauses that it names, where its own rank is not below theirs
      forbid    rules an action out, unless a permission of a higher rank shields it
      require   rules out what does not do it, where something left surely does and surely stays;
                where something only may, nobody is told whether it rules the rest out; where
                nothing left does all that one rank demands, what it demands and forbids is
                contradictory
      permit    shields an action from everything below
    at the end an action that is left is
      required   all else is surely out, and a clause demands it
      permitted  a clause permits it, or demands it among others
      silent     no clause speaks, or one that would rule it out is not told

What is not told rules nothing out, and keeps an action from being permitted. Where a higher
permission is not told, what a lower clause rules out is silent too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from allegiance.codes.code import Clause, Code, Effect
from allegiance.codes.extent import Extent
from allegiance.codes.judgement import Losing, Ruling, Rulings, Verdict

Extents = Mapping[str, Extent]
"""Clause to the actions that its rule holds of."""

NOT_HELD = "it does not hold"
"""Why an excuse that names a clause does not lift it."""
_Fires = Callable[[Clause, str], bool]


@dataclass
class _Bench:
    """The state of one judgement, rank after rank."""

    code: Code
    extents: Extents
    left: list[str]
    ruled: dict[str, tuple[Verdict, tuple[Clause, ...]]] = field(default_factory=dict)
    shields: dict[str, list[Clause]] = field(default_factory=dict)
    demanded: dict[str, list[Clause]] = field(default_factory=dict)
    pending: dict[str, list[Clause]] = field(default_factory=dict)
    """Clauses that are not told, on which it hangs whether an action is ruled out."""
    doors: dict[str, list[Clause]] = field(default_factory=dict)
    """Permissions that may save it from lower clauses, and are not told."""

    def settle(self, clauses: Sequence[Clause]) -> None:
        """One rank."""
        forbids = [each for each in clauses if each.effect is Effect.FORBID]
        requires = [each for each in clauses if each.effect is Effect.REQUIRE]
        against = {action: self._against(action, forbids, self.yes) for action in self.left}
        for action in self.left:
            self._note_untold(action, forbids)
        demands = [each for each in requires if self._is_met(each)]
        unsure = [each for each in requires if each not in demands and self._can_be_met(each)]
        neglected = {action: self._against(action, demands, self.no) for action in self.left}
        perhaps = {action: self._against(action, unsure, self.no) for action in self.left}
        for action in self.left:
            self._note_untold(action, demands + unsure)
            self.pending.setdefault(action, []).extend(perhaps[action])
        good = any(
            not against[action] and all(not self.no(each, action) for each in demands)
            for action in self.left
        )
        for action in list(self.left):
            pull = [each for each in demands if self.yes(each, action)]
            bad = tuple(against[action] + neglected[action])
            if bad:
                torn = bool(pull) and not good
                verdict = Verdict.CONTRADICTORY if torn else Verdict.FORBIDDEN
                self.ruled[action] = (verdict, (*pull, *bad) if torn else bad)
                self.left.remove(action)
            else:
                self.demanded.setdefault(action, []).extend(pull)
        for clause in clauses:
            if clause.effect is Effect.PERMIT:
                self._open(clause)

    def yes(self, clause: Clause, action: str) -> bool:
        """Whether a clause's rule holds of an action."""
        return action in self.extents[clause.id].yes

    def untold(self, clause: Clause, action: str) -> bool:
        """Whether nobody says whether it does."""
        return action in self.extents[clause.id].untold

    def no(self, clause: Clause, action: str) -> bool:
        """Whether it fails."""
        return not self.yes(clause, action) and not self.untold(clause, action)

    def excuses(self, clause: Clause) -> list[Clause]:
        """The excuses that name a clause and do not rank below it."""
        return [
            each
            for each in self.code.ruled
            if clause.id in each.excuses and (each.rank or 0) <= (clause.rank or 0)
        ]

    def _against(self, action: str, clauses: Sequence[Clause], fires: _Fires) -> list[Clause]:
        """The clauses that surely rule an action out: not shielded from, not excused."""
        if self.shields.get(action):
            return []
        found = []
        for clause in clauses:
            if not fires(clause, action):
                continue
            lifting = self.excuses(clause)
            perhaps = [each for each in lifting if self.untold(each, action)]
            if any(self.yes(each, action) for each in lifting):
                continue
            if perhaps:
                self.pending.setdefault(action, []).extend(perhaps)
            else:
                found.append(clause)
        return found

    def _is_met(self, clause: Clause) -> bool:
        """Whether something that is left, and surely stays, surely does what a clause requires."""
        stays = [action for action in self.left if not self.pending.get(action)]
        if any(self.yes(clause, action) for action in stays):
            return True
        extent = self.extents[clause.id]
        return extent.some and extent.yes | extent.untold <= set(stays)

    def _can_be_met(self, clause: Clause) -> bool:
        """Whether something that is left does what a clause requires, or may do it."""
        return any(not self.no(clause, action) for action in self.left)

    def _note_untold(self, action: str, clauses: Sequence[Clause]) -> None:
        if not self.shields.get(action):
            self.pending.setdefault(action, []).extend(
                each
                for each in clauses
                if self.untold(each, action)
                and not any(self.yes(excuse, action) for excuse in self.excuses(each))
            )

    def _open(self, clause: Clause) -> None:
        for action in self.left:
            if self.yes(clause, action):
                self.shields.setdefault(action, []).append(clause)
            elif self.untold(clause, action):
                self.doors.setdefault(action, []).append(clause)


def by_rank(code: Code, actions: Sequence[str], extents: Extents) -> Rulings:
    """What the clauses of a code that settles by ranks come to."""
    bench = _Bench(code, extents, list(actions))
    ordered = sorted(code.ruled, key=lambda each: each.rank or 0)
    for _, group in groupby(ordered, key=lambda each: each.rank):
        bench.settle(list(group))
    return {action: _ruling(bench, action) for action in actions}


def _ruling(bench: _Bench, action: str) -> Ruling:
    if action in bench.ruled:
        verdict, clauses = bench.ruled[action]
        doors = _ids(bench.doors.get(action, []))
        ruled_by = _ids(clauses)
        if doors:
            return Ruling(Verdict.SILENT, (), _losing(bench, action, clauses), doors)
        return Ruling(verdict, ruled_by, _losing(bench, action, clauses))
    pending = _ids(bench.pending.get(action, []))
    if pending:
        return Ruling(Verdict.SILENT, (), (), pending)
    demanded, shields = bench.demanded.get(action, []), bench.shields.get(action, [])
    saved = any(bench.doors.get(each) for each in bench.ruled)
    if demanded and bench.left == [action] and not saved:
        return Ruling(Verdict.REQUIRED, _ids(demanded), _outranked(bench, action, demanded))
    support = demanded + shields
    if not support:
        return Ruling(Verdict.SILENT)
    top = min(each.rank or 0 for each in support)
    deciding = [each for each in support if each.rank == top]
    return Ruling(Verdict.PERMITTED, _ids(deciding), _outranked(bench, action, deciding))


def _losing(bench: _Bench, action: str, clauses: Sequence[Clause]) -> tuple[Losing, ...]:
    """What speaks for an action that is ruled out, or would excuse it, and why it loses."""
    rank = min(each.rank or 0 for each in clauses)
    found = []
    for each in bench.code.ruled:
        if each in clauses:
            continue
        named = [clause.id for clause in clauses if clause.id in each.excuses]
        if each.effect is Effect.EXCUSE and named:
            why = f"it ranks below {named[0]}" if bench.yes(each, action) else NOT_HELD
            why = "whether it holds is not told" if bench.untold(each, action) else why
            found.append(Losing(each.id, why))
        elif each.effect in (Effect.PERMIT, Effect.REQUIRE) and bench.yes(each, action):
            found.append(Losing(each.id, _why_it_yields(each.rank or 0, rank, clauses[0])))
    return tuple(found)


def _why_it_yields(own: int, rank: int, deciding: Clause) -> str:
    """Why a permission or a requirement does not save what a clause rules out."""
    if own > rank:
        return f"it ranks below {deciding.id}"
    if own == rank:
        return f"it has the rank of {deciding.id}, which goes before it"
    return f"others do it too, and {deciding.id} chooses among them"


def _outranked(bench: _Bench, action: str, clauses: Sequence[Clause]) -> tuple[Losing, ...]:
    """What speaks against an action that may be done, and why it loses."""
    found = []
    for each in bench.code.ruled:
        if each.effect is not Effect.FORBID or not bench.yes(each, action):
            continue
        lifting = [one for one in bench.excuses(each) if bench.yes(one, action)]
        why = f"{lifting[0].id} excuses it" if lifting else f"it ranks below {clauses[0].id}"
        found.append(Losing(each.id, why))
    return tuple(found)


def _ids(clauses: Sequence[Clause]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.id for each in clauses))
