"""How far cells mix up two effects, against plain correlations and what aliases say."""

from itertools import product
from statistics import correlation

import pytest

from allegiance.design.aliasing import aliases
from allegiance.design.correlation import correlations
from allegiance.design.factorial import cross
from allegiance.design.fraction import fraction
from allegiance.design.terms import columns, interactions, main_effects


def factors(*counts: int) -> dict[str, list[str]]:
    return {
        name: [f"{name}{level}" for level in range(count)]
        for name, count in zip("abcdefg", counts, strict=False)
    }


def base(levels: dict[str, list[str]]) -> dict[str, str]:
    return {name: each[0] for name, each in levels.items()}


@pytest.mark.parametrize("count", [3, 5, 6])
def test_of_two_levels_it_is_the_correlation_of_the_columns(count: int) -> None:
    levels = factors(*[2] * count)
    cells = fraction(levels, base(levels), lambda _: True)
    found = {(each.one, each.other): each.size for each in correlations(cells, levels)}
    terms = (*main_effects(levels), *interactions(levels))
    for place, one in enumerate(terms):
        for other in terms[place + 1 :]:
            both = [columns(cells, levels, term)[:, 0].tolist() for term in (one, other)]
            expected = abs(correlation(*both))
            assert found.get((one, other), 0.0) == pytest.approx(expected, abs=0.005)


def test_it_is_whole_where_a_term_is_aliased_with_one_other() -> None:
    levels = factors(2, 2, 2)
    cells = fraction(levels, base(levels), lambda _: True)
    whole = {(each.one, each.other) for each in correlations(cells, levels) if each.size > 0.999}
    assert whole == {(("a",), ("b", "c")), (("b",), ("a", "c")), (("c",), ("a", "b"))}
    assert {(each.term, each.partners[0]) for each in aliases(cells, levels)} >= whole


def test_a_full_crossing_mixes_up_nothing() -> None:
    levels = factors(2, 3, 2)
    assert correlations(cross(levels, base(levels), lambda _: True), levels) == ()


def test_cells_that_are_missing_mix_up_in_part() -> None:
    """Without one of four cells each factor goes with the other in half."""
    levels = factors(2, 2)
    cells = cross(levels, base(levels), lambda cell: cell != {"a": "a1", "b": "b1"})
    found = {(each.one, each.other): each.size for each in correlations(cells, levels)}
    assert found[("a",), ("b",)] == pytest.approx(0.5)


def test_what_is_the_same_everywhere_goes_with_the_mean() -> None:
    levels = factors(2, 2)
    cells = [
        dict(zip(levels, each, strict=True))
        for each in product(*levels.values())
        if each in (("a0", "b0"), ("a1", "b1"))
    ]
    found = correlations(cells, levels)
    assert (("a", "b"), ()) in {(each.one, each.other) for each in found}
