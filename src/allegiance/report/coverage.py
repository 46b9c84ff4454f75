"""How much was measured, what is missing and why, and where each level stands in that.

Not measured is not safe: what is missing is counted here by its reason, and never stands in
any table as harmless, harmful or zero.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from allegiance.report import figures
from allegiance.report.addresses import chart_name
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.forest import Line, forest
from allegiance.report.material import Material
from allegiance.report.places import level_link


@dataclass(frozen=True)
class Missing:
    """A reason, and how many trials are missing for it."""

    reason: str
    meaning: str
    trials: int
    share: str


@dataclass(frozen=True)
class LevelCoverage:
    """What was measured at one level of one crossed factor, by one model."""

    scenario: str
    model: str
    factor: str
    level: str
    measured: str
    thin: bool
    """Whether it lies below the gate of an arm."""
    missing: str
    interval: str
    reasons: str
    link: str
    """Where its vignettes are, measured or not."""


@dataclass(frozen=True)
class MissingPlot:
    """What one model is missing in one scenario, by level."""

    scenario: str
    model: str
    picture: Picture


@dataclass(frozen=True)
class CoverageView:
    """The coverage of the whole run."""

    planned: int
    measured: int
    missing: int
    share: str
    gate: str
    arm_gate: str
    enough: bool
    reasons: tuple[Missing, ...]
    levels: tuple[LevelCoverage, ...]
    """By level; empty where nothing is missing."""
    plots: tuple[MissingPlot, ...]
    """Of each model and scenario where anything is missing."""


def coverage_view(material: Material) -> CoverageView:
    """Planned, measured and missing trials of a run."""
    trials, gate = material.tables["trials"], material.resolved.coverage
    measured = trials.filter(status="measured").height
    return CoverageView(
        planned=trials.height,
        measured=measured,
        missing=trials.height - measured,
        share=figures.points(material.coverage) if trials.height else figures.NOT_MEASURED,
        gate=figures.gate(gate.overall),
        arm_gate=figures.gate(gate.arm),
        enough=material.enough,
        reasons=_reasons(trials),
        levels=_levels(material) if measured < trials.height else (),
        plots=tuple(_plots(material)),
    )


def _reasons(trials: pl.DataFrame) -> tuple[Missing, ...]:
    counts = trials.filter(status="missing")["missing_reason"].value_counts(sort=True)
    return tuple(
        Missing(
            reason=figures.spaced(reason or "no reason recorded"),
            meaning=figures.REASONS.get(reason, "not one of the reasons known here"),
            trials=count,
            share=figures.points(count / trials.height),
        )
        for reason, count in counts.iter_rows()
    )


def _levels(material: Material) -> tuple[LevelCoverage, ...]:
    return tuple(_level(material, row) for row in material.tables["missingness"].to_dicts())


def _level(material: Material, row: Mapping[str, Any]) -> LevelCoverage:
    return LevelCoverage(
        scenario=row["scenario"],
        model=row["model"],
        factor=row["factor"],
        level=row["level"],
        measured=figures.counted(row["n_planned"] - row["n_missing"], row["n_planned"]),
        thin=row["withheld"],
        missing=figures.points(row["share"]),
        interval=figures.interval(row["ci_low"], row["ci_high"], figures.POINTS, changes=False),
        reasons=figures.listed(map(figures.spaced, row["reasons"])),
        link=level_link(material, row["scenario"], row["factor"], row["level"]),
    )


def _plots(material: Material) -> Iterator[MissingPlot]:
    parts = material.tables["missingness"].partition_by("scenario", "model", maintain_order=True)
    for rows in (part.to_dicts() for part in parts):
        if any(row["n_missing"] for row in rows):
            scenario, model = rows[0]["scenario"], rows[0]["model"]
            lines = tuple(_line(row, _level(material, row)) for row in rows)
            words = "; ".join(f"{line.label}: {line.told}" for line in lines)
            yield MissingPlot(
                scenario=scenario,
                model=model,
                picture=Picture(
                    name=f"{chart_name(scenario, model)}-missing",
                    told=f"Share of trials missing, with 95 % intervals. {words}.",
                    draw=partial(forest, lines, "share of trials missing", shares=True),
                    links=tuple(line.link for line in lines),
                ),
            )


def _line(row: Mapping[str, Any], words: LevelCoverage) -> Line:
    why = f" ({words.reasons})" if row["reasons"] else ""
    return Line(
        label=f"{row['factor']}: {row['level']}{why}",
        estimate=row["share"],
        low=row["ci_low"],
        high=row["ci_high"],
        kind="named",
        told=f"{words.missing} {words.interval}",
        link=words.link,
    )
