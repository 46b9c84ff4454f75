"""What the validity arms of a made-up run say."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from allegiance.analysis.validity import _comprehension, _mean
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
    assert (row["leaning"], row["verdict"]) == (0.5, "at chance")


def test_an_item_whose_right_answer_never_changed_tells_nothing(tmp_path: Path) -> None:
    """Its share is shown, and counts in no verdict; where it is the only one there is none."""
    item = arm(tmp_path / "item", "comprehension", "who", same_right=True)
    whole = arm(tmp_path / "all", "comprehension", "all", same_right=True)
    kind = arm(tmp_path / "kind", "comprehension", "all on principals", same_right=True)
    assert (item["estimate"], item["leaning"], item["n_trials"]) == (0.75, 1.0, 8)
    assert whole["estimate"] is kind["estimate"] is None
    assert {each["verdict"] for each in (item, whole, kind)} == {
        "not told: the right answer never changed"
    }


def asked(**items: str) -> pl.DataFrame:
    """Rows of comprehension: item to the right answer of each cell, in eight wordings.

    The model always answers "yes" in all of them.
    """
    return pl.DataFrame(
        [
            {"check": "comprehension", "item": item, "about": "principals", "wording": wording}
            | {"chance": 1 / 3, "right": right, "value": float(right == "yes")}
            for item, rights in items.items()
            for right in rights.split()
            for wording in range(8)
        ]
    )


def verdicts(rows: pl.DataFrame) -> dict[str, str]:
    return {row["item"]: row["verdict"] for row in _comprehension(rows)}


NEVER = "not told: the right answer never changed"
LEANING = "no better than a leaning"


def test_one_answer_throughout_is_never_comprehension() -> None:
    """However often it happens to be right: always, or in three cells of four."""
    found = verdicts(asked(same="yes yes yes yes", hardly="yes yes yes no"))
    assert found == {
        "all": LEANING,
        "all on principals": LEANING,
        "same": NEVER,
        "hardly": LEANING,
    }
    assert verdicts(asked(same="yes yes"))["all"] == NEVER
    assert verdicts(asked(same="yes yes", hardly="no no no yes"))["all"] == "at chance"


def test_who_follows_the_right_answer_is_above_chance() -> None:
    """Right in every cell of an item that changes; the one that doesn't is left out of it."""
    rows = asked(same="no no no no", turns="yes yes no no")
    knows = pl.when(pl.col("item") == "turns").then(1.0).otherwise("value").alias("value")
    found = {row["item"]: row for row in _comprehension(rows.with_columns(knows))}
    assert (found["all"]["verdict"], found["all"]["n_trials"]) == ("above chance", 32)
    assert (found["all"]["leaning"], found["same"]["verdict"]) == (0.5, NEVER)


def test_answers_that_are_missing_are_not_taken_for_constant() -> None:
    """An item that nobody answered is not measured, and stays among what was planned."""
    rows = asked(turns="yes no", lost="yes no")
    gone = pl.col("item") == "lost"
    rows = rows.with_columns(value=pl.when(~gone).then("value"), right=pl.when(~gone).then("right"))
    found = {row["item"]: row for row in _comprehension(rows)}
    assert found["lost"]["verdict"] == "not measured"
    assert (found["all"]["n_trials"], found["all"]["n_planned"]) == (16, 32)


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
