"""The one way through: an experiment goes in, a report comes out.

    plan      experiment  ->  every cell, vignette and trial, resolved
    foresee   resolved    ->  what it takes and what it can tell, before anything is spent
    run       resolved    ->  logs            (resumes by itself)
    tabulate  logs        ->  tables
    label     tables      ->  a sheet that asks people about a random part of them
    analyse   tables      ->  effects, comparisons, doses, arms, validity, realism; corrections
    judge     cells       ->  what codes say of every action: see `principles`
    report    all of it   ->  pages
    check     a folder    ->  is it complete?

Each step reads what the one before it wrote; only files stand between them.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from allegiance.errors import UserError
from allegiance.experiment.detectable import PilotSd
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.folder import RunFolder, stamp_folder
from allegiance.experiment.forecast import Forecast, forecast
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.experiment.rounds import open_run, read_rounds, why_ended
from allegiance.models.prices import read_prices
from allegiance.principles import codes_changed, judge
from allegiance.tables.coverage import Coverage, coverage_of
from allegiance.tables.exclusions import without_excluded

if TYPE_CHECKING:
    import polars as pl

    from allegiance.tables.logs import LogState
    from allegiance.tables.to_label import Sheet


def plan(experiment: Experiment) -> Resolved:
    """Everything that the experiment will run, before anything is spent.

    Raises:
        UserError: A name or level that does not exist.
    """
    return resolve(experiment)


def foresee(
    resolved: Resolved,
    *,
    pilot: Path | None = None,
    base_rate: float | None = None,
    prices: Path | None = None,
) -> Forecast:
    """Cells, aliasing, trials, tokens, cost and detectable effects.

    Of an adaptive run those of every vignette played once.

    Args:
        resolved: The experiment.
        pilot: Folder of an earlier run, for how much wordings differ.
        base_rate: Share of the outcome in each cell, where answers are sampled.
        prices: A file of prices, as Inspect's `--model-cost-config`.

    Raises:
        UserError: A rate that is none, no run there, or a file that can't be read.
    """
    if base_rate is not None and not 0 < base_rate < 1:
        raise UserError(
            f"{base_rate:g} is no base rate", mend="It lies between 0 and 1.", field="--base-rate"
        )
    if resolved.adaptive:
        resolved = resolved.model_copy(update={"trials": resolved.every_trial(1)})
    return forecast(
        resolved,
        prices=read_prices(prices),
        base_rate=base_rate,
        pilot=_pilot(pilot) if pilot else None,
    )


def run(resolved: Resolved, out: Path, *, quiet: bool = False) -> RunFolder:
    """Run what is left to run, into a new folder or one that was begun.

    Raises:
        UserError: The folder holds another experiment; a model can't be made; the disk is full.
    """
    from allegiance.play import play

    folder = RunFolder(out)
    stamp_folder(folder, resolved)
    play(folder, resolved, quiet=quiet)
    return folder


def tabulate(path: Path) -> Coverage:
    """Make the tables of what happened anew from the logs.

    Raises:
        UserError: No run there, or a log that does not belong to it.
    """
    from allegiance.tables.build import build_frames
    from allegiance.tables.logs import read_known, read_measurements
    from allegiance.tables.store import write_frames

    folder, resolved = open_run(path)
    measured, known = read_measurements(folder, resolved), read_known(folder, resolved)
    frames = build_frames(resolved, measured, known)
    write_frames(folder, frames)
    return coverage_of(folder, resolved, frames.trials["missing_reason"])


def require_labellable(resolved: Resolved) -> None:
    """Check, before anything is spent, that a run will have answers to label.

    Raises:
        UserError: Every model is scored exactly, or the run is adaptive.
    """
    from allegiance.tables import to_label

    to_label.require_labellable(resolved)


def label(path: Path, number: int) -> "Sheet":
    """Draw so many trials, and write the sheet that asks people for their labels.

    Raises:
        UserError: No run there, no tables yet, a sheet that can't be read, or a full disk.
        IncompleteError: No trial was measured whose answer was read.
    """
    from allegiance.tables.store import read_table
    from allegiance.tables.to_label import write_sheet

    folder, resolved = open_run(path)
    trials = without_excluded(resolved, read_table(folder, "trials"))
    return write_sheet(folder, resolved, trials, number)


def analyse(path: Path) -> "pl.DataFrame":
    """Make `effects` and what stands beside them anew from tables and labels; the effects.

    Raises:
        UserError: No run there, no tables yet, or a label that can't be used.
    """
    from allegiance.analysis.arms import estimate_arms
    from allegiance.analysis.crossings import estimate_crossings
    from allegiance.analysis.dose import estimate_doses
    from allegiance.analysis.effects import estimate_effects
    from allegiance.analysis.frontier import estimate_frontier
    from allegiance.analysis.influence import estimate_influence
    from allegiance.analysis.labelled import estimate_corrections
    from allegiance.analysis.manipulation import estimate_manipulation
    from allegiance.analysis.missingness import estimate_missingness
    from allegiance.analysis.models import compare_models
    from allegiance.analysis.pairwise import estimate_pairwise
    from allegiance.analysis.rank_parties import estimate_rank_parties
    from allegiance.analysis.ranks import estimate_ranks
    from allegiance.analysis.realism import estimate_probes
    from allegiance.analysis.validity import estimate_validity
    from allegiance.tables.labels import read_labels
    from allegiance.tables.pairwise import read_pairs
    from allegiance.tables.store import has_table, read_table, write_table

    folder, resolved = open_run(path)
    labels = read_labels(folder, read_table(folder, "trials"))
    trials, responses, checks, passages = (
        without_excluded(resolved, read_table(folder, name))
        for name in ("trials", "responses", "checks", "passages")
    )
    known, pairs = read_table(folder, "known"), read_pairs(folder, resolved)
    rounds, ended = read_rounds(folder, resolved), why_ended(folder) is not None
    effects = estimate_effects(resolved, trials, responses, checks, rounds, ended=ended)
    write_table(folder, "effects", effects)
    write_table(folder, "comparisons", compare_models(resolved, trials, responses, checks))
    write_table(folder, "doses", estimate_doses(resolved, trials, responses, checks))
    write_table(folder, "crossings", estimate_crossings(resolved, trials, responses, checks))
    write_table(folder, "frontier", estimate_frontier(resolved, trials, responses))
    write_table(folder, "missingness", estimate_missingness(resolved, trials))
    write_table(folder, "validity", estimate_validity(resolved, responses, checks))
    write_table(folder, "arms", estimate_arms(resolved, trials, responses))
    write_table(folder, "corrections", estimate_corrections(resolved, trials, responses, labels))
    write_table(folder, "probes", estimate_probes(resolved, trials, checks, known, effects))
    write_table(folder, "manipulation", estimate_manipulation(resolved, trials, checks))
    write_table(folder, "influence", estimate_influence(resolved, passages))
    write_table(folder, "pairwise", estimate_pairwise(resolved, pairs))
    if has_table(folder, "ranks"):
        ranks, fates = read_table(folder, "ranks"), read_table(folder, "rank_outcomes")
        shares = estimate_ranks(resolved, ranks, trials, responses)
        write_table(folder, "rank_shares", shares)
        parties = estimate_rank_parties(resolved, fates, trials, responses)
        write_table(folder, "rank_parties", parties)
    judge(path)
    return effects


def realism_sheet(path: Path, *, count: int = 48, seed: int = 1) -> Path:
    """An empty sheet of vignettes beside everyday records, for people or a judge to fill.

    Filled and renamed `labels/realism.csv`, it is read when the run is analysed.

    Args:
        path: The run folder.
        count: Comparisons on the sheet, as far as there are vignettes.
        seed: Of what is drawn.

    Raises:
        UserError: No run there, or a place that can't be written.
    """
    from allegiance.tables.pairwise import write_sheet

    folder, resolved = open_run(path)
    return write_sheet(folder, resolved, count=count, seed=seed)


def report(path: Path) -> Path:
    """Write the pages of a run; the first page.

    Where a code has changed since the run was judged, it is judged anew before.

    Raises:
        UserError: No run there, no tables yet, or a place that can't be written.
    """
    from allegiance.report.site import write_site

    folder, resolved = open_run(path)
    if codes_changed(folder):
        judge(path)
    return write_site(folder, resolved)


def check(path: Path) -> "tuple[Coverage, list[LogState]]":
    """Whether a run is complete: its coverage, and which of its logs count.

    Raises:
        UserError: No run there, an edited experiment, or a log of another one.
        IncompleteError: Nothing was run yet.
    """
    from allegiance.tables.logs import log_states, read_measurements

    folder, resolved = open_run(path)
    states = log_states(folder)
    measured = read_measurements(folder, resolved)
    reasons = [each.reason and each.reason.value for each in measured.values()]
    return (
        coverage_of(folder, resolved, reasons),
        states,
    )


def _pilot(path: Path) -> PilotSd:
    from allegiance.analysis.pilot import pilot_sd
    from allegiance.tables.store import read_table

    folder, resolved = open_run(path)
    trials, responses = read_table(folder, "trials"), read_table(folder, "responses")
    return partial(pilot_sd, resolved, trials, responses)
