"""Small sets of cells around one cell: what differs is one level of one factor.

counterfactual    the cell itself, and it again with another level of one factor, each in turn
ladder            every rung of one numeric factor, the rest of the cell as it is
"""

from collections.abc import Callable, Mapping, Sequence

from allegiance.design.factorial import Cell, cross
from allegiance.design.terms import Levels
from allegiance.errors import UserError

Possible = Callable[[Cell], bool]


def counterfactual(base: Cell, factors: Levels, possible: Possible) -> tuple[Cell, ...]:
    """A cell, and all possible ones that differ from it in one level of these factors.

    Raises:
        UserError: The cell is impossible, or every other level of a factor is.
    """
    if not possible(base):
        raise UserError(
            "the cell that all others differ from is impossible",
            mend="It has the first level of each factor: put another one first, or use `at`.",
            field="design.kind",
        )
    found = [base]
    for name, levels in factors.items():
        others = [{**base, name: level} for level in levels if level != base[name]]
        there = [cell for cell in others if possible(cell)]
        if others and not there:
            raise UserError(
                f"no possible cell differs from the others in {name} alone",
                mend="Put another level of it first, hold the rest elsewhere, or cross in full.",
                field="design.kind",
            )
        found += there
    return tuple(found)


def ladder(
    factors: Mapping[str, Sequence[str]],
    numeric: Mapping[str, Sequence[str]],
    fixed: Cell,
    possible: Possible,
) -> tuple[Cell, ...]:
    """Every rung of the one numeric factor, in each cell of the others.

    Args:
        factors: Factor to its levels, a numeric one among them.
        numeric: The numeric factors of the scenario, each with all of its rungs.
        fixed: Every factor of the scenario, at the level where it stays if it is not varied.
        possible: Whether there is such a cell.

    Raises:
        UserError: No numeric factor or several, or a rung that is impossible.
    """
    climbed = [name for name in factors if name in numeric]
    if len(climbed) != 1:
        there = ", ".join(numeric) or "none"
        raise UserError(
            f"a ladder climbs one numeric factor, not {len(climbed)}",
            mend=f"Name one of them among the factors: {there}.",
            field="design.kind",
        )
    rungs = {name: numeric.get(name, levels) for name, levels in factors.items()}
    cells = cross(rungs, fixed, possible)
    everywhere = len(cross(rungs, fixed, lambda _: True))
    if len(cells) % len(numeric[climbed[0]]) or not cells:
        raise UserError(
            f"a rung is impossible: {len(cells)} of {everywhere} cells can be",
            mend="Hold the rest of the cell where every rung can stand.",
            field="design.kind",
        )
    return cells
