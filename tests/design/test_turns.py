"""Cells asked something more: each its share, and matched with one another where that can be."""

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from allegiance.design.factorial import Cell, matching_pairs
from allegiance.design.nuisance import takes_turn
from allegiance.design.turns import turns as turns_in

Factors = dict[str, list[str]]


def turns(
    cells: list[Cell], factors: Factors, blocks: int, share: float, *, seed: str = "1"
) -> set[tuple[int, int]]:
    return turns_in(cells, factors, blocks, share, wordings=8, seed=seed)


def crossing(*levels: int) -> tuple[Factors, list[Cell]]:
    factors = {f"f{number}": [str(level) for level in range(n)] for number, n in enumerate(levels)}
    cells = [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]
    return factors, cells


def pairs(
    factors: Factors, cells: list[Cell], asked: set[tuple[int, int]]
) -> Counter[tuple[str, str]]:
    """Blocks in which both sides of a step were asked, each step with how many."""
    found: Counter[tuple[str, str]] = Counter()
    for block in {block for _, block in asked}:
        there = [cells[cell] for cell, other in asked if other == block]
        for factor, (first, *others) in factors.items():
            for level in others:
                found[factor, level] += bool(
                    matching_pairs(there, {factor: first}, {factor: level})
                )
    return found


@given(
    levels=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    blocks=st.integers(1, 20),
    share=st.floats(0, 1),
    seed=st.integers(0, 9),
)
def test_each_cell_has_its_share(levels: list[int], blocks: int, share: float, seed: int) -> None:
    """Turns of two cells differ by one at most; all together by less than those of a block more."""
    factors, cells = crossing(*levels)
    asked = turns(cells, factors, blocks, share, seed=str(seed))
    had = Counter(cell for cell, _ in asked)
    often = [had[cell] for cell in range(len(cells))]
    assert max(often) - min(often) <= 1
    assert abs(len(asked) - share * blocks * len(cells)) <= 1 + share * len(cells) + 1e-6


@given(blocks=st.integers(1, 12), more=st.integers(1, 6), share=st.floats(0, 1))
def test_more_blocks_begin_with_the_same_turns(blocks: int, more: int, share: float) -> None:
    """So that a run can grow."""
    factors, cells = crossing(2, 3)
    short = turns(cells, factors, blocks, share)
    long = turns(cells, factors, blocks + more, share)
    assert short == {place for place in long if place[1] < blocks}


def test_the_seed_decides() -> None:
    """The same seed gives the same turns; another one others."""
    factors, cells = crossing(2, 2, 3)
    one, again, other = (turns(cells, factors, 8, 0.25, seed=seed) for seed in ("1", "1", "2"))
    assert one == again != other


def test_every_step_has_pairs_at_an_eighth() -> None:
    """Each of 54 cells asked once in eight blocks: each step of each factor in two or more.

    Cells that take turns one by one give steps without any pair.
    """
    factors, cells = crossing(3, 3, 3, 2)
    for seed in range(5):
        asked = turns(cells, factors, 8, 1 / 8, seed=str(seed))
        assert len(asked) == len(cells)
        assert {block for _, block in asked} == set(range(8))
        assert min(pairs(factors, cells, asked).values()) >= 2
    spread = {(c, b) for c in range(len(cells)) for b in range(8) if takes_turn(c, b, 1 / 8)}
    assert min(pairs(factors, cells, spread).values()) == 0


def test_enough_cells_are_asked_in_every_block() -> None:
    """A quarter of twelve are three, which hold pairs of half of the four steps."""
    factors, cells = crossing(2, 2, 3)
    asked = turns(cells, factors, 8, 0.25)
    assert Counter(block for _, block in asked) == dict.fromkeys(range(8), 3)
    assert min(pairs(factors, cells, asked).values()) >= 3


def test_too_few_are_put_together_in_every_other_block() -> None:
    """One of four has nothing to be compared with; over 16 blocks every wording has its part."""
    factors, cells = crossing(2, 2)
    asked = turns(cells, factors, 16, 0.25)
    assert sorted(block for _, block in asked) == sorted(2 * [0, 2, 4, 6, 9, 11, 13, 15])
    assert set(pairs(factors, cells, asked).values()) == {4}


def test_cells_without_a_match_have_their_turns_too() -> None:
    """Where no two differ in one factor alone."""
    factors, cells = crossing(2, 2)
    asked = turns([cells[0], cells[3]], factors, 4, 0.5)
    assert Counter(cell for cell, _ in asked) == {0: 2, 1: 2}


def test_all_and_none() -> None:
    """The ends of the share."""
    factors, cells = crossing(2, 3)
    assert len(turns(cells, factors, 8, 1)) == 6 * 8
    assert turns(cells, factors, 8, 0) == set()
