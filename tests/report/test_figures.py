"""How numbers are written: what is missing never looks like 0, what is small never like none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.missing import MissingReason
from allegiance.report import figures
from allegiance.situation.stance import Stance


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not measured"),
        (0.0, "0 %"),
        (1e-12, "under 0.1 %"),
        (0.001, "0.1 %"),
        (0.6231, "62.3 %"),
        (0.99999, "over 99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_points(value: float | None, words: str) -> None:
    """Only nothing is 0 %, only everything is 100 %."""
    assert plain(figures.points(value)) == words


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_part_is_never_none_or_all(value: float) -> None:
    """Rounding takes no share to 0 % or to 100 %."""
    assert plain(figures.points(value)) not in ("0 %", "100 %", "0.0 %", "100.0 %")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not measured"),
        (0.4321, "+0.43"),
        (-6.371, "\N{MINUS SIGN}6.37"),
        (-0.001, "0.00"),
        (0.0, "0.00"),
    ],
)
def test_nats(value: float | None, words: str) -> None:
    """Signed, with two decimals; nothing has no sign."""
    assert figures.nats(value) == words


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (None, None, "nats", "no interval"),
        (-0.2, 1.0, "nats", "[\N{MINUS SIGN}0.20, +1.00]"),
        (-0.1, 0.3, "points of 1", "[0, 30.0 %]"),
    ],
)
def test_interval(low: float | None, high: float | None, unit: str, words: str) -> None:
    """A share's interval ends where shares end."""
    assert plain(figures.interval(low, high, unit, changes=False)) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, "not measured"),
        (-math.inf, math.inf, "no limits"),
        (0.25, 0.25, "nothing missing"),
        (0.25, 0.5, "25.0 to 50.0 %"),
    ],
)
def test_bounds(low: float | None, high: float | None, words: str) -> None:
    """Bounds say what missing trials could do, and when there are none."""
    assert plain(figures.bounds(low, high, "points of 1", changes=False)) == words


@pytest.mark.parametrize(
    ("value", "words"), [(None, "none"), (0.0, "under 0.001"), (0.0314, "0.031"), (1.0, "1.000")]
)
def test_probability(value: float | None, words: str) -> None:
    """A p is never 0."""
    assert figures.probability(value) == words


def test_counted_never_rounds_up_to_all() -> None:
    """One trial missing of thousands is still missing."""
    assert plain(figures.counted(9999, 10000)) == "9999 of 10000 (over 99.9 %)"
    assert figures.counted(0, 0) == "none planned"


def test_every_reason_and_stance_has_words() -> None:
    """What is new in the code must be told on the pages."""
    assert set(figures.REASONS) == {reason.value for reason in MissingReason}
    assert set(figures.STANCES) == {stance.value for stance in Stance}


def plain(words: str) -> str:
    """With plain spaces."""
    return words.replace(figures.SPACE, " ")
