"""Where the vignettes behind a figure are: on the page of its cell, or of each of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from allegiance.report.addresses import (
    cell_page,
    level_anchor,
    scenario_page,
    vignettes_of_cell,
)
from allegiance.report.material import Material


@dataclass(frozen=True)
class CellLink:
    """A cell by its levels, and where its page is."""

    levels: str
    page: str


def cell_link(material: Material, cell: str) -> CellLink:
    """A link to a cell by its levels."""
    return CellLink(material.told(cell), cell_page(cell))


def cells_at(material: Material, scenario: str, factor: str, level: str) -> list[str]:
    """The cells of a scenario with a level, those of the control aside."""
    return [
        cell
        for cell in material.cells_of(scenario)
        if material.resolved.cells[cell].levels.get(factor) == level
        and material.control_side(cell) is None
    ]


def level_link(material: Material, scenario: str, factor: str, level: str) -> str:
    """Where a level's vignettes are: its only cell, or the list of its cells."""
    listed = f"{scenario_page(scenario)}#{level_anchor(factor, level)}"
    return cells_link(cells_at(material, scenario, factor, level), listed)


def cells_link(cells: Sequence[str], listed: str) -> str:
    """Where the vignettes of some cells are.

    Args:
        cells: The cells.
        listed: Where these cells are listed, each with its link.
    """
    return vignettes_of_cell(cells[0]) if len(cells) == 1 else listed
