"""The D-optimal set of so many cells: the one that tells main effects most sharply.

    candidates      every possible cell of the crossing
    model           the mean, main effects, and the interactions asked for
    exchange        Fedorov's: swap the pair that raises the determinant most, until none does
    starts          several, drawn by the seed; the best one stays

pyDOE's `fedorov` takes candidates too, but one start only and an evaluation anew of every swap;
here a swap is two dot products. `tests/design` compares the two.

Source: Fedorov (1972), Theory of Optimal Experiments; Atkinson, Donev and Tobias (2007), 12.
"""

from collections.abc import Sequence
from random import Random

import numpy as np

from allegiance.design.factorial import Cell
from allegiance.design.terms import Columns, Levels, Term, in_list, main_effects, matrix, size
from allegiance.design.terms import untold as not_told
from allegiance.errors import UserError

STARTS = 8
"""Draws of a first set."""
ROUNDS = 500
"""Most swaps from one start; each raises the determinant, so it ends by itself."""
RIDGE = 1e-6
"""Keeps the first, arbitrary set from being singular."""


def optimal(
    candidates: Sequence[Cell],
    factors: Levels,
    *,
    cells: int,
    estimable: Sequence[Term] = (),
    seed: int = 1,
) -> tuple[Cell, ...]:
    """So many of the candidates, in their order.

    Args:
        candidates: Every possible cell.
        factors: Factor to its levels.
        cells: How many.
        estimable: Interactions to be told beside the main effects.
        seed: Of the first sets.

    Raises:
        UserError: Too few cells, or candidates that can't tell these terms.
    """
    terms = (*main_effects(factors), *estimable)
    lacking = not_told(candidates, factors, terms)
    if lacking:
        raise UserError(
            f"no set of possible cells tells {in_list(lacking)}",
            mend="Impossible cells tie these levels together: cross fewer of them.",
            field="design.estimable" if set(lacking) <= set(estimable) else "design.kind",
        )
    needed = size(factors, terms)
    if not needed <= cells <= len(candidates):
        least = needed if cells < needed else len(candidates)
        raise UserError(
            f"{cells} cells are too {'few' if cells < needed else 'many'}: "
            f"{f'{needed} are needed to tell these terms' if cells < needed else f'{least} exist'}",
            mend=f"Ask for {needed} to {len(candidates)} cells.",
            field="design.cells",
        )
    model = matrix(candidates, factors, terms)
    chosen = max(
        (_exchange(model, cells, Random(f"{seed}-{start}")) for start in range(STARTS)),
        key=lambda each: (round(_log_det(model[each]), 9), [-place for place in each]),
    )
    return tuple(candidates[place] for place in chosen)


def efficiency(cells: Sequence[Cell], factors: Levels, terms: Sequence[Term]) -> float:
    """The determinant for one cell and coefficient, over that of an orthogonal two-level design."""
    model = matrix(cells, factors, terms)
    return float(np.exp(_log_det(model) / model.shape[1]) / len(cells))


def _exchange(model: Columns, count: int, random: Random) -> list[int]:
    """Place numbers of a set that no single swap improves."""
    inside = random.sample(range(len(model)), count)
    for _ in range(ROUNDS):
        outside = sorted(set(range(len(model))) - set(inside))
        if not outside:
            break
        gain = _gains(model, inside, outside)
        place, other = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if gain[place, other] <= 1 + 1e-9:
            break
        inside[place] = outside[other]
    return sorted(inside)


def _gains(model: Columns, inside: Sequence[int], outside: Sequence[int]) -> Columns:
    """By what the determinant is multiplied if one of those inside is swapped for one outside."""
    there, new = model[list(inside)], model[list(outside)]
    inverse = np.linalg.inv(there.T @ there + RIDGE * np.eye(model.shape[1]))
    own = np.einsum("ij,jk,ik->i", there, inverse, there)
    others = np.einsum("ij,jk,ik->i", new, inverse, new)
    cross = there @ inverse @ new.T
    gains: Columns = (1 - own)[:, None] * (1 + others)[None, :] + cross**2
    return gains


def _log_det(model: Columns) -> float:
    sign, value = np.linalg.slogdet(model.T @ model)
    return float(value) if sign > 0 else -np.inf
