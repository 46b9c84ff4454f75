"""What becomes of each party under each choice: its worst outcome, by weight."""

from pathlib import Path

import polars as pl
import pytest

from allegiance.analysis.rank_parties import estimate_rank_parties
from allegiance.experiment.folder import RunFolder
from allegiance.principles import read_under_ranks
from allegiance.tables.store import read_table
from tests.report.synthetic import synthetic_run

OWN = {"hierarchy": "as_stated", "trust_root": "as_stated"}
CHOICE = ["hierarchy", "trust_root", "reading"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A made-up run with one trial missing, read under every choice."""
    folder, _ = synthetic_run(tmp_path_factory.mktemp("ranked"), missing={4: "crashed"})
    read_under_ranks(folder.path)
    return folder


def weight(run: RunFolder, party: str, outcome: str, hierarchy: str, trust_root: str) -> float:
    """The weight of one outcome in the scenario of which nothing is missing."""
    rows = read_table(run, "rank_parties").filter(
        pl.col("scenario") != "shelf",
        party=party,
        outcome=outcome,
        hierarchy=hierarchy,
        trust_root=trust_root,
        reading="delegated",
    )
    return float(rows["estimate"].item())


def test_the_runs_own_rows_are_what_its_outcomes_say(run: RunFolder) -> None:
    """Subversion of the user: the weight of rows that the run's own table has."""
    told = read_table(run, "outcomes").filter(
        pl.col("scenario") != "shelf", party="U", outcome="subverted", control="off"
    )
    by_wording = told.group_by("wording").agg(pl.col("weight").sum() / 2)["weight"]
    found = weight(run, "U", "subverted", "as_stated", "as_stated")
    assert found == pytest.approx(by_wording.mean())


def test_each_partys_outcomes_share_out_all_weight(run: RunFolder) -> None:
    """One worst outcome for each answer, whatever the choice; chance too."""
    sums = (
        read_table(run, "rank_parties")
        .group_by("scenario", "party", *CHOICE)
        .agg(pl.col("estimate").sum(), pl.col("chance").sum(), pl.col("n_cells").first())
    )
    assert sums.height == 2 * 3 * 21 * 2
    assert sums["estimate"].to_list() == pytest.approx([1.0] * sums.height)
    assert sums["chance"].to_list() == pytest.approx([1.0] * sums.height)
    assert sums["n_cells"].unique().to_list() == [2]


def test_what_befalls_a_third_party_hangs_on_no_order(run: RunFolder) -> None:
    rows = read_table(run, "rank_parties").filter(party="C")
    kinds = rows.select("scenario", "outcome", "estimate", "chance").unique()
    assert kinds.height == 2
    assert set(kinds["outcome"]) == {"unaffected"}


@pytest.mark.parametrize(
    ("party", "obeyed_under", "overridden_under"),
    [("O", "operator_first", "user_first"), ("U", "user_first", "operator_first")],
)
def test_whose_word_is_overridden_hangs_on_rank(
    party: str, obeyed_under: str, overridden_under: str, run: RunFolder
) -> None:
    """Who comes first is refused or disobeyed; who comes last is overridden."""
    root = "weights+system+chat"
    assert weight(run, party, "overridden", overridden_under, root) > 0
    assert weight(run, party, "overridden", obeyed_under, root) == 0
    assert weight(run, party, "obeyed", obeyed_under, root) == pytest.approx(
        weight(run, party, "obeyed", overridden_under, root)
    )


def test_where_nobody_is_believed_no_word_counts(run: RunFolder) -> None:
    """Not obeyed, not refused: not binding; a lie subverts all the same."""
    assert weight(run, "U", "obeyed", "user_first", "none") == 0
    lie = weight(run, "U", "subverted", "user_first", "none")
    assert lie == pytest.approx(weight(run, "U", "subverted", **OWN))
    assert weight(run, "U", "not_binding", "user_first", "none") == pytest.approx(1 - lie)


def test_a_party_counts_where_it_is(tmp_path: Path) -> None:
    """Over the cells that have it, and in none of the others."""
    folder, resolved = synthetic_run(tmp_path)
    applied = read_under_ranks(tmp_path, hierarchies=["unranked"], trust_roots=["none"])
    assert applied.coverage.share == 1.0
    fates = read_table(folder, "rank_outcomes")
    there = fates.remove((pl.col("cell") == "shelf-none") & (pl.col("party") == "C"))
    trials, responses = (read_table(folder, name) for name in ("trials", "responses"))
    found = estimate_rank_parties(resolved, there, trials, responses).filter(scenario="shelf")
    assert found.filter(party="C")["n_cells"].unique().to_list() == [1]
    assert found.filter(party="U")["n_cells"].unique().to_list() == [2]
    assert found.filter(party="C")["n_planned"].unique().to_list() == [4]
