"""Do labels of a random part mend a judge that errs differently in each arm?

    python benchmarks/correction.py [--truth benchmarks/truths/correction.yaml] [--runs 2000]
                                    [--seed 1]

In each simulated run both arms are played in every wording; true answers are drawn at rates that
differ between wordings (Beta, so that their mean is the arm's rate exactly), and read with the
arm's own sensitivity and specificity. Trials to be labelled are drawn as `--label` draws them,
and everything is estimated as `allegiance analyze` does. The truth is the difference of the two
rates, over wordings at large. Prints a Markdown table, and as its last line one JSON object.
"""

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from allegiance.analysis.correction import Judged, corrected
from allegiance.analysis.estimate import Estimate, Numbers
from allegiance.analysis.grid import contrast_on, grid_from
from allegiance.analysis.judge import Refused, differ, rogan_gladen
from allegiance.tables.draw import draw_balanced

TRUTH = Path(__file__).parent / "truths" / "correction.yaml"
UNCORRECTED, CORRECTED, ALONE, TURNED = (
    "uncorrected",
    "prediction-powered",
    "labels alone",
    "rogan-gladen",
)


@dataclass(frozen=True)
class Arm:
    """What is true of one arm."""

    trials: int
    labels: int
    rate: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True)
class World:
    """Two arms, and how far wordings differ."""

    arms: tuple[Arm, Arm]
    wordings: int
    between_wordings: float

    @property
    def truth(self) -> float:
        """The true difference, in points of 1."""
        return self.arms[1].rate - self.arms[0].rate

    def run(self, random: np.random.Generator) -> Judged:
        """One simulated run."""
        most = max(-(-arm.trials // self.wordings) for arm in self.arms)
        shape = (2, self.wordings, most)
        prediction, label, chance = (np.full(shape, np.nan) for _ in range(3))
        for place, arm in enumerate(self.arms):
            wording = np.arange(arm.trials) % self.wordings
            places = place, wording, np.arange(arm.trials) // self.wordings
            true = random.random(arm.trials) < self._rates(arm.rate, random)[wording]
            says_yes = np.where(true, arm.sensitivity, 1 - arm.specificity)
            prediction[places] = random.random(arm.trials) < says_yes
            draw = draw_balanced([place] * arm.trials, wording.tolist(), arm.labels, random)
            drawn = np.isin(np.arange(arm.trials), draw.chosen)
            label[places] = np.where(drawn, true, np.nan)
            chance[places] = np.where(drawn, draw.chance, np.nan)
        known = np.nonzero(~np.isnan(prediction))
        grid = grid_from(
            ["before", "after"], np.arange(self.wordings), prediction, bounded=True, drawn=True
        )
        return Judged(grid, known[0], known[1], *(of[known] for of in (prediction, label, chance)))

    def _rates(self, mean: float, random: np.random.Generator) -> Numbers:
        """The true rate under each wording."""
        if not self.between_wordings or mean in (0, 1):
            return np.full(self.wordings, mean)
        size = 1 / self.between_wordings - 1
        return np.asarray(random.beta(mean * size, (1 - mean) * size, self.wordings))


@dataclass
class Tally:
    """How one method fared over all runs."""

    truth: float
    runs: int = 0
    refused: int = 0
    held: int = 0
    bias: float = 0.0
    width: float = 0.0

    def add(self, found: Estimate | None) -> None:
        """Count one run; one without an interval counts as not held."""
        self.runs += 1
        if found is None or found.estimate is None or found.ci_low is None or found.ci_high is None:
            self.refused += 1
            return
        self.bias += found.estimate - self.truth
        self.width += found.ci_high - found.ci_low
        self.held += found.ci_low <= self.truth <= found.ci_high

    @property
    def told(self) -> int:
        """Runs with an estimate."""
        return max(1, self.runs - self.refused)


def estimates(judged: Judged) -> dict[str, Estimate | None]:
    """Every method's estimate of the difference."""
    contrast = contrast_on(judged.grid, [("before", "after")])
    assert contrast
    powered, alone = (corrected(judged, contrast, tuned=tuned) for tuned in (True, False))
    turned = rogan_gladen(judged, contrast)
    return {
        UNCORRECTED: contrast.estimate(),
        CORRECTED: powered.found if powered else None,
        ALONE: alone.found if alone else None,
        TURNED: None if isinstance(turned, Refused) else turned,
    }


def rate_of(judged: Judged, cell: str) -> Estimate | None:
    """One arm's rate, corrected."""
    contrast = contrast_on(judged.grid, [(cell,)], (1.0,))
    assert contrast
    found = corrected(judged, contrast)
    return found.found if found else None


def simulate(world: World, runs: int, seed: int) -> tuple[dict[str, Tally], float]:
    """How each method fares, each arm's corrected rate too; how often errors are seen to differ."""
    methods = (UNCORRECTED, CORRECTED, ALONE, TURNED)
    tallies = {method: Tally(world.truth) for method in methods}
    for place, cell in enumerate(("before", "after")):
        tallies[f"rate {cell}, prediction-powered"] = Tally(world.arms[place].rate)
    seen = 0
    for one in np.random.SeedSequence(seed).spawn(runs):
        judged = world.run(np.random.default_rng(one))
        for method, found in estimates(judged).items():
            tallies[method].add(found)
        for cell in ("before", "after"):
            tallies[f"rate {cell}, prediction-powered"].add(rate_of(judged, cell))
        p = differ(*(judged.arm(np.array([row])) for row in (0, 1)))
        seen += p is not None and p < 0.05
    return tallies, seen / runs


def read_world(truth: Mapping[str, Any]) -> World:
    """The world of a truth file."""
    before, after = (Arm(**arm) for arm in truth["arms"].values())
    return World((before, after), truth["wordings"], truth["between_wordings"])


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--truth", type=Path, default=TRUTH)
    asked.add_argument("--runs", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    start = time.perf_counter()
    world = read_world(yaml.safe_load(given.truth.read_text("utf-8")))
    tallies, seen = simulate(world, given.runs, given.seed)
    print("| estimate | truth | bias | mean width | coverage | runs without |")
    print("|---|---|---|---|---|---|")
    for name, each in tallies.items():
        print(
            f"| {name} | {each.truth:.4f} | {each.bias / each.told:+.4f} "
            f"| {each.width / each.told:.4f} | {each.held / each.runs:.4f} | {each.refused} |"
        )
    by = {name: tallies[name] for name in (UNCORRECTED, CORRECTED, ALONE, TURNED)}
    figures = {
        "runs": given.runs,
        "true_effect": world.truth,
        "bias_uncorrected": round(by[UNCORRECTED].bias / by[UNCORRECTED].told, 5),
        "bias_corrected": round(by[CORRECTED].bias / by[CORRECTED].told, 5),
        "coverage_uncorrected": by[UNCORRECTED].held / given.runs,
        "coverage_corrected": by[CORRECTED].held / given.runs,
        "coverage_labels_alone": by[ALONE].held / given.runs,
        "width_ratio": round(by[CORRECTED].width / max(by[ALONE].width, 1e-12), 4),
        "bias_rogan_gladen": round(by[TURNED].bias / by[TURNED].told, 5),
        "coverage_rogan_gladen": by[TURNED].held / given.runs,
        "judge_error_seen_to_differ": seen,
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
