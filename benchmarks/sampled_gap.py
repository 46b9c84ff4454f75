"""How far sampled answers to a menu lie from exact preference shares, on the same vignettes.

    python benchmarks/sampled_gap.py [--trials 200] [--seed 1] [--input SCENARIO ...]

A loopback server of OpenAI's protocol with `allegiance/smollm2` behind it is asked through
Inspect's `openai-api` provider, by letter and at temperature 1; beside it the same weights
score the same vignettes exactly. Gap is the rate of an action group less its preference share,
paired by vignette, averaged by wording, with Student's t over wordings. It holds the menu, the
noise of sampling and a small model's taste for letters, all together. Prints a Markdown table,
and as its last line one JSON object.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers.openai import behind, serve

from allegiance.analysis.estimate import Estimate, estimate_mean
from allegiance.experiment.experiment import Validity, choose_experiment
from allegiance.experiment.folder import RunFolder, stamp_folder
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.measures.choice import ExactChoice, SampledChoice
from allegiance.measures.swap import swap_disagreement, swap_error
from allegiance.measures.weights import action_weights
from allegiance.tables.logs import Measurement, read_measurements
from allegiance.trials.run import run_trials

EXACT, SAMPLED = "allegiance/smollm2", "openai-api/loopback/smollm2"
MOST_TOKENS = 3
"""Of an answer: the letter, a mark, and one to spare."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--trials", type=int, default=200, help="sampled trials, at least")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--input", nargs="+", default=["shelf", "letters"])
    given = asked.parse_args()
    start = time.perf_counter()
    resolved = plan(given.input, given.trials, given.seed)
    with tempfile.TemporaryDirectory() as place:
        found = play(resolved, RunFolder(Path(place) / "run"))
    figures = {
        "trials": sum(trial.model == SAMPLED for trial in resolved.trials.values()),
        "cells": len(resolved.cells),
        "wordings": len({each.wording for each in resolved.vignettes.values()}),
        **how_it_was_answered(resolved, found),
        "gap": dict(gaps(resolved, found)),
        "seconds": round(time.perf_counter() - start),
    }
    print_table(figures)
    print(json.dumps(figures))


def plan(scenarios: list[str], trials: int, seed: int) -> Resolved:
    """The scenarios' default experiments in as many blocks as give so many trials."""
    chosen = choose_experiment(scenarios, models=[EXACT, SAMPLED], answer_form="letter")
    validity = Validity(comprehension=0, mismatched=False, swapped=0.25)
    whole = chosen.model_copy(update={"seed": seed, "controls": False, "validity": validity})
    one = resolve(whole.model_copy(update={"blocks": 1}))
    blocks = -(-trials // len(one.vignettes))
    return resolve(whole.model_copy(update={"blocks": blocks}))


def play(resolved: Resolved, folder: RunFolder) -> dict[str, Measurement]:
    """Both readings of every vignette, through Inspect."""
    with serve(behind(EXACT, most_tokens=MOST_TOKENS)) as server:
        os.environ.update(server.env())
        stamp_folder(folder, resolved)
        run_trials(folder, resolved, quiet=True)
    return read_measurements(folder, resolved)


def how_it_was_answered(resolved: Resolved, found: Mapping[str, Measurement]) -> dict[str, Any]:
    """Coverage, lapses, what the place on the menu did, and whether it would say so again."""
    facts = [found[id].facts for id, trial in resolved.trials.items() if trial.model == SAMPLED]
    exact = [found[id].facts for id, trial in resolved.trials.items() if trial.model == EXACT]
    sampled = [each for each in facts if isinstance(each, SampledChoice)]
    named = [each for each in sampled if each.choice is not None]
    places = Counter(each.shown.index(each.choice) for each in named if each.choice)
    disagreement = swap_disagreement(sampled)
    return {
        "coverage": len(sampled) / len(facts),
        "coverage_exact": sum(each is not None for each in exact) / len(exact),
        "no_choice": 1 - len(named) / len(sampled),
        "retried": fmean(each.retried for each in sampled),
        "first_place": places[0] / len(named),
        "first_place_by_chance": fmean(1 / len(each.shown) for each in named),
        "places": [places[place] for place in range(max(len(each.shown) for each in named))],
        "swapped": sum(each.swapped is not None for each in sampled),
        "swap_disagreement": disagreement,
        "swap_error_tau": swap_error(disagreement),
    }


def gaps(resolved: Resolved, found: Mapping[str, Measurement]) -> Iterator[tuple[str, Any]]:
    """Action group to rate, share, and the gap between them with its interval."""
    for name, scenario in resolved.scenarios.items():
        groups = {"for": scenario.groups.plus, "against": scenario.groups.minus}
        for group, actions in groups.items():
            pairs = list(paired(resolved, found, name, set(actions)))
            gap = estimate_mean((wording, rate - share) for wording, rate, share in pairs)
            yield f"{name}.{group}", row(pairs, gap)


def row(pairs: list[tuple[int, float, float]], gap: Estimate) -> dict[str, Any]:
    return {
        "pairs": len(pairs),
        "rate": fmean(rate for _, rate, _ in pairs),
        "share": fmean(share for _, _, share in pairs),
        "gap": gap.estimate,
        "ci_low": gap.ci_low,
        "ci_high": gap.ci_high,
    }


def paired(
    resolved: Resolved, found: Mapping[str, Measurement], scenario: str, actions: set[str]
) -> Iterator[tuple[int, float, float]]:
    """Wording, sampled weight and exact share of a group, for each vignette read both ways."""
    weights: dict[tuple[str, str], float] = {}
    for id, trial in resolved.trials.items():
        cell = resolved.cells[resolved.vignettes[trial.vignette].cell]
        facts = found[id].facts
        if cell.scenario == scenario and isinstance(facts, ExactChoice | SampledChoice):
            own = action_weights(facts, resolved.read_out)
            weights[trial.vignette, trial.model] = sum(own.get(each, 0.0) for each in actions)
    for vignette in {vignette for vignette, _ in weights}:
        sampled, exact = (weights.get((vignette, model)) for model in (SAMPLED, EXACT))
        if sampled is not None and exact is not None:
            yield resolved.vignettes[vignette].wording, sampled, exact


def print_table(figures: Mapping[str, Any]) -> None:
    print("| action group | pairs | sampled rate | exact share | gap | 95 % interval |")
    print("|---|---|---|---|---|---|")
    for name, each in figures["gap"].items():
        interval = f"{each['ci_low']:+.3f} to {each['ci_high']:+.3f}" if each["ci_low"] else "-"
        print(
            f"| {name} | {each['pairs']} | {each['rate']:.3f} | {each['share']:.3f} "
            f"| {each['gap']:+.3f} | {interval} |"
        )
    print("\n| how it was answered | |\n|---|---|")
    for name, value in figures.items():
        if name != "gap":
            print(f"| {name.replace('_', ' ')} | {value} |")
    print()


if __name__ == "__main__":
    main()
