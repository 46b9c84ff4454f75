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
answers are yes or no, the rates guessed by now say it too, and the larger one is taken: draws in
which nobody said yes vary too little. `reach` makes an interval of it.

Source: augmented inverse probability weighting under adaptive allocation, as in Hadad et al.
(PNAS 2021, 118:e2014602118) and Dai et al. (NeurIPS 2023, "Clip-OGD").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allegiance.analysis.reach import Reach, Side
from allegiance.design.allocation import Reals

NEVER = 1e-9
"""A rate next to none, so that a rate of 0 has an upper end too."""


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
    reaches: tuple[Reach, ...]
    """Of each: how far the truth may lie from it."""
    draws: int
    """Draws behind them."""
    freedom: int
    """Degrees of freedom of the standard errors: one fewer for each round."""

    @property
    def errors(self) -> Reals:
        """Their standard errors."""
        return np.array([reach.se for reach in self.reaches])


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
    rounds: Sequence[Round], values: Sequence[Reals], effects: Reals, rates: Reals | None = None
) -> Running:
    """Every effect by all rounds so far.

    Args:
        rounds: In their order.
        values: Of each: its `draw_values`.
        effects: Effect by cell: its weight there.
        rates: Where answers are yes or no: of each cell its rate, as guessed by now.
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
    drawn = np.sqrt((weights**2 * around).sum(axis=0) * spared) / total
    reaches = tuple(Reach(float(error)) for error in drawn)
    if rates is not None:
        parts = weights**2 * counts[:, None] / total**2
        reaches = _by_rates(drawn, rounds, parts, effects, np.clip(rates, NEVER, 1 - NEVER))
    return Running(estimates, reaches, int(counts.sum()), freedom)


def _by_rates(
    drawn: Reals, rounds: Sequence[Round], parts: Reals, effects: Reals, rates: Reals
) -> tuple[Reach, ...]:
    """How far each effect may be off, at these rates.

    Args:
        drawn: Of each effect: its standard error by how the draws varied.
        rounds: In their order.
        parts: Round by effect: what the variance of one draw's value counts in the estimate's.
        effects: Effect by cell: its weight there.
        rates: Of each cell; none is 0 or 1.
    """

    def varied(own: Reals, squares: Sequence[Reals]) -> Reals:
        each = [_expected(round, own, by) for round, by in zip(rounds, squares, strict=True)]
        found: Reals = (parts * np.array(each)).sum(axis=0)
        return found

    guessed = varied(effects, [(rates - each.guesses) ** 2 for each in rounds])
    sides: list[list[Side]] = [[] for _ in effects]
    for own in (np.maximum(effects, 0.0), np.minimum(effects, 0.0)):
        variances = varied(own, [rates * (1 - rates)] * len(rounds))
        for place in np.flatnonzero(own.any(axis=1)):
            size = float(own[place].sum())
            rate = float(own[place] @ rates) / size
            worth = size**2 * rate * (1 - rate) / float(variances[place])
            sides[place].append(Side(size, rate, worth))
    return tuple(
        Reach(float(error), float(off), tuple(own))
        for error, off, own in zip(drawn, guessed, sides, strict=True)
    )


def _expected(round: Round, effects: Reals, square: Reals) -> Reals:
    """The variance of one draw's value, where answers are off by so much: by effect and cell."""
    chances = np.where(round.chances > 0, round.chances, np.inf)
    found: Reals = (effects**2 * square / chances).sum(axis=1)
    return found
