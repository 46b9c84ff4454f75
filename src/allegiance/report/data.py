"""The page on data: tables and logs to take away, how to check them, what each column holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from allegiance.report.material import Material
from allegiance.tables.logs import LogState
from allegiance.tables.schema import TABLES, Column

ABOUT = {
    "trials": "a planned trial, measured or missing",
    "responses": "a measured trial and action",
    "outcomes": "a measured trial, action, party and instruction",
    "checks": "a planned validity arm of a trial",
    "arms": "a model, cell and outcome: where it stands",
    "effects": "a model, comparison and outcome: what changes",
    "comparisons": "two models and a comparison: where they stand apart",
    "doses": "a model and a numeric factor: what each step does, and where the answer turns",
    "crossings": "a model and a level of each of two factors: where the outcome stands",
    "frontier": "a model and an axis: weight on subversion, or on refusing what could be done",
    "missingness": "a model and a level: how much is missing, and why",
    "validity": "a model, scenario and validity arm: what it says",
    "corrections": "a model, rate or comparison, outcome and method: what labels make of it",
    "passages": "a trial and a passage of its vignette: what it adds",
    "known": "a model and a document whose answer to a probe is known",
    "probes": "a model, probe and level of realism: what the text is taken for",
    "manipulation": "a model, a step of a factor and an item: was the level read",
    "influence": "a model and a measure: what passages move, and what carries most of it",
    "pairwise": "a scenario and level of realism: how often it reads as the more real",
    "judgements": "a cell, code and action: what the code says of it, and why",
    "break_evens": "the ratio at which each two actions of a cell are level, or why there is none",
    "judged": "a model, code and judgement: how much of the answers it is",
    "intended": "a comparison and a code: what the code wanted it to be",
    "ranks": "a cell, hierarchy, trust root, reading and action: what it is under these",
    "rank_outcomes": "a cell, choice, reading, action, party and instruction: what becomes of it",
    "rank_parties": "a model, party, choice and outcome: what becomes of the party",
    "rank_shares": "a model, choice, reading and outcome: what its answers amount to",
    "claims_checked": "a claim and a scenario, or all of them: what it comes to, and why",
}
"""What a row of each table is."""


@dataclass(frozen=True)
class TableRow:
    """A table to take away."""

    name: str
    link: str
    about: str
    rows: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class LogRow:
    """A log, and where it is."""

    state: LogState
    link: str


@dataclass(frozen=True)
class DataPage:
    """Everything on the page on data."""

    tables: tuple[TableRow, ...]
    logs: tuple[LogRow, ...]
    stamp: str


def data_view(material: Material) -> DataPage:
    """Everything on the page on data."""
    return DataPage(
        tables=tuple(_tables(material)),
        logs=tuple(LogRow(each, f"../logs/{quote(each.name)}") for each in material.logs),
        stamp=material.resolved.stamp,
    )


def _tables(material: Material) -> Iterator[TableRow]:
    for name, table in material.tables.items():
        yield TableRow(
            name=name,
            link=f"../tables/{name}.parquet",
            about=ABOUT[name],
            rows=table.height,
            columns=TABLES[name],
        )
