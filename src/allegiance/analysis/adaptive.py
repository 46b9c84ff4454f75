"""Effects of a run whose next trials depended on its past ones.

Each set of trials that was drawn gives one unbiased value for every effect:

    value  =  sum over cells of weight * guess
              + sum over the set's cells of weight * (answer - guess) / chance

`guess` is the cell's mean by the rounds before, `chance` the probability with which a draw of
this round contains the cell. A bad guess costs precision, never truth; an answer that is missing
leaves the guess as it is. The estimate is the mean over all draws, each round weighed by how
sharply its shares tell the effect, were all cells to vary alike: a round that was after other
effects tells little of this one. What the cells were seen to vary plays no part in that weight.
Where answers are rare, rounds without one would else count most, and the mean come out too low.

How much the mean may be off is told by how the draws vary around their rounds' means. Where
answers are yes or no, the rates guessed by now say it too, with one answer of either kind added
on each side of the effect (Agresti and Caffo 2000), and the larger one is taken: draws in which
nobody said yes vary too little.

Source: augmented inverse probability weighting under adaptive allocation, as in Hadad et al.
(PNAS 2021, 118:e2014602118) and Dai et al. (NeurIPS 2023, "Clip-OGD").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allegiance.design.allocation import Reals


@dataclass(frozen=True)
class Round:
    """The draws of one round, and what they gave."""

    sets: tuple[tuple[int, ...], ...]
    """Cells of each draw, by their places."""
    answers: tuple[tuple[float | None, ...], ...]
    """The answer in each; None where it is missing."""
    chances: Reals
    """Of each cell: the probability that a draw contains it."""
    guesses: Reals
    """Of each cell: its mean, by the rounds before."""


@dataclass(frozen=True)
class Running:
    """Where all effects stand after some rounds."""

    estimates: Reals
    """In the outcome's unit."""
    errors: Reals
    """Their standard errors."""
    draws: int
    """Draws behind them."""
    freedom: int
    """Degrees of freedom of the standard errors: one fewer for each round."""


@dataclass(frozen=True)
class Rates:
    """What all rounds say of cells in which answers are yes or no."""

    means: Reals
    """Of each cell: its rate, as guessed by now."""
    counts: Reals
    """Of each cell: its answers."""


def inclusion_chances(sets: Sequence[Sequence[int]], share: Reals, cells: int) -> Reals:
    """Of each cell: the probability that one draw contains it."""
    chances = np.zeros(cells)
    for own, chance in zip(sets, share, strict=True):
        chances[list(own)] += chance
    return chances


def draw_values(round: Round, effects: Reals, instead: float | None = None) -> Reals:
    """Draw by effect: the unbiased value that each draw of a round gives.

    Args:
        round: With its answers.
        effects: Effect by cell: its weight there.
        instead: What a missing answer is taken to be; the guess where left out.
    """
    values = np.tile(effects @ round.guesses, (len(round.sets), 1))
    rows = [row for row, own in enumerate(round.sets) for _ in own]
    cells = np.array([cell for own in round.sets for cell in own], dtype=int)
    told = [answer for own in round.answers for answer in own]
    fill = round.guesses[cells] if instead is None else np.full(len(cells), instead)
    answered = np.array([b if a is None else a for a, b in zip(told, fill, strict=True)], float)
    off = np.where(round.chances[cells] > 0, round.chances[cells], 1.0)
    residuals = (answered - round.guesses[cells]) / off
    np.add.at(values, rows, effects[:, cells].T * residuals[:, None])
    return values


def running_estimates(
    rounds: Sequence[Round], values: Sequence[Reals], effects: Reals, rates: Rates | None = None
) -> Running:
    """Every effect by all rounds so far.

    Args:
        rounds: In their order.
        values: Of each: its `draw_values`.
        effects: Effect by cell: its weight there.
        rates: Where answers are yes or no: what all rounds say of the cells.
    """
    alike = np.ones(effects.shape)
    weights = np.array([1 / _expected(each, effects, alike) for each in rounds])
    counts = np.array([len(each) for each in values])
    total = counts @ weights
    estimates = (
        sum(weight * each.sum(axis=0) for weight, each in zip(weights, values, strict=True)) / total
    )
    freedom = int(counts.sum()) - len(values)
    around = np.array([((each - each.mean(axis=0)) ** 2).sum(axis=0) for each in values])
    spared = counts.sum() / max(freedom, 1)
    variances = (weights**2 * around).sum(axis=0) * spared / total**2
    if rates:
        expected = np.zeros(len(effects))
        for weight, count, each in zip(weights, counts, rounds, strict=True):
            expected += weight**2 * count * _of_rates(each, effects, rates)
        variances = np.maximum(variances, expected / total**2)
    return Running(estimates, np.sqrt(variances), int(counts.sum()), freedom)


def _of_rates(round: Round, effects: Reals, rates: Rates) -> Reals:
    """The variance of one draw's value at these rates, one answer of either kind added a side."""
    more = np.clip(rates.means + _one_more(effects, rates.counts), 0.0, 0.5)
    rare = np.maximum(more * (1 - more), (rates.means * (1 - rates.means)))
    return _expected(round, effects, rare + (rates.means - round.guesses) ** 2)


def _one_more(effects: Reals, counts: Reals) -> Reals:
    """By effect and cell: what one yes more does to the rate of its side.

    A side with uneven weights or counts tells as much as `(sum w)^2 / sum (w^2 / count)` answers.
    """
    found = np.zeros(effects.shape)
    for side in (effects > 0, effects < 0):
        weights = np.where(side, np.abs(effects), 0.0)
        spread = (weights**2 / np.maximum(counts, 0.5)).sum(axis=1)
        answers = weights.sum(axis=1) ** 2 / np.where(spread > 0, spread, np.inf)
        found += np.where(side, 1 / (answers + 2)[:, None], 0.0)
    return found


def _expected(round: Round, effects: Reals, square: Reals) -> Reals:
    """The variance of one draw's value, where answers are off by so much: by effect and cell."""
    chances = np.where(round.chances > 0, round.chances, np.inf)
    found: Reals = (effects**2 * square / chances).sum(axis=1)
    return found
