"""Estimates agree with SciPy and simulation; what is missing widens bounds and is never zero."""

import math
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from allegiance.analysis.estimate import Difference, bounds, estimate_change, estimate_mean

values = st.floats(-50, 50)
shares = st.floats(0, 1)


def test_interval_is_students_over_wordings() -> None:
    """Against SciPy's paired t test over the means of the wordings."""
    changes = [0.3, -0.1, 0.8, 0.5, 0.4, -0.2, 0.9, 0.1]
    found = estimate_mean(enumerate(changes))
    judged = stats.ttest_1samp(changes, 0.0)
    interval = judged.confidence_interval(0.95)
    assert found.estimate == pytest.approx(fmean(changes))
    assert found.p == pytest.approx(judged.pvalue)
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high))
    assert found.se == pytest.approx(stats.sem(changes))


def test_one_wording_has_no_interval() -> None:
    """Eight repeats of one wording say nothing of wordings at large."""
    found = estimate_mean([(0, value) for value in (1.0, 2.0, 3.0)])
    assert found.estimate == 2.0
    assert found.se is found.ci_low is found.p is None
    assert found.n_wordings == 1


def test_nothing_measured_gives_nothing() -> None:
    """No estimate, and above all no zero."""
    found = estimate_change([Difference(0, None, 1.0), Difference(1, 0.5, None)])
    assert found.estimate is None


def test_coverage_of_the_interval() -> None:
    """Over 2,000 simulated experiments of 8 wordings, 95 % of the intervals hold the truth."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        found = estimate_mean(enumerate(random.normal(0.7, 2.0, size=8)))
        assert found.ci_low is not None
        assert found.ci_high is not None
        held += found.ci_low <= 0.7 <= found.ci_high
    assert 0.935 <= held / 2000 <= 0.965


def test_minimum_detectable_effect_has_the_power_it_claims() -> None:
    """A true change of that size is found in about 80 % of experiments."""
    random = np.random.default_rng(7)
    sizes = [estimate_mean(enumerate(random.normal(0, 1, 8))).mde for _ in range(500)]
    size = math.sqrt(fmean(each**2 for each in sizes if each is not None))
    found = [estimate_mean(enumerate(random.normal(size, 1, 8))).p for _ in range(2000)]
    assert 0.72 <= fmean(p is not None and p < 0.05 for p in found) <= 0.88


@given(st.lists(st.tuples(st.integers(0, 7), shares, shares), min_size=1), st.data())
def test_bounds_hold_whatever_the_missing_values_are(rows, data) -> None:
    """Take values away: the estimate of the full data lies between the bounds."""
    full = [Difference(*row) for row in rows]
    holes = [
        Difference(
            each.wording,
            None if data.draw(st.booleans()) else each.source,
            None if data.draw(st.booleans()) else each.target,
        )
        for each in full
    ]
    low, high = bounds(holes, bounded=True)
    truth = estimate_change(full).estimate
    assert truth is not None
    assert low - 1e-9 <= truth <= high + 1e-9


def test_a_missing_log_score_may_be_anything() -> None:
    """Log-scores have no floor and no ceiling."""
    assert bounds([Difference(0, None, 1.0)], bounded=False) == (-math.inf, math.inf)
    assert bounds([Difference(0, 0.5, 1.0)], bounded=False) == (0.5, 0.5)
