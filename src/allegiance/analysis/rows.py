"""How a row of a table tells an estimate: its figures, what they hold for, why there are none.

    figures     estimate, interval, p; beside a margin that was claimed, the test of equivalence
    measured    how much of what was planned, and whether that is too little for a headline
    scope       wordings at large, or these only
    remark      why there is no figure, or no interval

Shared by the tables of effects, of doses and of models compared.
"""

from dataclasses import asdict
from typing import Any

from allegiance.analysis.estimate import ENOUGH_WORDINGS, NOTHING, Estimate, equivalence
from allegiance.analysis.grid import Contrast, Counts
from allegiance.experiment.resolved import Resolved

PAIRED = "paired within blocks; mean by wording; t over wordings"
FITTED = "least squares in the design's model within blocks; mean by wording; t over wordings"
ADDED = ", two answers of either kind added"

WORDINGS, THESE_WORDINGS = "these scenarios, wordings at large", "these wordings only"
LOG_ODDS = "log-odds"


def figures_of(found: Estimate, margin: float | None) -> dict[str, Any]:
    """An estimate as columns, with the test of equivalence where a margin was claimed."""
    return asdict(found) | {
        "margin": margin,
        "p_equivalence": equivalence(found, margin) if margin else None,
    }


def measured(counts: Counts, resolved: Resolved) -> dict[str, Any]:
    """How much was measured of what was planned, as columns."""
    least = counts.least
    return {
        "n_trials": counts.measured,
        "n_planned": counts.planned,
        "coverage": counts.coverage,
        "withheld": least is None or least < resolved.coverage.arm,
    }


def estimator_of(contrast: Contrast) -> str:
    """How a comparison is estimated, in words."""
    return (FITTED if contrast.weights else PAIRED) + (ADDED if contrast.grid.drawn else "")


def scope_of(found: Estimate) -> str:
    """What an interval over wordings holds for."""
    if found.estimate is None:
        return "nothing"
    return WORDINGS if found.n_wordings >= ENOUGH_WORDINGS else THESE_WORDINGS


def remark_on(found: Estimate) -> str | None:
    """Why there is no figure or no interval; None where there is one."""
    if found.estimate is None:
        return "not estimated: no pair was measured on both sides"
    if found.ci_low is not None:
        return None
    return (
        "no interval: one wording"
        if found.n_wordings == 1
        else "no interval: every wording gives the same, so nothing shows how they vary"
    )


def lacking(why: str) -> dict[str, Any]:
    """The columns of a comparison that can't be told."""
    return figures_of(NOTHING, None) | {
        "unit": "none",
        "n_trials": 0,
        "n_planned": 0,
        "coverage": None,
        "withheld": True,
        "estimator": "none",
        "scope": "nothing",
        "remark": why,
    }
