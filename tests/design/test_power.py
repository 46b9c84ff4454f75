"""Detectable effects agree with published tables, with simulation, and with the closed form."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from allegiance.design.power import detectable, power_of, sampling_sd

PUBLISHED = [(20, 0.66), (34, 0.49), (8, 1.16), (10, 1.0), (52, 0.396), (199, 0.2)]
"""Pairs and standardised difference at power 0.8, two-sided 0.05, as G*Power and Cohen have it."""


@pytest.mark.parametrize(("count", "effect"), PUBLISHED)
def test_it_is_what_tables_say(count: int, effect: float) -> None:
    found = detectable(count)
    assert found == pytest.approx(effect, rel=0.015)


@given(st.integers(2, 60))
@settings(max_examples=15)
def test_the_effect_has_the_power(count: int) -> None:
    """And a smaller one has less."""
    found = detectable(count)
    assert found is not None
    assert power_of(found, count) == pytest.approx(0.8, abs=1e-6)
    assert power_of(0.9 * found, count) < 0.8
    assert power_of(0.0, count) == pytest.approx(0.05, abs=1e-6)


def test_it_is_what_simulation_says() -> None:
    """Eight wordings, a normal effect of each: four tests in five find it."""
    effect = detectable(8)
    assert effect is not None
    random = np.random.default_rng(3)
    values = random.normal(effect, 1, size=(20_000, 8))
    found = stats.ttest_1samp(values, 0, axis=1).pvalue < 0.05
    assert np.mean(found) == pytest.approx(0.8, abs=0.012)


def test_sampled_shares_by_simulation() -> None:
    """Two cells, eight wordings, three answers each, a quarter to start with."""
    sd = sampling_sd(0.25, 2.0, 3)
    assert sd == pytest.approx(math.sqrt(2 * 0.25 * 0.75 / 3))
    random = np.random.default_rng(4)
    draws = random.binomial(3, 0.25, size=(2, 40_000)) / 3
    assert np.std(draws[0] - draws[1]) == pytest.approx(sd, rel=0.02)


def test_one_wording_has_no_test() -> None:
    assert detectable(1) is None
