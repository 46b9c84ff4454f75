"""Estimates agree with SciPy and simulation; what is missing widens bounds and is never zero."""

import math
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from allegiance.analysis.estimate import estimate_mean
from allegiance.analysis.grid import Contrast, contrast_on, grid_of
from allegiance.analysis.values import Values
from allegiance.experiment.resolved import Block

shares = st.floats(0, 1)

Row = tuple[int, float | None, float | None]
"""A wording, and the values of a vignette and of its counterpart."""


def pair(rows: list[Row], *, unit: str = "points of 1", drawn: bool = False) -> Contrast:
    """The contrast of two cells, each row a block."""
    of: dict[tuple[str, Block], list[float | None]] = {}
    for number, (wording, source, target) in enumerate(rows):
        block = (wording, (("names", number),))
        of |= {("from", block): [source], ("to", block): [target]}
    found = contrast_on(grid_of(Values(unit, of, drawn)), [("from", "to")])
    assert found
    return found


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
    found = pair([(0, None, 1.0), (1, 0.5, None)]).estimate()
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
    holes = [
        (
            wording,
            None if data.draw(st.booleans()) else source,
            None if data.draw(st.booleans()) else target,
        )
        for wording, source, target in rows
    ]
    low, high = pair(holes).bounds()
    truth = pair(rows).estimate().estimate
    assert truth is not None
    assert low is not None
    assert high is not None
    assert low - 1e-9 <= truth <= high + 1e-9


def test_a_missing_log_score_may_be_anything() -> None:
    """Log-scores have no floor and no ceiling."""
    assert pair([(0, None, 1.0)], unit="nats").bounds() == (-math.inf, math.inf)
    assert pair([(0, 0.5, 1.0)], unit="nats").bounds() == (0.5, 0.5)


def test_a_replicate_that_is_missing_widens_bounds_too() -> None:
    """One of two replicates known to be 1: the vignette's rate lies between a half and 1."""
    block: Block = (0, ())
    of: dict[tuple[str, Block], list[float | None]] = {
        ("from", block): [0.0, 0.0],
        ("to", block): [1.0, None],
    }
    found = contrast_on(grid_of(Values("points of 1", of, drawn=True)), [("from", "to")])
    assert found
    assert found.bounds() == (0.5, 1.0)
    assert found.counts().measured == 3


def test_answers_that_never_came_are_no_certainty() -> None:
    """None of 80 on both sides: an interval about as wide as the rule of three, not of no width."""
    found = pair([(number % 8, 0.0, 0.0) for number in range(80)], drawn=True).estimate()
    assert found.estimate == 0
    assert found.ci_high == pytest.approx(-(found.ci_low or 0))
    assert 3 / 80 < (found.ci_high or 0) < 4.5 / 80


def test_adding_two_answers_is_bonett_and_price() -> None:
    """For matched pairs as the sample, their formula: one pair more that goes either way."""
    up, down, count = 7, 2, 40
    rows: list[Row] = [
        (number, float(up <= number < up + down), float(number < up)) for number in range(count)
    ]
    found = pair(rows, drawn=True).estimate()
    more = count + 2
    variance = (up + 1 + down + 1 - (up - down) ** 2 / more) / more**2
    assert found.middle == pytest.approx((up - down) / more)
    assert found.se == pytest.approx(math.sqrt(variance), rel=0.02)


def test_no_spread_is_no_interval() -> None:
    """Every wording gives the same share: nothing shows how far they may lie apart."""
    found = pair([(number, 0.25, 0.5) for number in range(8)]).estimate()
    assert found.estimate == 0.25
    assert found.ci_low is found.p is found.se is None
