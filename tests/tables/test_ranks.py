"""Cells under other choices: formal facts, beside tables that stay as they are."""

from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from allegiance.cases.choice import choices
from allegiance.errors import UserError
from allegiance.experiment.folder import RunFolder
from allegiance.pipeline import analyse, tabulate
from allegiance.principles import read_under_ranks
from allegiance.situation.subversion import Reading
from allegiance.tables.ranks import build_ranks
from allegiance.tables.schema import ON_REQUEST
from allegiance.tables.store import read_table
from tests.report.synthetic import ACTIONS, synthetic_run

KEYS = ("cell", "hierarchy", "trust_root", "reading")


def digests(folder: RunFolder) -> dict[str, str]:
    """Every file of a run but its pages, by what is in it."""
    return {
        path.relative_to(folder.path).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.path.rglob("*")
        if path.is_file() and folder.report not in path.parents
    }


@pytest.mark.parametrize("method", ["exact", "sampled"])
def test_nothing_else_is_written(method: str, tmp_path: Path) -> None:
    """Byte for byte: trials, responses, outcomes, effects, logs, the stamp."""
    folder, _ = synthetic_run(tmp_path, method=method, missing={0: "crashed"})  # type: ignore[arg-type]
    before = digests(folder)
    applied = read_under_ranks(tmp_path)
    after = digests(folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {f"tables/{name}.parquet" for name in ON_REQUEST}
    assert applied.coverage.measured == 31


def test_each_cell_choice_reading_and_action_is_a_row(tmp_path: Path) -> None:
    """The run's own reading first, then those that were asked for."""
    _, resolved = synthetic_run(tmp_path)
    ranks = read_under_ranks(tmp_path, hierarchies=["unranked"], readings=[Reading.STRICT]).ranks
    assert ranks.height == len(resolved.cells) * (1 + 4) * len(ACTIONS)
    assert ranks.select(*KEYS, "action").is_unique().all()
    assert ranks["reading"].unique().to_list() == ["strict"]
    first = ranks.row(0, named=True)
    assert (first["hierarchy"], first["trust_root"]) == ("as_stated", "as_stated")


def test_the_runs_own_reading_is_what_its_tables_say(tmp_path: Path) -> None:
    """Class, flags, stances, what may be done and what becomes of each, in both readings."""
    folder, _ = synthetic_run(tmp_path)
    read_under_ranks(tmp_path, hierarchies=["unranked"], trust_roots=["none"])
    own = {"hierarchy": "as_stated", "trust_root": "as_stated"}
    responses = read_table(folder, "responses")
    ranks, fates = (read_table(folder, name).filter(**own) for name in ON_REQUEST[:2])
    for reading, suffix in (("delegated", ""), ("strict", "_strict")):
        told = responses.join(ranks.filter(reading=reading), on=["cell", "action"], suffix="_again")
        assert told.height == responses.height
        assert (told[f"stance{suffix}"] == told["stance_again"]).all()
        assert (told[f"admissible{suffix}"] == told["admissible_again"]).all()
        assert not told["class_changed"].any()
        assert not told["stance_changed"].any()
    counted = responses.join(ranks.filter(reading="delegated"), on=["cell", "action"], suffix="_2")
    assert (counted["stance_counted"] == counted["stance_counted_2"]).all()
    assert (counted["admissible_counted"] == counted["admissible_counted_2"]).all()
    trials = read_table(folder, "trials").join(ranks.unique(("cell",)), on="cell", suffix="_again")
    assert (trials["case_class"] == trials["case_class_again"]).all()
    columns = ["cell", "action", "party", "instruction", "outcome", "by"]
    there = read_table(folder, "outcomes").select(columns).unique()
    again = fates.filter(pl.col("action").is_not_null(), reading="delegated").select(columns)
    assert there.sort(columns).equals(again.unique().sort(columns))


@pytest.mark.parametrize(
    ("hierarchy", "trust_root", "case_class", "changed", "fate"),
    [
        ("developer_first", "weights+system+chat", "resolved", False, "overridden"),
        ("user_first", "weights+system+chat", "resolved", False, "refused"),
        ("unranked", "weights+system+chat", "ambiguous", True, "refused"),
        ("unranked", "weights+system", "clear", True, "not_binding"),
        ("operator_first", "none", "indeterminate", True, "not_binding"),
    ],
)
def test_what_the_user_gets_hangs_on_the_choice(
    hierarchy: str, trust_root: str, case_class: str, changed: bool, fate: str, tmp_path: Path
) -> None:
    """He asks for the plain answer, the operator for another; the model refuses."""
    folder, _ = synthetic_run(tmp_path)
    read_under_ranks(tmp_path, hierarchies=[hierarchy], trust_roots=[trust_root])
    here = {"cell": "shelf-conflicting", "hierarchy": hierarchy, "action": "refuse"}
    rank = read_table(folder, "ranks").filter(**here, reading="strict").row(0, named=True)
    assert (rank["case_class"], rank["class_changed"]) == (case_class, changed)
    assert rank["stance"] == "refuse"
    assert rank["admissible"]
    asked = {**here, "reading": "strict", "instruction": "asked"}
    assert read_table(folder, "rank_outcomes").filter(**asked)["outcome"].to_list() == [fate]


def test_a_scene_that_is_only_depicted_has_classes_and_no_outcomes(tmp_path: Path) -> None:
    """It can be classified; nobody was done anything to in it."""
    _, resolved = synthetic_run(tmp_path)
    told = resolved.cells["shelf-none"].model_copy(update={"depicted": True})
    resolved = resolved.model_copy(update={"cells": resolved.cells | {"shelf-none": told}})
    frames = build_ranks(resolved, choices(["unranked"], ["none"]), tuple(Reading))
    assert frames.ranks.filter(cell="shelf-none")["depicted"].all()
    assert "shelf-none" not in frames.rank_outcomes["cell"]


def test_later_answers_change_shares_and_no_class(tmp_path: Path) -> None:
    """Classes follow from the plan alone; shares are made anew whenever the run is analysed."""
    folder, _ = synthetic_run(tmp_path, missing={0: "crashed"})
    read_under_ranks(tmp_path, hierarchies=["unranked"])
    ranks, shares = read_table(folder, "ranks"), read_table(folder, "rank_shares")
    tabulate(tmp_path)
    analyse(tmp_path)
    assert read_table(folder, "ranks").equals(ranks)
    assert read_table(folder, "rank_shares").equals(shares)


def test_without_tables_nothing_is_applied(tmp_path: Path) -> None:
    """The mend is named, and nothing is left half made."""
    folder, _ = synthetic_run(tmp_path)
    (folder.tables / "responses.parquet").unlink()
    with pytest.raises(UserError, match="allegiance analyze"):
        read_under_ranks(tmp_path)
    assert not (folder.tables / "ranks.parquet").exists()
