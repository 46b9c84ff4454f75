"""Lines of the page on realism: one figure, or one text, and the vignette that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allegiance.report import figures
from allegiance.report.addresses import cell_page, vignette_anchor


@dataclass(frozen=True)
class Told:
    """One row of a list: where it leads, and what it says."""

    link: str
    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One figure with its interval."""

    head: str
    sides: str
    link: str
    estimate: str
    interval: str
    measured: str
    verdict: str


def place_of(row: Mapping[str, Any]) -> str:
    """Where the vignette of a row stands."""
    return f"{cell_page(row['cell'])}#{vignette_anchor(row['vignette'])}"


def interval_of(row: Mapping[str, Any], *, changes: bool) -> str:
    """The interval of a row in words."""
    if row["estimate"] is None:
        return figures.NOT_MEASURED
    return figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=changes)
