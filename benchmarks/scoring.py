"""Exact scores of built-in vignettes: our tree against plain passes and lm-evaluation-harness.

    python benchmarks/scoring.py [--seed 1] [--input SCENARIO ...] [--vignettes 5] [--threads 2]

A pair is a vignette and one text of its actions; pairs come in random order. Rivals are
transformers alone, one forward pass a pair, and `HFLM` of lm-evaluation-harness at the batch
size that is fastest here. All three share one model in memory, float32, and the threads. On a
machine that others use too, one thread gives the steadiest figures.

    round 1, 2, 3     ours: all pairs;  each rival: a third of the pairs, another each round

A time is the median of the three rounds; a rival's is its rate times all tokens. Prints a
Markdown table, and as its last line one JSON object:

    tokens_computed_over_distinct   what we sent through the model, over the distinct positions
    speedup_lm_eval, speedup_plain  their time over ours
    time_over_token_ratio           speedup_plain over the saving in tokens: 1 wastes nothing
    max_abs_diff, max_abs_diff_bf16 nats from plain passes in float32, ours in each precision
    peak_mb                         memory that our scoring needed above the loaded model
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from statistics import median
from typing import Any

import torch

from allegiance.experiment.experiment import choose_experiment
from allegiance.experiment.resolve import resolve
from allegiance.models.local import LocalModel, load_local
from allegiance.models.scoring import Wanted, score_batch, way_of
from allegiance.scenarios.catalogue import listed
from allegiance.trials.samples import chat_messages

ROUNDS = 3
BATCHES = (1, 4, 8)
"""Batch sizes of lm-evaluation-harness that are tried."""
TRIED = 8
"""Pairs on which they are tried."""
ROW_TOKENS = 256

Pair = tuple[tuple[int, ...], tuple[int, ...]]


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--input", nargs="+", default=None, metavar="SCENARIO")
    asked.add_argument("--vignettes", type=int, default=5)
    asked.add_argument("--threads", type=int, default=None, help="torch's own choice if left out")
    given = asked.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    require_lm_eval()
    model, random = load_local("smollm2"), Random(given.seed)
    pairs = draw(model, given.input or built_in(), given.vignettes, random)
    print(json.dumps(compare(model, pairs)))


def require_lm_eval() -> None:
    try:
        import lm_eval  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        sys.exit('lm-evaluation-harness is not installed: pip install "lm_eval[hf]==0.4.13"')


def built_in() -> list[str]:
    found, _ = listed()
    return [each.name for each in found]


def draw(model: LocalModel, scenarios: Sequence[str], count: int, random: Random) -> list[Pair]:
    """Vignettes of the scenarios' default experiments in turn, each with all its action texts."""
    pairs: list[Pair] = []
    pools = [list(resolve_one(name)) for name in scenarios]
    for place in range(count):
        context, texts = random.choice(pools[place % len(pools)])
        ids = model.context_ids(chat_messages(context)) + model.text_ids(context.lead)
        pairs += [(ids, model.text_ids(text)) for text in texts]
    random.shuffle(pairs)
    return list(dict.fromkeys(pairs))


def resolve_one(scenario: str) -> Any:
    resolved = resolve(choose_experiment([scenario]))
    for vignette in resolved.vignettes.values():
        actions = resolved.texts[vignette.texts].actions
        yield vignette, [text for own in actions.values() for text in own]


def compare(model: LocalModel, pairs: list[Pair]) -> dict[str, Any]:
    wanted = [Wanted(context, (text,)) for context, text in pairs]
    way_of(model, beyond=False)
    before = peak_mb()
    score_batch(model, wanted, row_tokens=ROW_TOKENS)
    ours_mb = peak_mb() - before
    rival, batch = fastest(model, pairs)
    seconds: dict[str, list[float]] = {"ours": [], "plain": [], "lm_eval": []}
    truth: dict[Pair, float] = {}
    theirs: dict[Pair, float] = {}
    asked = tokens(pairs)
    for turn in range(ROUNDS):
        third = pairs[turn::ROUNDS]
        share = asked / tokens(third)
        taken, found = timed(lambda: score_batch(model, wanted, row_tokens=ROW_TOKENS))
        seconds["ours"].append(taken)
        taken, values = timed(partial(one_by_one, model, third))
        seconds["plain"].append(taken * share)
        truth |= zip(third, values, strict=True)
        taken, values = timed(partial(rival, third))
        seconds["lm_eval"].append(taken * share)
        theirs |= zip(third, values, strict=True)
    needed = distinct(pairs)
    middle = {name: median(each) for name, each in seconds.items()}
    half = score_batch(load_local("smollm2", "bfloat16"), wanted, row_tokens=ROW_TOKENS)
    print_table(middle, found.tokens_computed, asked, len(pairs), batch)
    speedup = middle["plain"] / middle["ours"]
    return {
        "pairs": len(pairs),
        "tokens_plain": asked,
        "tokens_distinct": needed,
        "tokens_computed_over_distinct": found.tokens_computed / needed,
        "speedup_lm_eval": round(middle["lm_eval"] / middle["ours"], 2),
        "speedup_plain": round(speedup, 2),
        "time_over_token_ratio": round(speedup / (asked / found.tokens_computed), 3),
        "max_abs_diff": worst(pairs, found.results, truth),
        "max_abs_diff_bf16": worst(pairs, half.results, truth),
        "max_abs_diff_lm_eval": max(abs(theirs[pair] - truth[pair]) for pair in pairs),
        "batch_lm_eval": batch,
        "threads": torch.get_num_threads(),
        "peak_mb": round(ours_mb),
    }


def one_by_one(model: LocalModel, pairs: Sequence[Pair]) -> list[float]:
    return [one_pass(model, pair) for pair in pairs]


@torch.inference_mode()
def one_pass(model: LocalModel, pair: Pair) -> float:
    """The log-likelihood of one text by the whole sequence through the network, once."""
    context, text = map(list, pair)
    logits = model.network(torch.tensor([context + text]), use_cache=False).logits[0]
    chosen = logits[len(context) - 1 : -1].log_softmax(-1).gather(1, torch.tensor(text)[:, None])
    return float(chosen.sum())


def fastest(
    model: LocalModel, pairs: Sequence[Pair]
) -> tuple[Callable[[Sequence[Pair]], list[float]], int]:
    """lm-evaluation-harness at its fastest batch size, and that size."""
    from lm_eval.models.huggingface import HFLM  # type: ignore[import-not-found]

    harness = HFLM(pretrained=model.network, tokenizer=model.tokenizer, device="cpu")

    def score(batch: int, own: Sequence[Pair]) -> list[float]:
        named = [(("", str(place)), list(c), list(t)) for place, (c, t) in enumerate(own)]
        found = harness._loglikelihood_tokens(named, disable_tqdm=True, override_bs=batch)
        return [float(each[0]) for each in found]

    few = pairs[:TRIED]
    times = {batch: timed(partial(score, batch, few))[0] for batch in BATCHES}
    batch = min(times, key=times.__getitem__)
    return partial(score, batch), batch


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def tokens(pairs: Sequence[Pair]) -> int:
    return sum(len(context) + len(text) for context, text in pairs)


def distinct(pairs: Sequence[Pair]) -> int:
    """Counted apart from our own tree: beginnings of inputs that are not alike."""
    inputs = [(*context, *text[:-1]) for context, text in pairs]
    return len({ids[:end] for ids in inputs for end in range(1, len(ids) + 1)})


def worst(pairs: Sequence[Pair], results: Any, truth: dict[Pair, float]) -> float:
    found = zip(pairs, results, strict=True)
    return float(max(abs(value - truth[pair]) for pair, (value,) in found))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def print_table(middle: dict[str, float], ours: int, asked: int, pairs: int, batch: int) -> None:
    names = {
        "ours": ("ours, one tree", ours),
        "plain": ("transformers, one by one", asked),
        "lm_eval": (f"lm-evaluation-harness, batches of {batch}", asked),
    }
    print(f"| {pairs} pairs | tokens | seconds | times as long |\n|---|---|---|---|")
    for key, (name, through) in names.items():
        times = middle[key] / middle["ours"]
        print(f"| {name} | {through} | {middle[key]:.1f} | {times:.1f} |")


if __name__ == "__main__":
    main()
