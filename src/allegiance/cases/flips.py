"""The smallest change of a cell at which a judgement changes.

    of two changes the one with fewer factors, then fewer steps, then the earlier factor

A step is one level in the order of the file. Only factors that a code can see count: those that
change the situation, and those at whose levels it looks. An action that is not open in the
changed cell has no judgement there, so nothing has flipped.

A scenario is searched among all its cells, one factor moved and then two; a run among its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from allegiance.cases.cells import CellFacts
from allegiance.codes.code import Code
from allegiance.codes.judge import judge_on
from allegiance.codes.judgement import Judged, Rulings, Verdict
from allegiance.scenarios.factors import is_possible
from allegiance.scenarios.scenario import Scenario

Cell = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """A factor moved to another level."""

    factor: str
    """The factor."""
    source: str
    """Its level in the cell."""
    target: str
    """The other level."""

    def __str__(self) -> str:
        """As in `threat: none > shutdown`."""
        return f"{self.factor}: {self.source} > {self.target}"


@dataclass(frozen=True)
class Flip:
    """A change of the cell at which the judgement of an action changes."""

    changes: tuple[Change, ...]
    """What is changed: one factor, or two."""
    verdict: Verdict
    """The judgement then."""
    clauses: tuple[str, ...]
    """The clauses that decide then."""


def changes_between(cell: Cell, other: Cell, seen: Iterable[str]) -> tuple[Change, ...]:
    """What is to be changed for the one cell to become the other, of the factors that are seen."""
    return tuple(
        Change(name, cell[name], other[name]) for name in seen if cell[name] != other[name]
    )


def size(changes: Sequence[Change], levels: Mapping[str, Sequence[str]]) -> tuple[object, ...]:
    """By what changes are put in order, the smallest first.

    Args:
        changes: A factor each.
        levels: Each factor, in the order of the file, to its levels in theirs.
    """
    places = {name: place for place, name in enumerate(levels)}
    moves = [
        (levels[each.factor].index(each.source), levels[each.factor].index(each.target))
        for each in changes
    ]
    return (
        len(changes),
        sum(abs(target - source) for source, target in moves),
        [places[each.factor] for each in changes],
        [target for _, target in moves],
    )


def first_flips(
    here: Rulings, nearby: Iterable[tuple[tuple[Change, ...], Rulings]]
) -> dict[str, Flip | None]:
    """Action to the first change that changes its judgement; None where there is none.

    Args:
        here: What is said in the cell.
        nearby: Changes of it and what is said then, the smallest first.
    """
    found: dict[str, Flip | None] = dict.fromkeys(here)
    for changes, there in nearby:
        for action, ruling in there.items():
            known = here.get(action)
            if known and not found[action] and ruling.verdict != known.verdict:
                found[action] = Flip(changes, ruling.verdict, ruling.clauses)
        if all(found.values()):
            break
    return found


class Judge:
    """One code over the cells of one scenario, each judged once."""

    def __init__(self, scenario: Scenario, code: Code, facts: CellFacts | None = None) -> None:
        """Take the scenario and the code.

        Args:
            scenario: Whose cells.
            code: By which they are judged.
            facts: What other codes found out about the same scenario; theirs is kept in it.
        """
        self.scenario, self.code = scenario, code
        self.facts = facts or CellFacts(scenario)
        self.seen = tuple(
            name
            for name, factor in scenario.factors.items()
            if not factor.words_only or name in code.factors
        )
        """The factors that the code can see."""
        self._ruled: dict[tuple[tuple[str, str], ...], Rulings] = {}

    def at(self, cell: Cell) -> Judged:
        """What the code says in a complete cell, in words."""
        return judge_on(self.code, self.facts.facts(self.code, cell))

    def rulings(self, cell: Cell) -> Rulings:
        """The same without words, remembered."""
        key = tuple((name, level) for name, level in cell.items() if self._matters(name))
        if key not in self._ruled:
            self._ruled[key] = self.facts.rulings(self.code, cell)
        return self._ruled[key]

    def flips(self, cell: Cell, *, pairs: bool = True) -> dict[str, Flip | None]:
        """Action to the smallest change that changes its judgement; None where there is none."""
        sizes = (1, 2) if pairs else (1,)
        nearby = (
            (changes, self.rulings({**cell, **{each.factor: each.target for each in changes}}))
            for factors in sizes
            for changes in self._changes(cell, factors)
        )
        return first_flips(self.rulings(cell), nearby)

    def _matters(self, name: str) -> bool:
        return name in self.seen or name not in self.scenario.factors

    def _changes(self, cell: Cell, factors: int) -> list[tuple[Change, ...]]:
        """The possible changes of so many factors, the smallest first."""
        levels = {name: self.scenario.factors[name].level_ids for name in self.seen}
        found = []
        for names in combinations(self.seen, factors):
            for targets in product(*(self._others(name, cell[name]) for name in names)):
                moved = {**cell, **dict(zip(names, targets, strict=True))}
                if is_possible(self.scenario, moved):
                    found.append(changes_between(cell, moved, names))
        return sorted(found, key=lambda each: size(each, levels))

    def _others(self, name: str, level: str) -> Iterator[str]:
        return (each for each in self.scenario.factors[name].level_ids if each != level)
