"""Drawing where it does good leaves every effect right on average."""

from itertools import product
from random import Random

import numpy as np
import pytest

from allegiance.analysis.adaptive import (
    Round,
    draw_values,
    inclusion_chances,
    running_estimates,
)
from allegiance.design.allocation import Reals, draw_sets

SETS = ((0, 1), (2, 3), (0, 2), (1, 3))
SHARE = np.array([0.5, 0.1, 0.3, 0.1])
RATES = np.array([0.1, 0.6, 0.2, 0.9])
GUESSES = np.array([0.9, 0.1, 0.5, 0.0])
EFFECTS = np.array([[-0.5, 0.5, -0.5, 0.5], [-0.5, -0.5, 0.5, 0.5]])


def drawn(
    sets: tuple[tuple[int, ...], ...], answers: tuple[tuple[float | None, ...], ...]
) -> Reals:
    chances = inclusion_chances(SETS, SHARE, len(RATES))
    return draw_values(Round(sets, answers, chances, GUESSES), EFFECTS)


def test_a_cells_chance_is_that_of_the_sets_with_it() -> None:
    """They sum to the cells of a draw."""
    chances = inclusion_chances(SETS, SHARE, len(RATES))
    assert chances == pytest.approx([0.8, 0.6, 0.4, 0.2])
    assert chances.sum() == pytest.approx(2.0)


def test_a_draw_is_unbiased_whatever_is_guessed() -> None:
    """Over all sets and answers, each with its probability."""
    mean = np.zeros(len(EFFECTS))
    for own, chance in zip(SETS, SHARE, strict=True):
        for answers in product((0.0, 1.0), repeat=len(own)):
            likely = np.prod(
                [r if a else 1 - r for r, a in zip(RATES[list(own)], answers, strict=True)]
            )
            mean += chance * likely * drawn((own,), (answers,))[0]
    assert mean == pytest.approx(EFFECTS @ RATES)


def test_the_mean_of_many_rounds_is_near_the_truth() -> None:
    """Within what its own standard errors say, in about as many runs as they say."""
    random, far = Random(1), 0
    for _ in range(200):
        rounds = []
        for _ in range(5):
            sets = tuple(SETS[place] for place in draw_sets(SHARE, 20, random))
            answers = tuple(tuple(float(random.random() < RATES[c]) for c in own) for own in sets)
            rounds.append(drawn(sets, answers))
        now = running_estimates(rounds)
        assert (now.draws, now.freedom) == (100, 95)
        far += int((np.abs(now.estimates - EFFECTS @ RATES) > 2 * now.errors).sum())
    assert far / (200 * len(EFFECTS)) < 0.08


def test_a_draw_with_a_missing_answer_is_left_aside() -> None:
    """And where there is no complete one, nothing is told."""
    values = drawn((SETS[0], SETS[1]), ((1.0, None), (1.0, 0.0)))
    assert values.shape == (1, len(EFFECTS))
    with pytest.raises(ValueError, match="no complete draw"):
        running_estimates([drawn((SETS[0],), ((1.0, None),))])
