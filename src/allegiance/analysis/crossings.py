"""Two factors crossed: where the outcome stands at each level of one, for each of the other.

An effect of interaction is one number; here is what it is made of.

    which pairs    of each claim with `less`: the factor that it moves, and the one that tells its
                   two places apart; of a scenario without such a claim: its first two factors
    other claims   one that moves or sets apart more than one factor has its four places alone
    averaged       over cells alike in all else, the same ones at each place; of a fraction or an
                   optimal set in the design's model, which must hold the interaction

Each mean is over wordings, with Student's t, and is told with what chance gives where it is a
share or a rate. A place that was not played has no row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from allegiance.analysis.contrasts import concerned
from allegiance.analysis.estimate import Estimate, over_wordings, within
from allegiance.analysis.grid import grid_of
from allegiance.analysis.level import Level, level, level_columns
from allegiance.analysis.played import Played, played
from allegiance.analysis.values import LOG_SCORE, MISSING, Values
from allegiance.cases.decided import decided
from allegiance.design.contrasts import Untold, place_weights
from allegiance.experiment.cells import played_of
from allegiance.experiment.claims import step_words, steps_of
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME, TOWARD, Hypothesis
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

AVERAGED = "mean by wording, over cells alike in all else; t over wordings"
IN_MODEL = "least squares in the design's model within blocks; mean by wording; t over wordings"


@dataclass(frozen=True)
class Place:
    """One mean: where it stands in the plot, and where in the design."""

    level: str
    """On the axis."""
    line: str
    """Which line it is part of."""
    at: Mapping[str, str]
    """Factors with a level."""


@dataclass(frozen=True)
class Crossing:
    """Two factors, or two steps, that are crossed."""

    across: str
    """What changes along the axis."""
    by: str
    """What changes from line to line."""
    places: tuple[Place, ...]
    claim: Hypothesis | None = None
    """The interaction that was claimed; None for a scenario's first two factors."""


def estimate_crossings(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """The means of every crossing, for each model.

    None of an adaptive run: its cells were not drawn evenly.
    """
    rows = [
        row
        for name in (() if resolved.adaptive else resolved.scenarios)
        for model in resolved.models
        for crossing in crossings(resolved, name)
        for row in _rows(crossing, played(resolved, name, model, trials, responses, checks))
    ]
    columns = columns_of("crossings")
    told = [{name: row.get(name) for name in columns} for row in rows]
    return pl.DataFrame(told, schema=columns, orient="row")


def crossings(resolved: Resolved, name: str) -> tuple[Crossing, ...]:
    """The pairs of factors of a scenario that are told."""
    varied = played_of(resolved, name).varied
    claimed = tuple(
        _of_claim(claim, varied)
        for claim in resolved.hypotheses
        if claim.less and name in concerned(resolved, claim)
    )
    if claimed or len(varied) < 2:
        return claimed
    across, by, *_ = varied
    return (Crossing(across, by, _all_levels(across, by, varied, {})),)


def _of_claim(claim: Hypothesis, varied: Mapping[str, Sequence[str]]) -> Crossing:
    pair = _pair(claim)
    if pair is None or not varied.keys() >= {*pair}:
        return _of_places(claim)
    across, by = pair
    held = {name: level for name, level in claim.source.items() if name not in pair}
    return Crossing(across, by, _all_levels(across, by, varied, held), claim)


def _pair(claim: Hypothesis) -> tuple[str, str] | None:
    """The factor that a claim moves, and the one that tells its places apart, if it is so plain."""
    assert claim.less
    source, target, off = claim.source, claim.target, claim.less
    if any(each.keys() != source.keys() for each in (target, off.source, off.target)):
        return None
    moved, apart = _apart(source, target), _apart(source, off.source)
    if len(moved) != 1 or len(apart) != 1 or moved == apart:
        return None
    (across,), (by,) = moved, apart
    parallel = off.target == {**off.source, across: target[across]}
    return (across, by) if parallel else None


def _of_places(claim: Hypothesis) -> Crossing:
    """The four places of a claim that is more than two factors crossed."""
    step, less = steps_of(claim)
    assert less
    lines = {step_words(step): step, f"less {step_words(less)}": less}
    places = tuple(
        Place(end, line, at)
        for line, each in lines.items()
        for end, at in (("from", each.source), ("to", each.target))
    )
    return Crossing("from and to", "contrast and what is taken off", places, claim)


def _all_levels(
    across: str, by: str, varied: Mapping[str, Sequence[str]], held: Mapping[str, str]
) -> tuple[Place, ...]:
    return tuple(
        Place(level, line, {**held, across: level, by: line})
        for line in varied[by]
        for level in varied[across]
    )


def _apart(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The factors in which two places differ, in order."""
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]


def _rows(crossing: Crossing, of: Played) -> Iterator[dict[str, Any]]:
    claim = crossing.claim
    outcome = of.primary if claim is None or claim.outcome == PRIMARY_OUTCOME else claim.outcome
    values = of.values_of(outcome)
    for place, cells, weights in _weighed(crossing, of):
        at = None
        if values and cells:
            at = _in_model(values, cells, weights) if weights else level(values, cells)
        if at is None or not at.planned:
            continue
        yield {
            "scenario": of.name,
            "model": of.model,
            "hypothesis": claim.id if claim else None,
            "outcome": outcome,
            "across": crossing.across,
            "by": crossing.by,
            "level": place.level,
            "line": place.line,
            "cells": list(cells),
            "unit": values.unit if values else "none",
            "chance": _chance(outcome, cells, of),
            "estimator": IN_MODEL if weights else AVERAGED,
            **level_columns(at, of.resolved),
        }


def _weighed(
    crossing: Crossing, of: Played
) -> Iterator[tuple[Place, Sequence[str], Sequence[float]]]:
    """Each place with its cells; in a model with their weights, else with none."""
    if of.resolved.estimator == "paired":
        named = {name for place in crossing.places for name in place.at}
        for place, cells in _alike(crossing.places, named, of.levels()):
            yield place, cells, ()
        return
    design = played_of(of.resolved, of.name)
    ids = {tuple(sorted(levels.items())): id for id, levels in of.levels().items()}
    for place in crossing.places:
        found = place_weights(design.cells, place.at, factors=design.varied, terms=design.terms)
        if isinstance(found, Untold):
            continue
        own = [
            (ids[tuple(sorted(cell.items()))], weight)
            for cell, weight in zip(design.cells, found.of, strict=True)
            if weight
        ]
        yield place, [id for id, _ in own], [weight for _, weight in own]


def _alike(
    places: Sequence[Place], named: set[str], cells: Mapping[str, Mapping[str, str]]
) -> list[tuple[Place, list[str]]]:
    """The cells of each place that have their like, in all that is not named, at the others."""
    there: list[dict[tuple[tuple[str, str], ...], str]] = [
        {
            tuple(sorted(each for each in levels.items() if each[0] not in named)): id
            for id, levels in cells.items()
            if place.at.items() <= levels.items()
        }
        for place in places
    ]
    played = [rest.keys() for rest in there if rest]
    common = set.intersection(*map(set, played)) if played else set()
    return [
        (place, [id for rest, id in own.items() if rest in common])
        for place, own in zip(places, there, strict=True)
    ]


def _in_model(values: Values, cells: Sequence[str], weights: Sequence[float]) -> Level:
    """The mean at a place of a design that is read off in its model: a sum of weighted cells."""
    grid = grid_of(values)
    known = [(grid.cells[cell], w) for cell, w in zip(cells, weights, strict=True)]
    rows = [row for row, _ in known]
    summed = np.array([w for _, w in known]) @ grid.mean[rows]
    by_wording = [
        float(own.mean())
        for wording in np.unique(grid.wordings)
        if (own := summed[(grid.wordings == wording) & ~np.isnan(summed)]).size
    ]
    found = over_wordings(np.array(by_wording)) if by_wording else Estimate()
    return Level(
        found=within(found, 0.0, 1.0) if values.bounded else found,
        bound_low=None,
        bound_high=None,
        measured=int(grid.measured[rows].sum()),
        planned=int(grid.planned[rows].sum()),
    )


def _chance(outcome: str, cells: Sequence[str], of: Played) -> float | None:
    """What a blind choice gives in these cells; log-scores and missingness have none."""
    if outcome in (LOG_SCORE, MISSING):
        return None
    menus = [decided(of.resolved.cells[cell].case) for cell in cells]
    plus = of.scenario.groups.plus
    shares = [m.share_of(plus) if outcome == TOWARD else m.chance(outcome) for m in menus]
    return sum(shares) / len(shares)
