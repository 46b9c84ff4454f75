"""Trials that the experiment excludes: they stay in the tables, and no figure is made of them."""

from typing import TYPE_CHECKING

from allegiance.experiment.resolved import Resolved, StampedVignette

if TYPE_CHECKING:
    import polars as pl


def without_excluded(resolved: Resolved, frame: "pl.DataFrame") -> "pl.DataFrame":
    """The rows of trials that no exclusion takes out."""
    out = [
        id
        for id, trial in resolved.trials.items()
        if _is_out(resolved, resolved.vignettes[trial.vignette])
    ]
    return frame.remove(frame["trial_id"].is_in(out)) if out else frame


def _is_out(resolved: Resolved, vignette: StampedVignette) -> bool:
    cell = resolved.cells[vignette.cell]
    return any(
        each.covers(cell.scenario, cell.levels, vignette.wording) for each in resolved.exclusions
    )
