"""A part of the cells tells what all of them would, where its design's model is true."""

import math
from collections.abc import Mapping
from random import Random
from typing import Any

import polars as pl
import pytest
from scipy import stats

from allegiance.analysis.effects import estimate_effects
from allegiance.analysis.estimate import estimate_mean
from allegiance.analysis.logodds import FIRTH, STATED
from allegiance.analysis.models import compare_models
from allegiance.analysis.rows import ADDED, FITTED, LOG_ODDS
from allegiance.experiment.experiment import Design
from tests.analysis.made_up import Frames, made_up

TWO = {name: ["no", "yes"] for name in "abcd"}
MIXED = {"a": ["low", "middle", "high"], "b": ["no", "yes"], "c": ["no", "yes"]}
HALF = Design(kind="fraction", resolution=4)
SET = Design(kind="optimal", cells=8)


def even(levels: Mapping[str, str]) -> bool:
    """A half in which no two cells differ in one factor alone."""
    return sum(level == "yes" for level in levels.values()) % 2 == 0


def lopsided(levels: Mapping[str, str]) -> bool:
    """Eight of twelve cells, in which factors are not balanced against each other."""
    out = {
        ("low", "yes", "yes"),
        ("middle", "no", "yes"),
        ("high", "no", "no"),
        ("high", "yes", "no"),
    }
    return tuple(levels.values()) not in out


def additive(_: str, model: str, levels: Mapping[str, str], wording: int) -> float:
    """Effects that differ between wordings, and simply add up."""
    parts = {"yes": 1.0, "middle": 0.5, "high": 2.0}
    steps = [parts.get(level, 0.0) * (place + 1) for place, level in enumerate(levels.values())]
    more = 2.0 if model.endswith("two") else 1.0
    return 3.0 + wording + more * sum(steps) * (1 + 0.1 * wording)


def only(rows: pl.DataFrame, **which: Any) -> dict[str, Any]:
    found = rows.filter(**which).to_dicts()
    assert len(found) == 1
    return found[0]


def of_nats(frames: Frames) -> pl.DataFrame:
    return estimate_effects(*frames).filter(outcome="log_score")


@pytest.mark.parametrize(("factor", "size"), [("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)])
def test_a_half_tells_each_main_effect(factor: str, size: float) -> None:
    """Exactly in each wording, so that only wordings are in the interval."""
    row = only(of_nats(made_up(TWO, additive, design=HALF, keep=even)), factor=factor)
    by_wording = [(wording, size * (1 + 0.1 * wording)) for wording in range(8)]
    expected = estimate_mean(by_wording)
    assert row["estimate"] == pytest.approx(expected.estimate)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((expected.ci_low, expected.ci_high))
    assert row["estimator"] == FITTED
    assert (row["n_trials"], row["n_planned"], row["withheld"]) == (64, 64, False)


def test_an_uneven_set_tells_what_the_full_crossing_tells() -> None:
    """Plain means over its cells would not."""
    whole = of_nats(made_up(MIXED, additive))
    part = of_nats(made_up(MIXED, additive, design=SET, keep=lopsided))
    assert part.height == whole.height == 4
    for row in whole.to_dicts():
        own = only(part, factor=row["factor"], to=row["to"])
        assert own["estimate"] == pytest.approx(row["estimate"])
        assert own["se"] == pytest.approx(row["se"])


def test_a_stated_interaction_is_told_and_another_is_not() -> None:
    """A claim that the model takes to be nil says so, in place of a figure."""
    places = [{"a": "yes", "b": level} for level in ("no", "yes")]
    off = [{"a": "no", "b": level} for level in ("no", "yes")]
    claim = {
        "id": "beyond", "from": places[0], "to": places[1],
        "less": {"from": off[0], "to": off[1]},
    }  # fmt: skip

    def together(name: str, model: str, levels: Mapping[str, str], wording: int) -> float:
        both = levels["a"] == levels["b"] == "yes"
        return additive(name, model, levels, wording) + (1.5 + 0.1 * wording) * both

    stated = HALF.model_copy(update={"estimable": (("a", "b"),)})
    told = made_up(TWO, together, design=stated, keep=even, hypotheses=[claim])
    row = only(of_nats(told), kind="hypothesis")
    assert row["estimate"] == pytest.approx(1.85)
    assert row["confirmatory"]
    nil = made_up(TWO, together, design=HALF, keep=even, hypotheses=[claim])
    untold = only(estimate_effects(*nil), kind="hypothesis")
    assert untold["estimate"] is None
    assert untold["remark"].startswith("not estimated: it takes in a x b")


def test_a_block_with_a_missing_trial_is_left_out_and_bounds_say_what_that_may_hide() -> None:
    """In points, where what is missing lies between 0 and 1."""

    def some(*what: Any) -> float | None:
        return None if what[3] == 0 and set(what[2].values()) == {"no"} else 1.0

    frames = made_up(TWO, some, design=HALF, keep=even, sampled=True)
    row = only(estimate_effects(*frames), outcome="toward", factor="a", unit="points of 1")
    assert (row["n_trials"], row["n_planned"], row["n_wordings"]) == (63, 64, 7)
    assert row["estimate"] == pytest.approx(0.0)
    assert (row["bound_low"], row["bound_high"]) == pytest.approx((0.0, 0.25 / 8))
    assert row["estimator"] == FITTED + ADDED


def test_rates_in_a_fraction_hold_the_truth_as_often_as_they_say() -> None:
    """Simulated answers, additive in points: intervals of four main effects, and log-odds."""
    random, runs, held, found = Random(1), 60, 0, set()
    rates = dict(zip("abcd", (0.3, 0.1, 0.0, -0.1), strict=True))

    def answer(*what: Any) -> float:
        rate = 0.2 + sum(rates[name] for name, level in what[2].items() if level == "yes")
        return float(random.random() < rate)

    for _ in range(runs):
        rows = estimate_effects(*made_up(TWO, answer, design=HALF, keep=even, sampled=True))
        rows = rows.filter(outcome="toward")
        found |= set(rows.filter(unit=LOG_ODDS)["estimator"])
        for row in rows.filter(unit="points of 1").to_dicts():
            held += row["ci_low"] <= rates[row["factor"]] <= row["ci_high"]
    assert found <= {STATED, FIRTH}
    assert STATED in found
    share, sd = held / (4 * runs), math.sqrt(0.95 * 0.05 / (4 * runs))
    assert abs(share - 0.95) < stats.norm.isf(0.001) * sd


def test_two_models_are_compared_in_the_same_weights() -> None:
    """The second's effects are twice the first's."""
    frames = made_up(MIXED, additive, models=("house/one", "house/two"), design=SET, keep=lopsided)
    rows = compare_models(*frames)
    own = of_nats(frames).filter(model="house/one")
    for row in rows.filter(kind="effect").to_dicts():
        one = only(own, factor=row["factor"], to=row["to"])
        assert row["estimate"] == pytest.approx(one["estimate"])
        assert row["estimator"] == FITTED
    assert only(rows, kind="distance")["n_planned"] == 2 * 8 * 8
