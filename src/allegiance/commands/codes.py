"""`allegiance codes`: which there are, what one says and where it turns, a run under others.

Nothing is run: `flips` looks at formal situations alone, and `apply` reads what a run recorded by
other codes, ranks or trust roots.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from allegiance.commands.judged import print_judged, tell_about_codes, tell_unmatched
from allegiance.commands.options import Json, levels_in, reading_named
from allegiance.errors import IncompleteError

if TYPE_CHECKING:
    import polars as pl

    from allegiance.principles import Applied
    from allegiance.situation.subversion import Reading

app = typer.Typer(help="Principles: the same record under others.", no_args_is_help=True)

WITHHELD = "withheld or not measured"
BOTH = "both"
"""Every reading."""
TOLD = {"subvert": "subversion", "overreach": "overreach", "refusal": "refusal"}
"""Outcomes of which the terminal tells how far they go, and their nouns."""


@app.command("list")
def list_codes(as_json: Json = False) -> None:
    """Say which codes there are."""
    from allegiance.codes.load import built_in

    codes = built_in()
    if as_json:
        told = [each.model_dump(mode="json", include={"id", "kind", "title"}) for each in codes]
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("code", "kind", "title", "clauses"):
        table.add_column(name, no_wrap=name == "code", overflow="fold")
    for each in codes:
        formal = f"{len(each.clauses)}, {len(each.ruled)} formal"
        table.add_row(each.id, each.kind.value, each.title, formal)
    Console(highlight=False, markup=False).print(table)


@app.command("show")
def show(
    name: Annotated[
        str, typer.Argument(help="A code: a built-in one or a file.", metavar="NAME|FILE")
    ],
    as_json: Json = False,
) -> None:
    """Print a code: what it holds, what it can't see, and its clauses."""
    from allegiance.codes.load import find, rule_text

    code = find(name)
    if as_json:
        print(json.dumps(code.model_dump(mode="json", exclude_defaults=True), indent=1))
        return
    console = Console(highlight=False, markup=False)
    console.print(f"{code.id} ({code.kind}): {code.title}", style="bold")
    console.print(code.summary)
    if code.blind_to:
        console.print(f"It can't see: {code.blind_to}")
    for each in code.clauses:
        place = f"rank {each.rank}" if each.rank else f"weight {each.weight:g}"
        excused = f" clauses {', '.join(each.excuses)}" if each.excuses else ""
        prose = "" if each.rule is not None else "; prose only"
        console.print(f"{each.id} {each.title} ({each.effect}{excused}, {place}{prose})")
        console.print(f"    {each.says}")
        if each.rule is not None:
            console.print(f"    rule: {rule_text(each.rule)}", style="dim")


@app.command("flips")
def flips(
    scenario: Annotated[
        str, typer.Argument(help="A scenario, by name or folder.", metavar="SCENARIO")
    ],
    code: Annotated[
        list[str] | None,
        typer.Option(
            "--code",
            help="A code: a built-in one or a file; all built-in ones where none is named.",
            metavar="NAME|FILE",
        ),
    ] = None,
    cell: Annotated[
        list[str] | None,
        typer.Option(
            "--cell",
            help="One cell, as k=v,...; the rest stays at its baseline. Left out, the cells of "
            "the scenario's default experiment.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what codes hold of each action in each cell, and the smallest change that turns it."""
    from allegiance.cases.cells import default_cells
    from allegiance.cases.flip_map import flip_map, map_data
    from allegiance.codes.load import built_in, find
    from allegiance.commands.flips import print_flips
    from allegiance.scenarios.catalogue import find as find_scenario
    from allegiance.scenarios.factors import complete_cell, known_levels

    asked = {each.id: each for each in map(find, code)} if code else {c.id: c for c in built_in()}
    there, levels = find_scenario(scenario), levels_in(cell, "--cell")
    cells = (complete_cell(there, levels),) if cell else default_cells(there)
    if code:
        tell_unmatched(tuple(asked.values()), {there.id: known_levels(there)})
    mapped = flip_map(there, tuple(asked.values()), cells)
    if as_json:
        told = {"scenario": there.id, "cells": [map_data(each) for each in mapped]}
        print(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        shown = tuple(levels or there.experiment.factors)
        print_flips(there.id, mapped, shown, Console())


@app.command("apply")
def apply(
    run: Annotated[Path, typer.Argument(help="A run folder.", metavar="RUN")],
    code: Annotated[
        list[str] | None,
        typer.Option(
            "--code",
            help="A file of a code by which the run is judged from now on, beside the built-in "
            "ones; one with the id of another takes its place. A built-in one by name is put "
            "back where another stands in its place.",
            metavar="FILE|NAME",
        ),
    ] = None,
    hierarchy: Annotated[
        list[str] | None,
        typer.Option(
            "--hierarchy",
            help="An order of rank: as_stated, developer_first, operator_first, unranked, "
            "user_first, or a file; all of them where none is named.",
            metavar="NAME|FILE",
        ),
    ] = None,
    trust_root: Annotated[
        list[str] | None,
        typer.Option(
            "--trust-root",
            help="Channels that are believed: none, weights, weights+system, weights+system+chat, "
            "or as_stated; the first four where none is named.",
            metavar="NAME",
        ),
    ] = None,
    reading: Annotated[
        str, typer.Option("--reading", help="strict, delegated, or both.", metavar="NAME")
    ] = BOTH,
    as_json: Json = False,
) -> None:
    """Read a run anew by other codes, orders of rank or trust roots; nothing is run again.

    With `--code` alone it is judged by codes; else read under ranks and trust roots.
    """
    from allegiance import pipeline, principles

    if code:
        from allegiance.codes.load import find

        asked = [find(each) for each in code]
        judged = principles.judge(run, codes=asked)
        tell_about_codes(run, asked)
        if not (hierarchy or trust_root or reading != BOTH):
            page = pipeline.report(run).with_name("codes.html")
            if as_json:
                rows = judged.filter(judged["cell"].is_null()).to_dicts()
                print(json.dumps(rows, indent=1, ensure_ascii=False))
            else:
                print_judged(run, page)
            return
    applied = principles.read_under_ranks(
        run,
        hierarchies=hierarchy or (),
        trust_roots=trust_root or (),
        readings=_readings(reading),
    )
    page = pipeline.report(run)
    if as_json:
        print(json.dumps(_data(applied), indent=1, ensure_ascii=False))
    else:
        console = Console(highlight=False, markup=False)
        _print(applied, console)
        console.print(f"Report: {page.with_name('ranks.html')}", soft_wrap=True)
    if not applied.coverage.enough:
        coverage = applied.coverage
        raise IncompleteError(
            f"{coverage.measured} of {coverage.planned} trials measured ({coverage.share:.1%}; "
            f"gate {coverage.gate:.0%})",
            mend="Classes hold all the same; shares are of what was measured.",
        )


def _readings(name: str) -> "tuple[Reading, ...]":
    return () if name == BOTH else (reading_named(name, BOTH),)


def _data(applied: "Applied") -> dict[str, Any]:
    """What was found, for machines: classes, what holds, shares over all cells."""
    import polars as pl

    from allegiance.analysis.ranks import classes, steadiness

    return {
        "classes": classes(applied.ranks).to_dicts(),
        "steady": [vars(each) for each in steadiness(applied.ranks)],
        "shares": applied.shares.filter(pl.col("cell").is_null()).to_dicts(),
        "coverage": applied.coverage.share,
    }


def _print(applied: "Applied", console: Console) -> None:
    from allegiance.analysis.ranks import steadiness
    from allegiance.report.choices import steady_words

    console.print(_class_table(applied.ranks))
    for line in (*steady_words(steadiness(applied.ranks)), *_ranges(applied)):
        console.print(line, soft_wrap=True)


def _class_table(ranks: "pl.DataFrame") -> Table:
    """Cells by class under each choice, over all scenarios."""
    from allegiance.analysis.ranks import classes
    from allegiance.situation.classify import CaseClass

    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in classes(ranks).iter_rows(named=True):
        of = counts.setdefault((row["hierarchy"], row["trust_root"]), {})
        of[row["case_class"]] = of.get(row["case_class"], 0) + len(row["cells"])
        of["changed"] = of.get("changed", 0) + len(row["changed"])
    table = Table(title="Cells by class, the positive control aside", title_justify="left")
    table.add_column("hierarchy", no_wrap=True)
    table.add_column("trust root", overflow="fold")
    columns = [*CaseClass, "changed"]
    for name in columns:
        table.add_column(name, justify="right", overflow="fold")
    for (hierarchy, root), of in counts.items():
        table.add_row(hierarchy, root, *(str(of.get(name, 0)) for name in columns))
    return table


def _ranges(applied: "Applied") -> Iterator[str]:
    """How far each share goes over the choices, beside what it is in the run's own reading."""
    import polars as pl

    from allegiance.report.arms import share_word

    shares = applied.shares.filter(pl.col("cell").is_null(), pl.col("outcome").is_in(list(TOLD)))
    by = ("scenario", "model", "method", "outcome", "reading")
    for (scenario, model, method, outcome, reading), rows in shares.group_by(
        by, maintain_order=True
    ):
        what = f"{share_word(str(method))} {TOLD[str(outcome)]}, {reading} reading"
        told = _range(rows.to_dicts()) if applied.coverage.enough else WITHHELD
        yield f"{scenario}, {model}: {what}: {told}."


def _range(rows: Sequence[Mapping[str, Any]]) -> str:
    own, *others = [None if row["withheld"] else row["estimate"] for row in rows]
    known = [each for each in others or [own] if each is not None]
    if own is None or not known:
        return WITHHELD
    chances = [row["chance"] for row in (rows[1:] or rows) if row["chance"] is not None]
    blind = f"; a blind choice {_points(chances)}" if chances else ""
    return f"{own:.1%} in the run, {_points(known)} under these choices{blind}"


def _points(values: list[float]) -> str:
    low, high = f"{min(values):.1%}", f"{max(values):.1%}"
    return low if low == high else f"{low} to {high}"
