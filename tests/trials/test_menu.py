"""Menus: balanced by design, the same whenever they are made again, worded by frame."""

from collections import Counter
from itertools import pairwise

import pytest

from allegiance.trials.menu import balanced_order, menu
from allegiance.trials.prompts import FRAMES

SIZES = range(2, 10)


def orders(count: int, turns: int, seed: str = "1") -> list[list[str]]:
    options = [f"option_{n}" for n in range(count)]
    return [balanced_order(options, turn, seed) for turn in range(turns)]


@pytest.mark.parametrize("count", SIZES)
def test_each_option_stands_in_each_place_equally_often(count: int) -> None:
    """Once in n turns, whatever n is: a Latin square."""
    for start in (0, count):
        turns = orders(count, 2 * count)[start : start + count]
        for place in range(count):
            assert len({order[place] for order in turns}) == count


@pytest.mark.parametrize("count", SIZES)
def test_each_option_follows_each_other_one_equally_often(count: int) -> None:
    """Over 2 n turns every ordered pair of neighbours occurs twice: Williams' design."""
    pairs = Counter(pair for order in orders(count, 2 * count) for pair in pairwise(order))
    assert set(pairs.values()) == {2}
    assert len(pairs) == count * (count - 1)


@pytest.mark.parametrize("count", SIZES)
def test_half_of_the_orders_are_the_reverse_of_others(count: int) -> None:
    """Over 2 n turns each order has its mirror image."""
    seen = Counter(map(tuple, orders(count, 2 * count)))
    assert seen == Counter(tuple(reversed(order)) for order in seen.elements())


def test_the_order_is_a_matter_of_seed_and_turn_alone() -> None:
    """Not of the order in which the options came; another seed gives another order."""
    one, other = ["a", "b", "c", "d", "e"], ["e", "d", "a", "c", "b"]
    assert balanced_order(one, 3, "s") == balanced_order(other, 3, "s")
    assert len({tuple(balanced_order(one, 0, str(seed))) for seed in range(20)}) > 10


@pytest.mark.parametrize("frame", FRAMES)
def test_every_frame_has_its_own_question(frame: str) -> None:
    """Options are lettered, no slot is left open, and no two frames ask alike."""
    words = menu(f"choose-{frame}", {"a": "Say {it}.", "b": "Do it."}, "Answer.")
    assert "A. Say {it}.\nB. Do it." in words
    assert words.endswith("Answer.")
    assert "canary" not in words
    others = [menu(f"choose-{each}", {"a": "x"}, "y") for each in FRAMES]
    assert len(set(others)) == len(FRAMES) == 4


def test_letters_that_begin_a_refusal_are_not_given_out() -> None:
    """Nine options need nine letters; "I, as an assistant" must name none of them."""
    words = menu("choose-act", {str(n): "x" for n in range(12)}, "y")
    assert "\nH. x\nJ. x" in words
    assert "\nI. " not in words
