"""What the validity arms of a made-up run say."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from allegiance.analysis.validity import _mean
from allegiance.tables.store import read_table
from tests.report.synthetic import synthetic_run


def arm(path: Path, check: str, item: str, **how: Any) -> dict[str, Any]:
    folder, _ = synthetic_run(path, **how)
    rows = read_table(folder, "validity").filter(scenario="shelf", check=check, item=item)
    (found,) = rows.to_dicts()
    return found


def test_comprehension_is_a_share_of_right_answers(tmp_path: Path) -> None:
    """The right answer leads in three of four wordings, in both cells that are asked."""
    row = arm(tmp_path, "comprehension", "who")
    assert (row["estimate"], row["null"], row["n_trials"]) == (0.75, 0.5, 8)
    assert row["verdict"] == "at chance"


def test_an_arm_that_failed_is_missing(tmp_path: Path) -> None:
    """The sampled run asked and got an error: no share, neither right nor wrong."""
    row = arm(tmp_path, "comprehension", "all", method="sampled")
    assert row["estimate"] is None
    assert (row["n_trials"], row["n_planned"], row["verdict"]) == (0, 8, "not measured")


def test_right_in_every_question_is_no_certainty() -> None:
    """Nor is wrong in every one: an interval stands beside it."""
    rows = pl.DataFrame({"wording": list(range(8)) * 5, "value": [0.0] * 40})
    found = _mean(rows)
    assert found.estimate == found.ci_low == 0
    assert found.ci_high is not None
    assert 0.05 < found.ci_high < 0.15


def test_mismatched_texts_are_compared_in_nats(tmp_path: Path) -> None:
    """1.5, 2.5, 3.5 and 4.5 nats in the four wordings: this null is broken, and it is said."""
    row = arm(tmp_path, "mismatched", "all")
    assert row["estimate"] == pytest.approx(3.0)
    assert row["verdict"] == "null broken"


def test_a_menu_turned_round(tmp_path: Path) -> None:
    """One wording answers otherwise, one the same: half differ, so that tau is a half."""
    assert (
        arm(tmp_path / "a", "swapped", "answers that differ", method="sampled")["estimate"] == 0.5
    )
    assert arm(tmp_path / "b", "swapped", "tau", method="sampled")["estimate"] == 0.5


def test_places_of_the_menu(tmp_path: Path) -> None:
    """Of those who chose, half chose the first place, of four."""
    row = arm(tmp_path, "order", "first place", method="sampled")
    assert (row["estimate"], row["null"]) == (0.5, 0.25)
