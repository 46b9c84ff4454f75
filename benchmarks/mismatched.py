"""The mismatched control: do intervals of an exact null contain 0 as often as they should?

    python benchmarks/mismatched.py [--input wipe] [--draws 8] [--seed 1] [--model smollm2]

Each vignette of the scenario's default experiment gets `--draws` pairs of action texts of
other scenarios, in random order. For each draw, every cell gives one interval (mean over
wordings, t), and every two cells one of their difference: how many contain 0, and what they
could have shown. Prints a Markdown table, and as its last line one JSON object.
"""

import argparse
import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from statistics import median

from inspect_ai.model import get_model

from allegiance.analysis.estimate import Estimate, estimate_mean
from allegiance.experiment.experiment import choose_experiment
from allegiance.experiment.mismatch import action_texts, draw_mismatch
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.scenarios.catalogue import find, names
from allegiance.trials.samples import chat_messages

Found = dict[tuple[int, str], list[tuple[int, float]]]
"""Draw and cell to the wording and the difference, in nats, of each vignette."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--input", default="wipe")
    asked.add_argument("--draws", type=int, default=8)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--model", default="smollm2")
    given = asked.parse_args()
    experiment = choose_experiment([given.input]).model_copy(update={"controls": False})
    resolved = resolve(experiment.model_copy(update={"seed": given.seed}))
    start = time.perf_counter()
    found = asyncio.run(differences(resolved, given.model, given.draws, given.seed))
    seconds = time.perf_counter() - start
    cells = [estimate_mean(values) for values in found.values()]
    pairs = [estimate_mean(values) for values in paired(found)]
    print("| intervals | number | contain 0 | least effect that would show, median (nats) |")
    print("|---|---|---|---|")
    for name, each in (("of a cell", cells), ("of two cells' difference", pairs)):
        print(f"| {name} | {len(each)} | {share(each):.3f} | {least(each):.2f} |")
    figures = {
        "scenario": given.input,
        "vignettes": len(resolved.vignettes),
        "intervals": len(cells),
        "contain_zero": round(share(cells), 4),
        "intervals_of_differences": len(pairs),
        "contain_zero_of_differences": round(share(pairs), 4),
        "mde_median_nats": round(least(pairs), 3),
        "seconds": round(seconds, 1),
    }
    print(json.dumps(figures))


async def differences(resolved: Resolved, model: str, draws: int, seed: int) -> Found:
    """Log-score of the first text of each pair less that of the second."""
    api = get_model(f"allegiance/{model}").api
    texts = action_texts(find(name) for name in names())
    found: Found = defaultdict(list)
    for id, vignette in resolved.vignettes.items():
        scenario = resolved.cells[vignette.cell].scenario
        drawn = [draw_mismatch(texts, scenario, id, seed * 1000 + n) for n in range(draws)]
        pairs = [each.texts for each in drawn if each]
        options = [text for pair in pairs for text in pair]
        messages = chat_messages(vignette)
        scores = await api.score_options(messages, options)  # type: ignore[attr-defined]
        for n in range(len(pairs)):
            first, second = scores[2 * n : 2 * n + 2]
            value = first.log_likelihood - second.log_likelihood
            found[n, vignette.cell].append((vignette.wording, value))
    return found


def paired(found: Found) -> Iterable[list[tuple[int, float]]]:
    """The differences between every two cells of a draw, by wording."""
    for (draw, one), (again, other) in combinations(found, 2):
        if draw == again:
            pairs = zip(found[draw, one], found[draw, other], strict=True)
            yield [(wording, right - left) for (wording, left), (_, right) in pairs]


def share(estimates: list[Estimate]) -> float:
    """How many intervals contain 0, in points of 1."""
    ends = [(each.ci_low, each.ci_high) for each in estimates]
    return sum(low <= 0 <= high for low, high in ends if low is not None and high is not None) / (
        len(ends)
    )


def least(estimates: list[Estimate]) -> float:
    """The median of the least effects that would show."""
    return median(each.mde for each in estimates if each.mde is not None)


if __name__ == "__main__":
    main()
