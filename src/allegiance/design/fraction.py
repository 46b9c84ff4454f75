"""Fractions: fewer cells than the crossing, each level as often as any other.

    regular       two-level factors; pyDOE's columns of least size for the resolution
    times full    those, with the factors of more levels crossed in full: any resolution
    array         an orthogonal array, levels collapsed where a column has a multiple: resolution 3

Every fraction has sisters: other factors in other columns, other levels under the same sign.
The sister is played that has no impossible cell and tells the interactions asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain, islice, permutations, product
from math import factorial, prod
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allegiance.design.factorial import Cell
from allegiance.design.terms import Levels, Term, in_list, main_effects, told_by
from allegiance.errors import UserError

SISTERS = 3000
"""Most arrangements of one fraction that are looked at."""
ARRAYS = (
    "L4(2^3)", "L8(2^7)", "L9(3^4)", "L12(2^11)", "L16(2^15)", "L16(4^5)", "L18(6^1 3^6)",
    "L25(5^6)", "L27(2^1 3^12)", "L32(2^31)", "L32(2^1 4^9)", "L36(3^23)", "L50(2^1 5^11)",
    "L54(2^1 3^25)", "L64(4^21)", "L81(3^40)",
)  # fmt: skip
"""pyDOE's orthogonal arrays by size, but L64(2^31), which in 1.6.0 is not orthogonal."""

Plan = NDArray[np.int_]
"""Rows of level indices, a column for each factor."""


def fraction(
    factors: Levels,
    fixed: Mapping[str, str],
    possible: Callable[[Cell], bool],
    *,
    resolution: int = 3,
    estimable: Sequence[Term] = (),
    seed: int = 1,
) -> tuple[Cell, ...]:
    """The smallest fraction of the crossing that has the resolution.

    Args:
        factors: Factor to its levels.
        fixed: Every factor of the scenario, at the level where it stays if it is not varied.
        possible: Whether there is such a cell.
        resolution: 3, 4 or 5.
        estimable: Interactions to be told beside the main effects.
        seed: Of the order in which sisters are looked at.

    Raises:
        UserError: No such fraction, or none without an impossible cell.
    """
    varied = {name: list(levels) for name, levels in factors.items() if len(levels) > 1}
    held = {**fixed, **{name: levels[0] for name, levels in factors.items() if len(levels) == 1}}
    plans = sorted(_plans(varied, resolution), key=len)
    if not plans:
        raise UserError(
            f"no fraction of {_sizes(varied)} has resolution {resolution}: only the full crossing",
            mend="Ask for a lower resolution, or for `kind: optimal` with so many `cells`.",
            field="design.resolution",
        )
    terms = (*main_effects(varied), *estimable)
    refused = 0
    for plan in plans:
        for cells in islice(_sisters(plan, varied, held, Random(seed)), SISTERS):
            if not all(map(possible, cells)):
                continue
            if told_by(cells, varied, terms):
                return cells
            refused += 1
    if refused:
        raise UserError(
            f"no fraction of resolution {resolution} tells {in_list(terms)} apart",
            mend="Raise the resolution, or ask for `kind: optimal` with so many `cells`.",
            field="design.estimable",
        )
    raise UserError(
        "every fraction looked at has an impossible cell",
        mend="Cross levels that all go together, or ask for `kind: optimal` with so many `cells`.",
        field="design.kind",
    )


def _plans(varied: Levels, resolution: int) -> Iterator[Plan]:
    full = prod(len(levels) for levels in varied.values())
    found: Iterable[Plan | None] = chain(
        [_regular(varied, each) for each in range(resolution, 6)],
        [_array(varied)] if resolution == 3 else [],
    )
    yield from (plan for plan in found if plan is not None and len(plan) < full)


def _regular(varied: Levels, resolution: int) -> Plan | None:
    """A regular fraction of the two-level factors, crossed with all levels of the others."""
    fracfact_by_res = _of_pydoe("pydoe").fracfact_by_res

    two = [name for name, levels in varied.items() if len(levels) == 2]
    rest = [name for name in varied if name not in two]
    if len(two) < 3:
        return None
    try:
        signs = fracfact_by_res(len(two), resolution)
    except ValueError:
        return None
    rows = [
        dict(zip(two, row, strict=True)) | dict(zip(rest, others, strict=True))
        for row in (signs > 0).astype(int).tolist()
        for others in product(*(range(len(varied[name])) for name in rest))
    ]
    return np.array([[row[name] for name in varied] for row in rows])


def _array(varied: Levels) -> Plan | None:
    """The smallest array in which each factor finds a column of its own, levels collapsed."""
    get_orthogonal_array = _of_pydoe("pydoe.taguchi").get_orthogonal_array

    for name in ARRAYS:
        array: Any = np.asarray(get_orthogonal_array(name)).astype(int)
        chosen = _places([len(levels) for levels in varied.values()], array)
        if chosen is not None:
            levels = [len(each) for each in varied.values()]
            return np.column_stack(
                [array[:, at] % count for at, count in zip(chosen, levels, strict=True)]
            )
    return None


def _of_pydoe(name: str) -> Any:
    """A module of pyDOE, which no other design needs."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise UserError(
            f"a fraction needs the package {error.name}",
            mend='pip install "allegiance[design]"',
            field="design.kind",
        ) from error


def _places(counts: Sequence[int], array: Plan) -> list[int] | None:
    """A column for each factor whose levels are a multiple of its own, the nearest first."""
    there = [len(np.unique(array[:, at])) for at in range(array.shape[1])]
    found: dict[int, int] = {}
    for factor in sorted(range(len(counts)), key=lambda each: -counts[each]):
        fitting = [
            at
            for at, levels in enumerate(there)
            if levels % counts[factor] == 0 and at not in found.values()
        ]
        if not fitting:
            return None
        found[factor] = min(fitting, key=lambda at: there[at])
    return [found[factor] for factor in range(len(counts))]


def _sisters(
    plan: Plan, varied: Levels, held: Mapping[str, str], random: Random
) -> Iterator[tuple[Cell, ...]]:
    """The same fraction with columns and levels exchanged; itself first."""
    names = list(varied)
    for columns, relabelled in _arrangements([len(varied[name]) for name in names], random):
        rows = sorted(
            {
                tuple(relabelled[place][row[column]] for place, column in enumerate(columns))
                for row in plan.tolist()
            }
        )
        yield tuple(
            {**held, **{name: varied[name][at] for name, at in zip(names, row, strict=True)}}
            for row in rows
        )


def _arrangements(
    counts: Sequence[int], random: Random
) -> Iterator[tuple[Sequence[int], Sequence[Sequence[int]]]]:
    """Columns for the factors, and new names for the levels: all where few, else drawn."""
    orders = list(_orders(counts))
    few = len(orders) * prod(factorial(count) for count in counts) <= SISTERS
    if few:
        yield from product(orders, product(*(permutations(range(count)) for count in counts)))
        return
    yield orders[0], [range(count) for count in counts]
    while True:
        levels = [random.sample(range(count), count) for count in counts]
        yield random.choice(orders), levels


def _orders(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Orders of the columns in which each factor keeps a column of as many levels."""
    places = range(len(counts))
    for order in islice(permutations(places), SISTERS):
        if all(counts[at] == counts[column] for at, column in zip(places, order, strict=True)):
            yield order


def _sizes(varied: Levels) -> str:
    return " x ".join(str(len(levels)) for levels in varied.values()) or "nothing"
