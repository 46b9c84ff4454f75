"""Claims of an experiment: in each scenario, over these, and over scenarios at large."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from allegiance.analysis.effects import estimate_effects
from allegiance.analysis.rows import WORDINGS
from tests.analysis.made_up import made_up

FACTORS = {"goal": ["none", "conflict"], "threat": ["none", "there"]}
CLAIM = {
    "id": "alone",
    "from": {"goal": "none", "threat": "none"},
    "to": {"goal": "conflict", "threat": "none"},
}
BOTH = {
    "id": "beyond",
    "from": {"goal": "none", "threat": "there"},
    "to": {"goal": "conflict", "threat": "there"},
    "less": {"from": CLAIM["from"], "to": CLAIM["to"]},
    "direction": "up",
}


def noisy(scenario: str, model: str, cell: Any, wording: int) -> float:
    """Conflict 1, threat 0.5, both 2 more; each wording and cell a little its own."""
    conflict, threat = cell["goal"] == "conflict", cell["threat"] == "there"
    place = sum(map(ord, scenario)) + 7 * wording + 3 * conflict + 5 * threat
    return float(conflict + 0.5 * threat + 2 * conflict * threat + np.sin(place) / 5)


def claims(scenarios: list[str], **how: Any) -> pl.DataFrame:
    frames = made_up(FACTORS, noisy, scenarios=scenarios, hypotheses=[CLAIM, BOTH], **how)
    return estimate_effects(*frames).filter(kind="hypothesis")


def only(rows: pl.DataFrame, **which: Any) -> dict[str, Any]:
    (found,) = rows.filter(**which).to_dicts()
    return found


def test_an_interaction_is_a_difference_of_differences() -> None:
    """Within each wording; Student's t over them."""
    row = only(claims(["one"]), factor="beyond")
    cells = {(g, t): {"goal": g, "threat": t} for g in FACTORS["goal"] for t in FACTORS["threat"]}
    value = {key: [noisy("one", "", cell, w) for w in range(8)] for key, cell in cells.items()}
    twice = (
        np.array(value["conflict", "there"])
        - value["none", "there"]
        - value["conflict", "none"]
        + value["none", "none"]
    )
    judged = stats.ttest_1samp(twice, 0.0)
    assert row["estimate"] == pytest.approx(twice.mean())
    assert row["p"] == pytest.approx(judged.pvalue)
    assert (row["scope"], row["confirmatory"]) == (WORDINGS, True)
    assert row["less"] == "goal: none, threat: none to goal: conflict, threat: none"
    assert row["n_trials"] == 32


def test_over_these_scenarios_each_counts_the_same() -> None:
    """The pooled row is the claim; its parts are beside it, and exploratory."""
    rows = claims(["one", "two"]).filter(factor="beyond")
    parts = rows.filter(pl.col("scenario") != "pooled")
    together = only(rows.filter(pl.col("estimate").is_not_null()), scenario="pooled")
    assert together["estimate"] == pytest.approx(parts["estimate"].mean())
    assert together["se"] == pytest.approx(np.sqrt(np.square(parts["se"].to_numpy()).sum()) / 2)
    assert together["confirmatory"]
    assert not parts["confirmatory"].any()
    assert together["family"] == "confirmatory (Holm)"
    assert (together["n_wordings"], together["within"]) == (16, "one, two")


def test_two_scenarios_do_not_speak_for_others() -> None:
    """The row is there, and says why it has no figure."""
    row = only(claims(["one", "two"]).filter(pl.col("estimate").is_null()), factor="beyond")
    assert row["remark"].endswith("needs at least 5 scenarios; here 2")
    assert row["p_adjusted"] is None


def test_five_scenarios_speak_for_others() -> None:
    """With an interval for the mean and a wider one for the next scenario."""
    rows = claims(["one", "two", "three", "four", "five"])
    row = only(rows, factor="beyond", scope="scenarios at large")
    assert row["df"] == 4
    assert row["predicted_low"] <= row["ci_low"] < 2 < row["ci_high"] <= row["predicted_high"]


def test_few_wordings_speak_for_themselves() -> None:
    """With five, the interval is labelled so, in each scenario and over them."""
    scopes = claims(["one", "two"], wordings=5).drop_nulls("estimate")["scope"].unique()
    assert scopes.to_list() == ["these wordings only"]


def test_what_the_design_has_not_is_said() -> None:
    """A claim about a level that was not played: a row, no figure, and why."""
    claim = CLAIM | {"to": {"goal": "other", "threat": "none"}}
    rows = estimate_effects(*made_up(FACTORS, noisy, hypotheses=[claim]))
    row = only(rows, kind="hypothesis")
    assert row["estimate"] is None
    assert row["withheld"]
    assert row["remark"] == "not estimated: the design has no two such cells"


def test_no_effect_worth_mention_must_be_shown() -> None:
    """A wide margin is shown, a narrow one not; the p that is adjusted is that of equivalence."""
    null = {"from": {"threat": "none"}, "to": {"threat": "there"}}
    frames = made_up(
        {"threat": ["none", "there"]},
        lambda scenario, model, cell, wording: np.sin(wording + 2 * len(cell["threat"])) / 5,
        hypotheses=[
            null | {"id": "wide", "equivalence": 1.0},
            null | {"id": "narrow", "equivalence": 0.01},
        ],
    )
    rows = estimate_effects(*frames)
    wide, narrow = only(rows, factor="wide"), only(rows, factor="narrow")
    assert (wide["verdict"], narrow["verdict"]) == ("equivalent", "not shown")
    assert wide["p_adjusted"] == pytest.approx(2 * wide["p_equivalence"])


def test_sampled_answers_are_told_in_points_and_in_log_odds() -> None:
    """The same claim twice, tested once."""

    def answer(scenario: str, model: str, cell: Any, wording: int) -> float:
        conflict, threat = cell["goal"] == "conflict", cell["threat"] == "there"
        return float((wording * 5 + 3 * conflict + 2 * threat) % 8 < 3 + 2 * conflict + threat)

    rows = estimate_effects(*made_up(FACTORS, answer, hypotheses=[BOTH], sampled=True))
    claim = rows.filter(kind="hypothesis", factor="beyond")
    assert claim["unit"].to_list() == ["points of 1", "log-odds"]
    assert claim["outcome"].to_list() == ["toward", "toward"]
    assert claim["family"].to_list() == ["confirmatory (Holm)", None]
    assert "interaction" in claim["estimator"][1]


def test_a_missing_trial_widens_the_bounds_of_a_claim_over_scenarios() -> None:
    """One of 64 drawn answers lost: the pooled claim may lie a sixteenth of a point apart."""

    def answer(scenario: str, model: str, cell: Any, wording: int) -> float | None:
        lost = (scenario, wording) == ("one", 3) and cell == {"goal": "conflict", "threat": "none"}
        return None if lost else float((wording + len(cell["goal"])) % 3 == 0)

    frames = made_up(FACTORS, answer, scenarios=["one", "two"], hypotheses=[CLAIM], sampled=True)
    rows = estimate_effects(*frames).filter(kind="hypothesis", unit="points of 1")
    row = only(rows.drop_nulls("bound_low"), scenario="pooled")
    assert row["bound_high"] - row["bound_low"] == pytest.approx(1 / 16)
