"""Contrasts are read off cells as weights that are unbiased, or are refused."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegiance.design.contrasts import (
    Estimator,
    Step,
    Untold,
    Weights,
    contrast_weights,
    place_weights,
)
from allegiance.design.factorial import Cell, cross
from allegiance.design.fraction import fraction
from allegiance.design.sets import counterfactual, ladder
from allegiance.design.terms import Term, main_effects, matrix, size
from allegiance.errors import UserError

LEVELS = {name: [f"{name}0", f"{name}1"] for name in "abc"}
BASE = {name: levels[0] for name, levels in LEVELS.items()}
FULL = cross(LEVELS, BASE, lambda _: True)
HALF = fraction(LEVELS, BASE, lambda _: True)


def weights(
    cells: Sequence[Cell],
    step: Step,
    less: Step | None = None,
    *,
    estimator: Estimator = "model",
    estimable: Sequence[Term] = (),
) -> Any:
    terms = [*main_effects(LEVELS), *estimable]
    return contrast_weights(cells, step, less, estimator=estimator, factors=LEVELS, terms=terms)


@given(st.lists(st.floats(-5, 5), min_size=5, max_size=5))
@settings(max_examples=30)
def test_weights_give_the_contrast_of_any_truth_in_the_model(effects) -> None:
    """Main effects and one interaction, from half of the cells less than all of them."""
    terms = [*main_effects(LEVELS), ("a", "b")]
    truth = matrix(FULL, LEVELS, terms) @ effects
    places = (Step({"a": "a0", "b": "b1"}, {"a": "a1", "b": "b1"}), None)
    cells = FULL[:7]
    found = weights(cells, *places, estimable=[("a", "b")])
    assert isinstance(found, Weights)
    at = {tuple(cell.items()): value for cell, value in zip(FULL, truth, strict=True)}
    expected = np.mean(
        [
            at[tuple({**cell, "a": "a1"}.items())] - at[tuple(cell.items())]
            for cell in FULL
            if (cell["a"], cell["b"]) == ("a0", "b1")
        ]
    )
    got = sum(w * at[tuple(cell.items())] for w, cell in zip(found.of, cells, strict=True))
    assert got == pytest.approx(expected, abs=1e-6)
    assert sum(found.of) == pytest.approx(0, abs=1e-6)


@given(st.lists(st.floats(-5, 5), min_size=5, max_size=5))
@settings(max_examples=30)
def test_a_place_has_the_mean_of_any_truth_in_the_model(effects) -> None:
    """Over the levels of what it leaves open, from fewer cells than there are."""
    terms = [*main_effects(LEVELS), ("a", "b")]
    truth = matrix(FULL, LEVELS, terms) @ effects
    at = {tuple(cell.items()): value for cell, value in zip(FULL, truth, strict=True)}
    cells, place = FULL[:7], {"a": "a1", "b": "b0"}
    found = place_weights(cells, place, factors=LEVELS, terms=terms)
    assert isinstance(found, Weights)
    expected = np.mean([v for cell, v in at.items() if place.items() <= dict(cell).items()])
    got = sum(w * at[tuple(cell.items())] for w, cell in zip(found.of, cells, strict=True))
    assert got == pytest.approx(expected, abs=1e-6)
    assert sum(found.of) == pytest.approx(1)


@pytest.mark.parametrize(
    ("place", "problem"),
    [({"a": "a0", "b": "b0"}, "takes in a x b"), ({"a": "nowhere"}, "no cell is played")],
)
def test_a_place_that_the_model_does_not_tell_is_refused(place, problem) -> None:
    found = place_weights(HALF, place, factors=LEVELS, terms=main_effects(LEVELS))
    assert isinstance(found, Untold)
    assert problem in found.problem


def test_paired_weights_are_the_mean_difference_of_pairs() -> None:
    """Four pairs for a factor; two less two for an interaction."""
    one = weights(FULL, Step({"a": "a0"}, {"a": "a1"}), estimator="paired")
    assert sorted(one.of) == [-0.25] * 4 + [0.25] * 4
    assert one.squares == pytest.approx(0.5)
    both = weights(
        FULL,
        Step({"a": "a0", "b": "b1"}, {"a": "a1", "b": "b1"}),
        Step({"a": "a0", "b": "b0"}, {"a": "a1", "b": "b0"}),
        estimator="paired",
    )
    assert both.used == 8
    assert both.squares == pytest.approx(2.0)


def test_an_interaction_is_read_off_fours() -> None:
    """Where a step has no counterpart beside it, it is left out on both sides."""
    step = Step({"a": "a0", "b": "b1"}, {"a": "a1", "b": "b1"})
    less = Step({"a": "a0", "b": "b0"}, {"a": "a1", "b": "b0"})
    gone = {"a": "a1", "b": "b0", "c": "c1"}
    found = weights([cell for cell in FULL if cell != gone], step, less, estimator="paired")
    assert found.used == 4
    assert found.squares == pytest.approx(4.0)
    lonely = [c for c in FULL if (c["b"], c["c"]) in (("b1", "c0"), ("b0", "c1"))]
    assert isinstance(weights(lonely, step, less, estimator="paired"), Untold)


def test_a_fraction_reads_a_factor_off_all_its_cells() -> None:
    """Where no pair is played."""
    step = Step({"a": "a0"}, {"a": "a1"})
    assert isinstance(weights(HALF, step, estimator="paired"), Untold)
    found = weights(HALF, step)
    assert isinstance(found, Weights)
    assert found.squares == pytest.approx(1.0)
    assert found.used == 4


AB = Step({"a": "a0", "b": "b1"}, {"a": "a1", "b": "b1"})
REFUSED: dict[str, tuple[Any, ...]] = {
    "no level": (FULL, Step({"a": "a0"}, {"a": "a7"}), None, "paired", (), "no cell is played at"),
    "no pair": (HALF, Step({"a": "a0"}, {"a": "a1"}), None, "paired", (), "alike in all else"),
    "no level in the model": (
        HALF, Step({"a": "a0"}, {"a": "a7"}), None, "model", (), "no cell is played at a=a7",
    ),
    "takes in an interaction": (HALF, AB, None, "model", (), "takes in a x b"),
    "aliased": (HALF, AB, None, "model", (("a", "b"),), r"aliased: .* not apart from c"),
    "an interaction that is nil": (
        HALF, AB, Step({"a": "a0", "b": "b0"}, {"a": "a1", "b": "b0"}), "model", (), "takes in",
    ),
    "nothing": (HALF, Step({"a": "a0"}, {"a": "a0"}), None, "model", (), "nothing changes"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_contrast_that_can_not_be_told_says_why(why: str) -> None:
    cells, step, less, estimator, estimable, said = REFUSED[why]
    found = weights(cells, step, less, estimator=estimator, estimable=estimable)
    assert isinstance(found, Untold)
    assert found.mend
    assert re.search(said, found.problem)


@given(st.data())
@settings(max_examples=40)
def test_model_weights_exist_just_where_the_contrast_is_told(data) -> None:
    """Brute force: a null direction of the model that changes the contrast refutes it."""
    cells = data.draw(st.lists(st.sampled_from(FULL), min_size=2, max_size=6, unique_by=str))
    terms = main_effects(LEVELS)
    model = matrix(cells, LEVELS, terms)
    both = matrix([{**BASE}, {**BASE, "a": "a1"}], LEVELS, terms)
    aim = both[1] - both[0]
    null = np.linalg.svd(model)[2][np.linalg.matrix_rank(model) :]
    told = np.allclose(null @ aim, 0) if len(null) else True
    if len({cell["a"] for cell in cells}) < 2:
        told = False
    found = weights(tuple(cells), Step({"a": "a0"}, {"a": "a1"}))
    assert isinstance(found, Weights) == told


def test_a_counterfactual_set_changes_one_level_at_a_time() -> None:
    """The base and a cell for each other level; impossible ones are left out."""
    found = counterfactual(BASE, LEVELS, lambda _: True)
    assert len(found) == 4
    assert all(sum(cell[name] != BASE[name] for name in BASE) <= 1 for cell in found)
    three = {**LEVELS, "a": ["a0", "a1", "a2"]}
    assert len(counterfactual(BASE, three, lambda cell: cell["a"] != "a2")) == 4
    with pytest.raises(UserError, match="in a alone"):
        counterfactual(BASE, LEVELS, lambda cell: cell["a"] != "a1")
    with pytest.raises(UserError, match="is impossible"):
        counterfactual(BASE, LEVELS, lambda cell: cell["a"] != "a0")


def test_a_ladder_has_every_rung() -> None:
    """However many the experiment names, in each cell of the others."""
    rungs = {"stakes": ["2", "5", "10"]}
    fixed = {**BASE, "stakes": "2"}
    found = ladder({"a": ["a0", "a1"], "stakes": ["2", "10"]}, rungs, fixed, lambda _: True)
    assert [(cell["a"], cell["stakes"]) for cell in found] == [
        *product(["a0", "a1"], ["2", "5", "10"])
    ]
    with pytest.raises(UserError, match="one numeric factor"):
        ladder({"a": ["a0", "a1"]}, rungs, fixed, lambda _: True)
    with pytest.raises(UserError, match="rung is impossible"):
        ladder({"stakes": ["2"]}, rungs, fixed, lambda cell: cell["stakes"] != "5")


def test_as_many_cells_as_coefficients_are_needed() -> None:
    levels: dict[str, list[str]] = {"a": ["0", "1", "2"], "b": ["0", "1"]}
    assert size(levels, main_effects(levels)) == 4
    assert size(levels, [*main_effects(levels), ("a", "b")]) == 6
    cell: Cell = {"a": "0", "b": "0"}
    assert matrix([cell], levels, [("a", "b")]).tolist() == [[1.0, 1.0, 1.0]]
