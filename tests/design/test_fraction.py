"""Fractions and optimal sets tell what they promise, and say truly what they don't."""

import sys
from collections import Counter
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydoe import fracfact_aliasing, fracfact_by_res
from pydoe.optimal import fedorov

from allegiance.design.aliasing import aliases
from allegiance.design.factorial import Cell, cross
from allegiance.design.fraction import ARRAYS, fraction
from allegiance.design.nuisance import balanced_blocks
from allegiance.design.optimal import optimal
from allegiance.design.terms import (
    Term,
    columns,
    interactions,
    main_effects,
    matrix,
    size,
    told_by,
)
from allegiance.errors import UserError


def factors(*counts: int) -> dict[str, list[str]]:
    return {
        name: [f"{name}{level}" for level in range(count)]
        for name, count in zip("abcdefgh", counts, strict=False)
    }


def base(levels: dict[str, list[str]]) -> Cell:
    return {name: each[0] for name, each in levels.items()}


def always(_: Cell) -> bool:
    return True


SIZES = [
    ((2, 2, 2), 3, 4),
    ((2, 2, 2, 2), 4, 8),
    ((2, 2, 2, 2, 2), 3, 8),
    ((2, 2, 2, 2, 2), 5, 16),
    ((2, 2, 2, 2, 2, 2, 2), 3, 8),
    ((3, 3, 3), 3, 9),
    ((3, 3, 3, 3), 3, 9),
    ((2, 3, 3), 3, 9 + 9),
    ((4, 4, 4), 3, 16),
    ((2, 2, 2, 3), 3, 12),
    ((2, 2, 2, 2, 3), 4, 24),
]


@pytest.mark.parametrize(("counts", "resolution", "cells"), SIZES)
def test_a_fraction_is_small_balanced_and_clear(counts, resolution, cells) -> None:
    """Levels stand equally often, in pairs too; main effects are clear as the resolution says."""
    levels = factors(*counts)
    if cells == 18 == np.prod(counts):
        with pytest.raises(UserError, match="only the full crossing"):
            fraction(levels, base(levels), always, resolution=resolution)
        return
    played = fraction(levels, base(levels), always, resolution=resolution)
    assert len(played) == cells
    for one, other in combinations(levels, 2):
        met = Counter((cell[one], cell[other]) for cell in played)
        assert len(set(met.values())) == 1
        assert len(met) == len(levels[one]) * len(levels[other])
    shortest = min((len(each.term) for each in aliases(played, levels)), default=3)
    assert shortest > {3: 0, 4: 1, 5: 2}[resolution]


@given(st.integers(3, 7), st.sampled_from([3, 4, 5]), st.integers(0, 9))
@settings(max_examples=25)
def test_aliases_of_a_regular_fraction_are_those_of_pydoe(count, resolution, seed) -> None:
    """Pairs of main effects and interactions that share a column, by another implementation."""
    levels = factors(*[2] * count)
    signs = fracfact_by_res(count, resolution)
    assume(len(signs) < 2**count)
    played = [
        {name: levels[name][int(sign > 0)] for name, sign in zip(levels, row, strict=True)}
        for row in signs
    ]
    theirs = set()
    for line in fracfact_aliasing(signs)[0]:
        same = [each for each in line.split(" = ") if len(each) <= 2]
        theirs |= {frozenset(pair) for pair in combinations(same, 2)}
    ours = {
        frozenset(("".join(each.term), "".join(partner)))
        for each in aliases(played, levels)
        for partner in each.partners
    }
    assert ours == theirs


@st.composite
def designs(draw: st.DrawFn) -> tuple[dict[str, list[str]], list[Cell]]:
    """Any set of cells of a small crossing in which each level is played."""
    levels = factors(*draw(st.lists(st.integers(2, 3), min_size=2, max_size=4)))
    everything = cross(levels, base(levels), always)
    chosen = draw(st.sets(st.sampled_from(range(len(everything))), min_size=3, max_size=20))
    cells = [everything[place] for place in sorted(chosen)]
    assume(all({cell[name] for cell in cells} == set(each) for name, each in levels.items()))
    return levels, cells


def spans(cells: list[Cell], levels: dict[str, list[str]], terms: list[Term]) -> int:
    """Dimension by Gram-Schmidt over exact dummies: another coding, another algorithm."""
    dummies: list[np.ndarray] = [np.ones(len(cells))]
    for term in terms:
        dummies += [
            columns(cells, levels, term)[:, at]
            for at in range(columns(cells, levels, term).shape[1])
        ]
    kept: list[np.ndarray] = []
    for column in dummies:
        rest = column.astype(float)
        for _ in range(2):
            for each in kept:
                rest = rest - (rest @ each) * each
        if np.linalg.norm(rest) > 1e-7:
            kept.append(rest / np.linalg.norm(rest))
    return len(kept)


@given(designs())
@settings(max_examples=60)
def test_what_is_said_of_aliases_is_true(design) -> None:
    """Each partner shares a direction, all that lacks one is told, and nothing is passed over."""
    levels, cells = design
    terms = [*main_effects(levels), *interactions(levels)]
    whole = spans(cells, levels, terms)
    said = {each.term for each in aliases(cells, levels)}
    for term in terms:
        others = [each for each in terms if each != term]
        own = np.prod([len(levels[name]) - 1 for name in term])
        assert (whole - spans(cells, levels, others) < own) == (term in said), term
    for each in aliases(cells, levels):
        own_rank = spans(cells, levels, [each.term]) - 1
        if each.combinations:
            met = {tuple(cell[name] for name in each.term) for cell in cells}
            assert (len(met), prod(len(levels[n]) for n in each.term)) == each.combinations
            assert each.combinations[0] < each.combinations[1]
            continue
        groups = [list(each.partners)] if each.together else [[p] for p in each.partners]
        for group in groups:
            beside = spans(cells, levels, group)
            added = spans(cells, levels, [*group, each.term]) - beside
            assert added < own_rank
            if each.whole:
                assert added == 0
            if each.together:
                for out in group:
                    fewer = [other for other in group if other != out]
                    left = spans(cells, levels, [*fewer, each.term]) - spans(cells, levels, fewer)
                    assert left == own_rank


def test_aliases_in_words() -> None:
    """The sentence that the plan prints."""
    levels = {
        "goal_conflict": ["none", "explicit"],
        "threat": ["none", "removal"],
        "oversight": ["watched", "unwatched"],
    }
    played = fraction(levels, base(levels), always)
    words = [each.in_words for each in aliases(played, levels)]
    assert "goal_conflict is aliased with threat x oversight" in words
    shelf = {"conflict": ["none", "conflicting"], "order": ["nothing", "prefer", "deny"]}
    tied = [
        {"conflict": "none", "order": "nothing"},
        {"conflict": "conflicting", "order": "prefer"},
        {"conflict": "conflicting", "order": "deny"},
    ]
    assert [each.in_words for each in aliases(tied, shelf)] == [
        "conflict is aliased with order",
        "order is aliased in part with conflict",
        "conflict x order: 3 of its 6 combinations are played",
    ]


def test_a_sister_without_impossible_cells_is_played() -> None:
    """Other signs, or other columns, as long as there are any."""
    levels = factors(2, 2, 2)
    first = fraction(levels, base(levels), always)
    sister = fraction(levels, base(levels), lambda cell: cell != first[0])
    assert first[0] not in sister
    assert len(sister) == 4


def test_estimable_interactions_are_told() -> None:
    """Columns are dealt so that they are clear of main effects and of each other."""
    levels = factors(2, 2, 2, 2, 2)
    wanted = [("a", "b"), ("a", "c")]
    played = fraction(levels, base(levels), always, resolution=3, estimable=wanted)
    assert told_by(played, levels, [*main_effects(levels), *wanted])
    assert len(played) == 8


REFUSED: dict[str, tuple[Any, ...]] = {
    "resolution": ((2, 2, 2), {"resolution": 4}, always, "only the full crossing"),
    "mixed": ((3, 3, 3), {"resolution": 4}, always, "only the full crossing"),
    "impossible": ((2, 2, 2), {}, lambda cell: cell["a"] + cell["b"] != "a0b1", "impossible cell"),
    "estimable": ((2, 2, 2), {"estimable": [("a", "b")]}, always, "tells a, b, c and a x b apart"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_an_impossible_fraction_is_refused(why: str) -> None:
    """In a line, with what would do instead."""
    counts, asked, possible, said = REFUSED[why]
    levels = factors(*counts)
    with pytest.raises(UserError, match=said) as refused:
        fraction(levels, base(levels), possible, **asked)
    assert refused.value.field
    assert "optimal" in refused.value.mend


def test_the_arrays_are_orthogonal() -> None:
    """All those of pyDOE that are used; one of 1.6.0 is not, and is left out."""
    from pydoe.taguchi import get_orthogonal_array, list_orthogonal_arrays

    for name in list_orthogonal_arrays():
        array = get_orthogonal_array(name)
        pairs = combinations(range(array.shape[1]), 2)
        met = [Counter(zip(array[:, i], array[:, j], strict=True)) for i, j in pairs]
        fine = all(len(set(each.values())) == 1 for each in met)
        assert fine == (name in ARRAYS), name


@given(st.lists(st.integers(2, 3), min_size=2, max_size=4), st.integers(0, 50), st.data())
@settings(max_examples=20)
def test_an_optimal_set_is_possible_and_tells_its_terms(counts, seed, data) -> None:
    """Whatever is impossible; it is no worse than pyDOE's exchange on the same candidates."""
    levels = factors(*counts)
    everything = cross(levels, base(levels), always)
    out = data.draw(st.sets(st.sampled_from(range(len(everything))), max_size=len(everything) // 4))
    candidates = [cell for place, cell in enumerate(everything) if place not in out]
    terms = main_effects(levels)
    needed = size(levels, terms)
    assume(told_by(candidates, levels, terms) and len(candidates) >= needed)
    count = data.draw(st.integers(needed, min(len(candidates), needed + 4)))
    played = optimal(candidates, levels, cells=count, seed=seed)
    assert len({tuple(cell.items()) for cell in played}) == count
    assert all(cell in candidates for cell in played)
    model = matrix(played, levels, terms)
    theirs = fedorov(matrix(candidates, levels, terms)[:, 1:], count, 1, "D")
    theirs = np.column_stack([np.ones(count), theirs])
    ours, other = (np.linalg.slogdet(each.T @ each) for each in (model, theirs))
    assert ours[0] > 0
    assert other[0] <= 0 or ours[1] >= other[1] - 0.05 * model.shape[1]


def test_the_seed_decides_and_the_best_is_found() -> None:
    """Four of eight cells: the half fraction is D-optimal."""
    levels = factors(2, 2, 2)
    everything = cross(levels, base(levels), always)
    played = optimal(everything, levels, cells=4, seed=3)
    assert played == optimal(everything, levels, cells=4, seed=3)
    model = matrix(played, levels, main_effects(levels))
    assert np.allclose(model.T @ model, 4 * np.eye(4))


@pytest.mark.parametrize(
    ("cells", "out", "said"),
    [(3, None, "too few"), (9, None, "too many"), (5, "a1", "no set of possible cells tells a")],
)
def test_an_optimal_set_that_can_not_be_is_refused(cells, out, said) -> None:
    levels = factors(2, 2, 2)
    if out:
        levels = factors(2, 2, 3)
    everything = [c for c in cross(levels, base(levels), always) if c["a"] != out]
    with pytest.raises(UserError, match=said):
        optimal(everything, levels, cells=cells)


def test_levels_meet_wordings_equally_often_in_a_fraction() -> None:
    """Each cell is played in each block, so that any level meets all wordings alike."""
    levels = factors(2, 3, 3, 3)
    played = fraction(levels, base(levels), always)
    blocks = balanced_blocks(8, wordings=8, names=4, orders=2, seed=2)
    met = Counter(
        (name, cell[name], block.wording)
        for cell, block in product(played, blocks)
        for name in levels
    )
    for name, each in levels.items():
        assert len({met[name, level, wording] for level in each for wording in range(8)}) == 1


def test_without_pydoe_a_fraction_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else needs it."""
    monkeypatch.setitem(sys.modules, "pydoe", None)
    levels = factors(2, 2, 2)
    with pytest.raises(UserError, match=r"allegiance\[design\]"):
        fraction(levels, base(levels), always)
    assert len(optimal(cross(levels, base(levels), always), levels, cells=4)) == 4
