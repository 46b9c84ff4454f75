"""The package and the logic program, two readers of obey-or-refuse, compared part by part.

    python benchmarks/agreement.py [--cases 20000] [--seed 1] [--structures]

Random cases, each under one of sixteen rivals (who ranks first, which channels are trusted) in
turn; compared in both readings are class, flags, admissible actions (counted too), what is
overridden, conflicts and stances (counted too). Then faults are planted in either reader, one at
a time: each must make the two disagree. `--structures` compares every structure of conflict with
up to `--principals` principals as well. Prints a Markdown table, and as its last line one JSON
object.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.reference.cases import random_case
from tests.reference.faults import FAULTS, Fault, planted
from tests.reference.oracle import Answer, both
from tests.reference.package import different_parts, in_package
from tests.reference.rivals import RIVALS, under
from tests.reference.together import decided_by_program

from allegiance.cases.file import read_case
from allegiance.cases.structure import Structure, situation

MOST_TRIED = 2000
"""Cases that a planted fault is given to show itself."""
CLASSES = ("clear", "resolved", "ambiguous", "indeterminate")
CHUNK = 500
"""Structures that are compared at a time."""


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--cases", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--structures", action="store_true", help="compare all structures as well")
    asked.add_argument("--principals", type=int, default=3, help="of those structures, at most")
    given = asked.parse_args()
    start = time.perf_counter()
    with ProcessPoolExecutor(given.workers) as pool:
        figures: dict[str, Any] = _random_cases(pool, given.seed, given.cases)
        figures |= _faults(pool, given.seed)
        if given.structures:
            figures |= _structures(pool, given.principals)
    print(json.dumps(figures | {"seconds": round(time.perf_counter() - start, 1)}))


def rival_case(seed: int, number: int) -> Any:
    """A random case under the rival whose turn it is."""
    return under(random_case(Random(f"{seed}-{number}")), *RIVALS[number % len(RIVALS)])


def differing(case: Any) -> list[tuple[str, str]]:
    """Reading and part of each difference between the two readers."""
    return different_parts(in_package(read_case(case)), both(case))


def _random_cases(pool: ProcessPoolExecutor, seed: int, cases: int) -> dict[str, Any]:
    parts = [range(start, min(start + CHUNK, cases)) for start in range(0, cases, CHUNK)]
    found = sum(pool.map(partial(_compared, seed), parts), Counter[tuple[str, str]]())
    print(f"| who ranks first | trusted | cases | disagreements | {' | '.join(CLASSES)} |")
    print("|---|---|---|---|---|---|---|---|")
    for rival in RIVALS:
        counts = {what: number for (name, what), number in found.items() if name == str(rival)}
        shown = [str(counts.get(what, 0)) for what in ("cases", "differ", *CLASSES)]
        print(f"| {' | '.join((*rival, *shown))} |")
    differ = sum(number for (_, what), number in found.items() if what == "differ")
    return {"cases": cases, "disagreements": differ}


def _compared(seed: int, numbers: range) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        rival, case = str(RIVALS[number % len(RIVALS)]), rival_case(seed, number)
        ours, theirs = in_package(read_case(case)), both(case)
        found[rival, "cases"] += 1
        found[rival, "differ"] += bool(different_parts(ours, theirs))
        found[rival, ours["strict"]["class"]] += 1
    return found


def _faults(pool: ProcessPoolExecutor, seed: int) -> dict[str, Any]:
    print("\n| clause broken | in | first seen in case |\n|---|---|---|")
    caught = 0
    for fault, number in zip(FAULTS, pool.map(partial(_first_seen, seed), FAULTS), strict=True):
        caught += number is not None
        shown = "**never**" if number is None else number
        print(f"| {fault.clause} | {fault.place or 'program'} | {shown} |", flush=True)
    return {"planted": len(FAULTS), "caught": caught}


def _first_seen(seed: int, fault: Fault) -> int | None:
    """The number of the first case, as drawn or under a rival, in which the two disagree."""
    with planted(fault):
        for number in range(MOST_TRIED):
            drawn = random_case(Random(f"{seed}-{number}"))
            if differing(drawn) or differing(rival_case(seed, number)):
                return number
    return None


def _structures(pool: ProcessPoolExecutor, principals: int) -> dict[str, Any]:
    print("\n| principals | structures | disagreements |\n|---|---|---|")
    total = differ = 0
    for size in range(1, principals + 1):
        chunks = _chunks(decided_by_program(size))
        counts = list(_few_at_a_time(pool, _differing_structures, chunks))
        print(f"| {size} | {sum(n for n, _ in counts)} | {sum(d for _, d in counts)} |", flush=True)
        total += sum(n for n, _ in counts)
        differ += sum(d for _, d in counts)
    return {"structures": total, "structure_disagreements": differ}


Decided = tuple[Structure, dict[str, Answer]]


def _differing_structures(chunk: tuple[Decided, ...]) -> tuple[int, int]:
    differ = sum(bool(different_parts(in_package(situation(one)), said)) for one, said in chunk)
    return len(chunk), differ


def _chunks(found: Iterator[Decided]) -> Iterator[tuple[Decided, ...]]:
    while chunk := tuple(islice(found, CHUNK)):
        yield chunk


def _few_at_a_time(
    pool: ProcessPoolExecutor,
    work: Callable[[tuple[Decided, ...]], tuple[int, int]],
    chunks: Iterable[tuple[Decided, ...]],
) -> Iterator[tuple[int, int]]:
    """What the pool says of each chunk; not all of them wait in memory at once."""
    flying = []
    for chunk in chunks:
        flying.append(pool.submit(work, chunk))
        if len(flying) > 8:
            yield flying.pop(0).result()
    yield from (each.result() for each in flying)


if __name__ == "__main__":
    main()
