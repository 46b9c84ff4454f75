"""Where an adaptive run stands after each round, and which sets it draws next.

    ground      what does not change: matched sets, effects, the half-widths aimed at
    standing    after the rounds so far: what was seen and is guessed, the looks at each effect
    advance     standing and one more round  ->  standing
    next_draws  standing and a seed          ->  the sets of the next round

A round is drawn from what the rounds before it gave, and from a seed, and from nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from allegiance.analysis.adaptive import (
    Round,
    Running,
    draw_values,
    inclusion_chances,
    running_estimates,
)
from allegiance.analysis.sequential import NOT_LOOKED, Look, next_look
from allegiance.design.allocation import Guess, Reals, Seen, draw_sets, guess, nothing_seen, shares

FIRST, SETS_A_ROUND = 36, 18
"""Matched sets of the first round at least, and of every other."""


@dataclass(frozen=True)
class Ground:
    """What an adaptive run is played on."""

    sets: tuple[tuple[int, ...], ...]
    """Places of the cells of each matched set."""
    effects: Reals
    """Effect by cell: its weight there."""
    aims: tuple[float, ...]
    """Of each effect: the half-width at which it is known well enough."""
    levels: Reals
    """Cell by column: a constant, and one column for each level but the first."""
    binary: bool
    """Whether each answer is 0 or 1."""

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int(self.effects.shape[1])


@dataclass(frozen=True)
class Standing:
    """An adaptive run after some rounds."""

    seen: Seen
    """All answers so far."""
    guessed: Guess
    """What the next answers are taken to be like."""
    rounds: tuple[Round, ...]
    """In their order."""
    values: tuple[Reals, ...]
    """Of each round: draw by effect."""
    looks: tuple[tuple[Look, ...], ...]
    """Of each effect: all looks at it so far."""

    @property
    def last(self) -> tuple[Look, ...]:
        """Of each effect: the look that stands."""
        return tuple(own[-1] if own else NOT_LOOKED for own in self.looks)

    @property
    def done(self) -> bool:
        """Whether every effect was looked at for the last time."""
        return all(look.last for look in self.last)


def begin(ground: Ground) -> Standing:
    """Before the first round."""
    seen = nothing_seen(ground.cells)
    nowhere: tuple[tuple[Look, ...], ...] = tuple(() for _ in ground.aims)
    return Standing(seen, guess(seen, ground.levels), (), (), nowhere)


def next_shares(ground: Ground, standing: Standing) -> Reals:
    """The share of each set in the next round: equal in the first one."""
    known = standing.guessed.spreads if standing.rounds else None
    # A variance counts against the square of the half-width that it is to come down to.
    need = np.array(
        [
            0.0 if look.last else (min(ground.aims) / aim) ** 2
            for look, aim in zip(standing.last, ground.aims, strict=True)
        ]
    )
    return shares(ground.sets, ground.effects, known, need)


def next_draws(ground: Ground, standing: Standing, share: Reals, random: Random) -> list[int]:
    """Places of the sets of the next round."""
    first = max(FIRST, -(-ground.cells // 2))
    return draw_sets(share, SETS_A_ROUND if standing.rounds else first, random)


def advance(
    ground: Ground,
    standing: Standing,
    share: Reals,
    sets: Sequence[tuple[int, ...]],
    answers: Sequence[tuple[float | None, ...]],
    *,
    ended: bool = False,
) -> Standing:
    """One round further.

    Args:
        ground: What is played on.
        standing: After the rounds before.
        share: The shares from which the round was drawn.
        sets: Cells of each of its draws.
        answers: The answer in each; None where it is missing.
        ended: Whether no round follows, so that each effect is looked at for the last time.
    """
    chances = inclusion_chances(ground.sets, share, ground.cells)
    seen = _with(standing.seen, sets, answers)
    guessed = guess(seen, ground.levels, binary=ground.binary)
    round = Round(tuple(sets), tuple(answers), chances, standing.guessed.means)
    rounds = (*standing.rounds, round)
    values = (*standing.values, draw_values(round, ground.effects))
    further = Standing(seen, guessed, rounds, values, standing.looks)
    now = by_now(ground, further)
    looks = []
    for own, look, aim, estimate, reach in zip(
        standing.looks, standing.last, ground.aims, now.estimates, now.reaches, strict=True
    ):
        due = next_look(look, float(estimate), reach, aim=aim, freedom=now.freedom, ended=ended)
        looks.append(own if due is look else (*own, due))
    return replace(further, looks=tuple(looks))


def by_now(ground: Ground, standing: Standing) -> Running:
    """Every effect by all rounds so far, looked at or not."""
    rates = standing.guessed.means if ground.binary else None
    return running_estimates(standing.rounds, standing.values, ground.effects, rates)


def _with(
    seen: Seen, sets: Sequence[Sequence[int]], answers: Sequence[Sequence[float | None]]
) -> Seen:
    told = [
        (cell, answer)
        for own, given in zip(sets, answers, strict=True)
        for cell, answer in zip(own, given, strict=True)
        if answer is not None
    ]
    places = np.array([cell for cell, _ in told], dtype=int)
    values = np.array([answer for _, answer in told], dtype=float)
    count = len(seen.counts)
    return Seen(
        seen.counts + np.bincount(places, minlength=count),
        seen.sums + np.bincount(places, weights=values, minlength=count),
        seen.squares + np.bincount(places, weights=values**2, minlength=count),
    )
