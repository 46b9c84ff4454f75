"""Cells are crossed and matched as a design says."""

from hypothesis import given
from hypothesis import strategies as st

from allegiance.design.factorial import cross, matching_pairs

LEVELS = {"a": ["0", "1", "2"], "b": ["0", "1"]}
BASE = {"a": "0", "b": "0", "c": "0"}


def test_every_possible_combination_once() -> None:
    """All combinations but the impossible ones, the rest of the factors where they were put."""
    cells = cross(LEVELS, BASE, lambda cell: cell != {"a": "2", "b": "1", "c": "0"})
    assert len(cells) == 5
    assert {cell["c"] for cell in cells} == {"0"}
    assert list(cells[0]) == ["a", "b", "c"]


def test_pairs_agree_in_all_that_is_not_named() -> None:
    """A comparison of `a` pairs cells with the same `b`."""
    cells = cross(LEVELS, BASE, lambda cell: True)
    pairs = matching_pairs(cells, {"a": "0"}, {"a": "2"})
    assert len(pairs) == 2
    assert all(left["b"] == right["b"] for left, right in pairs)


def test_levels_that_move_together_are_compared_by_naming_both() -> None:
    """Where no cell differs in one factor alone, that factor has no pairs."""
    cells = ({"a": "0", "b": "0"}, {"a": "1", "b": "1"})
    assert matching_pairs(cells, {"a": "0"}, {"a": "1"}) == ()
    named = matching_pairs(cells, {"a": "0", "b": "0"}, {"a": "1", "b": "1"})
    assert named == ((cells[0], cells[1]),)


@given(st.lists(st.tuples(st.sampled_from("012"), st.sampled_from("01")), unique=True))
def test_turning_a_comparison_round_turns_each_pair_round(levels) -> None:
    """From-to and to-from are the same pairs."""
    cells = [{"a": a, "b": b} for a, b in levels]
    there = matching_pairs(cells, {"a": "0"}, {"a": "1"})
    back = matching_pairs(cells, {"a": "1"}, {"a": "0"})
    assert sorted((str(x), str(y)) for x, y in there) == sorted((str(y), str(x)) for x, y in back)
