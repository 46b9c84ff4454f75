"""Effects of a run whose next trials depended on its past ones.

Each set of trials that was drawn gives one unbiased value for every effect:

    value  =  sum over cells of weight * guess
              + sum over the set's cells of weight * (answer - guess) / chance

`guess` is the cell's mean by the rounds before, `chance` the probability with which a draw of
this round contains the cell. A bad guess costs precision, never truth; an answer that is missing
leaves the guess as it is. The estimate is the mean over all draws, each round weighed by the
inverse of the variance that was expected of its draws before it was played: a round that was
after other effects tells little of this one. (The first round has nothing before it, and goes by
its own answers.)

How much the mean may be off is told by how the draws vary around their rounds' means. Where
answers are yes or no, the rates guessed by now say it too, and the larger one is taken: a draw
in which nobody said yes varies too little.

Source: augmented inverse probability weighting under adaptive allocation, as in Hadad et al.
(PNAS 2021, 118:e2014602118) and Dai et al. (NeurIPS 2023, "Clip-OGD").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allegiance.design.allocation import Guess, Reals


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
    spreads: Reals
    """Of each cell: how its answers vary, by the rounds before; of the first one, by itself."""


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
    rounds: Sequence[Round], values: Sequence[Reals], effects: Reals, by_now: Guess | None = None
) -> Running:
    """Every effect by all rounds so far.

    Args:
        rounds: In their order.
        values: Of each: its `draw_values`.
        effects: Effect by cell: its weight there.
        by_now: What all rounds say of the cells, where answers are yes or no.
    """
    weights = np.array([1 / _expected(each, effects, each.spreads**2) for each in rounds])
    counts = np.array([len(each) for each in values])
    total = counts @ weights
    estimates = (
        sum(weight * each.sum(axis=0) for weight, each in zip(weights, values, strict=True)) / total
    )
    freedom = int(counts.sum()) - len(values)
    around = np.array([((each - each.mean(axis=0)) ** 2).sum(axis=0) for each in values])
    spared = counts.sum() / max(freedom, 1)
    variances = (weights**2 * around).sum(axis=0) * spared / total**2
    if by_now:
        now = [
            _expected(each, effects, by_now.spreads**2 + (by_now.means - each.guesses) ** 2)
            for each in rounds
        ]
        expected = (weights**2 * counts[:, None] * np.array(now)).sum(axis=0) / total**2
        variances = np.maximum(variances, expected)
    return Running(estimates, np.sqrt(variances), int(counts.sum()), freedom)


def _expected(round: Round, effects: Reals, square: Reals) -> Reals:
    """The variance of one draw's value, where the cells' answers are off by so much."""
    reached = round.chances > 0
    found: Reals = (effects[:, reached] ** 2 * square[reached] / round.chances[reached]).sum(axis=1)
    return found
