"""Do the intervals hold the truth? Simulated runs whose truth is known, through our estimators.

    python benchmarks/recovery.py [--truth benchmarks/truths/recovery.yaml] [--runs 2000] [--seed 1]

The respondent is none of our models: see the head of the truth file. Each simulated run is a
full crossing in every wording, with what is missing depending on what would have been measured;
its grid goes through `analysis`, from the matching of cells to adjusted p. Coverage is given for
each effect, in nats (exactly scored), in points (rates, and rare rates) and in log-odds; the
truth in points is the mean over wordings at large.

Adaptive runs of the same respondent go on until each claim is as narrow as the fixed design makes
it on average, or three times as many trials were played. Their truth is that of their own
wordings, for which alone they speak, and an effect counts as held where the intervals of all its
looks hold it. Their widest interval is compared with that of as many uniform rounds.

Prints a Markdown table, and as its last line one JSON object.
"""

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import numpy as np
import yaml
from scipy import stats

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.estimate import Estimate, Numbers
from allegiance.analysis.grid import SIGNS, Grid, contrast_on, grid_from
from allegiance.analysis.logodds import log_odds
from allegiance.analysis.multiplicity import ALPHA, adjusted
from allegiance.analysis.rounds import cell_weights
from allegiance.analysis.sequential import ERROR
from allegiance.analysis.standing import (
    Ground,
    Standing,
    advance,
    begin,
    by_now,
    next_draws,
    next_shares,
)
from allegiance.design.allocation import matched_sets
from allegiance.design.terms import main_effects, matrix
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolved import Resolved, StampedCell, StampedScenario

TRUTH = Path(__file__).parent / "truths" / "recovery.yaml"
MOST = 3
"""Trials of an adaptive run at most, as a multiple of the fixed one's."""
IN_ODDS = ("goal_conflict", "conflict_alone", "both_beyond_either")


@dataclass(frozen=True)
class World:
    """One outcome of the simulated respondent."""

    name: str
    truth: Mapping[str, Any]
    design: Mapping[str, Any]
    missing: Mapping[str, float]

    @property
    def rates(self) -> bool:
        """Whether answers are drawn, instead of scored exactly."""
        return "noise" not in self.truth

    @property
    def cells(self) -> list[dict[str, str]]:
        """Every cell of the full crossing."""
        factors = self.design["factors"]
        return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]

    @property
    def terms(self) -> Numbers:
        """Cells by terms: each factor, then the interaction."""
        factors = self.design["factors"]
        on = np.array([[cell[f] != factors[f][0] for f in factors] for cell in self.cells], float)
        both = [list(factors).index(f) for f in self.truth["interaction"]["factors"]]
        return np.column_stack([on, on[:, both].prod(axis=1)])

    @property
    def effects(self) -> Numbers:
        """The size of each term."""
        main = [self.truth["main"][factor] for factor in self.design["factors"]]
        return np.array([*main, self.truth["interaction"]["effect"]])

    def levels(self, random: np.random.Generator, wordings: int) -> Numbers:
        """Cells by wordings: what each would be without noise, in nats or log-odds."""
        of_effects = heavy(random, (self.effects.size, wordings)) * self.truth["wording_effect"]
        of_levels = heavy(random, wordings) * self.truth["wording_level"]
        shifted = self.effects[:, None] + of_effects
        return np.asarray(self.truth["level"] + of_levels + self.terms @ shifted)

    def truths(self, random: np.random.Generator) -> Numbers:
        """The mean of each cell over wordings at large, in nats or points."""
        if not self.rates:
            return np.asarray(self.truth["level"] + self.terms @ self.effects)
        drawn = [logistic(self.levels(random, 20_000)).mean(axis=1) for _ in range(20)]
        return np.asarray(np.mean(drawn, axis=0))

    def run(self, random: np.random.Generator) -> Grid:
        """One simulated run."""
        wordings = self.design["wordings"]
        levels = self.levels(random, wordings)
        if self.rates:
            shape = (*levels.shape, self.design["replicates"])
            values = (random.random(shape) < logistic(levels)[:, :, None]).astype(float)
        else:
            noise = self.truth["noise"] * heavy(random, levels.shape)
            values = (levels + noise * self._unevenness()[:, None])[:, :, None]
        gone = random.random(values.shape) < self._gone(values > (0.5 if self.rates else 0.0))
        return grid_from(
            [str(place) for place in range(len(levels))],
            np.arange(wordings),
            np.where(gone, np.nan, values),
            bounded=self.rates,
            drawn=self.rates,
        )

    def _unevenness(self) -> Numbers:
        """Standard deviations of the cells, the largest so many times the smallest, mean 1."""
        sizes = np.geomspace(1.0, self.truth["uneven"], len(self.cells))
        return np.asarray(np.random.default_rng(0).permutation(sizes) / sizes.mean())

    def _gone(self, harmful: Any) -> Numbers:
        """The chance of going missing: so much altogether, more where harmful."""
        less = self._least_gone(float(harmful.mean()))
        return np.where(harmful, self.missing["ratio"] * less, less)

    def _least_gone(self, harm: float) -> float:
        """The chance where harmless, at such a share of harm."""
        return self.missing["share"] / (1 + (self.missing["ratio"] - 1) * max(harm, 1e-9))


def heavy(random: np.random.Generator, shape: Any) -> Numbers:
    """Student's t with 4 degrees of freedom, scaled to a standard deviation of 1."""
    return np.asarray(random.standard_t(4, shape) / math.sqrt(2))


def logistic(values: Numbers) -> Numbers:
    """Log-odds as shares."""
    return np.asarray(1 / (1 + np.exp(-values)))


def compared(world: World) -> tuple[Comparison, ...]:
    """The comparisons of the design, made as for a real run: claims, then factors."""
    one, two = world.truth["interaction"]["factors"]
    off, on = world.design["factors"][one]
    away, there = world.design["factors"][two]
    alone = {"from": {one: off, two: away}, "to": {one: on, two: away}}
    claims: list[dict[str, Any]] = [
        {"id": "conflict_alone", **alone},
        {"id": "threat_alone", "from": {one: off, two: away}, "to": {one: off, two: there}},
        {"id": "both", "from": {one: off, two: away}, "to": {one: on, two: there}},
        {
            "id": "both_beyond_either",
            "from": {one: off, two: there},
            "to": {one: on, two: there},
            "less": alone,
        },
    ]
    scenario: dict[str, Any] = {
        "factors": dict.fromkeys(world.design["factors"]),
        "crossed": world.design["factors"],
        "contrasts": [],
        "control": None,
    }
    resolved: dict[str, Any] = {
        "hypotheses": [Hypothesis.model_validate(claim) for claim in claims],
        "scenarios": {"made-up": StampedScenario.model_construct(**scenario)},
        "cells": {
            str(place): StampedCell(scenario="made-up", levels=cell, case={}, depicted=False)
            for place, cell in enumerate(world.cells)
        },
    }
    return comparisons(Resolved.model_construct(**resolved), "made-up")


def true_change(comparison: Comparison, cells: Numbers) -> float:
    """What a comparison would find without error."""
    rows = np.array(comparison.units, int)
    return float((cells[rows] @ SIGNS[rows.shape[1]]).mean())


def found_in(grid: Grid, comparison: Comparison) -> Estimate:
    """What our estimator makes of it."""
    contrast = contrast_on(grid, comparison.units)
    assert contrast
    return contrast.estimate()


def in_odds(world: World, grid: Grid, comparison: Comparison) -> Estimate:
    """What our logistic regression makes of it."""
    levels = {str(place): cell for place, cell in enumerate(world.cells)}
    found = log_odds(grid, levels, world.design["factors"], comparison)
    return found.found if found else Estimate()


def true_odds(world: World, comparison: Comparison, cells: Numbers) -> float:
    """The same regression on the true shares of the cells: what it would find without error."""
    many = np.full((len(cells), 2), 10**6)
    grid = Grid(
        cells={str(place): place for place in range(len(cells))},
        wordings=np.arange(2),
        mean=np.column_stack([cells, cells]),
        measured=many,
        planned=many,
        bounded=True,
        drawn=True,
    )
    found = in_odds(world, grid, comparison).estimate
    assert found is not None
    return found


@dataclass
class Tally:
    """How one effect was recovered over all runs."""

    truth: float
    held: int = 0
    runs: int = 0
    sign: int = 0
    width: float = 0.0
    bias: float = 0.0

    def add(self, found: Estimate) -> None:
        """Count one run; one without an interval counts as not held."""
        self.runs += 1
        if found.estimate is None or found.ci_low is None or found.ci_high is None:
            return
        self.held += found.ci_low <= self.truth <= found.ci_high
        self.sign += found.estimate * self.truth > 0
        self.width += found.ci_high - found.ci_low
        self.bias += found.estimate - self.truth

    @property
    def coverage(self) -> float:
        """Share of runs whose interval holds the truth."""
        return self.held / self.runs


def recover(world: World, runs: int, seed: int) -> dict[str, Tally]:
    """Every effect of a world over many runs, by the effect's name and unit."""
    seeds = np.random.SeedSequence([seed, sum(map(ord, world.name))]).spawn(runs + 1)
    cells = world.truths(np.random.default_rng(seeds[0]))
    own = compared(world)
    unit = "points" if world.rates else "nats"
    tallies = {(each.factor, unit): Tally(true_change(each, cells)) for each in own}
    odds = [each for each in own if each.factor in IN_ODDS] if world.name == "rates" else []
    tallies |= {(each.factor, "log-odds"): Tally(true_odds(world, each, cells)) for each in odds}
    for one in seeds[1:]:
        grid = world.run(np.random.default_rng(one))
        for each in own:
            tallies[each.factor, unit].add(found_in(grid, each))
        for each in odds:
            tallies[each.factor, "log-odds"].add(in_odds(world, grid, each))
    return {f"{factor} ({unit})": tally for (factor, unit), tally in tallies.items()}


def false_claims(world: World, runs: int, seed: int) -> float:
    """The share of runs in which any claim is confirmed though nothing moves."""
    own = [each for each in compared(world) if each.kind == "hypothesis"]
    false = 0
    for one in np.random.SeedSequence([seed, 0]).spawn(runs):
        grid = world.run(np.random.default_rng(one))
        values = [found_in(grid, each).p for each in own]
        known = [1.0 if p is None else p for p in values]
        # Adjusted p are no smaller than p, and statsmodels collects garbage at each call.
        false += min(known) < ALPHA and min(adjusted(known, "holm")) < ALPHA
    return false / runs


@dataclass
class Drawn:
    """How adaptive runs of one world fared."""

    held: dict[str, int]
    """Effect to the runs in which the intervals of all its looks held its truth."""
    runs: int = 0
    trials: int = 0
    ratio: float = 0.0
    """Widest interval over that of uniform rounds, summed over runs."""

    @property
    def coverage(self) -> dict[str, float]:
        """Effect to the share of runs in which it was held."""
        return {effect: held / self.runs for effect, held in self.held.items()}


def recover_adaptively(world: World, aims: Mapping[str, float], runs: int, seed: int) -> Drawn:
    """Adaptive runs of a world, each effect to be known to its half-width."""
    own = [each for each in compared(world) if each.kind == "hypothesis"]
    factors = world.design["factors"]
    places = [str(place) for place in range(len(world.cells))]
    ground = Ground(
        sets=matched_sets(world.cells),
        effects=np.array([cell_weights(each, places) for each in own]),
        aims=tuple(aims[each.factor] for each in own),
        levels=matrix(world.cells, factors, main_effects(factors)),
        binary=world.rates,
    )
    found = Drawn({each.factor: 0 for each in own})
    for one in np.random.SeedSequence([seed, 7, sum(map(ord, world.name))]).spawn(runs):
        random = np.random.default_rng(one)
        answer, cells = _respondent(world, random)
        standing = _drawn(world, ground, answer, random, None)
        uniform = _drawn(world, ground, answer, random, len(standing.rounds))
        for each, looks, value in zip(own, standing.looks, ground.effects @ cells, strict=True):
            held = [look.interval[0] <= value <= look.interval[1] for look in looks]
            found.held[each.factor] += bool(held) and all(held)
        found.runs += 1
        found.trials += sum(2 * len(each.sets) for each in standing.rounds)
        found.ratio += _widest(ground, standing) / _widest(ground, uniform)
    return found


def _respondent(
    world: World, random: np.random.Generator
) -> tuple[Callable[[int, int], float | None], Numbers]:
    """Answers in a cell and a wording; and the mean of each cell over these wordings."""
    levels = world.levels(random, world.design["wordings"])
    if world.rates:
        rates = logistic(levels)
        less = world._least_gone(float(rates.mean()))

        def drawn(cell: int, wording: int) -> float | None:
            value = float(random.random() < rates[cell, wording])
            lost = less * (world.missing["ratio"] if value else 1.0)
            return None if random.random() < lost else value

        return drawn, rates.mean(axis=1)
    noise = world.truth["noise"] * heavy(random, levels.shape)
    values = levels + noise * world._unevenness()[:, None]
    lost = random.random(values.shape) < world._gone(values > 0)

    def scored(cell: int, wording: int) -> float | None:
        return None if lost[cell, wording] else float(values[cell, wording])

    return scored, values.mean(axis=1)


def _drawn(
    world: World,
    ground: Ground,
    answer: Callable[[int, int], float | None],
    random: np.random.Generator,
    rounds: int | None,
) -> Standing:
    """An adaptive run; or with a number of rounds, so many uniform ones."""
    standing, trials = begin(ground), 0
    fixed = len(world.cells) * world.design["wordings"]
    most = MOST * fixed * (world.design["replicates"] if world.rates else 1)
    equal = np.full(len(ground.sets), 1 / len(ground.sets))
    while (not standing.done) if rounds is None else (len(standing.rounds) < rounds):
        share = next_shares(ground, standing) if rounds is None else equal
        places = next_draws(ground, standing, share, Random(int(random.integers(2**31))))
        drawn = [ground.sets[place] for place in places]
        wordings = random.integers(world.design["wordings"], size=len(drawn))
        answers = [
            tuple(answer(cell, int(wording)) for cell in own)
            for own, wording in zip(drawn, wordings, strict=True)
        ]
        trials += 2 * len(drawn)
        ended = rounds is None and trials >= most
        standing = advance(ground, standing, share, drawn, answers, ended=ended)
    return standing


def _widest(ground: Ground, standing: Standing) -> float:
    """The widest plain interval over the half-width aimed at."""
    reaches, z = by_now(ground, standing).reaches, float(stats.norm.isf(ERROR / 2))
    return max(each.half_width(z) / aim for each, aim in zip(reaches, ground.aims, strict=True))


def worlds(truth: Mapping[str, Any]) -> Iterator[World]:
    """Every world of a truth file."""
    for name in truth.keys() - {"design", "missing"}:
        yield World(name, truth[name], truth["design"], truth["missing"])


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--truth", type=Path, default=TRUTH)
    asked.add_argument("--runs", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    start = time.perf_counter()
    by_name = {
        world.name: world for world in worlds(yaml.safe_load(given.truth.read_text("utf-8")))
    }
    print("| world | effect | truth | bias | mean width | coverage |\n|---|---|---|---|---|---|")
    found: dict[str, dict[str, Tally]] = {}
    for name in ("nats", "rates", "rare"):
        found[name] = recover(by_name[name], given.runs, given.seed)
        for effect, tally in found[name].items():
            print(
                f"| {name} | {effect} | {tally.truth:.4f} | {tally.bias / tally.runs:+.4f} "
                f"| {tally.width / tally.runs:.4f} | {tally.coverage:.4f} |"
            )
    drawn: dict[str, Drawn] = {}
    for name, tallies in found.items():
        aims = {
            effect.split(" (")[0]: tally.width / tally.runs / 2
            for effect, tally in tallies.items()
            if "log-odds" not in effect
        }
        drawn[name] = recover_adaptively(by_name[name], aims, given.runs, given.seed)
        for effect, share in drawn[name].coverage.items():
            print(f"| {name}, adaptive | {effect} | | | {2 * aims[effect]:.4f} | {share:.4f} |")
    coverages = [tally.coverage for tallies in found.values() for tally in tallies.values()]
    signs = [
        tally.sign / tally.runs
        for name in ("nats", "rates")
        for effect, tally in found[name].items()
        if effect.startswith("both_beyond_either")
    ]
    figures = {
        "runs": given.runs,
        "coverage_fixed_min": min(coverages),
        "coverage_fixed_mean": round(sum(coverages) / len(coverages), 4),
        "coverage_fixed_max": max(coverages),
        "coverage_adaptive_min": min(min(e.coverage.values()) for e in drawn.values()),
        "type1_confirmatory": false_claims(by_name["still"], given.runs, given.seed),
        "sign_interaction": min(signs),
        "width_ratio_adaptive": round(fmean(e.ratio / e.runs for e in drawn.values()), 3),
        "trials_adaptive": {name: round(e.trials / e.runs) for name, e in drawn.items()},
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
