"""Looking often costs what was set aside for it, and no more."""

import math

import numpy as np
import pytest
from scipy import stats

from allegiance.analysis.reach import Reach
from allegiance.analysis.sequential import (
    ERROR,
    LOOKS,
    NOT_LOOKED,
    Look,
    next_look,
    p_of,
    spent_at,
    spent_by,
)

FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
BOUNDARIES = (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)
"""Five looks, 0.025 on each side, spent after O'Brien and Fleming: Lan and DeMets' table."""


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_what_is_spent_is_what_published_boundaries_spend(count: int) -> None:
    """The chance of having crossed by then, from the joint normal of the looks so far."""
    times = np.array(FIFTHS[:count])
    together = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    if count == 1:
        crossed = float(stats.norm.sf(BOUNDARIES[0]))
    else:
        at, middle = np.array(BOUNDARIES[:count]), np.zeros(count)
        below = stats.multivariate_normal.cdf(
            at, middle, together, abseps=1e-7, rng=np.random.default_rng(1)
        )
        crossed = 1 - float(below)
    assert spent_by(FIFTHS[count - 1], 0.025) == pytest.approx(crossed, rel=1e-3, abs=1e-5)


def test_all_looks_together_spend_the_whole_error() -> None:
    """Nothing is left over, nothing is spent twice, and little is spent early."""
    parts = [spent_at(number) for number in range(1, len(LOOKS) + 1)]
    assert sum(parts) == pytest.approx(ERROR)
    assert parts == sorted(parts)
    assert spent_by(0.0) == 0.0
    assert spent_by(1.0) == spent_by(2.0) == pytest.approx(ERROR)


def test_a_look_that_was_passed_over_is_spent_by_the_next() -> None:
    """From nothing to all of the information at once: the plain 95 % interval."""
    only = next_look(NOT_LOOKED, 0.3, Reach(0.01), aim=0.1, freedom=math.inf)
    assert only.last
    assert only.half_width == pytest.approx(stats.norm.isf(ERROR / 2) * 0.01)
    assert only.interval == pytest.approx((0.3 - only.half_width, 0.3 + only.half_width))


def test_between_looks_the_last_interval_stands() -> None:
    """As it does where nothing has varied yet, and after the last look."""
    first = next_look(NOT_LOOKED, 0.3, Reach(0.08), aim=0.1, freedom=99)
    assert first.number == 1
    assert next_look(first, 0.5, Reach(0.079), aim=0.1, freedom=99) is first
    assert next_look(NOT_LOOKED, 0.0, Reach(0.0), aim=0.1, freedom=99) is NOT_LOOKED
    last = Look(len(LOOKS), 0.3, (0.2, 0.4))
    assert next_look(last, 0.5, Reach(0.001), aim=0.1, freedom=99) is last


def test_intervals_of_all_looks_hold_together() -> None:
    """Values come by tens until the aim is reached; a miss at any look is a miss."""
    random, runs, missed = np.random.default_rng(1), 400, 0
    for _ in range(runs):
        values, look, held = random.normal(size=20), NOT_LOOKED, True
        while not look.last:
            values = np.append(values, random.normal(size=10))
            se = float(values.std(ddof=1)) / math.sqrt(len(values))
            look = next_look(
                look, float(values.mean()), Reach(se), aim=0.25, freedom=len(values) - 1
            )
            held &= abs(look.estimate) <= look.half_width if look.number else True
        assert look.half_width <= 0.25 + 1e-9
        missed += not held
    assert missed / runs <= ERROR + 2 * math.sqrt(ERROR * (1 - ERROR) / runs)


def test_when_nothing_more_comes_all_that_is_left_is_spent() -> None:
    """Whatever half-width was aimed at."""
    first = next_look(NOT_LOOKED, 0.3, Reach(0.08), aim=0.1, freedom=99)
    last = next_look(first, 0.3, Reach(0.079), aim=0.1, freedom=99, ended=True)
    assert last.last
    left = ERROR - spent_at(1)
    assert last.half_width == pytest.approx(stats.t.isf(left / 2, 99) * 0.079)


@pytest.mark.parametrize("estimate", [0.0, 0.1, 0.2, 0.25, 0.3, 0.6])
def test_p_and_interval_agree(estimate: float) -> None:
    """P is under the whole error just where some look's interval leaves out no change."""
    looks, look = [], NOT_LOOKED
    for se in (0.17, 0.12, 0.1, 0.08):
        due = next_look(look, estimate, Reach(se), aim=0.2, freedom=200)
        if due is not look:
            look = due
            looks.append(due)
    assert look.last
    found = p_of(looks)
    assert found is not None
    assert (found <= ERROR) == any(abs(each.estimate) >= each.half_width for each in looks)
    assert p_of([]) is None
