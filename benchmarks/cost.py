"""Trials until every main effect is known to a half-width: adaptive, uniform, fraction, full.

    python benchmarks/cost.py [--truth FILE] [--half-width 0.05] [--runs 200] [--seed 1]

The truth file gives rates over a grid of cells. Answers are drawn from them, one at a time.

    full       100 trials a cell, as the best known study of this kind has
    uniform    every set equally often, looked at after each round, by the same intervals
    adaptive   sets where they narrow what is still wide, by the same intervals
    fraction   a fraction of the grid that keeps main effects apart; so many trials a cell that
               least squares in its model has each half-width, at rates as the truth has them;
               its number is fixed beforehand, so one plain interval is enough; it holds where
               no factors interact

What the best allocation could save is told beside: the same variances by true rates.
Prints a Markdown table, and as its last line one JSON object.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from random import Random
from statistics import fmean, median
from typing import Any

import numpy as np
import yaml
from scipy import stats

from allegiance.analysis.adaptive import inclusion_chances
from allegiance.analysis.sequential import ERROR, Look
from allegiance.analysis.standing import Ground, advance, begin, next_draws, next_shares
from allegiance.design.allocation import Reals, matched_sets, shares
from allegiance.design.contrasts import Step, Untold, contrast_weights
from allegiance.design.fraction import fraction
from allegiance.design.terms import main_effects, matrix

TRUTH = Path(__file__).parent / "truths" / "cost.yaml"
FULL = 100
"""Trials a cell of the full grid."""
MOST_ROUNDS = 400


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--truth", type=Path, default=TRUTH)
    asked.add_argument("--half-width", type=float, default=0.05)
    asked.add_argument("--runs", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    factors, rates = read_truth(given.truth)
    cells = grid(factors)
    effects = against_first(cells, factors)
    levels = matrix(cells, factors, main_effects(factors))
    aims = (given.half_width,) * len(effects)
    ground = Ground(matched_sets(cells), effects, aims, levels, binary=True)
    full = FULL * len(cells)
    rows: dict[str, float] = {}
    held: dict[str, Reals] = {}
    for rule in ("uniform", "adaptive"):
        runs = [
            play(ground, rates, rule, Random(f"{given.seed}-{rule}-{n}")) for n in range(given.runs)
        ]
        rows[rule] = median(trials for trials, _ in runs)
        held[rule] = np.mean([holding(looks, effects @ rates) for _, looks in runs], axis=0)
    rows["fraction"] = of_fraction(cells, factors, rates, given.half_width)
    figures = {
        "cells": len(cells),
        "effects": len(effects),
        "rate_min": round(float(rates.min()), 4),
        "rate_max": round(float(rates.max()), 4),
        "half_width": given.half_width,
        "runs": given.runs,
        "trials_full_grid": full,
        **{f"trials_{rule}": trials for rule, trials in rows.items()},
        "adaptive_vs_full_grid": round(full / rows["adaptive"], 2),
        "adaptive_vs_uniform": round(rows["uniform"] / rows["adaptive"], 2),
        "adaptive_vs_uniform_at_best": round(at_best(ground, rates), 2),
        "fraction_vs_full": round(full / rows["fraction"], 2),
        **{f"coverage_{rule}": round(fmean(each), 4) for rule, each in held.items()},
        **{f"coverage_{rule}_min": round(min(each), 4) for rule, each in held.items()},
    }
    print("| rule | trials | of the full grid | effects held at all looks |\n|---|---|---|---|")
    print(f"| full grid, {FULL} a cell | {full} | 1.00 | |")
    for rule, trials in rows.items():
        share = f"{fmean(held[rule]):.3f}" if rule in held else ""
        print(f"| {rule} | {trials:.0f} | {trials / full:.2f} | {share} |")
    print(json.dumps(figures))


def read_truth(path: Path) -> tuple[dict[str, list[str]], Reals]:
    """Factors with their levels, and the rate of each cell, from a truth file."""
    content: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    factors = {name: list(levels) for name, levels in content["factors"].items()}
    terms = [list(levels.values()) for levels in content["factors"].values()]
    odds = np.array([content["base"] + sum(each) for each in product(*terms)])
    return factors, 1 / (1 + np.exp(-odds))


def grid(factors: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


def against_first(
    cells: Sequence[Mapping[str, str]], factors: Mapping[str, Sequence[str]]
) -> Reals:
    """A row for each factor's level against its first: its weight on every cell."""
    rows = []
    for factor, levels in factors.items():
        for level in levels[1:]:
            at = [np.array([cell[factor] == one for cell in cells]) for one in (level, levels[0])]
            rows.append(at[0] / at[0].sum() - at[1] / at[1].sum())
    return np.array(rows)


def play(
    ground: Ground, rates: Reals, rule: str, random: Random
) -> tuple[int, tuple[tuple[Look, ...], ...]]:
    """Trials until every half-width is reached, and all looks at each effect."""
    standing, trials = begin(ground), 0
    equal = np.full(len(ground.sets), 1 / len(ground.sets))
    while not standing.done and len(standing.rounds) < MOST_ROUNDS:
        share = next_shares(ground, standing) if rule == "adaptive" else equal
        drawn = [ground.sets[place] for place in next_draws(ground, standing, share, random)]
        answers = [tuple(float(random.random() < rates[cell]) for cell in own) for own in drawn]
        standing = advance(ground, standing, share, drawn, answers)
        trials += sum(len(own) for own in drawn)
    return trials, standing.looks


def holding(looks: Sequence[Sequence[Look]], true: Reals) -> list[bool]:
    """Of each effect: whether its intervals held the truth at every look."""
    return [
        all(look.interval[0] <= value <= look.interval[1] for look in own)
        for own, value in zip(looks, true, strict=True)
    ]


def at_best(ground: Ground, rates: Reals) -> float:
    """Uniform trials over adaptive ones, were all rates known from the first trial on."""
    spreads = np.sqrt(rates * (1 - rates))
    equal = np.full(len(ground.sets), 1 / len(ground.sets))
    best = shares(ground.sets, ground.effects, spreads, np.ones(len(ground.effects)), equal=0.0)
    widest = [
        ((ground.effects * spreads) ** 2 / inclusion_chances(ground.sets, each, ground.cells))
        .sum(axis=1)
        .max()
        for each in (equal, best)
    ]
    return float(widest[0] / widest[1])


def of_fraction(
    cells: Sequence[dict[str, str]],
    factors: Mapping[str, Sequence[str]],
    rates: Reals,
    half_width: float,
) -> float:
    """Trials of a fraction until main effects have the half-width."""
    played = fraction(factors, {}, lambda _: True)
    by_cell = {tuple(cell.items()): rate for cell, rate in zip(cells, rates, strict=True)}
    known = np.array([by_cell[tuple((name, cell[name]) for name in factors)] for cell in played])
    each = 0.0
    for factor, levels in factors.items():
        for level in levels[1:]:
            step = Step({factor: levels[0]}, {factor: level})
            found = contrast_weights(
                played, step, estimator="model", factors=factors, terms=main_effects(factors)
            )
            assert not isinstance(found, Untold)
            each = max(each, float((np.array(found.of) ** 2 * known * (1 - known)).sum()))
    return math.ceil(each * (stats.norm.isf(ERROR / 2) / half_width) ** 2) * len(played)


if __name__ == "__main__":
    main()
