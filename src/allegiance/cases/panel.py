"""All codes over the same few cells: who says what, and where one stands alone.

    alone   it allows what every other code that speaks forbids, or forbids what each allows

Only views of what is right and developers' rules are set against it; a code that is silent does
not speak. One other voice makes a disagreement and not a lone stand, so two are wanted.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from allegiance.cases.cells import CellFacts, default_cells
from allegiance.codes.code import Code, Kind
from allegiance.codes.judgement import Ruling, Rulings, Verdict
from allegiance.design.factorial import Cell
from allegiance.scenarios.scenario import Scenario

ALLOWED = frozenset({Verdict.REQUIRED, Verdict.PERMITTED})
VOICES = frozenset({Kind.ETHICS, Kind.CONSTITUTION})
"""Kinds of code against which one stands alone."""
FEWEST_VOICES = 2
"""Others that must speak before one stands alone."""


@dataclass(frozen=True)
class Panel:
    """What each code says in each cell."""

    scenario: Scenario
    """The scenario."""
    codes: tuple[Code, ...]
    """The codes."""
    cells: tuple[Cell, ...]
    """The cells."""
    rulings: Mapping[str, tuple[Rulings, ...]]
    """Code to its rulings, a cell after a cell."""

    def counts(self, code: str) -> dict[str, Counter[Verdict]]:
        """Action to the number of cells by verdict."""
        found: dict[str, Counter[Verdict]] = {}
        for rulings in self.rulings[code]:
            for action, each in rulings.items():
                found.setdefault(action, Counter())[each.verdict] += 1
        return found


@dataclass(frozen=True)
class Alone:
    """An action of a cell on which a code stands alone."""

    cell: Cell
    """The complete cell."""
    action: str
    """The action."""
    ruling: Ruling
    """What the code says, and by which clauses."""
    others: tuple[str, ...]
    """The codes that speak, all of them the other way."""


def panel(scenario: Scenario, codes: Sequence[Code]) -> Panel:
    """Judge the cells of a scenario's default experiment by codes."""
    cells, facts = default_cells(scenario), CellFacts(scenario)
    rulings = {code.id: tuple(facts.rulings(code, cell) for cell in cells) for code in codes}
    return Panel(scenario, tuple(codes), cells, rulings)


def stands_alone(of: Panel, code: str) -> Iterator[Alone]:
    """Where a code stands alone, a cell after a cell."""
    voices = [each.id for each in of.codes if each.kind in VOICES and each.id != code]
    for number, cell in enumerate(of.cells):
        for action, own in of.rulings[code][number].items():
            said = {each: of.rulings[each][number][action].verdict for each in voices}
            said = {each: word for each, word in said.items() if word is not Verdict.SILENT}
            if len(said) >= FEWEST_VOICES and _against(own.verdict, said.values()):
                yield Alone(cell, action, own, tuple(said))


def _against(own: Verdict, others: Collection[Verdict]) -> bool:
    """Whether a verdict is the opposite of all others."""
    if own in ALLOWED:
        return all(each is Verdict.FORBIDDEN for each in others)
    return own is Verdict.FORBIDDEN and all(each in ALLOWED for each in others)
