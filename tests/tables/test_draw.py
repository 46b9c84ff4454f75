"""Trials to label are drawn with the chance that is stated, balanced over cells and wordings."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.tables.draw import draw_balanced


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=5),
    st.integers(1, 70),
    st.integers(0, 2**32 - 1),
)
def test_a_draw_is_balanced_and_whole(sizes: list[int], number: int, seed: int) -> None:
    """The number asked for; each cell its part, give or take one; chances that sum up to it."""
    cells = [cell for cell, size in enumerate(sizes) for _ in range(size)]
    wordings = [place % 3 for place in range(len(cells))]
    draw = draw_balanced(cells, wordings, number, np.random.default_rng(seed))
    assert len(set(draw.chosen.tolist())) == draw.chosen.size == min(number, len(cells))
    assert draw.chance.sum() == pytest.approx(draw.chosen.size)
    drawn = Counter(cells[place] for place in draw.chosen)
    for cell in set(cells):
        part = sum(draw.chance[place] for place, own in enumerate(cells) if own == cell)
        assert abs(drawn[cell] - part) < 1 + 1e-9


def test_small_cells_are_taken_whole_and_others_share_the_rest() -> None:
    """Of 2, 10 and 10 trials 12: all of the first, five of each other."""
    cells = ["small"] * 2 + ["one"] * 10 + ["other"] * 10
    draw = draw_balanced(cells, [0] * 22, 12, np.random.default_rng(1))
    assert draw.chance[:2].tolist() == [1.0, 1.0]
    assert draw.chance[2:] == pytest.approx(0.5)
    assert Counter(cells[place] for place in draw.chosen) == {"small": 2, "one": 5, "other": 5}


def test_the_chance_is_how_often_a_trial_is_drawn() -> None:
    """Over 4,000 draws of 5 from two cells of 7 and 9 trials."""
    cells, wordings = [0] * 7 + [1] * 9, [0, 1] * 8
    random, often = np.random.default_rng(3), np.zeros(16)
    for _ in range(4000):
        draw = draw_balanced(cells, wordings, 5, random)
        often[draw.chosen] += 1
    assert often / 4000 == pytest.approx(draw.chance, abs=0.035)


def test_the_wordings_of_a_cell_get_equal_parts() -> None:
    """Eight of 4 wordings of 10 trials: two of each."""
    wordings = [place % 4 for place in range(40)]
    draw = draw_balanced(["cell"] * 40, wordings, 8, np.random.default_rng(0))
    assert set(Counter(wordings[place] for place in draw.chosen).values()) == {2}
