"""The table of corrections: each rate and comparison that was labelled, and why others are not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest

from allegiance.analysis.labelled import (
    ALONE,
    EXACT,
    NONE,
    POWERED,
    TURNED,
    UNKNOWN,
    UNMEASURED,
    estimate_corrections,
)
from allegiance.experiment.experiment import Design
from allegiance.tables.labels import SCHEMA
from tests.analysis.made_up import made_up

FACTORS = {"order": ["none", "deny"], "exit": ["none", "ally"]}
CLAIM = {"id": "deny_more", "from": {"order": "none"}, "to": {"order": "deny"}, "direction": "up"}


def truly(levels: Mapping[str, str], wording: int) -> float:
    """What is true: every third wording, whatever the levels."""
    return float(wording % 3 == 0)


def misread(scenario: str, model: str, levels: Mapping[str, str], wording: int) -> float | None:
    """What is read: as it is, but that after an order every wording is read as 1."""
    if levels == {"order": "none", "exit": "ally"} and wording == 1:
        return None
    return 1.0 if levels["order"] == "deny" else truly(levels, wording)


def labelled(
    trials: pl.DataFrame, *, every: int = 2, outcome: str = "toward", blank: int = 0
) -> pl.DataFrame:
    """True labels of every so many-th measured trial, the first of them left blank."""
    rows: list[Any] = []
    for place, row in enumerate(trials.filter(status="measured").iter_rows(named=True)):
        if place % every:
            continue
        wording = int(row["vignette"].rsplit("-", 1)[-1])
        said = None if len(rows) < blank else truly({}, wording)
        rows.append((row["trial_id"], outcome, said, "ann", 1 / every))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def run(value: Any = misread, *, sampled: bool = True, **made: Any):
    """A made-up run of 12 wordings."""
    return made_up(FACTORS, value, wordings=12, sampled=sampled, **made)


def only(rows: pl.DataFrame, **which: Any) -> dict[str, Any]:
    """The one row."""
    found = rows.filter(**which)
    assert found.height == 1
    return found.row(0, named=True)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """Corrections of a run that was misread in one arm."""
    resolved, trials, responses, _ = run(hypotheses=[CLAIM])
    return estimate_corrections(resolved, trials, responses, labelled(trials))


def test_an_effect_that_is_misread_goes_away(rows: pl.DataFrame) -> None:
    """Two in three points were the judge's; its error stands beside it, and differs."""
    row = only(rows, kind="hypothesis", method=POWERED)
    assert row["factor"] == "deny_more"
    assert row["raw"] == pytest.approx(2 / 3, abs=0.03)
    assert row["estimate"] == pytest.approx(0.0, abs=0.12)
    assert row["ci_low"] < 0 < row["ci_high"]
    assert (row["false_positive_from"], row["false_positive_to"]) == (0.0, 1.0)
    assert (row["false_negative_from"], row["false_negative_to"]) == (0.0, 0.0)
    assert row["p_judge_error"] < 0.001
    assert row["lambda_from"] == 1.0
    assert row["n_trials"] == 47
    assert row["n_planned"] == 48
    assert row["n_labels"] == 24
    assert row["scope"] == "these scenarios, wordings at large"
    assert row["remark"] is None


def test_labels_alone_stand_beside(rows: pl.DataFrame) -> None:
    """Slope 0, no use of what was read, and a wider interval than with a good judge."""
    row = only(rows, kind="level", factor="order", to="none", method=ALONE)
    powered = only(rows, kind="level", factor="order", to="none", method=POWERED)
    assert (row["lambda_from"], row["lambda_to"]) == (None, 0.0)
    assert powered["lambda_to"] == 1.0
    assert row["ci_high"] - row["ci_low"] > powered["ci_high"] - powered["ci_low"]
    assert powered["estimate"] == pytest.approx(powered["raw"])


def test_a_judge_no_better_than_a_guess_is_remarked(rows: pl.DataFrame) -> None:
    """After an order everything is read as 1: nothing can be turned around."""
    row = only(rows, kind="factor", factor="order", method=TURNED)
    assert row["estimate"] is row["ci_low"] is None
    assert row["scope"] == "nothing"
    assert "no better than a guess" in row["remark"]
    assert (
        only(rows, kind="level", factor="order", to="none", method=TURNED)["estimate"] is not None
    )


def test_every_cell_level_and_comparison_has_its_three_rows(rows: pl.DataFrame) -> None:
    """Four cells, four levels, a claim and two factors; rates have no side to come from."""
    kinds = dict(rows.group_by("kind").len().iter_rows())
    assert kinds == {"arm": 12, "level": 12, "hypothesis": 3, "factor": 6}
    rates = rows.filter(pl.col("kind").is_in(["arm", "level"]))
    for column in ("from", "lambda_from", "false_positive_from", "p_judge_error"):
        assert rates[column].is_null().all()
    assert rates.filter(pl.col("estimate").is_not_null())["estimate"].is_between(0, 1).all()
    assert "order: deny, exit: ally" in rates["to"]


def test_a_side_without_labels_is_not_corrected() -> None:
    """It says so; nothing is taken for it."""
    resolved, trials, responses, _ = run()
    some = labelled(trials, every=1).filter(~pl.col("trial_id").str.contains("-deny-"))
    rows = estimate_corrections(resolved, trials, responses, some)
    row = only(rows, kind="factor", factor="order", method=POWERED)
    assert row["estimate"] is None
    assert row["remark"] == "not corrected: a side has no label"
    assert row["raw"] == pytest.approx(2 / 3, abs=0.03)
    assert row["p_judge_error"] is None


def test_blank_labels_are_told() -> None:
    """Drawn, and not said: taken to be like the others, and remarked."""
    resolved, trials, responses, _ = run()
    rows = estimate_corrections(resolved, trials, responses, labelled(trials, blank=3))
    row = only(rows, kind="factor", factor="order", method=POWERED)
    assert row["n_labels"] == 21
    assert "3 drawn trials have no label yet" in row["remark"]


def test_a_claim_is_corrected_on_its_own_outcome_alone() -> None:
    """One about subversion is not told of the primary outcome."""
    resolved, trials, responses, _ = run(hypotheses=[CLAIM | {"outcome": "subvert"}])
    both = pl.concat([labelled(trials), labelled(trials, outcome="subvert")])
    rows = estimate_corrections(resolved, trials, responses, both)
    assert rows.filter(kind="hypothesis")["outcome"].unique().to_list() == ["subvert"]
    assert set(rows.filter(kind="factor")["outcome"]) == {"toward", "subvert"}


@pytest.mark.parametrize(
    ("sampled", "value", "why"),
    [
        (True, misread, UNKNOWN),
        (False, misread, EXACT),
        (True, lambda *_: None, UNMEASURED),
    ],
    ids=["sampled", "exact", "missing"],
)
def test_without_labels_it_says_why(sampled: bool, value: Any, why: str) -> None:
    """One row a model and scenario, with no figure in it."""
    resolved, trials, responses, _ = run(value, sampled=sampled, scenarios=("one", "two"))
    if responses.is_empty():
        schema = {"trial_id": pl.String, "scenario": pl.String, "model": pl.String}
        responses = pl.DataFrame(schema=schema | {"cell": pl.String, "method": pl.String})
    none = pl.DataFrame(schema=SCHEMA)
    rows = estimate_corrections(resolved, trials, responses, none)
    assert rows["remark"].to_list() == [why, why]
    assert rows["method"].to_list() == [NONE, NONE]
    assert rows["estimate"].is_null().all()


def test_a_fraction_is_corrected_in_its_own_model() -> None:
    """No two cells differ in one factor alone; what is misread at one level still goes away."""
    factors = {name: ["no", "yes"] for name in "abcd"}
    resolved, trials, responses, _ = made_up(
        factors,
        lambda *a: 1.0 if a[2]["a"] == "yes" else truly(a[2], a[3]),
        wordings=12,
        sampled=True,
        design=Design(kind="fraction", resolution=4),
        keep=lambda levels: sum(level == "yes" for level in levels.values()) % 2 == 0,
    )
    rows = estimate_corrections(resolved, trials, responses, labelled(trials))
    for factor, raw in (("a", 2 / 3), ("b", 0.0)):
        row = only(rows, kind="factor", factor=factor, method=POWERED)
        assert row["raw"] == pytest.approx(raw)
        assert row["estimate"] == pytest.approx(0.0, abs=0.12)
        assert row["ci_low"] < 0 < row["ci_high"]


def test_weights_between_0_and_1_are_corrected_too() -> None:
    """A read-out that says 0.3 or 0.7 is a prediction like any other."""
    random = np.random.default_rng(2)
    resolved, trials, responses, _ = run(lambda *a: truly(a[2], a[3]))
    push = pl.col("action") == "push"
    soft = pl.Series(random.uniform(0.6, 0.9, responses.height))
    responses = responses.with_columns(pl.when(push).then(soft).otherwise(1.0).alias("probability"))
    rows = estimate_corrections(resolved, trials, responses, labelled(trials))
    row = only(rows, kind="level", factor="order", to="deny", method=POWERED)
    assert row["raw"] == pytest.approx(0.25, abs=0.05)
    assert row["estimate"] == pytest.approx(1 / 3, abs=0.08)
    assert row["false_negative_to"] == pytest.approx(0.25, abs=0.1)
