"""Which sets come next: shares that sum to 1, and draws that keep to them."""

from collections import Counter
from itertools import product
from random import Random

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from allegiance.design.allocation import (
    EQUAL,
    LEAST,
    PRIOR,
    Seen,
    draw_sets,
    guess,
    matched_sets,
    nothing_seen,
    shares,
)

CELLS = [dict(zip("ab", levels, strict=True)) for levels in product("01", "012")]
A = np.array([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0]) / 3
B = np.array([-1.0, 1.0, 0.0, -1.0, 1.0, 0.0]) / 2


def test_sets_are_cells_alike_but_for_one_level() -> None:
    """Three pairs in `a`; in `b` three of each of two rows."""
    found = matched_sets(CELLS)
    assert len(found) == len(set(found)) == 9
    for one, other in found:
        assert sum(CELLS[one][name] != CELLS[other][name] for name in "ab") == 1


@given(
    spreads=st.lists(st.floats(0.01, 10), min_size=6, max_size=6),
    need=st.sampled_from([(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]),
)
def test_shares_sum_to_one_and_leave_no_set_out(
    spreads: list[float], need: tuple[float, float]
) -> None:
    """Whatever is known and whatever is still needed."""
    sets = matched_sets(CELLS)
    found = shares(sets, np.array([A, B]), np.array(spreads), np.array(need))
    assert found.sum() == pytest.approx(1.0)
    assert found.min() >= EQUAL / len(sets) - 1e-12


def test_for_one_effect_shares_are_those_of_neyman() -> None:
    """In proportion to weight times spread, but for the part that is shared out equally."""
    found = shares([(0,), (1,)], np.array([[-1.0, 1.0]]), np.array([1.0, 3.0]), np.ones(1))
    assert found == pytest.approx((1 - EQUAL) * np.array([0.25, 0.75]) + EQUAL / 2)


def test_before_anything_is_known_shares_are_equal() -> None:
    """As where every effect is narrow enough."""
    sets = matched_sets(CELLS)
    for spreads, need in ((None, np.ones(1)), (np.ones(6), np.zeros(1))):
        assert shares(sets, np.array([A]), spreads, need) == pytest.approx(np.full(9, 1 / 9))


@given(
    weights=st.lists(st.floats(0.01, 1), min_size=1, max_size=8),
    count=st.integers(1, 40),
    seed=st.integers(0, 99),
)
def test_each_set_is_drawn_as_often_as_its_share_says(
    weights: list[float], count: int, seed: int
) -> None:
    """Give or take one, and the same again by the same seed."""
    share = np.array(weights) / sum(weights)
    found = draw_sets(share, count, Random(seed))
    assert found == draw_sets(share, count, Random(seed))
    assert len(found) == count
    counts = Counter(found)
    assert all(abs(counts[place] - count * one) < 1 + 1e-9 for place, one in enumerate(share))


def test_over_many_draws_a_sets_chance_is_its_share() -> None:
    """The start is random, so that the estimate by inverse chances is right on average."""
    share, random = np.array([0.55, 0.3, 0.1, 0.05]), Random(1)
    counts = Counter(place for _ in range(4000) for place in draw_sets(share, 3, random))
    assert [counts[place] / 12_000 for place in range(4)] == pytest.approx(share, abs=0.01)


def test_a_guess_is_drawn_in_towards_cells_with_its_levels() -> None:
    """Between what the cell answered and what its levels did; a cell unseen follows its levels."""
    levels = np.array([[1.0, a, b == 1, b == 2] for a, b in product((0, 1), (0, 1, 2))], float)
    counts = np.array([9.0, 9, 9, 9, 9, 0])
    sums = np.array([0.0, 0, 0, 9, 0, 0])
    found = guess(Seen(counts, sums, sums), levels)
    assert 0 < found.means[4] < found.means[3] < 1
    assert 0 <= found.means[5] <= 1
    assert (found.spreads > 0).all()
    assert np.isfinite(guess(nothing_seen(6), levels).spreads).all()


def test_rates_are_guessed_in_log_odds() -> None:
    """As statsmodels fits them; a cell of many answers is left where it is."""
    levels = np.array([[1.0, a, b == 1, b == 2] for a, b in product((0, 1), (0, 1, 2))], float)
    counts, yes = np.array([40.0, 60, 50, 40, 60, 0]), np.array([2.0, 9, 20, 4, 21, 0])
    found = guess(Seen(counts, yes, yes), levels, binary=True)
    more, rate = 4 / 6, (yes.sum() + 0.5) / (counts.sum() + 1)
    answers = np.column_stack([yes + rate * more, counts - yes + (1 - rate) * more])
    fit = sm.GLM(answers, levels, family=sm.families.Binomial()).fit().fittedvalues
    assert found.means == pytest.approx((yes + PRIOR * fit) / (counts + PRIOR), abs=1e-5)
    assert found.spreads**2 == pytest.approx(found.means * (1 - found.means))


def test_a_cell_without_a_yes_is_not_taken_for_certain() -> None:
    """Its answers are taken to vary, so that it goes on being drawn."""
    counts, yes = np.full(6, 50.0), np.array([0.0, 0, 0, 0, 0, 30])
    for binary in (True, False):
        found = guess(Seen(counts, yes, yes), np.eye(6), binary=binary)
        assert found.spreads.min() ** 2 >= LEAST * yes.sum() / counts.sum()
