"""Two models on the same vignettes."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from allegiance.analysis.models import compare_models, correlation, distance
from tests.analysis.made_up import made_up

FACTORS = {"goal": ["none", "conflict"], "threat": ["none", "there"], "exit": ["no", "yes"]}
MODELS = ("house/one", "house/two")


def value(scenario: str, model: str, cell: Any, wording: int) -> float:
    """The second model stands 3 nats higher, and goal conflict moves it by 1 more."""
    second, conflict = model == MODELS[1], cell["goal"] == "conflict"
    own = np.sin(wording * 3 + 5 * second + 7 * conflict) / 5
    return float(own + 3 * second + conflict * (1 + second) + 0.4 * (cell["threat"] == "there"))


def test_effects_are_compared_vignette_by_vignette() -> None:
    """Student's t over the wordings' differences of effects; levels of texts are not compared."""
    rows = compare_models(*made_up(FACTORS, value, models=MODELS))
    assert rows.filter(kind="level").is_empty()
    (row,) = rows.filter(kind="effect", factor="goal").to_dicts()
    effect = [
        [
            value("", model, {"goal": "conflict", "threat": "none"}, wording)
            - value("", model, {"goal": "none", "threat": "none"}, wording)
            for wording in range(8)
        ]
        for model in MODELS
    ]
    judged = stats.ttest_rel(effect[1], effect[0])
    assert row["estimate"] == pytest.approx(np.mean(effect[1]) - np.mean(effect[0]))
    assert row["p"] == pytest.approx(judged.pvalue)
    assert (row["model"], row["other"], row["n_trials"]) == (*MODELS, 128)


def test_rates_are_compared_in_their_level_too() -> None:
    """One model that always pushes, one that does in half of the wordings."""
    frames = made_up(
        {"goal": ["none", "conflict"]},
        lambda scenario, model, cell, wording: float(model == MODELS[1] or wording % 2 == 0),
        models=MODELS,
        sampled=True,
    )
    (row,) = compare_models(*frames).filter(kind="level").to_dicts()
    assert row["estimate"] == 0.5
    assert row["ci_low"] < 0.5 < row["ci_high"] <= 1
    assert row["family"].startswith("exploratory: house/one against house/two, toward")


def test_distance_counts_no_chance() -> None:
    """Two models without any true difference: the square is 0 on average, not positive."""
    random = np.random.default_rng(2)
    squares, held = [], 0
    for _ in range(500):
        found = distance(random.normal(0.6, 1.0, (8, 4)))
        assert found.ci_low is not None
        assert found.ci_high is not None
        held += found.ci_low <= 0.6 <= found.ci_high
        squares.append(distance(random.normal(0, 1.0, (8, 4))).estimate or 0.0)
    assert np.median(squares) < 0.25
    assert 0.91 <= held / 500 <= 0.99


def test_correlation_of_effects() -> None:
    """The plain correlation of the means; the interval about it, the same for the same seed."""
    random = np.random.default_rng(2)
    truth = np.array([0.0, 1.0, 2.0, -1.0])
    one, other = (truth + random.normal(0, 0.3, (8, 4)) for _ in range(2))
    found = correlation(one, other, seed=1)
    assert found.estimate == pytest.approx(np.corrcoef(one.mean(0), other.mean(0))[0, 1])
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.estimate is not None
    assert found.ci_low < found.estimate < found.ci_high
    assert correlation(one, other, seed=1) == found
