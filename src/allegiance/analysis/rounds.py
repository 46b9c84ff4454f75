"""An adaptive run on its folder: the ground of its claims, its rounds once more, the next one.

    ground      cells that a claim with a half-width weighs; matched sets of them: two that differ
                in the level of one factor, or that a claim compares
    replay      rounds as they were stamped, with the answers of their trials  ->  a standing
    next_round  what is to be played next, or why nothing is

A set is played in a block that is drawn anew each time, so that the effects are those in these
wordings, whichever were drawn. A model that is scored exactly gives the same score again where
a vignette is drawn again: it costs nothing, and counts as drawn.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import polars as pl

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.grid import SIGNS
from allegiance.analysis.played import Played, played
from allegiance.analysis.standing import Ground, Standing, advance, begin, next_draws, next_shares
from allegiance.design.allocation import Reals, matched_sets
from allegiance.design.terms import main_effects, matrix
from allegiance.errors import UserError
from allegiance.experiment.calls import is_exact
from allegiance.experiment.resolved import Resolved, StampedTrial
from allegiance.experiment.rounds import StampedDraw, StampedDraws, StampedRound

REACHED = "every half-width was reached"
SPENT = "the most trials were played"


@dataclass(frozen=True)
class Claims:
    """What an adaptive run is after in one scenario."""

    ids: tuple[str, ...]
    """Hypotheses that have a half-width."""
    outcome: str
    """What they are about."""
    cells: tuple[str, ...]
    """Cells that any of them weighs."""
    ground: Ground
    """What is played on; `binary` holds once answers have come."""


def claims_in(resolved: Resolved, name: str, *, binary: bool) -> Claims | None:
    """The claims with a half-width that concern a scenario; None where there are none."""
    own = [
        each
        for each in comparisons(resolved, name)
        if each.claim and each.claim.half_width and each.units
    ]
    if not own:
        return None
    weighed = {cell for each in own for unit in each.units for cell in unit}
    cells = tuple(id for id in resolved.cells if id in weighed)
    effects = np.array([cell_weights(each, cells) for each in own])
    crossed = resolved.scenarios[name].crossed
    levels = [{f: resolved.cells[id].levels[f] for f in crossed} for id in cells]
    varied = {
        f: [x for x in known if any(c[f] == x for c in levels)] for f, known in crossed.items()
    }
    place = {id: at for at, id in enumerate(cells)}
    compared = [
        (place[unit[at]], place[unit[at + 1]])
        for each in own
        for unit in each.units
        for at in range(0, len(unit), 2)
    ]
    ground = Ground(
        sets=tuple(sorted({(min(s), max(s)) for s in (*matched_sets(levels), *compared)})),
        effects=effects,
        aims=tuple(float(each.claim.half_width or 0) for each in own if each.claim),
        levels=matrix(levels, varied, main_effects(varied)),
        binary=binary,
    )
    claims = [each.claim for each in own if each.claim]
    return Claims(tuple(each.id for each in claims), claims[0].outcome, cells, ground)


def cell_weights(comparison: Comparison, cells: Sequence[str]) -> Reals:
    """The weight of each cell in a comparison; those that are not among them are left out."""
    found, place = np.zeros(len(cells)), {id: at for at, id in enumerate(cells)}
    for unit in comparison.units:
        for cell, sign in zip(unit, SIGNS[len(unit)], strict=True):
            if cell in place:
                found[place[cell]] += sign / len(comparison.units)
    return found


def replay(
    ground: Ground,
    parts: Sequence[StampedDraws],
    answers: Mapping[str, float | None],
    *,
    ended: bool = False,
) -> Standing:
    """Where a model stands in a scenario after its rounds.

    Args:
        ground: What is played on.
        parts: What it played in each round, in their order.
        answers: Trial to its answer.
        ended: Whether no further round follows.
    """
    standing = begin(ground)
    for number, part in enumerate(parts, start=1):
        standing = advance(
            ground,
            standing,
            np.array(part.share),
            [ground.sets[draw.set] for draw in part.draws],
            [tuple(answers.get(id) for id in draw.trials) for draw in part.draws],
            ended=ended and number == len(parts),
        )
    return standing


def parts_of(of: Played, rounds: Sequence[StampedRound]) -> list[StampedDraws]:
    """What a model played of a scenario, round by round."""
    return [
        part
        for each in rounds
        for part in each.parts
        if (part.model, part.scenario) == (of.model, of.name)
    ]


def next_round(
    resolved: Resolved,
    rounds: Sequence[StampedRound],
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    checks: pl.DataFrame,
) -> StampedRound | str:
    """What is to be played next, or in words why nothing is.

    Args:
        resolved: The experiment with the trials of all rounds so far.
        rounds: Those rounds.
        trials: The table of that name, as the next two.
        responses: What was answered.
        checks: What was asked beside.

    Raises:
        UserError: The first round is larger than all that may be played.
    """
    number, left = len(rounds) + 1, (resolved.stopping.trials or 0) - len(resolved.trials)
    new = _controls(resolved) if number == 1 else {}
    parts = []
    for model in resolved.models:
        for name in resolved.scenarios:
            of = played(resolved, name, model, trials, responses, checks)
            claims = claims_in(resolved, name, binary=is_binary(of))
            if claims is None:
                continue
            values = of.values_of(claims.outcome)
            answers = values.by_trial if values else {}
            standing = replay(claims.ground, parts_of(of, rounds), answers)
            if standing.done:
                continue
            share = next_shares(claims.ground, standing)
            random = Random(f"{resolved.seed}-{model}-{name}-{number}")
            drawn = next_draws(claims.ground, standing, share, random)
            draws = list(_draws(resolved, of, claims, drawn, new, random))
            parts.append(
                StampedDraws(model=model, scenario=name, share=share.tolist(), draws=draws)
            )
    if not parts:
        return REACHED
    if len(new) > left and number == 1:
        raise UserError(
            f"the first round alone takes {len(new)} trials",
            mend=f"Give it {len(new)} at least; some hundreds more are usual.",
            field="stopping.trials",
        )
    if len(new) > left:
        return SPENT
    return StampedRound(number=number, stamp=resolved.stamp, parts=parts, trials=new)


def _draws(
    resolved: Resolved,
    of: Played,
    claims: Claims,
    drawn: Sequence[int],
    new: dict[str, StampedTrial],
    random: Random,
) -> Iterator[StampedDraw]:
    """Each drawn set in a block, with its trials; those not yet planned are added to `new`."""
    blocks: dict[str, dict[Any, str]] = {}
    for id, each in resolved.vignettes_of(of.name).items():
        blocks.setdefault(each.cell, {})[each.block] = id
    asked = Counter(
        trial.vignette
        for trial in (*resolved.trials.values(), *new.values())
        if trial.model == of.model
    )
    for place in drawn:
        cells = [claims.cells[at] for at in claims.ground.sets[place]]
        block = random.choice([b for b in blocks[cells[0]] if all(b in blocks[c] for c in cells)])
        ids = []
        for vignette in (blocks[cell][block] for cell in cells):
            replicate = 0 if is_exact(of.model) else asked[vignette]
            asked[vignette] += 1
            id, trial = resolved.trial(vignette, of.model, replicate)
            if id not in resolved.trials:
                new[id] = trial
            ids.append(id)
        yield StampedDraw(set=place, trials=ids)


def _controls(resolved: Resolved) -> dict[str, StampedTrial]:
    """The positive controls by every model, once in each block."""
    cells = {
        cell
        for scenario in resolved.scenarios.values()
        if scenario.control
        for cell in (scenario.control.up, scenario.control.down)
    }
    return dict(
        resolved.trial(id, model, 0)
        for model in resolved.models
        for id, vignette in resolved.vignettes.items()
        if vignette.cell in cells
    )


def is_binary(of: Played) -> bool:
    """Whether answers are drawn, as far as there are any."""
    return "answer" in of.responses["weighed_by"].to_list()
