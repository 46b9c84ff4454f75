"""`allegiance cases`: conflicts as bare cases: one from a file, or all that there can be."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from allegiance.commands.options import Json, Quiet, reading_named
from allegiance.errors import IncompleteError

if TYPE_CHECKING:
    from allegiance.cases.tally import Tally

app = typer.Typer(help="Conflicts as bare cases, without a scenario.", no_args_is_help=True)

SECONDS = 240.0
"""After how long an enumeration stops by itself."""

Principals = Annotated[
    int,
    typer.Option(
        "--principals",
        min=1,
        max=4,
        help="Roles of principals, at most; one person may hold several.",
    ),
]
Seconds = Annotated[
    float, typer.Option("--seconds", min=0, help="When to stop, and say how far it came.")
]


@app.command()
def classify(
    file: Annotated[Path, typer.Argument(help="A case, or a list of cases, in YAML.")],
    reading: Annotated[str, typer.Option("--reading", help="strict, or delegated.")] = "delegated",
    as_json: Json = False,
) -> None:
    """Classify cases from a file, and say in words why."""
    from allegiance.cases.answer import answer, print_answer
    from allegiance.cases.file import read_cases

    chosen = reading_named(reading)
    answers = [answer(each, chosen) for each in read_cases(file)]
    if as_json:
        print(json.dumps(answers, indent=1, ensure_ascii=False))
        return
    for each in answers:
        print_answer(each, Console())


@app.command("enumerate")
def enumerate_structures(
    principals: Principals = 3,
    seconds: Seconds = SECONDS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Count all structures of conflict of a size by class and flag; kept in the cache."""
    from allegiance.cases.told import tally_data

    tally = _tally(principals, seconds, quiet=quiet)
    data = tally_data(tally)
    if as_json:
        print(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        _print_tally(data, Console(highlight=False))
    _require_all(tally)


@app.command()
def coverage(
    principals: Principals = 3,
    seconds: Seconds = SECONDS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which kinds of conflict the built-in scenarios hold, and which none does."""
    from allegiance.cases.coverage import coverage as covered
    from allegiance.cases.told import coverage_data
    from allegiance.scenarios.catalogue import built_in, find

    tally = _tally(principals, seconds, quiet=quiet)
    scenarios = [find(folder) for folder in built_in()]
    with _progress(quiet=quiet) as bar:
        task = bar.add_task("scenarios", total=len(scenarios))
        rows = covered(tally, scenarios, progress=lambda _: bar.advance(task))
    data = coverage_data(rows)
    if as_json:
        print(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        _print_coverage(data, Console(highlight=False))
    _require_all(tally)


def _tally(principals: int, seconds: float, *, quiet: bool) -> "Tally":
    """The tally from the cache, else a new one."""
    from allegiance.cases.remembered import keep, recall
    from allegiance.cases.tally import tally

    kept = recall(principals, seconds)
    if kept is not None:
        return kept
    with _progress(quiet=quiet) as bar:
        task = bar.add_task("structures", total=None)
        found = tally(
            principals,
            seconds=seconds,
            workers=os.cpu_count() or 1,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    keep(found, principals)
    return found


def _require_all(tally: "Tally") -> None:
    if not tally.complete:
        total = sum(stage.structures for stage in tally.stages)
        raise IncompleteError(
            f"{tally.decided:,} of {total:,} structures decided in {tally.seconds:.0f} s",
            mend="Give it more time with --seconds, or ask for fewer principals.",
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        yield bar


def _print_tally(data: dict[str, Any], console: Console) -> None:
    most = data["stages"][-1]
    size = f"{_some(most['principals'], 'principal')} and {_some(most['said'], 'instruction')}"
    console.print(
        f"{data['structures']:,} structures of conflict with up to {size}, each once; "
        f"{data['decided']:,} decided (counted in {data['seconds']:g} s)",
        style="bold",
        soft_wrap=True,
    )
    stages = Table("principals", "instructions", "structures", "decided", box=None)
    for stage in data["stages"]:
        stages.add_row(*(f"{number:,}" for number in stage.values()))
    console.print(stages)
    classes = Table("class", "structures", box=None)
    for name, number in data["classes"].items():
        classes.add_row(name, f"{number:,}")
    console.print(classes)
    flags = Table("flag", *data["flags"], box=None)
    for name in next(iter(data["flags"].values())):
        flags.add_row(name, *(f"{counts[name]:,}" for counts in data["flags"].values()))
    console.print(flags)
    console.print(_inescapable(data["inescapable"]), soft_wrap=True)
    for name, told in data["smallest"].items():
        console.print(f"\nThe smallest that is {name}:", style="bold")
        console.print(told["words"], markup=False, soft_wrap=True)
        console.print(told["why"], markup=False, soft_wrap=True)
    console.print(f"\n{data['note']}", soft_wrap=True)


def _some(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _inescapable(counts: dict[str, dict[str, int]]) -> str:
    told = " and ".join(
        f"{each['structures']:,} under {reading} ({each['with_conflict']:,} of them in a conflict)"
        for reading, each in counts.items()
    )
    return (
        "Every way subverts a principal: in no structure as long as refusing is only refusing; "
        f"where a refusal counts as what the scaffold makes of it, in {told}."
    )


def _print_coverage(data: dict[str, Any], console: Console) -> None:
    console.print(
        f"{data['covered']} of {data['covered'] + data['uncovered']} kinds of structure are in "
        f"scenarios; {data['only_in_scenarios']} more are in scenarios only",
        style="bold",
    )
    table = Table("class and flags", "structures", "situations in scenarios", box=None)
    table.columns[0].no_wrap = True
    for row in data["combinations"]:
        scenarios = ", ".join(f"{name} {number}" for name, number in row["scenarios"].items())
        kind = " + ".join((row["class"], *row["flags"]))
        table.add_row(kind, f"{row['structures']:,}", scenarios or "none")
    console.print(table)
    console.print(f"\n{data['note']}", soft_wrap=True)
