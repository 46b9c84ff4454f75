"""The smallest change of a cell at which a judgement changes.

    one factor to another level, the nearest first; where none does it, two factors
    of two such changes the one with fewer factors, then fewer steps, then the earlier factor

A step is one level in the order of the file. Only factors that a code can see are tried: those
that change the situation, and those at whose levels it looks. An action that is not open in the
changed cell has no judgement there, so nothing has flipped.
"""

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True)
class Flip:
    """A change of the cell at which the judgement of an action changes."""

    changes: tuple[Change, ...]
    """What is changed: one factor, or two."""
    verdict: Verdict
    """The judgement then."""
    clauses: tuple[str, ...]
    """The clauses that decide then."""


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
        here = self.rulings(cell)
        found: dict[str, Flip | None] = dict.fromkeys(here)
        for size in (1, 2) if pairs else (1,):
            for changes in self._changes(cell, size):
                if all(found.values()):
                    return found
                there = self.rulings({**cell, **{each.factor: each.target for each in changes}})
                for action, ruling in there.items():
                    known = here.get(action)
                    if known and not found[action] and ruling.verdict != known.verdict:
                        found[action] = Flip(changes, ruling.verdict, ruling.clauses)
        return found

    def _matters(self, name: str) -> bool:
        return name in self.seen or name not in self.scenario.factors

    def _changes(self, cell: Cell, size: int) -> Iterator[tuple[Change, ...]]:
        """The possible changes of so many factors, the smallest first."""
        found: list[tuple[int, tuple[Change, ...]]] = []
        for names in combinations(self.seen, size):
            for targets in product(*(self._others(name, cell[name]) for name in names)):
                moved = {name: level for name, (_, level) in zip(names, targets, strict=True)}
                if is_possible(self.scenario, {**cell, **moved}):
                    changes = tuple(Change(name, cell[name], moved[name]) for name in names)
                    found.append((sum(steps for steps, _ in targets), changes))
        found.sort(key=lambda each: each[0])
        yield from (changes for _, changes in found)

    def _others(self, name: str, level: str) -> list[tuple[int, str]]:
        levels = self.scenario.factors[name].level_ids
        here = levels.index(level)
        return [(abs(n - here), each) for n, each in enumerate(levels) if n != here]
