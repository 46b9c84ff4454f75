"""Trials until every main effect is known to a half-width: adaptive, uniform, full.

    python benchmarks/cost.py [--truth FILE] [--half-width 0.05] [--runs 200] [--seed 1]

The truth file gives rates over a grid of cells. Answers are drawn from them, one at a time.

    full       100 trials a cell, as the best known study of this kind has
    uniform    every set equally often, looked at after each round, by the same intervals
    adaptive   sets where they narrow what is still wide, by the same intervals

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

from allegiance.analysis.adaptive import Round, draw_values, inclusion_chances, running_estimates
from allegiance.analysis.sequential import NOT_LOOKED, next_look
from allegiance.design.allocation import (
    Reals,
    Seen,
    draw_sets,
    guess,
    matched_sets,
    nothing_seen,
    shares,
)
from allegiance.design.terms import main_effects, matrix

TRUTH = Path(__file__).parent / "truths" / "cost.yaml"
FULL = 100
"""Trials a cell of the full grid."""
FIRST, SETS_A_ROUND = 36, 18
"""Matched sets of the first round, and of every other."""
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
    true = effects @ rates
    full = FULL * len(cells)
    rows, held = {}, {}
    for rule in ("uniform", "adaptive"):
        runs = [
            play(
                cells,
                factors,
                effects,
                rates,
                given.half_width,
                rule,
                Random(f"{given.seed}-{rule}-{n}"),
            )
            for n in range(given.runs)
        ]
        rows[rule] = median(trials for trials, _ in runs)
        held[rule] = fmean(_covers(looks, true) for _, looks in runs)
    figures = {
        "cells": len(cells),
        "effects": len(effects),
        "rate_min": round(float(rates.min()), 4),
        "rate_max": round(float(rates.max()), 4),
        "half_width": given.half_width,
        "runs": given.runs,
        "trials_full_grid": full,
        "trials_uniform": rows["uniform"],
        "trials_adaptive": rows["adaptive"],
        "adaptive_vs_full_grid": round(full / rows["adaptive"], 2),
        "adaptive_vs_uniform": round(rows["uniform"] / rows["adaptive"], 2),
        "coverage_uniform": round(held["uniform"], 4),
        "coverage_adaptive": round(held["adaptive"], 4),
    }
    print("| rule | trials | of the full grid | effects held at all looks |\n|---|---|---|---|")
    print(f"| full grid, {FULL} a cell | {full} | 1.00 | |")
    for rule, trials in rows.items():
        print(f"| {rule} | {trials:.0f} | {trials / full:.2f} | {held[rule]:.3f} |")
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
    cells: Sequence[dict[str, str]],
    factors: Mapping[str, Sequence[str]],
    effects: Reals,
    rates: Reals,
    aim: float,
    rule: str,
    random: Random,
) -> tuple[int, list[list[tuple[float, float]]]]:
    """Trials until every half-width is reached, and the intervals of each effect at all looks."""
    sets, seen = matched_sets(cells), nothing_seen(len(cells))
    levels = matrix(cells, factors, main_effects(factors))
    rounds: list[Reals] = []
    last = [NOT_LOOKED] * len(effects)
    looks: list[list[tuple[float, float]]] = [[] for _ in effects]
    need, trials = np.ones(len(effects)), 0
    for number in range(MOST_ROUNDS):
        guessed = guess(seen, levels)
        known = guessed.spreads if number and rule == "adaptive" else None
        share = shares(sets, effects, known, need)
        count = SETS_A_ROUND if number else FIRST
        drawn = [sets[place] for place in draw_sets(share, count, random)]
        answers = [tuple(float(random.random() < rates[cell]) for cell in own) for own in drawn]
        chances = inclusion_chances(sets, share, len(cells))
        played = Round(tuple(drawn), tuple(answers), chances, guessed.means)
        rounds.append(draw_values(played, effects))
        seen = _after(seen, drawn, answers)
        trials += sum(len(own) for own in drawn)
        now = running_estimates(rounds)
        for place, (estimate, se) in enumerate(zip(now.estimates, now.errors, strict=True)):
            look = next_look(last[place], float(estimate), float(se), aim=aim, freedom=now.freedom)
            if look is not last[place]:
                looks[place].append(look.interval)
            last[place] = look
            need[place] = float(not look.last)
        if all(look.last for look in last):
            break
    return trials, looks


def _after(seen: Seen, drawn: Sequence[Sequence[int]], answers: Sequence[Sequence[float]]) -> Seen:
    places = np.array([cell for own in drawn for cell in own])
    values = np.array([answer for own in answers for answer in own])
    count = len(seen.counts)
    return Seen(
        seen.counts + np.bincount(places, minlength=count),
        seen.sums + np.bincount(places, weights=values, minlength=count),
        seen.squares + np.bincount(places, weights=values**2, minlength=count),
    )


def _covers(looks: Sequence[Sequence[tuple[float, float]]], true: Reals) -> float:
    """The share of effects whose intervals held the truth at every look."""
    return fmean(
        all(low <= value <= high for low, high in own if math.isfinite(high))
        for own, value in zip(looks, true, strict=True)
    )


if __name__ == "__main__":
    main()
