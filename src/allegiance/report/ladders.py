"""Doses and models compared, in words: rows for the first page and lines for the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from allegiance.analysis.choice import why_no_choice
from allegiance.analysis.dose import HARD_LINE
from allegiance.analysis.multiplicity import ALPHA
from allegiance.report import figures
from allegiance.report.addresses import chart_name
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.ladder import Ladder, Rung, ladder
from allegiance.report.material import Material
from allegiance.report.places import level_link

ARROW = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True)
class DoseRow:
    """A numeric factor of one scenario, as one model answers to it."""

    scenario: str
    model: str
    factor: str
    per: str
    slope: str
    interval: str
    p: str
    bent: bool
    """Whether its bend is clear, so that a line says too little."""
    turns: str
    hard_line: str
    coverage: str
    scope: str
    plot: Picture | None
    """None where nothing may be shown."""


@dataclass(frozen=True)
class ApartRow:
    """A difference between two models."""

    scenario: str
    model: str
    other: str
    name: str
    sides: str
    estimate: str
    interval: str
    adjusted: str
    coverage: str
    scope: str


def dose_rows(material: Material) -> tuple[DoseRow, ...]:
    """Every ladder of the run."""
    rows = material.tables["doses"].to_dicts()
    return tuple(_dose_row(material, row, number) for number, row in enumerate(rows, start=1))


def apart_rows(material: Material) -> tuple[ApartRow, ...]:
    """Every comparison between models, the distances first."""
    table = material.tables["comparisons"].with_columns(
        order=pl.col("kind").replace_strict(
            {"distance": 0, "correlation": 1, "level": 2, "effect": 3}, return_dtype=pl.Int64
        )
    )
    return tuple(_apart_row(material, row) for row in table.sort("order").to_dicts())


def turning_words(row: Mapping[str, Any]) -> str:
    """Where a line turns, in words."""
    if row["break_even"] is None:
        return f"no break-even in the ladder: {row['turns']}"
    dose = f"break-even at {row['break_even']:.3g} {row['dose_unit']}"
    if row["break_even_low"] is None:
        return f"{dose} ({row['turns'].removeprefix('crosses, but ')})"
    return f"{dose} [{row['break_even_low']:.3g}, {row['break_even_high']:.3g}]"


def _dose_row(material: Material, row: Mapping[str, Any], number: int) -> DoseRow:
    hidden = _hidden(material, row, row["slope"])
    unit, at = row["unit"], f"at {row['at']}; " if row["at"] else ""
    name = f"{chart_name(row['scenario'], row['model'])}-ladder-{number}"
    return DoseRow(
        scenario=row["scenario"],
        model=row["model"],
        factor=row["factor"],
        per=f"{at}change a {row['per']}, {row['dose_unit']}",
        slope=hidden or figures.told(row["slope"], unit, changes=True),
        interval=hidden or figures.interval(row["ci_low"], row["ci_high"], unit, changes=True),
        p=hidden or figures.probability(row["p"]),
        bent=not hidden and row["p_curved"] is not None and row["p_curved"] < ALPHA,
        turns=hidden or turning_words(row),
        hard_line=hidden or _hard_line(material, row),
        coverage=figures.counted(row["n_trials"], row["n_planned"]),
        scope=row["scope"],
        plot=None if hidden else _plot(material, row, name),
    )


def _hard_line(material: Material, row: Mapping[str, Any]) -> str:
    """What was shown of a claimed margin; of a model that did not understand it is no line."""
    if row["hard_line"] is None:
        return "no margin was claimed for it"
    within = f"{row['hard_line']}, within {figures.least(row['margin'], row['unit'])}"
    why = why_no_choice(material.tables, row["model"], row["scenario"])
    if row["hard_line"] != HARD_LINE or not why:
        return within
    return f"the same within {figures.least(row['margin'], row['unit'])}, but no choice is shown"


def _plot(material: Material, row: Mapping[str, Any], name: str) -> Picture:
    ends = row["break_even_low"], row["break_even_high"]
    rungs = tuple(
        _rung(material, row, dose, response)
        for dose, response in zip(row["rungs"], row["response"], strict=True)
    )
    drawn = Ladder(
        rungs=rungs,
        zero=0.0 if row["unit"] == figures.NATS else 0.5,
        turn=None if None in ends else ends,
        logarithmic=row["per"] == "doubling",
        across=f"{row['factor']}, {row['dose_unit']}",
        up=f"{figures.spaced(row['outcome'])}, {row['unit']}",
    )
    words = "; ".join(rung.told for rung in rungs)
    at = f" at {row['at']}" if row["at"] else ""
    return Picture(
        name=name,
        told=f"{row['factor']}{at}: mean response at each dose. {words}.",
        draw=partial(ladder, drawn),
        links=tuple(rung.link for rung in rungs),
    )


def _rung(material: Material, row: Mapping[str, Any], dose: float, response: float) -> Rung:
    factor = material.resolved.scenarios[row["scenario"]].factors[row["factor"]]
    level = next(each for each in factor.levels if float(each) == dose)
    return Rung(
        dose=dose,
        response=response,
        told=f"{dose:g}: {figures.told(response, row['unit'], changes=False)}",
        link=level_link(material, row["scenario"], row["factor"], level),
    )


def _apart_row(material: Material, row: Mapping[str, Any]) -> ApartRow:
    hidden, unit = _hidden(material, row, row["estimate"]), row["unit"]
    if row["kind"] == "correlation":
        unit = figures.NATS  # a bare number, signed
    estimate = figures.told(row["estimate"], unit, changes=True)
    if row["kind"] in ("distance", "correlation"):
        estimate = estimate.removesuffix(f"{figures.SPACE}{figures.NATS}")
    sides = f"{row['from']} {ARROW} {row['to']}" if row["from"] else ""
    return ApartRow(
        scenario=row["scenario"],
        model=row["model"],
        other=row["other"],
        name=f"{row['kind']}, {figures.spaced(row['factor'])}",
        sides=f"{sides}, less {row['less']}" if row["less"] else sides,
        estimate=hidden or estimate,
        interval=hidden or figures.interval(row["ci_low"], row["ci_high"], unit, changes=True),
        adjusted=hidden or figures.probability(row["p_adjusted"]),
        coverage=figures.counted(row["n_trials"], row["n_planned"]),
        scope=row["scope"],
    )


def _hidden(material: Material, row: Mapping[str, Any], figure: float | None) -> str:
    """The word that stands instead of a figure; empty where it may be given."""
    if figure is None:
        return figures.NOT_MEASURED
    return figures.WITHHELD if row["withheld"] or not material.enough else ""
