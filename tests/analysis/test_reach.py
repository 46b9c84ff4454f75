"""Where a rate may be higher than it came out, the interval reaches further."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from allegiance.analysis.reach import Reach, Side
from allegiance.analysis.sequential import ERROR, NOT_LOOKED, next_look

Z = 1.959964
NONE = 1e-12
"""A rate so near to none that it makes no odds."""

rates = st.floats(1e-6, 1 - 1e-6)
worths = st.floats(1, 1e5)
quantiles = st.floats(0.01, 6)


def side(yes: float, of: float, size: float = 1.0) -> Side:
    return Side(size, min(max(yes / of, NONE), 1 - NONE), of)


@st.composite
def reaches(draw: st.DrawFn) -> Reach:
    sizes = st.floats(0.1, 3)
    sides = (
        Side(draw(sizes), draw(rates), draw(worths)),
        Side(-draw(sizes), draw(rates), draw(worths)),
    )
    return Reach(draw(st.floats(1e-6, 1)), draw(st.floats(0, 0.1)), sides)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_two_rates_have_newcombes_interval(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """As in his table of 1998, method 10."""
    below, above = Reach(0.0, sides=(side(*one), side(*other, -1.0))).at(Z)
    change = one[0] / one[1] - other[0] / other[1]
    assert (change - below, change + above) == pytest.approx((low, high), abs=1e-4)


@given(rates, worths)
def test_one_rate_has_wilsons_interval(rate: float, worth: float) -> None:
    """That of statsmodels, on as many answers as the rate is worth."""
    below, above = Reach(0.0, sides=(Side(1.0, rate, worth),)).at(Z)
    low, high = proportion_confint(rate * worth, worth, alpha=ERROR, method="wilson")
    assert (rate - below, rate + above) == pytest.approx((low, high), abs=1e-6)


@given(st.floats(1e-6, 1), quantiles)
def test_what_has_no_rates_reaches_as_far_both_ways(drawn: float, z: float) -> None:
    """So many standard errors."""
    assert Reach(drawn).at(z) == pytest.approx((z * drawn, z * drawn))


@given(st.floats(1e-6, 0.5), worths, quantiles)
def test_a_rare_rate_may_rather_be_higher(rate: float, worth: float, z: float) -> None:
    """And a rate that is taken away, or one of nearly all, the other way round."""
    below, above = Reach(0.0, sides=(Side(1.0, rate, worth),)).at(z)
    assert above >= below
    for turned in (Side(-1.0, rate, worth), Side(1.0, 1 - rate, worth)):
        assert Reach(0.0, sides=(turned,)).at(z) == pytest.approx((above, below))


@given(reaches(), quantiles, quantiles)
def test_a_higher_quantile_reaches_further(reach: Reach, one: float, other: float) -> None:
    """On both sides."""
    near, far = sorted((one, other))
    for less, more in zip(reach.at(near), reach.at(far), strict=True):
        assert less <= more + 1e-12


@given(reaches(), quantiles)
def test_many_answers_reach_as_far_as_their_standard_error(reach: Reach, z: float) -> None:
    """Both ways: what Wilson's ends add is gone where rates are told by very many answers."""
    sides = tuple(Side(each.size, each.rate, 1e12) for each in reach.sides)
    many = Reach(reach.drawn, reach.guessed, sides)
    assert many.at(z) == pytest.approx((z * many.se, z * many.se), rel=1e-3)


@given(reaches(), st.floats(-0.9, 0.9))
def test_the_interval_touches_no_change_where_it_says(reach: Reach, estimate: float) -> None:
    """Narrower ones leave it out, wider ones take it in."""
    z, way = reach.touches(estimate), 0 if estimate > 0 else 1
    assert reach.at(z * 1.001)[way] >= abs(estimate) - 1e-9 or z == 1e3
    assert reach.at(z * 0.999)[way] <= abs(estimate) + 1e-9


@pytest.mark.parametrize("rate", [0.01, 0.03, 0.97])
def test_a_run_that_stops_once_it_is_narrow_is_held(rate: float) -> None:
    """Answers come by tens; few rare ones stop it sooner; about as many misses above as below."""
    random, runs = np.random.default_rng(1), 400
    aim, low, high = 2 * math.sqrt(rate * (1 - rate) / 400), 0, 0
    for _ in range(runs):
        yes, of, look, missed = 0, 0, NOT_LOOKED, set()
        while not look.last:
            yes, of = yes + int(random.binomial(10, rate)), of + 10
            reach = Reach(0.0, sides=(side(yes + 0.01, of + 0.02),))
            look = next_look(look, yes / of, reach, aim=aim, freedom=of - 1)
            if look.number:
                missed.add((rate > look.interval[1]) - (rate < look.interval[0]))
        low, high = low + (1 in missed), high + (-1 in missed)
    most = ERROR / 2 + 2 * math.sqrt(ERROR / 2 / runs)
    assert max(low, high) / runs <= most
