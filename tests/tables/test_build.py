"""Tables hold what the logs hold: nothing more, nothing less, and no zero for a gap."""

import errno
import os
from pathlib import Path

import polars as pl
import pytest

from allegiance.errors import UserError
from allegiance.experiment.folder import RunFolder
from allegiance.pipeline import tabulate
from allegiance.principles import read_under_ranks
from allegiance.tables.schema import TABLES, columns_of
from allegiance.tables.store import read_table, write_table
from tests.report.synthetic import ACTIONS, synthetic_run


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A made-up run in which two trials are missing, read under other ranks too."""
    folder, _ = synthetic_run(tmp_path, missing={0: "crashed", 1: ""})
    read_under_ranks(tmp_path, hierarchies=["user_first"], trust_roots=["none"])
    return folder


@pytest.mark.parametrize("table", TABLES)
def test_each_table_has_its_columns(run: RunFolder, table: str) -> None:
    """By name and type as the dictionary says, factors and nuisances beside them."""
    frame = read_table(run, table)
    fixed = columns_of(table)
    assert {name: frame.schema[name] for name in fixed} == fixed
    extra = set(frame.columns) - set(fixed)
    assert all(name.startswith(("factor.", "nuisance.")) for name in extra)


def test_every_planned_trial_is_a_row(run: RunFolder) -> None:
    """The missing ones too, with a reason; what is measured has none."""
    trials = read_table(run, "trials")
    assert trials.height == 32
    missing = trials.filter(status="missing")
    assert sorted(missing["missing_reason"]) == ["crashed", "not_run"]
    assert trials.filter(status="measured")["missing_reason"].is_null().all()


def test_a_missing_trial_has_no_response(run: RunFolder) -> None:
    """No row at all, so that no mean can take it for a zero."""
    missing = set(read_table(run, "trials").filter(status="missing")["trial_id"])
    assert not missing & set(read_table(run, "responses")["trial_id"])
    assert not missing & set(read_table(run, "outcomes")["trial_id"])


def test_weights_of_a_measured_trial_sum_to_one(run: RunFolder) -> None:
    """One row an action, with the same keys, whatever the method."""
    responses = read_table(run, "responses")
    sums = responses.group_by("trial_id").agg(pl.col("probability").sum(), pl.len())
    assert sums["probability"].to_list() == pytest.approx([1.0] * sums.height)
    assert sums["len"].unique().to_list() == [len(ACTIONS)]


def test_outcomes_name_every_party(run: RunFolder) -> None:
    """A lie that nobody ordered subverts the one lied to; each party has a row an action."""
    outcomes = read_table(run, "outcomes").filter(action="lie", cell="shelf-none")
    assert set(outcomes["party"]) == {"O", "U", "C"}
    assert "subverted" in outcomes.filter(party="U")["outcome"].to_list()
    assert outcomes["by"].unique().to_list() == ["model"]


def test_tables_come_out_the_same_again(run: RunFolder) -> None:
    """They are derived: made anew from the logs they do not differ."""
    before = {name: read_table(run, name) for name in ("trials", "responses", "outcomes")}
    tabulate(run.path)
    for name, frame in before.items():
        assert read_table(run, name).equals(frame)


def test_a_damaged_table_is_told_by_name(run: RunFolder) -> None:
    """With what to do about it."""
    (run.tables / "effects.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(UserError, match=r"effects\.parquet") as told:
        read_table(run, "effects")
    assert "analyze" in str(told.value)


def test_a_table_is_written_whole_or_not_at_all(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk keeps the table that stood there, and leaves no half of the new one."""
    before = read_table(run, "effects")

    def full(frame: pl.DataFrame, path: Path) -> None:
        path.write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(UserError, match="No space left on device"):
        write_table(run, "effects", before.head(0))
    monkeypatch.undo()
    assert read_table(run, "effects").equals(before)
    assert not list(run.tables.glob("*.writing"))
