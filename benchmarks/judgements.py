"""All judgements of all cells of all built-in scenarios, by every built-in code.

    python benchmarks/judgements.py [--workers 2] [--by-scenario] [--write FILE]

A situation is judged once for each choice of level that a code looks at besides; a judgement is
one action of it. Prints a Markdown table, and as its last line one JSON object.
"""

import argparse
import json
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from allegiance.cases.crossing import crossing
from allegiance.cases.crossing_facts import CrossingFacts
from allegiance.cases.judgements import JudgementCounts, count_judgements
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import built_in as codes
from allegiance.scenarios.catalogue import built_in as scenarios
from allegiance.scenarios.load import load_scenario


@dataclass(frozen=True)
class Found:
    """What one scenario came to."""

    scenario: str
    cells: int
    situations: int
    cpu_seconds: float
    tallies: tuple[JudgementCounts, ...]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--by-scenario", action="store_true")
    asked.add_argument("--write", type=Path, help="put counts and digests here, for the tests")
    given = asked.parse_args()
    start = time.perf_counter()
    folders = sorted(scenarios(), key=lambda each: -(each / "scenario.yaml").stat().st_size)
    with ProcessPoolExecutor(given.workers) as pool:
        found = sorted(pool.map(judged, folders), key=lambda each: each.scenario)
    seconds = time.perf_counter() - start
    if given.write:
        write(found, given.write)
    print_table(found, by_scenario=given.by_scenario)
    figures = {
        "seconds": round(seconds, 1),
        "rows": sum(each.rows for one in found for each in one.tallies),
        "situations": sum(each.situations for each in found),
        "cells": sum(each.cells for each in found),
        "scenarios": len(found),
        "codes": len(codes()),
        "dilemmas": sum(each.dilemmas for one in found for each in one.tallies),
        "workers": given.workers,
        "cpu_seconds": round(sum(each.cpu_seconds for each in found), 1),
    }
    print(json.dumps(figures))


def judged(folder: Path) -> Found:
    """All judgements of one scenario."""
    start, all_codes = time.process_time(), codes()
    looked_at = {factor for code in all_codes for factor in code.factors}
    crossed = crossing(load_scenario(folder), looked_at)
    facts = CrossingFacts(crossed)
    tallies = tuple(count_judgements(crossed, code, facts) for code in all_codes)
    seconds = time.process_time() - start
    return Found(crossed.scenario, crossed.cells, crossed.situations, seconds, tallies)


def write(found: list[Found], path: Path) -> None:
    """The snapshot that the tests compare with."""
    snapshot = {
        one.scenario: {
            "cells": one.cells,
            "situations": one.situations,
            "codes": {each.code: summary(each) for each in one.tallies},
        }
        for one in found
    }
    path.write_text(json.dumps(snapshot, indent=1) + "\n")


def summary(counts: JudgementCounts) -> list[object]:
    """Counts in short: counts in the order of the verdicts, dilemmas, digest."""
    return [*(counts.verdicts[each] for each in Verdict), counts.dilemmas, counts.digest]


def print_table(found: list[Found], *, by_scenario: bool) -> None:
    """A row for each code, or for each scenario and code."""
    words = [each.value for each in Verdict]
    print(f"| scenario | code | {' | '.join(words)} | dilemmas | situations |")
    print("|---" * (len(words) + 4) + "|")
    for code in codes():
        tallies = [each for one in found for each in one.tallies if each.code == code.id]
        groups = [[each] for each in tallies] if by_scenario else [tallies]
        for group in groups:
            verdicts = sum((each.verdicts for each in group), Counter[Verdict]())
            counts = " | ".join(str(verdicts[each]) for each in Verdict)
            scenario = group[0].scenario if by_scenario else "all"
            dilemmas = sum(each.dilemmas for each in group)
            situations = sum(each.situations for each in group)
            print(f"| {scenario} | {code.id} | {counts} | {dilemmas} | {situations} |")


if __name__ == "__main__":
    main()
