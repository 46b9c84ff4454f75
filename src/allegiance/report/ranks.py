"""The page on ranks: what hangs on the choice of rank and trust root, and what does not.

    matrix      hierarchy by trust root: how many cells are of each class
    steady      over which choices a cell keeps its class, and what may be done in it
    patterns    which cells change, and how: cells that go the same way stand together
    shares      the same answers under each choice, beside what a blind choice gives

Choices that give the same figures stand in one row, so that what differs is seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.ranks import ADMISSIBLE, REFUSAL, Pair, Steady, classes, steadiness
from allegiance.report import figures
from allegiance.report.addresses import cell_page, scenario_page
from allegiance.report.arms import Share, share, share_title
from allegiance.report.choices import OWN, Choices, choices_of, steady_words
from allegiance.report.material import Material
from allegiance.report.places import CellLink, cell_link
from allegiance.situation.classify import CaseClass
from allegiance.situation.stance import Stance
from allegiance.situation.subversion import Reading

CLASSES = tuple(each.value for each in CaseClass)
SUBVERT, OVERREACH = Stance.SUBVERT.value, Stance.OVERREACH.value


@dataclass(frozen=True)
class ClassCount:
    """The cells of one class under one choice."""

    case_class: str
    cells: int
    link: str
    """Where they are: the only cell, or the list of all."""


@dataclass(frozen=True)
class MatrixRow:
    """One hierarchy, a column for each trust root."""

    hierarchy: str
    counts: tuple[tuple[ClassCount, ...], ...]


@dataclass(frozen=True)
class SteadyRow:
    """Over a set of choices, the cells in which something stays the same."""

    over: str
    cells: int
    one_class: tuple[CellLink, ...]
    one_admissible: tuple[CellLink, ...]
    one_stance: tuple[CellLink, ...]


@dataclass(frozen=True)
class Pattern:
    """Cells that are of the same classes under the same choices."""

    cells: tuple[CellLink, ...]
    own: str
    """Their class in the run."""
    steady: bool
    """Whether class and admissible actions are the run's own under every choice."""
    by_root: tuple[str, ...]
    """For each trust root, the class by hierarchy, in words."""


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


@dataclass(frozen=True)
class RankSection:
    """One scenario."""

    title: str
    page: str
    matrix: tuple[MatrixRow, ...]
    steady: tuple[SteadyRow, ...]
    patterns: tuple[Pattern, ...]
    models: tuple[ModelShares, ...]


@dataclass(frozen=True)
class RanksPage:
    """Everything on the page."""

    words: tuple[str, ...]
    roots: tuple[str, ...]
    heads: tuple[str, ...]
    """What is told of answers."""
    sections: tuple[RankSection, ...]


def ranks_view(material: Material) -> RanksPage:
    """Everything on the page on ranks."""
    choices = choices_of(material)
    told = _told(material)
    return RanksPage(
        words=rank_words(material),
        roots=tuple(figures.spaced(root) for root in choices.trust_roots),
        heads=tuple(head for head, _, _ in told),
        sections=tuple(
            _section(material, choices, number, name, told)
            for number, name in enumerate(material.resolved.scenarios, start=1)
        ),
    )


def rank_words(material: Material) -> tuple[str, ...]:
    """What hangs on rank and trust root, in a few sentences."""
    return steady_words(steadiness(material.tables["ranks"]))


def _told(material: Material) -> tuple[tuple[str, str, str], ...]:
    """Head, outcome and reading of each figure that is told."""
    readings = material.tables["ranks"]["reading"].unique(maintain_order=True).to_list()
    main = Reading.DELEGATED.value if Reading.DELEGATED.value in readings else readings[0]
    return (
        *((f"Subversion, {each}", SUBVERT, each) for each in readings),
        ("Overreach", OVERREACH, main),
        ("Refusal", REFUSAL, main),
        ("Admissible", ADMISSIBLE, main),
    )


def _section(
    material: Material,
    choices: Choices,
    number: int,
    scenario: str,
    told: Sequence[tuple[str, str, str]],
) -> RankSection:
    ranks = material.tables["ranks"].filter(scenario=scenario, control="off")
    return RankSection(
        title=material.resolved.scenarios[scenario].title,
        page=scenario_page(scenario),
        matrix=tuple(_matrix(ranks, choices, f"#patterns-{number}")),
        steady=tuple(_steady_row(material, each) for each in steadiness(ranks)),
        patterns=tuple(_patterns(material, ranks, choices)),
        models=tuple(
            _model(material, choices, scenario, model, told) for model in material.resolved.models
        ),
    )


def _matrix(ranks: pl.DataFrame, choices: Choices, listed: str) -> Iterator[MatrixRow]:
    found: dict[Pair, dict[str, list[str]]] = {}
    for row in classes(ranks).iter_rows(named=True):
        pair = (row["hierarchy"], row["trust_root"])
        found.setdefault(pair, {})[row["case_class"]] = row["cells"]
    for order in choices.hierarchies:
        yield MatrixRow(
            hierarchy=figures.spaced(order),
            counts=tuple(
                tuple(
                    ClassCount(each, len(cells), cell_page(cells[0]) if len(cells) == 1 else listed)
                    for each in CLASSES
                    if (cells := found.get((order, root), {}).get(each, []))
                )
                for root in choices.trust_roots
            ),
        )


def _steady_row(material: Material, steady: Steady) -> SteadyRow:
    def links(cells: Sequence[str]) -> tuple[CellLink, ...]:
        return tuple(cell_link(material, cell) for cell in cells)

    return SteadyRow(
        over=figures.spaced(steady.over),
        cells=len(steady.cells),
        one_class=links(steady.one_class),
        one_admissible=links(steady.one_admissible),
        one_stance=links(steady.one_stance),
    )


def _patterns(material: Material, ranks: pl.DataFrame, choices: Choices) -> Iterator[Pattern]:
    """Cells that go the same way together, those that change first."""
    groups: dict[tuple[tuple[str, bool], ...], list[str]] = {}
    for cell, rows in ranks.group_by("cell", maintain_order=True):
        groups.setdefault(_ways(rows, choices), []).append(str(cell[0]))
    for ways, cells in sorted(groups.items(), key=lambda each: len(set(each[0])) == 1):
        by_pair = dict(zip(choices.read, ways, strict=True))
        yield Pattern(
            cells=tuple(cell_link(material, cell) for cell in cells),
            own=by_pair[OWN][0],
            steady=len(set(ways)) == 1,
            by_root=tuple(_by_order(by_pair, choices, root) for root in choices.trust_roots),
        )


def _ways(rows: pl.DataFrame, choices: Choices) -> tuple[tuple[str, bool], ...]:
    """A cell's class under each choice, and whether what may be done is another than in the run."""
    of: dict[Pair, tuple[str, set[tuple[str, str]]]] = {}
    for row in rows.iter_rows(named=True):
        pair = (row["hierarchy"], row["trust_root"])
        _, admissible = of.setdefault(pair, (row["case_class"], set()))
        if row["admissible"]:
            admissible.add((row["reading"], row["action"]))
    return tuple((of[pair][0], of[pair][1] != of[OWN][1]) for pair in choices.read)


def _by_order(by_pair: Mapping[Pair, tuple[str, bool]], choices: Choices, root: str) -> str:
    """The class under one trust root, by hierarchy."""
    ways: dict[tuple[str, bool], list[str]] = {}
    for order in choices.hierarchies:
        ways.setdefault(by_pair[order, root], []).append(order)
    return "; ".join(
        (case_class if not moved or case_class != by_pair[OWN][0] else f"{case_class} otherwise")
        + (f": {choices.orders_told(orders)}" if len(ways) > 1 else "")
        for (case_class, moved), orders in ways.items()
    )


def _model(
    material: Material,
    choices: Choices,
    scenario: str,
    model: str,
    told: Sequence[tuple[str, str, str]],
) -> ModelShares:
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
