"""The linear model of a design, and what its cells can tell of it.

    ()           the mean
    (a,)         the main effect of a factor
    (a, b)       the interaction of two

Levels are coded so that each term sums to nought over the levels of each of its factors: the
first level is -1 in every column of a factor, any other is 1 in a column of its own. Of two
levels that leaves -1 and 1, the usual coding of fractions.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from allegiance.design.factorial import Cell

Term = tuple[str, ...]
Levels = Mapping[str, Sequence[str]]
"""Factor to its levels, the first one the baseline."""
Columns = NDArray[np.float64]

TOLERANCE = 1e-8


def main_effects(factors: Levels) -> tuple[Term, ...]:
    """The main effects of the factors that have more than one level."""
    return tuple((name,) for name, levels in factors.items() if len(levels) > 1)


def interactions(factors: Levels) -> tuple[Term, ...]:
    """The interactions of two of them."""
    varied = [name for (name,) in main_effects(factors)]
    return tuple(combinations(varied, 2))


def columns(cells: Sequence[Mapping[str, str]], factors: Levels, term: Term) -> Columns:
    """A term's columns, a row for each cell."""
    rows = [_row([_coded(factors[name], cell[name]) for name in term]) for cell in cells]
    return np.array(rows, dtype=float).reshape(len(cells), -1)


def matrix(cells: Sequence[Mapping[str, str]], factors: Levels, terms: Iterable[Term]) -> Columns:
    """The model matrix: the mean, then the terms in order."""
    parts = [np.ones((len(cells), 1)), *(columns(cells, factors, term) for term in terms)]
    return np.hstack(parts)


def size(factors: Levels, terms: Iterable[Term]) -> int:
    """How many coefficients the mean and the terms have: the fewest cells that tell them."""
    return 1 + sum(int(np.prod([len(factors[name]) - 1 for name in term])) for term in terms)


def rank(model: Columns) -> int:
    """How many columns are independent."""
    return int(np.linalg.matrix_rank(model, tol=TOLERANCE)) if model.size else 0


def untold(cells: Sequence[Cell], factors: Levels, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms that the cells do not tell wholly, in the model of these terms."""
    return tuple(term for term in terms if lost(cells, factors, term, terms))


def told_by(cells: Sequence[Cell], factors: Levels, terms: Iterable[Term]) -> bool:
    """Whether the cells tell the mean and every term in the model of these terms."""
    model = matrix(cells, factors, terms)
    return rank(model) == int(model.shape[1])


def lost(cells: Sequence[Cell], factors: Levels, term: Term, terms: Iterable[Term]) -> int:
    """How many of a term's coefficients can't be told from the mean and the other terms."""
    others = matrix(cells, factors, [each for each in terms if each != term])
    own = columns(cells, factors, term)
    return int(own.shape[1]) - (rank(np.hstack([others, own])) - rank(others))


def term_words(term: Term) -> str:
    """A term as people write it."""
    return " x ".join(term) if term else "the mean"


def in_list(terms: Iterable[Term], last: str = "and") -> str:
    """Terms in a row, the last one behind a word."""
    words = [term_words(term) for term in terms]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _coded(levels: Sequence[str], level: str) -> list[float]:
    place = list(levels).index(level)
    if place == 0:
        return [-1.0] * (len(levels) - 1)
    return [float(place == other) for other in range(1, len(levels))]


def _row(codes: Iterable[Sequence[float]]) -> list[float]:
    """The products of one code of each factor."""
    first: list[float] = [1.0]
    return reduce(lambda done, code: [a * b for a in done for b in code], codes, first)
