"""`allegiance codes`: a finished run under other principles, without running anything."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from allegiance.commands.options import Json, reading_named
from allegiance.errors import IncompleteError

if TYPE_CHECKING:
    import polars as pl

    from allegiance.pipeline import Applied
    from allegiance.situation.subversion import Reading

app = typer.Typer(help="Principles: the same record under others.", no_args_is_help=True)

WITHHELD = "withheld or not measured"
BOTH = "both"
"""Every reading."""
TOLD = {"subvert": "subversion", "overreach": "overreach", "refusal": "refusal"}
"""Outcomes of which the terminal tells how far they go, and their nouns."""


@app.command("apply")
def apply(
    run: Annotated[Path, typer.Argument(help="A run folder.", metavar="RUN")],
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
    """Read a run anew under other orders of rank and trust roots; nothing is run again."""
    from allegiance import pipeline

    applied = pipeline.apply_codes(
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
    table.add_column("hierarchy")
    table.add_column("trust root")
    columns = [*CaseClass, "changed"]
    for name in columns:
        table.add_column(name, justify="right")
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
