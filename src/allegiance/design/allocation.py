"""Where the next trials do most good, decided by what is past alone.

    set        cells that are alike but for one level: played together, in one block
    effects    each a weight on cells: +1/36 where the factor is at `to`, -1/36 at `from`
    variance   of an effect, by a draw: sum over cells of (weight * spread)^2 / chance of the cell
    shares     of sets: those that make the largest of these variances least, over the effects
               that are not known well enough yet, mixed with an equal share for all

Sets are drawn in these shares and weighed by their inverse, so that every estimate is right on
average whatever the shares were. For one effect they are those of Neyman (J. R. Statist. Soc.
1934, 97:558): in proportion to weight times spread.

A round is drawn from the shares that the rounds before it gave. It follows from their answers
and a seed alone; so a run that was killed draws the same round again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

EQUAL = 0.1
"""The part of every round that is shared out equally."""
STEPS = 100
"""Steps towards the best shares; the last ones move next to nothing."""
PRIOR = 20.0
"""Trials for which the cells that share a cell's levels count in it."""
LEAST = 0.1
"""The least variance that a cell is taken to have, as a part of the mean square of answers: a
cell that never said yes may still do so, and is not to be left aside for it."""
FITS = 25
"""The most steps of a fit in log-odds; it settles in a few."""


@dataclass(frozen=True)
class Seen:
    """What was answered so far, cell by cell."""

    counts: Reals
    """Trials."""
    sums: Reals
    """Their answers, summed."""
    squares: Reals
    """The squares of their answers, summed."""


@dataclass(frozen=True)
class Guess:
    """What the next answers of each cell are taken to be like."""

    means: Reals
    """Of each cell."""
    spreads: Reals
    """Their standard deviations."""


def nothing_seen(cells: int) -> Seen:
    """Before the first round."""
    return Seen(np.zeros(cells), np.zeros(cells), np.zeros(cells))


def guess(seen: Seen, levels: Reals, *, binary: bool = False) -> Guess:
    """Each cell by its own answers, and by those of cells that share its levels.

    A plain sum of factor effects (of answers that are yes or no: on their log-odds) is fitted to
    all cells, and counts in each for `PRIOR` trials. It guides what is drawn next and centres
    what is estimated; where it is wrong, that costs precision, never truth.

    Args:
        seen: All answers so far.
        levels: Cell by column: a constant, and one column for each level but the first.
        binary: Whether each answer is 0 or 1.
    """
    if not seen.counts.any():
        return Guess(np.zeros(len(seen.counts)), np.ones(len(seen.counts)))
    least = LEAST * (1e-9 + seen.squares.sum() / seen.counts.sum())
    if binary:
        rates = _drawn_in(seen.sums, seen.counts, _fitted_in_log_odds(seen, levels))
        return Guess(rates, np.sqrt(np.maximum(rates * (1 - rates), least)))
    first = _drawn_in(seen.sums, seen.counts, _fitted(seen.sums, seen.counts, levels))
    second = _drawn_in(seen.squares, seen.counts, _fitted(seen.squares, seen.counts, levels))
    return Guess(first, np.sqrt(np.maximum(second - first**2, least)))


def _drawn_in(sums: Reals, counts: Reals, fitted: Reals) -> Reals:
    """Means of cells, drawn in towards what was fitted."""
    drawn: Reals = (sums + PRIOR * fitted) / (counts + PRIOR)
    return drawn


def _fitted(sums: Reals, counts: Reals, levels: Reals) -> Reals:
    """Means of cells as a sum of factor effects, no further out than any that was seen."""
    normal = (levels.T * counts) @ levels + 1e-3 * np.eye(levels.shape[1])
    seen = counts > 0
    own = sums[seen] / counts[seen]
    means: Reals = np.clip(levels @ np.linalg.solve(normal, levels.T @ sums), own.min(), own.max())
    return means


def _fitted_in_log_odds(seen: Seen, levels: Reals) -> Reals:
    """Rates of cells, whose log-odds are a sum of factor effects.

    Newton's steps, with four answers at the overall rate shared out among all cells, so that
    levels at which nobody or everybody said yes stay finite.
    """
    rate = (seen.sums.sum() + 0.5) / (seen.counts.sum() + 1)
    counts = seen.counts + 4 / len(seen.counts)
    sums = seen.sums + rate * 4 / len(seen.counts)
    odds = np.linalg.lstsq(levels, np.full(len(counts), np.log(rate / (1 - rate))), rcond=None)[0]
    for _ in range(FITS):
        rates: Reals = 1 / (1 + np.exp(-levels @ odds))
        spread = counts * rates * (1 - rates)
        curved = (levels.T * spread) @ levels + 1e-6 * np.eye(len(odds))
        step = np.linalg.solve(curved, levels.T @ (sums - counts * rates))
        odds = odds + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    fitted: Reals = 1 / (1 + np.exp(-levels @ odds))
    return fitted


def matched_sets(cells: Sequence[Mapping[str, str]]) -> tuple[tuple[int, ...], ...]:
    """Every pair of cells that differ in the level of one factor, by their places."""
    by_rest: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
    for place, cell in enumerate(cells):
        for factor in cell:
            rest = tuple(sorted((name, level) for name, level in cell.items() if name != factor))
            by_rest.setdefault((factor, rest), []).append(place)
    return tuple(
        (one, other)
        for alike in by_rest.values()
        for first, one in enumerate(alike)
        for other in alike[first + 1 :]
    )


def shares(
    sets: Sequence[Sequence[int]],
    effects: Reals,
    spreads: Reals | None,
    need: Reals,
    *,
    equal: float = EQUAL,
) -> Reals:
    """The share of each set in the next round; they sum to 1.

    Args:
        sets: Places of the cells of each set.
        effects: Effect by cell: its weight there.
        spreads: Of each cell's answers, as guessed; None before anything is known.
        need: Of each effect: how much its variance matters; 0 where it is narrow enough.
        equal: The part that is shared out equally.
    """
    alike = np.full(len(sets), 1 / len(sets))
    if spreads is None or not need.any():
        return alike
    return (1 - equal) * _least_wide(sets, effects * spreads, need) + equal * alike


def _least_wide(sets: Sequence[Sequence[int]], spread: Reals, need: Reals) -> Reals:
    """Shares of sets under which the effect that is worst off has the least variance.

    A draw's variance for an effect is the sum over cells of (weight * spread)^2 / chance. Each
    step multiplies a share by the root of what it brings (the multiplicative algorithm for
    optimal designs: Silvey, Titterington and Torsney, Commun. Statist. 1978, A7:1379), and an
    effect's weight by its variance against the largest.
    """
    contains = np.zeros((len(sets), spread.shape[1]))
    for place, own in enumerate(sets):
        contains[place, list(own)] = 1.0
    share, weight = np.full(len(sets), 1 / len(sets)), need / need.sum()
    for _ in range(STEPS):
        chances = share @ contains
        variances = need * (spread**2 / chances).sum(axis=1)
        weight = weight * variances / variances.max()
        weight /= weight.sum()
        brings = ((weight * need) @ spread**2) / chances**2
        share = share * np.sqrt(contains @ brings)
        share /= share.sum()
    return share


def draw_sets(share: Reals, count: int, random: Random) -> list[int]:
    """Places of the sets of a round, each `count * share` times give or take one.

    One random start, and equal steps along the summed shares.
    """
    edges = np.cumsum(share) / share.sum() * count
    start = random.random()
    places = np.searchsorted(edges, start + np.arange(count), side="right")
    return [int(place) for place in np.minimum(places, len(share) - 1)]
