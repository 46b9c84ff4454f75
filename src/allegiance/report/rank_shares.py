"""What the same answers amount to under each choice of rank and trust root, beside chance.

Choices that give the same figures stand in one row, so that what differs is seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.ranks import Pair
from allegiance.report import figures
from allegiance.report.addresses import cell_page, scenario_page
from allegiance.report.arms import Share, share, share_title
from allegiance.report.choices import Choices
from allegiance.report.material import Material


@dataclass(frozen=True)
class ShareRow:
    """What the answers amount to under choices that give the same figures."""

    choices: str
    link: str
    cell: str
    """The cell; empty for all."""
    changed: str
    """How many cells are of another class than in the run."""
    shares: tuple[Share, ...]
    measured: str


@dataclass(frozen=True)
class PartyRow:
    """What becomes of a party under choices that give the same figures."""

    party: str
    who: str
    """Its roles, and who that is."""
    link: str
    choices: str
    shares: tuple[Share, ...]
    """The outcomes that arise."""
    measured: str


@dataclass(frozen=True)
class ModelShares:
    """One model in one scenario."""

    model: str
    title: str
    whole: tuple[ShareRow, ...]
    by_cell: tuple[ShareRow, ...]
    parties: tuple[PartyRow, ...]


def model_shares(
    material: Material,
    choices: Choices,
    scenario: str,
    model: str,
    told: Sequence[tuple[str, str, str]],
) -> ModelShares:
    """What one model's answers amount to in one scenario.

    Args:
        material: The run.
        choices: Those that were asked for.
        scenario: Its id.
        model: Its Inspect name.
        told: What stands in the columns: head, outcome, reading.
    """
    shares = material.of("rank_shares", model, scenario)
    rows = list(_share_rows(material, choices, shares, told))
    return ModelShares(
        model=model,
        title=share_title(material.method(model, scenario)),
        whole=tuple(row for row in rows if not row.cell),
        by_cell=tuple(row for row in rows if row.cell),
        parties=tuple(_party_rows(material, choices, scenario, model, told[-1][-1])),
    )


def _party_rows(
    material: Material, choices: Choices, scenario: str, model: str, reading: str
) -> Iterator[PartyRow]:
    rows = material.of("rank_parties", model, scenario).filter(reading=reading)
    who = material.resolved.scenarios[scenario].parties
    by_party: dict[str, dict[Pair, dict[tuple[str, str], Mapping[str, Any]]]] = {}
    for row in rows.iter_rows(named=True):
        pair = (row["hierarchy"], row["trust_root"])
        at = by_party.setdefault(row["party"], {}).setdefault(pair, {})
        at[row["outcome"], reading] = row
    for party, pairs in by_party.items():
        outcomes = list(next(iter(pairs.values())))
        for alike, found in _alike(pairs, outcomes):
            first = found[0]
            yield PartyRow(
                party=party,
                who=", ".join(
                    [*(first["roles"] or ["third party"]), *filter(None, [who.get(party)])]
                ),
                link=f"{scenario_page(scenario)}#cells",
                choices=choices.told(alike),
                shares=tuple(
                    share(material, row)
                    for row in found
                    if row["chance"] > 0 or (row["bound_high"] or 0) > 0
                ),
                measured=figures.counted(first["n_trials"], first["n_planned"]),
            )


def _share_rows(
    material: Material,
    choices: Choices,
    shares: pl.DataFrame,
    told: Sequence[tuple[str, str, str]],
) -> Iterator[ShareRow]:
    """A row for each cell and set of choices that give the same figures."""
    by_cell: dict[str | None, dict[Pair, dict[tuple[str, str], Mapping[str, Any]]]] = {}
    for row in shares.iter_rows(named=True):
        pair = (row["hierarchy"], row["trust_root"])
        at = by_cell.setdefault(row["cell"], {}).setdefault(pair, {})
        at[row["outcome"], row["reading"]] = row
    for cell, pairs in by_cell.items():
        for alike, found in _alike(pairs, [(outcome, reading) for _, outcome, reading in told]):
            first = found[0]
            yield ShareRow(
                choices=choices.told(alike),
                link=cell_page(cell) if cell else f"{scenario_page(first['scenario'])}#cells",
                cell=material.told(cell) if cell else "",
                changed=f"{round(first['class_changed'] * first['n_cells'])} of {first['n_cells']}",
                shares=tuple(share(material, row) for row in found),
                measured=figures.counted(first["n_trials"], first["n_planned"]),
            )


def _alike(
    pairs: Mapping[Pair, Mapping[tuple[str, str], Mapping[str, Any]]],
    told: Sequence[tuple[str, str]],
) -> Iterator[tuple[list[Pair], list[Mapping[str, Any]]]]:
    """Choices that give the same figures, with these figures; the run's own first."""
    groups: dict[tuple[Any, ...], list[Pair]] = {}
    for pair, rows in pairs.items():
        found = [rows[each] for each in told]
        same = tuple(
            (row["estimate"], row["chance"], row["bound_low"], row["bound_high"]) for row in found
        )
        groups.setdefault((same, found[0].get("class_changed")), []).append(pair)
    for alike in groups.values():
        yield alike, [pairs[alike[0]][each] for each in told]
