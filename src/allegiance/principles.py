"""A run read by principles, which come and go while what happened stays.

    judge               cells    ->  what codes say of every action, and what the answers come to
    read_under_ranks    tables   ->  the same answers under other orders of rank and trust roots

Nothing is run or measured again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from allegiance.experiment.folder import RunFolder
from allegiance.experiment.rounds import open_run
from allegiance.tables.coverage import Coverage, coverage_of
from allegiance.tables.exclusions import without_excluded

if TYPE_CHECKING:
    import polars as pl

    from allegiance.codes.code import Code
    from allegiance.situation.subversion import Reading


@dataclass(frozen=True)
class Applied:
    """A run under other orders of rank and trust roots."""

    ranks: "pl.DataFrame"
    """What each cell and action is under each choice."""
    shares: "pl.DataFrame"
    """What the answers amount to under each choice."""
    coverage: Coverage
    """How much of the run was measured."""


def judge(path: Path, *, codes: "Sequence[Code]" = ()) -> "pl.DataFrame":
    """Judge every cell of a run by the built-in codes and its own; what the answers come to.

    Its tables of what happened stay as they are: only `judgements`, `break_evens`, `judged`,
    `intended` and `claims_checked` are written.

    Args:
        path: The run folder.
        codes: Kept in the run from now on; one with the id of another takes its place.

    Raises:
        UserError: No run there, no tables yet, or a kept code that can't be used.
    """
    from allegiance.analysis.asked import FACTS
    from allegiance.analysis.claims_checked import check_claims
    from allegiance.analysis.debate import read_debate
    from allegiance.analysis.judged import estimate_intended, estimate_judged
    from allegiance.tables.break_evens import build_break_evens
    from allegiance.tables.judgements import build_judgements, codes_of, keep_code
    from allegiance.tables.store import read_table, write_table

    folder, resolved = open_run(path)
    trials, responses = (
        without_excluded(resolved, read_table(folder, name)) for name in ("trials", "responses")
    )
    tables = {name: read_table(folder, name) for name in FACTS}
    tables |= {"trials": trials, "responses": responses}
    for each in codes:
        keep_code(folder, each)
    judgements = build_judgements(resolved, codes_of(folder))
    judged = estimate_judged(resolved, trials, responses, judgements)
    write_table(folder, "judgements", judgements)
    write_table(folder, "break_evens", build_break_evens(resolved))
    write_table(folder, "judged", judged)
    intended = estimate_intended(resolved, judgements)
    write_table(folder, "intended", intended)
    tables |= {"judgements": judgements, "judged": judged, "intended": intended}
    write_table(folder, "claims_checked", check_claims(resolved, read_debate(), tables))
    return judged


def codes_changed(folder: RunFolder) -> bool:
    """Whether the judgements of a run are of other codes than there are now."""
    from allegiance.tables.judgements import codes_of
    from allegiance.tables.store import read_table

    judged = read_table(folder, "judgements").select("code", "code_digest").unique()
    return dict(judged.iter_rows()) != {code.id: code.digest for code in codes_of(folder)}


def read_under_ranks(
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
    answers = without_excluded(resolved, trials), without_excluded(resolved, responses)
    shares = estimate_ranks(resolved, frames.ranks, *answers)
    write_table(folder, "ranks", frames.ranks)
    write_table(folder, "rank_outcomes", frames.rank_outcomes)
    write_table(folder, "rank_shares", shares)
    parties = estimate_rank_parties(resolved, frames.rank_outcomes, *answers)
    write_table(folder, "rank_parties", parties)
    return Applied(frames.ranks, shares, coverage_of(folder, resolved, trials["missing_reason"]))
