"""Faults planted into a scenario one at a time: does lint catch each, with file and line?

    python benchmarks/lint_faults.py [--input SCENARIO] [--quick]

Without `--input`, the faults of the tests in the scenario that `scenarios new` makes: one or
more for each thing that lint promises. With it, those that can be planted into any scenario, by
name or folder; what lint says of it beforehand doesn't count, and a fault that needs a part that
it lacks is left out. Prints a Markdown table, and as its last line one JSON object.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.vignettes.lint.anywhere import PLANTS, Copy, NotApplicableError
from tests.vignettes.lint.faults import FAULTS, LAWFUL

from allegiance.scenarios.catalogue import folder_of
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.rules import QUICK, RULES, Rule, lint_folder


@dataclass(frozen=True)
class Row:
    """One fault, and what became of it."""

    fault: str
    rule: str
    place: str
    caught: bool | None
    """None where it could not be planted."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--input", help="a scenario, by name or folder")
    asked.add_argument("--quick", action="store_true", help="leave out the sentence encoder")
    given = asked.parse_args()
    start = time.perf_counter()
    with TemporaryDirectory() as folder:
        if given.input:
            source = folder_of(given.input)
            rows = list(_anywhere(source.parent if source.is_file() else source, Path(folder)))
        else:
            rows = list(_in_the_lawful_one(Path(folder), QUICK if given.quick else RULES))
    print("| fault | rule | caught? | file:line |\n|---|---|---|---|")
    for row in rows:
        caught = {True: "yes", False: "**no**", None: "not applicable"}[row.caught]
        print(f"| {row.fault} | {row.rule} | {caught} | {row.place} |")
    planted = [row for row in rows if row.caught is not None]
    figures = {
        "scenario": given.input or "skeletons/complete",
        "faults": len(planted),
        "caught": sum(bool(row.caught) for row in planted),
        "missed": [row.fault for row in planted if not row.caught],
        "not_applicable": len(rows) - len(planted),
        "rules": len({row.rule for row in planted}),
        "false_alarms": 0 if given.input else _errors(LAWFUL),
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(figures))


def _in_the_lawful_one(folder: Path, rules: tuple[Rule, ...]) -> Iterator[Row]:
    """The faults of the tests."""
    for number, fault in enumerate(FAULTS):
        copy = fault.plant(folder / str(number))
        by_meaning = fault.rule == "near-duplicate-meaning"
        if by_meaning and rules is QUICK:
            yield Row(fault.promise, fault.rule, "", None)
            continue
        found = lint_folder(copy, rules=rules if by_meaning else QUICK)
        if any(each.rule == fault.rule and each.severity is Severity.NOT_CHECKED for each in found):
            yield Row(fault.promise, fault.rule, "", None)
            continue
        caught = fault.caught_by(found, copy) is not None
        yield Row(fault.promise, fault.rule, f"{fault.file}:{fault.line(copy)}", caught)


def _anywhere(source: Path, folder: Path) -> Iterator[Row]:
    """The faults that fit any scenario."""
    before = _told(lint_folder(Copy(source, folder / "before").folder, rules=QUICK))
    for plant in PLANTS:
        copy = Copy(source, folder / plant.__name__)
        promise = plant.__name__.replace("_", " ")
        try:
            rule, at = plant(copy)
        except NotApplicableError:
            yield Row(promise, "", "", None)
            continue
        line = copy.line_of(*at)
        found = lint_folder(copy.folder, rules=QUICK)
        caught = any(
            (each.rule, each.line) == (rule, line) and (each.rule, each.problem) not in before
            for each in found
        )
        yield Row(promise, rule, f"scenario.yaml:{line}", caught)


def _told(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(each.rule, each.problem) for each in findings}


def _errors(folder: Path) -> int:
    """Findings where nothing was planted."""
    found = lint_folder(folder, rules=QUICK)
    return sum(each.severity is not Severity.NOT_CHECKED for each in found)


if __name__ == "__main__":
    main()
