"""Effects of a run whose next trials depended on its past ones.

Each set of trials that was drawn gives one unbiased value for every effect:

    value  =  sum over cells of weight * guess
              + sum over the set's cells of weight * (answer - guess) / chance

`guess` is the cell's mean by the rounds before, `chance` the probability with which a draw of
this round contains the cell. A bad guess costs precision, never truth. The estimate is the mean
over all draws; around their rounds' means they vary independently of the past, so that their
squares give its standard error.

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
    """Complete draws behind them."""
    freedom: int
    """Degrees of freedom of the standard errors: one fewer for each round."""


def inclusion_chances(sets: Sequence[Sequence[int]], share: Reals, cells: int) -> Reals:
    """Of each cell: the probability that one draw contains it."""
    chances = np.zeros(cells)
    for own, chance in zip(sets, share, strict=True):
        chances[list(own)] += chance
    return chances


def draw_values(round: Round, effects: Reals) -> Reals:
    """Draw by effect: the unbiased value that each complete draw of a round gives.

    Args:
        round: With its answers.
        effects: Effect by cell: its weight there.
    """
    complete = [
        (own, answers)
        for own, answers in zip(round.sets, round.answers, strict=True)
        if None not in answers
    ]
    values = np.tile(effects @ round.guesses, (len(complete), 1))
    rows = [row for row, (own, _) in enumerate(complete) for _ in own]
    cells = [cell for own, _ in complete for cell in own]
    answered = np.array([each for _, answers in complete for each in answers], dtype=float)
    residuals = (answered - round.guesses[cells]) / round.chances[cells]
    np.add.at(values, rows, effects[:, cells].T * residuals[:, None])
    return values


def running_estimates(rounds: Sequence[Reals]) -> Running:
    """Every effect by all rounds so far.

    Args:
        rounds: Of each round in its order: `draw_values`.
    """
    told = [each for each in rounds if len(each)]
    if not told:
        raise ValueError("no complete draw in any round")
    together = np.concatenate(told)
    around = sum(((each - each.mean(axis=0)) ** 2).sum(axis=0) for each in told)
    count, freedom = len(together), len(together) - len(told)
    errors = np.sqrt(around / max(freedom, 1) / count)
    return Running(together.mean(axis=0), errors, count, freedom)
