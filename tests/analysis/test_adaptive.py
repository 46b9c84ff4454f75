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


@pytest.mark.parametrize("shares", [(SHARE,) * 5, (SHARE, SHARE[::-1]) * 3])
def test_the_mean_of_many_rounds_is_near_the_truth(shares: tuple[Reals, ...]) -> None:
    """Within what its own standard errors say, in about as many runs as they say."""
    random, far = Random(1), 0
    for _ in range(200):
        rounds = []
        for share in shares:
            sets = tuple(SETS[place] for place in draw_sets(share, 20, random))
            answers = tuple(tuple(float(random.random() < RATES[c]) for c in own) for own in sets)
            chances = inclusion_chances(SETS, share, len(RATES))
            rounds.append(Round(sets, answers, chances, GUESSES))
        now = running_estimates(rounds, [draw_values(each, EFFECTS) for each in rounds], EFFECTS)
        assert (now.draws, now.freedom) == (20 * len(shares), 19 * len(shares))
        far += int((np.abs(now.estimates - EFFECTS @ RATES) > 2 * now.errors).sum())
    assert far / (200 * len(EFFECTS)) < 0.08


def test_a_round_that_was_after_something_else_counts_little() -> None:
    """Ten draws that hardly ever meet a cell of the effect do not thin out ten that do."""
    effect, rounds = np.array([[0.0, 0.0, -1.0, 1.0]]), []
    for own, share in (((2, 3), [0.02, 0.96, 0.01, 0.01]), ((0, 1), [0.96, 0.02, 0.01, 0.01])):
        chances = inclusion_chances(SETS, np.array(share), len(RATES))
        rounds.append(Round((own,) * 10, ((0.0, 1.0), (0.0, 0.0)) * 5, chances, np.zeros(4)))
    values = [draw_values(each, effect) for each in rounds]
    alone = running_estimates(rounds[:1], values[:1], effect)
    both = running_estimates(rounds, values, effect)
    assert both.estimates == pytest.approx(alone.estimates, rel=0.05)
    assert both.errors == pytest.approx(alone.errors, rel=0.05)
    assert np.concatenate(values).mean() == pytest.approx(alone.estimates / 2)


def test_a_missing_answer_leaves_the_guess() -> None:
    """Its draw stays, or is filled with the worst or the best that it may have been."""
    sets, answers = (SETS[0], SETS[1]), ((1.0, None), (1.0, 0.0))
    filled = ((1.0, GUESSES[1]), (1.0, 0.0))
    assert drawn(sets, answers) == pytest.approx(drawn(sets, filled))
    chances = inclusion_chances(SETS, SHARE, len(RATES))
    round = Round(sets, answers, chances, GUESSES)
    assert draw_values(round, EFFECTS, 1.0) == pytest.approx(drawn(sets, ((1.0, 1.0), (1.0, 0.0))))


def test_where_nobody_said_yes_something_may_still_vary() -> None:
    """By the rates, if not by the draws: no interval of no width, even at rates of 0."""
    sets = (SETS[0],) * 10
    chances = inclusion_chances(SETS, SHARE, len(RATES))
    round, none = Round(sets, ((0.0, 0.0),) * 10, chances, np.zeros(4)), np.zeros(4)
    values = [draw_values(round, EFFECTS)]
    assert running_estimates([round], values, EFFECTS).errors == pytest.approx(0.0)
    for reach in running_estimates([round], values, EFFECTS, none).reaches:
        assert reach.half_width(1.0) > 0.1


@pytest.mark.parametrize("rate", [0.01, 0.3, 0.99])
def test_rates_that_were_drawn_alike_are_worth_their_answers(rate: float) -> None:
    """Two cells a side, in half of the draws each; what was guessed wrongly is kept apart."""
    shares, rates = np.full(4, 0.25), np.full(4, rate)
    chances = inclusion_chances(SETS, shares, len(RATES))
    rounds = [Round(SETS * 10, ((0.0, 0.0),) * 40, chances, guess) for guess in (rates, GUESSES)]
    values = [draw_values(each, EFFECTS) for each in rounds]
    for reach in running_estimates(rounds, values, EFFECTS, rates).reaches:
        assert [side.size for side in reach.sides] == pytest.approx([1.0, -1.0])
        assert [side.rate for side in reach.sides] == pytest.approx([rate] * 2)
        assert [side.worth for side in reach.sides] == pytest.approx([80.0] * 2)
        off = ((rates - GUESSES) ** 2).sum() * 0.25 / 0.5 / 40 / 4
        assert reach.guessed == pytest.approx(off)
        assert reach.se >= reach.drawn
