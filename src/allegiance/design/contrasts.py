"""A contrast as a weight on each cell: what is read off a design, and how sharply.

    paired    cells alike in all that the contrast does not name, target less source, averaged:
              true whatever the rest does, but needs both cells of a pair
    model     the least-squares weights in the mean, main effects and stated interactions:
              true where all else is nil, and needs no pairs; for fractions

Within one nuisance block the estimate is the sum of weight times value over cells; its noise is
that of one value times the root of the sum of squared weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import isclose
from typing import Literal

import numpy as np

from allegiance.design.factorial import Cell, matching_pairs
from allegiance.design.terms import (
    TOLERANCE,
    Columns,
    Levels,
    Term,
    columns,
    in_list,
    matrix,
    rank,
)

Estimator = Literal["paired", "model"]
Partial = Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """From one place of a design to another, each some factors with a level."""

    source: Partial
    """Where it starts."""
    target: Partial
    """Where it arrives."""


@dataclass(frozen=True)
class Weights:
    """A contrast that the cells can tell."""

    of: tuple[float, ...]
    """The weight of each cell, in the order of the cells."""

    @property
    def squares(self) -> float:
        """The sum of their squares: its variance in values of one cell and block."""
        return float(sum(weight**2 for weight in self.of))

    @property
    def used(self) -> int:
        """How many cells have any."""
        return sum(weight != 0 for weight in self.of)


@dataclass(frozen=True)
class Untold:
    """A contrast that the cells can't tell."""

    problem: str
    """Why."""
    mend: str
    """What would help."""


def contrast_weights(
    cells: Sequence[Cell],
    step: Step,
    less: Step | None = None,
    *,
    estimator: Estimator,
    factors: Levels,
    terms: Sequence[Term],
) -> Weights | Untold:
    """The weights of a contrast, or of one less another.

    Args:
        cells: The played cells.
        step: The contrast.
        less: What is taken off.
        estimator: How it is read off.
        factors: The varied factors and their levels.
        terms: The model, where there is one.
    """
    if estimator == "paired":
        return _paired(cells, step, less)
    return _in_model(cells, step, less, factors, terms)


def place_weights(
    cells: Sequence[Cell], place: Partial, *, factors: Levels, terms: Sequence[Term]
) -> Weights | Untold:
    """The weights of the mean at a place in the model, over all levels of what it leaves open.

    Args:
        cells: The played cells.
        place: Some factors with a level.
        factors: The varied factors and their levels.
        terms: The model, beside the mean.
    """
    if any(level not in factors[name] for name, level in place.items() if name in factors):
        return _no_cells(cells, Step(place, place))
    varied = [name for name in factors if name in place]
    wanted = {
        term: _at(place, term, factors)
        for count in range(1, len(varied) + 1)
        for term in combinations(varied, count)
    }
    beside = [term for term in wanted if term not in terms]
    if beside:
        return _taken_as_nil(beside)
    return _solved(cells, factors, terms, wanted, mean=1.0)


def _paired(cells: Sequence[Cell], step: Step, less: Step | None) -> Weights | Untold:
    """The mean over pairs; of an interaction over fours, alike in all that neither step names."""
    steps = [step] if less is None else [step, less]
    pairs = [matching_pairs(cells, each.source, each.target) for each in steps]
    for each, those in zip(steps, pairs, strict=True):
        if not those:
            return _no_cells(cells, each)
    units = [(pair,) for pair in pairs[0]] if less is None else _fours(steps, pairs[0], pairs[1])
    if not units:
        return Untold(
            "its two steps are nowhere played in cells alike in all else",
            "Name the same factors in `less` as beside it.",
        )
    found = np.zeros(len(cells))
    for unit in units:
        for (source, target), sign in zip(unit, (1.0, -1.0), strict=False):
            found[cells.index(target)] += sign / len(units)
            found[cells.index(source)] -= sign / len(units)
    return Weights(tuple(found.tolist()))


def _fours(
    steps: Sequence[Step], first: Sequence[tuple[Cell, Cell]], second: Sequence[tuple[Cell, Cell]]
) -> list[tuple[tuple[Cell, Cell], ...]]:
    named = {name for each in steps for name in (*each.source, *each.target)}

    def rest(pair: tuple[Cell, Cell]) -> dict[str, str]:
        return {name: level for name, level in pair[0].items() if name not in named}

    return [(one, other) for one in first for other in second if rest(one) == rest(other)]


def _no_cells(cells: Sequence[Cell], step: Step) -> Untold:
    for place in (step.source, step.target):
        if not any(place.items() <= cell.items() for cell in cells):
            return Untold(
                f"no cell is played at {place_words(place)}",
                "Add the levels to the scenario's `factors`, or hold them there with `at`.",
            )
    return Untold(
        f"no two cells alike in all else lie at {place_words(step.source)} and at "
        f"{place_words(step.target)}",
        "Name all factors that change between them, in `from` as in `to`.",
    )


def _in_model(
    cells: Sequence[Cell],
    step: Step,
    less: Step | None,
    factors: Levels,
    terms: Sequence[Term],
) -> Weights | Untold:
    steps = [(step, 1.0), *([(less, -1.0)] if less else [])]
    for each, _ in steps:
        for place in (each.source, each.target):
            strange = [n for n, level in place.items() if not any(c[n] == level for c in cells)]
            if strange:
                return _no_cells(cells, Step({n: place[n] for n in strange}, {}))
    wanted = _wanted(steps, factors)
    beside = [term for term in wanted if term not in terms]
    if beside:
        return _taken_as_nil(beside)
    if not wanted:
        return Untold("nothing changes between its places", "Change a level that is varied.")
    return _solved(cells, factors, terms, wanted, mean=0.0)


def _solved(
    cells: Sequence[Cell],
    factors: Levels,
    terms: Sequence[Term],
    wanted: Mapping[Term, Columns],
    *,
    mean: float,
) -> Weights | Untold:
    """The least-squares weights of some coefficients of the model, and of so much of its mean."""
    model = matrix(cells, factors, terms)
    aim = np.concatenate([[mean], *(wanted.get(t, _nought(t, factors)) for t in terms)])
    if rank(np.vstack([model, aim])) > rank(model):
        return Untold(
            f"it is aliased: the cells tell {in_list(wanted)} not apart from "
            f"{_mixed_up(cells, factors, terms, list(wanted))}",
            "Raise the resolution, play more cells, or claim less.",
        )
    found = np.linalg.pinv(model.T) @ aim
    return Weights(tuple(0.0 if isclose(w, 0, abs_tol=TOLERANCE) else float(w) for w in found))


def _taken_as_nil(terms: Sequence[Term]) -> Untold:
    return Untold(
        f"it takes in {in_list(terms)}, which the design takes to be nil",
        "Name it in `design.estimable`, or claim less: name fewer factors in one place.",
    )


def _wanted(steps: Sequence[tuple[Step, float]], factors: Levels) -> dict[Term, Columns]:
    """The coefficients that a contrast takes in: all terms of the factors that it names."""
    named = sorted({name for step, _ in steps for name in (*step.source, *step.target)})
    varied = [name for name in factors if name in named and len(factors[name]) > 1]
    found: dict[Term, Columns] = {}
    for count in range(1, len(varied) + 1):
        for term in combinations(varied, count):
            aim = sum(
                (
                    sign * (_at(step.target, term, factors) - _at(step.source, term, factors))
                    for step, sign in steps
                ),
                start=_nought(term, factors),
            )
            if np.abs(aim).max(initial=0) > TOLERANCE:
                found[term] = aim
    return found


def _at(place: Partial, term: Term, factors: Levels) -> Columns:
    """A term's codes at a place, averaged over the factors that the place leaves open."""
    open_ = [[place[name]] if name in place else list(factors[name]) for name in term]
    cells = [dict(zip(term, levels, strict=True)) for levels in product(*open_)]
    means: Columns = columns(cells, factors, term).mean(axis=0)
    return means


def _nought(term: Term, factors: Levels) -> Columns:
    return np.zeros(int(np.prod([len(factors[name]) - 1 for name in term])))


def _mixed_up(
    cells: Sequence[Cell], factors: Levels, terms: Sequence[Term], wanted: Sequence[Term]
) -> str:
    """The other terms of the model that share a direction with those wanted."""
    own = matrix(cells, factors, wanted)
    shared = [
        term
        for term in terms
        if term not in wanted
        and rank(np.hstack([own, columns(cells, factors, term)]))
        < rank(own) + rank(matrix(cells, factors, [term])) - 1
    ]
    return in_list(shared, last="or") if shared else "each other and the rest of the model"


def place_words(place: Partial) -> str:
    """A place as people write it."""
    return ", ".join(f"{name}={level}" for name, level in place.items()) or "any cell"
