"""The one way through: an experiment goes in, a report comes out.

    plan      experiment  ->  every cell, vignette and trial, resolved
    foresee   resolved    ->  what it takes and what it can tell, before anything is spent
    run       resolved    ->  logs            (resumes by itself)
    tabulate  logs        ->  tables
    label     tables      ->  a sheet that asks people about a random part of them
    analyse   tables      ->  effects, comparisons, doses, arms, validity, realism; corrections
    judge     cells       ->  what codes say of every action; what the answers come to under each
    apply     tables      ->  the same answers under other orders of rank and trust roots
    report    all of it   ->  pages
    check     a folder    ->  is it complete?

Each step reads what the one before it wrote; only files stand between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from allegiance.errors import UserError
from allegiance.experiment.detectable import PilotSd
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.folder import RunFolder, stamp_folder, tried_before
from allegiance.experiment.forecast import Forecast, forecast
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved, StampedVignette
from allegiance.experiment.rounds import open_run, read_rounds, why_ended
from allegiance.models.prices import read_prices

if TYPE_CHECKING:
    import polars as pl

    from allegiance.situation.subversion import Reading
    from allegiance.tables.logs import LogState
    from allegiance.tables.to_label import Sheet


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
    tried_before: int = 0
    """Runs of the same experiment that stood beside the folder when it was begun."""
    going_on: bool = False
    """Whether further rounds of an adaptive run are to follow."""

    @property
    def share(self) -> float:
        """Measured over planned, in points of 1."""
        return self.measured / self.planned if self.planned else 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, and nothing to follow."""
        return self.measured == self.planned and not self.going_on

    @property
    def enough(self) -> bool:
        """Whether it reaches the gate."""
        return self.share >= self.gate


@dataclass(frozen=True)
class Applied:
    """A run under other orders of rank and trust roots."""

    ranks: "pl.DataFrame"
    """What each cell and action is under each choice."""
    shares: "pl.DataFrame"
    """What the answers amount to under each choice."""
    coverage: Coverage
    """How much of the run was measured."""


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
    return _coverage(frames.trials, resolved, folder)


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
    trials = _analysed(resolved, read_table(folder, "trials"))
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
        _analysed(resolved, read_table(folder, name))
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


def judge(path: Path, *, codes: Sequence[Path] = ()) -> "pl.DataFrame":
    """Judge every cell of a run by the built-in codes and its own; what the answers come to.

    Its tables of what happened stay as they are: only `judgements`, `break_evens`, `judged`,
    `intended` and `claims_checked` are written.

    Args:
        path: The run folder.
        codes: Files of codes that are kept in the run from now on; one with the id of another
            takes its place.

    Raises:
        UserError: No run there, no tables yet, or a code that can't be used.
    """
    from allegiance.analysis.asked import NEEDED
    from allegiance.analysis.claims_checked import check_claims
    from allegiance.analysis.debate import read_debate
    from allegiance.analysis.judged import estimate_intended, estimate_judged
    from allegiance.tables.break_evens import build_break_evens
    from allegiance.tables.judgements import build_judgements, codes_of, keep_code
    from allegiance.tables.store import read_table, write_table

    folder, resolved = open_run(path)
    trials, responses = (
        _analysed(resolved, read_table(folder, name)) for name in ("trials", "responses")
    )
    for each in codes:
        keep_code(folder, each)
    judgements = build_judgements(resolved, codes_of(folder))
    judged = estimate_judged(resolved, trials, responses, judgements)
    write_table(folder, "judgements", judgements)
    write_table(folder, "break_evens", build_break_evens(resolved))
    write_table(folder, "judged", judged)
    write_table(folder, "intended", estimate_intended(resolved, judgements))
    tables = {name: read_table(folder, name) for name in NEEDED} | {"responses": responses}
    write_table(folder, "claims_checked", check_claims(resolved, read_debate(), tables))
    return judged


def apply_codes(
    path: Path,
    *,
    hierarchies: Sequence[str] = (),
    trust_roots: Sequence[str] = (),
    readings: "Sequence[Reading]" = (),
) -> Applied:
    """Read a run anew under other orders of rank and trust roots; nothing is run or judged again.

    Its tables of what happened stay as they are: only `ranks`, `rank_outcomes`, `rank_shares` and
    `rank_parties` are written.

    Args:
        path: The run folder.
        hierarchies: Built-in orders of rank by name, or files; all built-in ones where empty.
        trust_roots: Trust roots by name; four where empty: see `cases.trust`.
        readings: Both where empty.

    Raises:
        UserError: No run there, no tables yet, or a choice that can't be used.
    """
    from allegiance.analysis.rank_parties import estimate_rank_parties
    from allegiance.analysis.ranks import estimate_ranks
    from allegiance.cases.choice import choices
    from allegiance.situation.subversion import Reading
    from allegiance.tables.ranks import build_ranks
    from allegiance.tables.store import read_table, write_table

    asked = choices(hierarchies, trust_roots)
    folder, resolved = open_run(path)
    trials, responses = (read_table(folder, name) for name in ("trials", "responses"))
    frames = build_ranks(resolved, asked, tuple(readings) or tuple(Reading))
    answers = _analysed(resolved, trials), _analysed(resolved, responses)
    shares = estimate_ranks(resolved, frames.ranks, *answers)
    write_table(folder, "ranks", frames.ranks)
    write_table(folder, "rank_outcomes", frames.rank_outcomes)
    write_table(folder, "rank_shares", shares)
    parties = estimate_rank_parties(resolved, frames.rank_outcomes, *answers)
    write_table(folder, "rank_parties", parties)
    return Applied(frames.ranks, shares, _coverage(trials, resolved, folder))


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
    if _codes_changed(folder):
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
    reasons = [each.reason.value for each in measured.values() if each.reason]
    return (
        Coverage(
            planned=len(measured),
            measured=len(measured) - len(reasons),
            reasons={reason: reasons.count(reason) for reason in sorted(set(reasons))},
            gate=resolved.coverage.overall,
            tried_before=tried_before(folder),
            going_on=_goes_on(folder, resolved),
        ),
        states,
    )


def _pilot(path: Path) -> PilotSd:
    from allegiance.analysis.pilot import pilot_sd
    from allegiance.tables.store import read_table

    folder, resolved = open_run(path)
    trials, responses = read_table(folder, "trials"), read_table(folder, "responses")
    return partial(pilot_sd, resolved, trials, responses)


def _analysed(resolved: Resolved, frame: "pl.DataFrame") -> "pl.DataFrame":
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


def _codes_changed(folder: RunFolder) -> bool:
    """Whether the judgements of a run are of other codes than there are now."""
    from allegiance.tables.judgements import codes_of
    from allegiance.tables.store import read_table

    judged = read_table(folder, "judgements").select("code", "code_digest").unique()
    return dict(judged.iter_rows()) != {code.id: code.digest for code in codes_of(folder)}


def _goes_on(folder: RunFolder, resolved: Resolved) -> bool:
    return resolved.adaptive and why_ended(folder) is None


def _coverage(trials: "pl.DataFrame", resolved: Resolved, folder: RunFolder) -> Coverage:
    missing = trials.filter(status="missing")["missing_reason"].value_counts()
    return Coverage(
        planned=trials.height,
        measured=trials.filter(status="measured").height,
        reasons=dict(sorted(missing.iter_rows())),
        gate=resolved.coverage.overall,
        tried_before=tried_before(folder),
        going_on=_goes_on(folder, resolved),
    )
