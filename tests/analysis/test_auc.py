"""The area under the curve, against SciPy, published figures and its own interval's coverage."""

import numpy as np
import pytest
from scipy import stats

from allegiance.analysis.auc import area_under_curve

CASES = {
    "told apart": ([5.0, 6.0, 7.0], [1.0, 2.0, 3.0], 1.0),
    "backwards": ([1.0, 2.0], [5.0, 6.0], 0.0),
    "all alike": ([1.0, 1.0], [1.0, 1.0], 0.5),
    "one pair wrong": ([1.0, 3.0], [2.0, 0.0], 0.75),
}


@pytest.mark.parametrize("case", CASES)
def test_the_area_is_the_share_of_pairs(case: str) -> None:
    """Ties are half."""
    positive, negative, area = CASES[case]
    found = area_under_curve(positive, negative)
    assert found is not None
    assert found.area == area
    assert 0 <= found.low <= found.area <= found.high <= 1


def test_groups_told_apart_wholly_are_no_certainty() -> None:
    """Eight against eight still has a width, and more documents have less of it."""
    few, many = (area_under_curve(range(n, 2 * n), range(n)) for n in (8, 80))
    assert few is not None
    assert many is not None
    assert few.area == few.high == many.area == 1
    assert 0.6 < few.low < 0.8 < 0.95 < many.low < 1


def test_the_interval_mirrors() -> None:
    """Counted answer and other changed places: one less the same area and ends."""
    one, other = [1.0, 3.0, 4.0, 8.0], [0.0, 2.0, 5.0]
    this, that = area_under_curve(one, other), area_under_curve(other, one)
    assert this is not None
    assert that is not None
    assert (this.low, this.high) == pytest.approx((1 - that.high, 1 - that.low))


def test_it_covers_what_it_should() -> None:
    """Normal groups a standard deviation apart: the true area lies within in about 95 of 100."""
    random = np.random.default_rng(1)
    truth = float(stats.norm.cdf(1 / np.sqrt(2)))
    hits = 0
    for _ in range(400):
        found = area_under_curve(list(random.normal(1, 1, 8)), list(random.normal(0, 1, 8)))
        assert found is not None
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 400 <= 0.985


def test_nothing_known_has_no_area() -> None:
    """On either side."""
    assert area_under_curve([], [1.0]) is None
