"""Random cases through the laws of obey-or-refuse, and past an independent encoding of it.

    python benchmarks/policy.py [--cases 100000] [--agreement 10000] [--seed 1]

Every case goes through every law; `--agreement` of them are also decided by the logic program
in `tests/reference`, in both readings, and compared part by part. Prints a Markdown table, and
as its last line one JSON object.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.laws.laws import LAWS
from tests.reference.cases import random_case
from tests.reference.test_oracle import disagreement

from allegiance.cases.file import read_case
from allegiance.situation.decision import decide
from allegiance.situation.situation import Situation


@dataclass(frozen=True)
class Share:
    """What one process found over its part of the cases."""

    broken: Counter[str]
    classes: Counter[str]
    differing: int


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--agreement", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = asked.parse_args()
    start = time.perf_counter()
    shares = _shared_out(partial(through_laws, given.seed), given.cases, given.workers)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    compared = _shared_out(partial(past_oracle, given.seed), given.agreement, given.workers)
    broken = sum((share.broken for share in shares), Counter[str]())
    print("| law | cases | broken |\n|---|---|---|")
    for law in LAWS:
        print(f"| {law.__name__.replace('_', ' ')} | {given.cases} | {broken[law.__name__]} |")
    figures = {
        "cases": given.cases,
        "laws": len(LAWS),
        "broken": sum(broken.values()),
        "seconds": round(seconds, 1),
        "workers": given.workers,
        "classes": dict(sorted(sum((s.classes for s in shares), Counter[str]()).items())),
        "compared_with_oracle": given.agreement,
        "disagreements": sum(share.differing for share in compared),
        "oracle_seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(figures))


def through_laws(seed: int, numbers: range) -> Share:
    """Every law on each of the numbered cases."""
    broken: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for number in numbers:
        random = Random(f"{seed}-{number}")
        case = read_case(random_case(random))
        classes[decide(case).classification.case_class.value] += 1
        broken.update(law.__name__ for law in LAWS if _breaks(law, case, random))
    return Share(broken, classes, 0)


def past_oracle(seed: int, numbers: range) -> Share:
    """Each of the numbered cases decided by both readers of the policy."""
    differing = sum(bool(disagreement(random_case(Random(f"{seed}-{n}")))) for n in numbers)
    return Share(Counter(), Counter(), differing)


def _shared_out(work: Callable[[range], Share], cases: int, workers: int) -> list[Share]:
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(work, [range(start, cases, workers) for start in range(workers)]))


def _breaks(law: Callable[[Situation, Random], None], case: Situation, random: Random) -> bool:
    try:
        law(case, random)
    except AssertionError:
        return True
    return False


if __name__ == "__main__":
    main()
