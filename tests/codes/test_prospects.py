"""Expected intervals, margins, break-evens: worked by hand."""

import pytest

from allegiance.codes.break_even import Balance, BreakEven, break_even, break_evens
from allegiance.codes.facts import prospects_of
from allegiance.codes.prospects import Interval, Prospects
from allegiance.situation.situation import Situation

from .made import case_of

PLAIN: dict[str, dict[str, str]] = {"a": {}, "b": {}}


def prospects(*welfare: tuple[object, ...]) -> Prospects:
    return prospects_of(case_of(PLAIN, list(welfare)))


@pytest.mark.parametrize(
    ("amount", "probability", "expected"),
    [
        ((1.0, 2.0), (1.0, 1.0), Interval(1, 2)),
        ((-4.0, -2.0), (0.5, 1.0), Interval(-4, -1)),
        ((-1.0, 1.0), (0.0, 0.5), Interval(-0.5, 0.5)),
        ((0.0, 0.0), (0.0, 0.5), Interval(0, 0)),
    ],
)
def test_an_expectation_spans_both_intervals(
    amount: tuple[float, float], probability: tuple[float, float], expected: Interval
) -> None:
    assert prospects(("a", "U", amount, probability)).expected("a", "U") == expected


def test_what_is_not_stated_is_not_told() -> None:
    """It is no 0: neither as an expectation nor in a comparison."""
    found = prospects(("a", "U", -1.0), ("b", "C", 0.0))
    assert found.expected("a", "C") is None
    assert found.margin("total", "a", "b") is None
    assert found.margin("complaint", "a", "b") is None
    assert found.margin("worst_off", "a", "b") is None


def test_what_is_stated_in_the_same_words_cancels() -> None:
    """The same uncertain loss under both actions makes no difference between them."""
    found = prospects(
        ("a", "U", (-9.0, 0.0)), ("b", "U", (-9.0, 0.0)), ("a", "C", 1.0), ("b", "C", 0.0)
    )
    assert found.margin("total", "a", "b") == Interval(1, 1)


@pytest.mark.parametrize(
    ("measure", "margin"),
    [("total", Interval(1, 1)), ("worst_off", Interval(-2, -2)), ("complaint", Interval(1, 1))],
)
def test_measures_differ(measure: str, margin: Interval) -> None:
    """a: U 4, C -3; b: U 1, C -1. U would complain of b by 3, C of a by 2."""
    found = prospects(("a", "U", 4.0), ("a", "C", -3.0), ("b", "U", 1.0), ("b", "C", -1.0))
    assert found.margin(measure, "a", "b") == margin


def test_a_ratio_says_when_two_are_level() -> None:
    """Two to four lost for each one to two gained: level where a gain counts 1 to 4 times."""
    case = case_of(
        PLAIN, [("a", "U", (1.0, 2.0)), ("a", "C", (-4.0, -2.0)), ("b", "U", 0.0), ("b", "C", 0.0)]
    )
    found = against_b(case)
    ratio = Interval(1, 4)
    difference = Interval(-3, 0)
    assert found == BreakEven(
        "a", "b", Balance.RATIO, ("U",), ("C",), ratio=ratio, difference=difference
    )
    assert found.better is None


@pytest.mark.parametrize(
    ("entries", "balance"),
    [
        ([], Balance.NOT_STATED),
        ([("a", "U", 1.0), ("b", "C", 0.0)], Balance.NOT_STATED),
        ([("a", "U", 1.0), ("b", "U", 0.0)], Balance.ONE_SIDED),
        ([("a", "U", (-1.0, 1.0)), ("b", "U", 0.0)], Balance.UNSETTLED),
        ([("a", "U", (-1.0, 1.0)), ("b", "C", 0.0)], Balance.NOT_STATED),
    ],
)
def test_where_there_is_no_ratio_it_is_said_why(
    entries: list[tuple[str, str, float]], balance: Balance
) -> None:
    found = against_b(case_of(PLAIN, entries))
    assert (found.balance, found.ratio) == (balance, None)


def test_what_is_not_stated_is_named() -> None:
    """Of either action, party by party."""
    found = against_b(case_of(PLAIN, [("a", "U", 1.0), ("b", "C", 0.0)]))
    assert found.missing == (("b", "U"), ("a", "C"))


def test_each_two_actions_stand_once_and_a_refusal_as_the_rival() -> None:
    found = break_evens(case_of(PLAIN, [("a", "U", 1.0)]))
    pairs = [(each.action, each.rival) for each in found]
    assert sorted(pairs) == [("a", "refuse"), ("b", "a"), ("b", "refuse")]


def against_b(case: Situation) -> BreakEven:
    """Action a against b."""
    return break_even(prospects_of(case), "a", "b")


@pytest.mark.parametrize(
    ("entries", "better"),
    [
        ([("a", "U", 1.0), ("b", "U", 0.0)], "a"),
        ([("a", "U", 0.0), ("b", "U", 1.0)], "b"),
        ([("a", "U", (0.0, 1.0)), ("b", "U", 0.0)], None),
        ([("a", "U", 0.3), ("a", "C", -0.1 * 3), ("b", "U", 0.0), ("b", "C", 0.0)], None),
        ([("a", "U", 3.0), ("a", "C", (-2.0, 0.0)), ("b", "U", 0.0), ("b", "C", 0.0)], "a"),
        ([("a", "U", 1.0), ("b", "C", 0.0)], None),
    ],
)
def test_one_is_better_where_its_total_is_greater_throughout(
    entries: list[tuple[str, str, float]], better: str | None
) -> None:
    """Level at an end, by rounding, or not stated: the numbers do not say."""
    found = against_b(case_of(PLAIN, entries))
    assert found.better == better
    assert "-0" not in str(found.ratio)
