"""The one way through: an experiment goes in, a report comes out.

    plan      experiment  ->  every cell, vignette and trial, resolved
    run       resolved    ->  logs            (resumes by itself)
    tabulate  logs        ->  tables
    analyse   tables      ->  effects, comparisons, doses, arms, validity
    report    all of it   ->  pages
    check     a folder    ->  is it complete?

Each step reads what the one before it wrote; only files stand between them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from allegiance.experiment.experiment import Experiment
from allegiance.experiment.folder import RunFolder, open_folder, stamp_folder
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved

if TYPE_CHECKING:
    import polars as pl

    from allegiance.tables.logs import LogState


@dataclass(frozen=True)
class Coverage:
    """How much of what was planned was measured."""

    planned: int
    """Trials planned."""
    measured: int
    """Trials measured."""
    reasons: dict[str, int]
    """Why the others are missing, and how many."""
    gate: float
    """The share below which headlines are withheld, in points of 1."""

    @property
    def share(self) -> float:
        """Measured over planned, in points of 1."""
        return self.measured / self.planned if self.planned else 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.measured == self.planned

    @property
    def enough(self) -> bool:
        """Whether it reaches the gate."""
        return self.share >= self.gate


def plan(experiment: Experiment) -> Resolved:
    """Everything that the experiment will run, before anything is spent.

    Raises:
        UserError: A name or level that does not exist.
    """
    return resolve(experiment)


def run(resolved: Resolved, out: Path, *, quiet: bool = False) -> RunFolder:
    """Run what is left to run, into a new folder or one that was begun.

    Raises:
        UserError: The folder holds another experiment; a model can't be made; the disk is full.
    """
    from allegiance.trials.run import run_trials

    folder = RunFolder(out)
    stamp_folder(folder, resolved)
    run_trials(folder, resolved, quiet=quiet)
    return folder


def tabulate(path: Path) -> Coverage:
    """Make `trials`, `responses`, `outcomes` and `checks` anew from the logs.

    Raises:
        UserError: No run there, or a log that does not belong to it.
    """
    from allegiance.tables.build import build_frames
    from allegiance.tables.logs import read_measurements
    from allegiance.tables.store import write_frames

    folder, resolved = open_folder(path)
    frames = build_frames(resolved, read_measurements(folder, resolved))
    write_frames(folder, frames)
    return _coverage(frames.trials, resolved)


def analyse(path: Path) -> "pl.DataFrame":
    """Make `effects` and what stands beside them anew from the tables; the effects.

    Raises:
        UserError: No run there, or no tables yet.
    """
    from allegiance.analysis.arms import estimate_arms
    from allegiance.analysis.dose import estimate_doses
    from allegiance.analysis.effects import estimate_effects
    from allegiance.analysis.models import compare_models
    from allegiance.analysis.validity import estimate_validity
    from allegiance.tables.store import read_table, write_table

    folder, resolved = open_folder(path)
    trials, responses = read_table(folder, "trials"), read_table(folder, "responses")
    checks = read_table(folder, "checks")
    effects = estimate_effects(resolved, trials, responses, checks)
    write_table(folder, "effects", effects)
    write_table(folder, "comparisons", compare_models(resolved, trials, responses, checks))
    write_table(folder, "doses", estimate_doses(resolved, trials, responses, checks))
    write_table(folder, "validity", estimate_validity(resolved, responses, checks))
    write_table(folder, "arms", estimate_arms(resolved, trials, responses))
    return effects


def report(path: Path) -> Path:
    """Write the pages of a run; the first page.

    Raises:
        UserError: No run there, no tables yet, or a place that can't be written.
    """
    from allegiance.report.site import write_site

    folder, resolved = open_folder(path)
    return write_site(folder, resolved)


def check(path: Path) -> "tuple[Coverage, list[LogState]]":
    """Whether a run is complete: its coverage, and which of its logs count.

    Raises:
        UserError: No run there, an edited experiment, or a log of another one.
        IncompleteError: Nothing was run yet.
    """
    from allegiance.tables.logs import log_states, read_measurements

    folder, resolved = open_folder(path)
    states = log_states(folder)
    measured = read_measurements(folder, resolved)
    reasons = [each.reason.value for each in measured.values() if each.reason]
    return (
        Coverage(
            planned=len(measured),
            measured=len(measured) - len(reasons),
            reasons={reason: reasons.count(reason) for reason in sorted(set(reasons))},
            gate=resolved.coverage.overall,
        ),
        states,
    )


def _coverage(trials: "pl.DataFrame", resolved: Resolved) -> Coverage:
    missing = trials.filter(status="missing")["missing_reason"].value_counts()
    return Coverage(
        planned=trials.height,
        measured=trials.filter(status="measured").height,
        reasons=dict(sorted(missing.iter_rows())),
        gate=resolved.coverage.overall,
    )
