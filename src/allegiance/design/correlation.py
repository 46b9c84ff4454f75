"""How far the played cells mix up two effects: the correlation of their columns.

    0          told apart
    1          one can't be told from the other, or some of its levels can't
    between    mixed up in part: each is taken for some of the other

Looked at are main effects and interactions of two factors, in the columns of `terms`, less
their means. Of terms with several columns it is the largest canonical correlation. A term that
is the same in every cell is mixed up with the mean.

    resolution 3, three factors in four cells      a with b x c: 1      a with b: 0
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from allegiance.design.factorial import Cell
from allegiance.design.terms import (
    TOLERANCE,
    Columns,
    Levels,
    Term,
    columns,
    interactions,
    main_effects,
)

LEAST = 0.005
"""A correlation that rounds to nought counts as none."""


@dataclass(frozen=True)
class Correlation:
    """Two terms that the cells don't tell wholly apart."""

    one: Term
    other: Term
    """The mean, where it is empty."""
    size: float
    """Absolute, above 0, at most 1."""


def correlations(cells: Sequence[Cell], factors: Levels) -> tuple[Correlation, ...]:
    """Every pair that is mixed up, main effects first."""
    terms = (*main_effects(factors), *interactions(factors))
    bases = {term: _basis(columns(cells, factors, term)) for term in terms}
    still = [Correlation(term, (), 1.0) for term in terms if not bases[term].shape[1]]
    pairs = (
        Correlation(one, other, _largest(bases[one], bases[other]))
        for one, other in combinations(terms, 2)
    )
    return (*still, *(pair for pair in pairs if pair.size >= LEAST))


def _basis(own: Columns) -> Columns:
    """Orthonormal columns that span the same, less their means."""
    centred = own - own.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    spanned: Columns = left[:, sizes > TOLERANCE]
    return spanned


def _largest(one: Columns, other: Columns) -> float:
    if not one.shape[1] or not other.shape[1]:
        return 0.0
    return min(1.0, float(np.linalg.svd(one.T @ other, compute_uv=False)[0]))
