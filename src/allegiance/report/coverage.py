"""How much was measured, what is missing and why, and whether that depends on the level.

Not measured is not safe: what is missing is counted here by its reason, and never stands in
any table as harmless, harmful or zero.
"""

from dataclasses import dataclass

import polars as pl

from allegiance.report import figures
from allegiance.report.material import Material


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
    return tuple(
        _level(material, model, scenario, factor, level)
        for model in material.resolved.models
        for scenario, stamped in material.resolved.scenarios.items()
        for factor, levels in stamped.crossed.items()
        for level in levels
    )


def _level(material: Material, model: str, scenario: str, factor: str, level: str) -> LevelCoverage:
    rows = material.of("trials", model, scenario).filter(
        (pl.col(f"factor.{factor}") == level) & (pl.col("control") == "off")
    )
    measured = rows.filter(status="measured").height
    return LevelCoverage(
        scenario=scenario,
        model=model,
        factor=factor,
        level=level,
        measured=figures.counted(measured, rows.height),
        thin=measured < material.resolved.coverage.arm * rows.height,
    )
