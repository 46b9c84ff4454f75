"""Log-likelihoods of built-in vignettes: our batched scoring against one plain pass a pair.

    python benchmarks/exact_scores.py [--pairs 240] [--seed 1] [--input SCENARIO ...]

A pair is a vignette and one text of one of its actions, drawn at random. The rival is
transformers alone: one forward pass over context and text, no cache, no batch. Prints a
Markdown table, and as its last line one JSON object.
"""

import argparse
import asyncio
import json
import time
from random import Random

import torch
from inspect_ai.model import ChatMessage, get_model

from allegiance.experiment.experiment import choose_experiment
from allegiance.experiment.resolve import resolve
from allegiance.models.local import LocalModel, load_local
from allegiance.trials.samples import chat_messages

TEXTS_A_VIGNETTE = 12


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--pairs", type=int, default=240)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--input", nargs="+", default=["shelf", "letters"])
    given = asked.parse_args()
    drawn = draw(given.input, given.pairs, Random(given.seed))
    model = load_local("smollm2")
    start = time.perf_counter()
    ours = [score for messages, texts in drawn for score in scores_of(messages, texts)]
    ours_seconds = time.perf_counter() - start
    start = time.perf_counter()
    plain = [one_pass(model, messages, text) for messages, texts in drawn for text in texts]
    plain_seconds = time.perf_counter() - start
    differences = [abs(a - b) for a, b in zip(ours, plain, strict=True)]
    print("| | pairs | seconds | largest difference (nats) |\n|---|---|---|---|")
    print(f"| ours | {len(ours)} | {ours_seconds:.1f} | {max(differences):.1e} |")
    print(f"| transformers, one by one | {len(plain)} | {plain_seconds:.1f} | |")
    figures = {
        "pairs": len(ours),
        "max_abs_diff": max(differences),
        "mean_abs_diff": sum(differences) / len(differences),
        "seconds": round(ours_seconds, 1),
        "seconds_plain": round(plain_seconds, 1),
        "speedup_plain": round(plain_seconds / ours_seconds, 2),
    }
    print(json.dumps(figures))


def draw(
    scenarios: list[str], pairs: int, random: Random
) -> list[tuple[list[ChatMessage], list[str]]]:
    """Vignettes of the scenarios' default experiments, each with some of its action texts."""
    resolved = resolve(choose_experiment(scenarios))
    vignettes = random.sample(list(resolved.vignettes.values()), -(-pairs // TEXTS_A_VIGNETTE))
    found = []
    for vignette in vignettes:
        texts = [text for own in resolved.texts[vignette.texts].actions.values() for text in own]
        few = random.sample(texts, min(TEXTS_A_VIGNETTE, len(texts)))
        found.append((chat_messages(vignette), few))
    return found


def scores_of(messages: list[ChatMessage], texts: list[str]) -> list[float]:
    api = get_model("allegiance/smollm2").api
    scores = asyncio.run(api.score_options(messages, texts))  # type: ignore[attr-defined]
    return [each.log_likelihood for each in scores]


@torch.no_grad()
def one_pass(model: LocalModel, messages: list[ChatMessage], text: str) -> float:
    """The log-likelihood of one text by the whole sequence through the network, once."""
    context, own = list(model.context_ids(messages)), list(model.text_ids(text))
    logits = model.network(torch.tensor([context + own])).logits[0, len(context) - 1 : -1]
    chosen = logits.log_softmax(-1).gather(1, torch.tensor(own)[:, None])
    return float(chosen.sum())


if __name__ == "__main__":
    main()
