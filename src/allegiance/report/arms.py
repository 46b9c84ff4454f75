"""Where each arm stands: coverage, shares or rates by stance beside chance, the reference arm.

Preference shares (exact read-out) and rates (sampled answers) never stand in one table: a
model answers a scenario in one way, and the table's title says in which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.values import PRIMARY, SHARES
from allegiance.report import figures
from allegiance.report.addresses import cell_page
from allegiance.report.material import Material


@dataclass(frozen=True)
class Share:
    """The share or rate of one stance in one arm."""

    stance: str
    value: str
    interval: str
    chance: str
    bounds: str
    part: float | None
    """In points of 1, for the bar; None where nothing may be drawn."""
    chance_part: float | None
    """The same for the mark of chance."""
    reach: tuple[float, float] | None
    """Ends of the interval in points of 1; None where there is none, or it may not be drawn."""


@dataclass(frozen=True)
class ArmRow:
    """One arm with its shares."""

    levels: str
    link: str
    reference: bool
    coverage: str
    whole: bool
    """Whether nothing of it is missing, so that bounds add nothing."""
    withheld: bool
    score: str
    """Its log-score difference, in nats."""
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class ArmTable:
    """The arms of one scenario and model."""

    title: str
    """Preference shares, or rates."""
    stances: tuple[tuple[str, str], ...]
    """Stances that occur on these menus, and what they mean."""
    rows: tuple[ArmRow, ...]


def arm_table(material: Material, model: str, scenario: str) -> ArmTable:
    """The arms of a scenario, those of the positive control aside."""
    arms = material.of("arms", model, scenario).filter(~pl.col("control"))
    shown = [stance for stance in SHARES if _occurs(arms.filter(outcome=stance))]
    rows = [
        _arm_row(material, cell, arms.filter(cell=cell), shown)
        for cell in arms["cell"].unique(maintain_order=True)
    ]
    return ArmTable(
        title=share_title(material.method(model, scenario)),
        stances=tuple((figures.spaced(each), figures.STANCES[each]) for each in shown),
        rows=tuple(rows),
    )


def share_title(method: str | None) -> str:
    """What weights on actions are called: an exact read-out gives no rates."""
    if method is None:
        return "Shares by stance"
    return "Rates" if method == "sampled" else "Preference shares"


def share_word(method: str | None) -> str:
    """The same of one stance, before its name."""
    return "rate of" if method == "sampled" else "preference share on"


def share(material: Material, row: Mapping[str, Any]) -> Share:
    """One row of the table of arms as a share in words."""
    hidden = _hidden(material, row)
    known = row["estimate"] is not None and hidden is None
    interval = figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=False)
    return Share(
        stance=figures.spaced(row["outcome"]),
        value=hidden or figures.points(row["estimate"]),
        interval=interval if known else "",
        chance=figures.points(row["chance"]),
        bounds=figures.bounds(row["bound_low"], row["bound_high"], row["unit"], changes=False),
        part=row["estimate"] if known else None,
        chance_part=row["chance"],
        reach=(row["ci_low"], row["ci_high"]) if known and row["ci_low"] is not None else None,
    )


def reference_words(material: Material, model: str, scenario: str) -> str:
    """The log-score difference where nobody disagrees, in a sentence."""
    rows = material.of("arms", model, scenario).filter(
        pl.col("reference") & pl.col("outcome").is_in(PRIMARY)
    )
    if rows.is_empty():
        return "No reference arm was played: that the model can do otherwise is not shown."
    told = [f"{row['levels'] or 'baseline'}: {_level(material, row)}" for row in rows.to_dicts()]
    return f"Reference arm, where nobody disagrees: {'; '.join(told)}."


def _occurs(rows: pl.DataFrame) -> bool:
    """Whether some action on some menu has this stance, or some answer had it."""
    return any((row["chance"] or 0) > 0 or (row["estimate"] or 0) > 0 for row in rows.to_dicts())


def _arm_row(material: Material, cell: str, arms: pl.DataFrame, shown: list[str]) -> ArmRow:
    rows = {row["outcome"]: row for row in arms.to_dicts()}
    any_row = next(rows[outcome] for outcome in PRIMARY if outcome in rows)
    return ArmRow(
        levels=material.told(cell),
        link=cell_page(cell),
        reference=any_row["reference"],
        coverage=figures.counted(any_row["n_trials"], any_row["n_planned"]),
        whole=any_row["n_trials"] == any_row["n_planned"],
        withheld=any_row["withheld"] or not material.enough,
        score=_level(material, any_row),
        shares=tuple(share(material, rows[stance]) for stance in shown),
    )


def _level(material: Material, row: Mapping[str, Any]) -> str:
    hidden = _hidden(material, row)
    if hidden or row["estimate"] is None:
        return hidden or figures.NOT_MEASURED
    interval = figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=False)
    return f"{figures.told(row['estimate'], row['unit'], changes=False)} {interval}"


def _hidden(material: Material, row: Mapping[str, Any]) -> str | None:
    """The word that stands instead of the figure; None where it may be given."""
    if not row["n_trials"]:
        return figures.NOT_MEASURED
    withheld = row["withheld"] or not material.enough
    return figures.WITHHELD if withheld else None
