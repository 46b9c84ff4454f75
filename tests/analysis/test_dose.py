"""Ladders: slopes, where the line turns, and what may be called a hard line."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from allegiance.analysis.dose import estimate_doses, ladder, turn
from tests.analysis.made_up import made_up

RUNGS = ["1", "2", "4", "8", "16", "32"]


def row(value: Any, **how: Any) -> dict[str, Any]:
    (found,) = estimate_doses(*made_up({"price": RUNGS}, value, **how)).to_dicts()
    return found


def rising(scenario: str, model: str, cell: Any, wording: int) -> float:
    """Up by half a nat a doubling, 0 at a price of 8; each wording a little its own."""
    place = np.log2(float(cell["price"]))
    return float(0.5 * (place - 3) + np.sin(wording) / 4 + np.cos(wording * 7) * place / 20)


def test_slope_is_the_mean_of_the_wordings_slopes() -> None:
    """Per doubling, since rungs double; t over wordings."""
    found = row(rising)
    slopes = [
        stats.linregress(range(6), [rising("", "", {"price": each}, wording) for each in RUNGS])[0]
        for wording in range(8)
    ]
    assert (found["per"], found["n_wordings"]) == ("doubling", 8)
    assert found["slope"] == pytest.approx(np.mean(slopes))
    assert found["p"] == pytest.approx(stats.ttest_1samp(slopes, 0.0).pvalue)
    assert found["break_even_low"] < 8 < found["break_even_high"]
    assert found["turns"] == "crosses"


def test_fiellers_interval_is_the_inverted_t_test() -> None:
    """At both ends the mean over wordings is just as far from 0 as the t allows."""
    random = np.random.default_rng(4)
    heights, slopes = random.normal(-3, 0.8, 8), random.normal(1, 0.2, 8)
    rungs = ladder("price", RUNGS, None)
    assert rungs
    found = turn(heights, slopes, rungs)
    for end in (found.low, found.high):
        assert end is not None
        judged = stats.ttest_1samp(heights + slopes * np.log2(end), 0.0)
        assert judged.pvalue == pytest.approx(0.05, abs=1e-6)


def test_a_line_outside_the_ladder_has_no_turn() -> None:
    """No dose is made up where none was played."""
    found = row(lambda *given: rising(*given) + 10)
    assert found["break_even"] is None
    assert found["turns"] == "above throughout"


def test_a_slope_that_may_be_none_has_no_interval_of_its_turn() -> None:
    """Fieller's set has no ends then."""
    random = np.random.default_rng(1)
    rungs = ladder("price", RUNGS, None)
    assert rungs
    found = turn(random.normal(-0.1, 1, 8), random.normal(0.04, 1, 8), rungs)
    assert found.dose is None or found.low is None


HARD = {"id": "line", "from": {"price": "1"}, "to": {"price": "32"}, "equivalence": 0.5}


def test_a_hard_line_is_a_test_of_every_rung() -> None:
    """Flat within the margin is shown; rising is not; without a claimed margin nothing is said."""

    def flat(scenario: str, model: str, cell: Any, wording: int) -> float:
        return float(2 + np.sin(wording + float(cell["price"])) / 10)

    assert row(flat, hypotheses=[HARD])["hard_line"] == "hard line"
    assert row(rising, hypotheses=[HARD])["hard_line"] == "not shown"
    assert row(flat)["hard_line"] is None


def test_each_choice_of_the_other_factors_has_a_line_of_its_own() -> None:
    """Flat under the ban, rising without: the mean is neither, and a claim is of one alone."""

    def under_a_ban(scenario: str, model: str, cell: Any, wording: int) -> float:
        steep = 0.0 if cell["ban"] == "yes" else 0.5
        price = float(cell["price"])
        return float(steep * np.log2(price) + np.sin(wording + price) / 10)

    held = {
        **HARD,
        "from": {"price": "1", "ban": "yes"},
        "to": {"price": "32", "ban": "yes"},
    }
    factors = {"price": RUNGS, "ban": ["no", "yes"]}
    found = estimate_doses(*made_up(factors, under_a_ban, hypotheses=[held]))
    told = {each["at"]: each for each in found.to_dicts()}
    slopes = {at: each["slope"] for at, each in told.items()}
    assert slopes == pytest.approx({None: 0.25, "ban: no": 0.5, "ban: yes": 0.0}, abs=0.02)
    assert {at: each["hard_line"] for at, each in told.items()} == {
        None: None,
        "ban: no": None,
        "ban: yes": "hard line",
    }
    assert told[None]["n_trials"] == 2 * told["ban: no"]["n_trials"]


def test_what_is_no_ladder() -> None:
    """Words, or fewer than six numbers."""
    assert ladder("price", ["none", "some", "all"], None) is None
    assert ladder("price", RUNGS[:5], None) is None
    even = ladder("price", ["0", "10", "20", "30", "40", "50"], "euros")
    assert even
    assert not even.doubling
