"""Which kinds of conflict the scenarios hold, and which they don't.

    cells of a scenario  -->  situations  -->  kinds (class x flags)
    structures           -->  kinds that occur at all
    their difference     -->  kinds that no scenario covers yet

A scenario may have kinds that no structure has: its signature is wider (questions as exits, open
alternatives, supersession, permissions).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from allegiance.cases.kind import Kind, is_of_kind, kind_of
from allegiance.cases.structure import Structure
from allegiance.cases.tally import Tally
from allegiance.scenarios.scenario import Scenario
from allegiance.vignettes.cells import situations_of


@dataclass(frozen=True)
class Covered:
    """One kind, with who covers it."""

    kind: Kind
    """Class and flags."""
    structures: int
    """Structures of this kind; 0 where it occurs in scenarios only."""
    smallest: Structure | None
    """The smallest of them."""
    scenarios: dict[str, int]
    """Scenario to its situations of this kind."""
    cell: dict[str, str]
    """A cell of the first such scenario: the levels that are not its baseline; empty for none."""


def coverage(
    tally: Tally,
    scenarios: Iterable[Scenario],
    *,
    progress: Callable[[str], None] = lambda scenario: None,
) -> tuple[Covered, ...]:
    """Every kind that occurs in structures or scenarios; those that nobody covers first.

    Args:
        tally: The structures, counted.
        scenarios: Whose cells are looked at.
        progress: Is told the id of each scenario before it is looked at.
    """
    found: dict[Kind, Counter[str]] = {}
    cells: dict[Kind, dict[str, str]] = {}
    for scenario in scenarios:
        progress(scenario.id)
        baseline: dict[str, str] = {}
        for cell, case in situations_of(scenario):
            baseline = baseline or dict(cell)
            kind = kind_of(case)
            found.setdefault(kind, Counter())[scenario.id] += 1
            moved = {name: level for name, level in cell.items() if baseline[name] != level}
            cells.setdefault(kind, moved)
    kinds = {row.judged.kind for row in tally.rows} | found.keys()
    rows = [_row(kind, tally, found.get(kind, Counter()), cells.get(kind, {})) for kind in kinds]
    return tuple(sorted(rows, key=lambda each: (bool(each.scenarios), -each.structures, each.kind)))


def _row(kind: Kind, tally: Tally, scenarios: Counter[str], cell: dict[str, str]) -> Covered:
    is_this = partial(is_of_kind, kind=kind)
    return Covered(
        kind=kind,
        structures=tally.number(is_this),
        smallest=tally.smallest(is_this),
        scenarios=dict(sorted(scenarios.items())),
        cell=cell,
    )
