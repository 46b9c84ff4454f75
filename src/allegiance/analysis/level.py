"""Where an outcome stands: its mean over some cells, with its interval and its bounds.

mean       over wordings, of all measured trials of these cells; an answer that was drawn
           counts as one
interval   t over wordings, cut to what is possible
bounds     the least and the most that the mean could be, whatever is missing
"""

from collections.abc import Collection
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from allegiance.analysis.estimate import Estimate, estimate_mean, within
from allegiance.analysis.values import Values
from allegiance.experiment.resolved import Resolved


@dataclass(frozen=True)
class Level:
    """The mean of an outcome over some cells."""

    found: Estimate
    bound_low: float | None
    bound_high: float | None
    measured: int
    """Values measured."""
    planned: int
    """Values planned."""


def level(values: Values, cells: Collection[str]) -> Level:
    """The mean over cells of an outcome of one model."""
    of = [(key[1][0], each) for key, each in values.of.items() if key[0] in cells]
    planned = [(wording, value) for wording, replicates in of for value in replicates]
    known = [(wording, value) for wording, value in planned if value is not None]
    found = estimate_mean(known, drawn=values.drawn)
    low, high = _bounds([value for _, value in planned], bounded=values.bounded)
    return Level(
        found=within(found, 0.0, 1.0) if values.bounded else found,
        bound_low=low,
        bound_high=high,
        measured=len(known),
        planned=len(planned),
    )


def figures_of_level(at: Level) -> dict[str, Any]:
    """The estimate as columns."""
    found = at.found
    return {
        "estimate": found.estimate,
        "se": found.se,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "n_wordings": found.n_wordings,
    }


def level_columns(at: Level, resolved: Resolved) -> dict[str, Any]:
    """The estimate as columns, with bounds and how much was measured."""
    return figures_of_level(at) | {
        "bound_low": at.bound_low,
        "bound_high": at.bound_high,
        "n_trials": at.measured,
        "n_planned": at.planned,
        "coverage": at.measured / at.planned if at.planned else None,
        "withheld": at.measured < resolved.coverage.arm * at.planned,
    }


def _bounds(
    values: Collection[float | None], *, bounded: bool
) -> tuple[float, float] | tuple[None, None]:
    """The least and the most that the mean could be, whatever the missing values are."""
    if not values:
        return None, None
    if not bounded and None in values:
        return float("-inf"), float("inf")
    return (
        fmean(0.0 if value is None else value for value in values),
        fmean(1.0 if value is None else value for value in values),
    )
