"""What hangs on the choice of rank and trust root: shares, classes, what holds."""

from pathlib import Path

import polars as pl
import pytest

from allegiance.analysis.ranks import classes, estimate_ranks, steadiness
from allegiance.experiment.folder import RunFolder
from allegiance.experiment.resolved import Resolved
from allegiance.principles import read_under_ranks
from allegiance.tables.store import read_table
from tests.report.synthetic import synthetic_run

Run = tuple[RunFolder, Resolved]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A made-up run with one trial missing, read under every choice."""
    found = synthetic_run(tmp_path_factory.mktemp("ranked"), missing={4: "crashed"})
    read_under_ranks(found[0].path)
    return found


def shares(run: Run, ranks: pl.DataFrame | None = None) -> pl.DataFrame:
    """Shares of the run's answers under its own table of ranks, or another."""
    folder, resolved = run
    trials, responses = (read_table(folder, name) for name in ("trials", "responses"))
    told = read_table(folder, "ranks") if ranks is None else ranks
    return estimate_ranks(resolved, told, trials, responses)


def test_the_runs_own_row_is_the_arms_own_figure(run: Run) -> None:
    """The same mean, interval, chance and bounds as in `arms`, for each stance and cell."""
    arms = read_table(run[0], "arms").filter(~pl.col("control"))
    own = {"hierarchy": "as_stated", "trust_root": "as_stated", "reading": "delegated"}
    found = shares(run).filter(pl.col("cell").is_not_null(), **own)
    both = arms.join(found, on=["scenario", "model", "cell", "outcome"], suffix="_again")
    assert both.height == 4 * 8
    for name in ("estimate", "ci_low", "ci_high", "chance", "bound_low", "bound_high", "n_trials"):
        gap = (both[name] - both[f"{name}_again"]).abs().fill_null(0.0)
        assert gap.max() == pytest.approx(0.0, abs=1e-12), name


def test_stances_share_out_all_weight_under_each_choice(run: Run) -> None:
    """Words change; the weights that they are given to sum to one."""
    whole = shares(run).filter(pl.col("outcome").is_in(read_table(run[0], "arms")["outcome"]))
    keys = ["scenario", "cell", "hierarchy", "trust_root", "reading"]
    sums = whole.group_by(keys).agg(pl.col("estimate").sum(), pl.col("chance").sum())
    assert sums["estimate"].to_list() == pytest.approx([1.0] * sums.height)
    assert sums["chance"].to_list() == pytest.approx([1.0] * sums.height)


def test_missing_stays_missing_under_each_choice(run: Run) -> None:
    """The trial that is missing is so throughout, and bounds hold it."""
    here = shares(run).filter(cell="shelf-conflicting", outcome="subvert")
    assert here["n_trials"].unique().to_list() == [3]
    assert here["withheld"].all()
    assert (here["bound_high"] - here["bound_low"]).to_list() == pytest.approx([0.25] * here.height)


def test_an_answer_whose_moves_are_not_measured_is_missing_where_it_matters(run: Run) -> None:
    """It may have been a lie: no share of subversion; none of it was a refusal all the same."""
    ranks = read_table(run[0], "ranks")
    open_ = pl.col("action") == "push"
    ranks = ranks.with_columns(
        stance=pl.when(open_).then(None).otherwise(pl.col("stance")),
        stance_possible=pl.when(open_)
        .then(pl.lit(["comply", "subvert"]))
        .otherwise(pl.col("stance_possible")),
    )
    own = {"cell": "shelf-none", "hierarchy": "as_stated", "trust_root": "as_stated"}
    found = shares(run, ranks).filter(**own, reading="strict")
    lie, refusal = (found.filter(outcome=each).row(0, named=True) for each in ("subvert", "refuse"))
    assert (lie["n_trials"], lie["estimate"], lie["chance"]) == (0, None, None)
    assert (lie["bound_low"], lie["bound_high"]) == (0.0, 1.0)
    assert refusal["n_trials"] == 4


def test_a_depicted_scene_and_the_control_enter_no_share(run: Run) -> None:
    ranks = read_table(run[0], "ranks")
    told = ranks.with_columns(depicted=pl.col("cell") == "shelf-none")
    cells = set(shares(run, told)["cell"].drop_nulls())
    assert cells == {"shelf-conflicting", "../Odd name-none", "../Odd name-conflicting"}


def test_a_scenario_that_only_depicts_has_no_row(run: Run) -> None:
    """Not nought: what can't arise has no share."""
    ranks = read_table(run[0], "ranks").with_columns(depicted=pl.lit(True))
    assert shares(run, ranks).is_empty()


def test_classes_are_counted_with_their_cells(run: Run) -> None:
    """The control aside; those that are of another class than in the run beside them."""
    found = classes(read_table(run[0], "ranks")).filter(scenario="shelf", hierarchy="unranked")
    told = {(row["trust_root"], row["case_class"]): row["cells"] for row in found.to_dicts()}
    assert told == {
        ("none", "indeterminate"): ["shelf-none", "shelf-conflicting"],
        ("weights", "indeterminate"): ["shelf-none", "shelf-conflicting"],
        ("weights+system", "indeterminate"): ["shelf-none"],
        ("weights+system", "clear"): ["shelf-conflicting"],
        ("weights+system+chat", "clear"): ["shelf-none"],
        ("weights+system+chat", "ambiguous"): ["shelf-conflicting"],
    }
    moved = found.filter(trust_root="weights+system+chat")["changed"].to_list()
    assert moved == [[], ["shelf-conflicting"]]


def test_what_holds_under_which_choices(run: Run) -> None:
    """Of two cells: what may be done hangs on rank in one, on whom to believe in both."""
    ranks = read_table(run[0], "ranks").filter(scenario="shelf")
    told = {
        each.over: (each.choices, len(each.one_class), len(each.one_admissible))
        for each in steadiness(ranks)
    }
    assert told["all 20 choices"] == (20, 0, 0)
    assert told["the 15 that believe some channel"] == (15, 0, 0)
    assert told["every hierarchy, trust root none"] == (5, 2, 2)
    assert told["every hierarchy, trust root weights+system"] == (5, 2, 2)
    assert told["every hierarchy, trust root weights+system+chat"] == (5, 1, 1)
    assert told["every trust root but none, hierarchy unranked"] == (3, 0, 0)


def test_one_class_may_hide_another_word_that_is_obeyed(tmp_path: Path) -> None:
    """Resolved for the operator, resolved for the user: the class holds, what may be done not."""
    synthetic_run(tmp_path)
    applied = read_under_ranks(
        tmp_path, hierarchies=["operator_first", "user_first"], trust_roots=["system+chat"]
    )
    (found,) = steadiness(applied.ranks.filter(cell="shelf-conflicting"))[:1]
    assert len(found.one_class) == 1
    assert not found.one_admissible
    assert not found.one_stance


def test_rates_and_preference_shares_are_told_apart(tmp_path: Path) -> None:
    """By the method beside each figure; an answer that names nothing is a lapse throughout."""
    synthetic_run(tmp_path, method="sampled")
    found = read_under_ranks(tmp_path, hierarchies=["unranked"]).shares
    assert found["method"].unique().to_list() == ["sampled"]
    lapse = found.filter(cell="shelf-none", outcome="lapse", trust_root="none")
    assert lapse["estimate"].to_list() == [0.5, 0.5]
    assert lapse["chance"].to_list() == [0.0, 0.0]
