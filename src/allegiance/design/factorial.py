"""Cells: every combination of the chosen levels that is possible.

A cell is a mapping of factor to level. Factors that are not crossed stay where they are put.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

Cell = dict[str, str]


def cross(
    factors: Mapping[str, Sequence[str]],
    fixed: Mapping[str, str],
    possible: Callable[[Cell], bool],
) -> tuple[Cell, ...]:
    """The full crossing of `factors` with the rest held at `fixed`, less what is impossible.

    The first factor varies slowest; the order of factors within a cell is that of `fixed`,
    which must name every factor of the scenario.
    """
    return tuple(cell for cell in _combinations(factors, fixed) if possible(cell))


def matching_pairs(
    cells: Sequence[Cell], source: Mapping[str, str], target: Mapping[str, str]
) -> tuple[tuple[Cell, Cell], ...]:
    """Pairs of cells, one at `source`, one at `target`, alike in what neither names."""
    named = source.keys() | target.keys()

    def rest(cell: Cell) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((name, level) for name, level in cell.items() if name not in named))

    def at(levels: Mapping[str, str]) -> list[Cell]:
        return [cell for cell in cells if levels.items() <= cell.items()]

    arrivals: dict[tuple[tuple[str, str], ...], list[Cell]] = {}
    for cell in at(target):
        arrivals.setdefault(rest(cell), []).append(cell)
    return tuple((cell, other) for cell in at(source) for other in arrivals.get(rest(cell), []))


def _combinations(factors: Mapping[str, Sequence[str]], fixed: Mapping[str, str]) -> Iterator[Cell]:
    for levels in product(*factors.values()):
        yield {**fixed, **dict(zip(factors, levels, strict=True))}
