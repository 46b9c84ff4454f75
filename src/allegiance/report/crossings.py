"""Two factors crossed, in words and as a plot: what an interaction is made of.

Each mean leads to its cell, or where it is over several to the row that lists them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from allegiance.analysis.values import LOG_SCORE, MISSING
from allegiance.experiment.hypothesis import TOWARD
from allegiance.report import figures
from allegiance.report.addresses import INDEX, chart_name
from allegiance.report.arms import share_word
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.crossing import Crossed, Mean, crossing
from allegiance.report.effects import is_withheld
from allegiance.report.material import Material
from allegiance.report.places import CellLink, cell_link, cells_link

Row = Mapping[str, Any]


@dataclass(frozen=True)
class MeanRow:
    """One mean in words."""

    anchor: str
    level: str
    line: str
    value: str
    interval: str
    chance: str
    """Empty where there is none."""
    bounds: str
    """Empty where a model gives none."""
    coverage: str
    cells: tuple[CellLink, ...]


@dataclass(frozen=True)
class CrossingView:
    """Two factors crossed, for one model."""

    name: str
    title: str
    across: str
    by: str
    measure: str
    """What the means are of, with their unit."""
    estimator: str
    rows: tuple[MeanRow, ...]
    picture: Picture | None
    """None where no mean may be shown."""

    @property
    def chance(self) -> bool:
        """Whether a blind choice gives anything."""
        return any(row.chance for row in self.rows)

    @property
    def bounds(self) -> bool:
        """Whether any mean has bounds."""
        return any(row.bounds for row in self.rows)


def crossing_views(material: Material, model: str, scenario: str) -> tuple[CrossingView, ...]:
    """Every claimed interaction of a model in a scenario; else its first two factors."""
    table = material.of("crossings", model, scenario)
    parts = table.partition_by("hypothesis", maintain_order=True) if table.height else []
    return tuple(
        _view(material, part, f"{chart_name(scenario, model)}-crossing-{number}")
        for number, part in enumerate(parts, start=1)
    )


def _view(material: Material, part: pl.DataFrame, name: str) -> CrossingView:
    rows = part.to_dicts()
    first, measure = rows[0], _measure(material, rows[0])
    claim, pair = first["hypothesis"], f"{first['across']} and {first['by']}"
    told = tuple(_row(material, row, f"{name}-{n}") for n, row in enumerate(rows, start=1))
    means = list(_means(material, rows, told))
    return CrossingView(
        name=name,
        title=f"Interaction: {figures.spaced(claim)}" if claim else f"{pair}, crossed",
        across=first["across"],
        by=first["by"],
        measure=measure,
        estimator=first["estimator"],
        rows=told,
        picture=_picture(rows, means, measure, name) if means else None,
    )


def _measure(material: Material, row: Row) -> str:
    if row["outcome"] == LOG_SCORE:
        return "log-score difference, nats"
    if row["outcome"] == MISSING:
        return "share of trials missing"
    word = share_word(material.method(row["model"], row["scenario"]))
    of = "the actions counted up" if row["outcome"] == TOWARD else figures.spaced(row["outcome"])
    return f"{word} {of}"


def _row(material: Material, row: Row, anchor: str) -> MeanRow:
    hidden, unit = _hidden(material, row), row["unit"]
    ends = figures.interval(row["ci_low"], row["ci_high"], unit, changes=False)
    bounds = figures.bounds(row["bound_low"], row["bound_high"], unit, changes=False)
    return MeanRow(
        anchor=anchor,
        level=row["level"],
        line=row["line"],
        value=hidden or figures.told(row["estimate"], unit, changes=False),
        interval=hidden or ends,
        chance="" if row["chance"] is None else figures.points(row["chance"]),
        bounds="" if row["bound_low"] is None else bounds,
        coverage=figures.counted(row["n_trials"], row["n_planned"]),
        cells=tuple(cell_link(material, cell) for cell in row["cells"]),
    )


def _hidden(material: Material, row: Row) -> str:
    """The word that stands instead of a figure; empty where it may be given."""
    if row["estimate"] is None:
        return figures.NOT_MEASURED
    return figures.WITHHELD if is_withheld(material, row) else ""


def _means(material: Material, rows: Sequence[Row], told: Sequence[MeanRow]) -> Iterator[Mean]:
    for row, words in zip(rows, told, strict=True):
        if _hidden(material, row):
            continue
        chance = f", chance {words.chance}" if words.chance else ""
        yield Mean(
            level=row["level"],
            line=row["line"],
            estimate=row["estimate"],
            low=row["ci_low"],
            high=row["ci_high"],
            told=f"{row['level']}, {row['line']}: {words.value} {words.interval}{chance}",
            link=cells_link(row["cells"], f"{INDEX}#{words.anchor}"),
        )


def _picture(rows: Sequence[Row], means: Sequence[Mean], measure: str, name: str) -> Picture:
    across, by = rows[0]["across"], rows[0]["by"]
    crossed = Crossed(
        means=tuple(means),
        levels=tuple(dict.fromkeys(row["level"] for row in rows)),
        lines=tuple(dict.fromkeys(row["line"] for row in rows)),
        across=across,
        by=by,
        up=measure,
        shares=rows[0]["unit"] == figures.POINTS,
    )
    words = "; ".join(mean.told for mean in means)
    return Picture(
        name=name,
        told=f"Means of the {measure}, by {across} and {by}. {words}.",
        draw=partial(crossing, crossed),
        links=tuple(mean.link for mean in means),
    )
