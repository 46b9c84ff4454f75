"""The page on ranks: what hangs on the choice of rank and trust root, and what does not.

    matrix      hierarchy by trust root: how many cells are of each class
    steady      over which choices a cell keeps its class, and what may be done in it
    patterns    which cells change, and how: cells that go the same way stand together
    shares      the same answers under each choice, beside what a blind choice gives

Choices that give the same figures stand in one row, so that what differs is seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from allegiance.analysis.ranks import ADMISSIBLE, REFUSAL, Pair, Steady, classes, steadiness
from allegiance.report import figures
from allegiance.report.addresses import cell_page, scenario_page
from allegiance.report.choices import OWN, Choices, choices_of, steady_words
from allegiance.report.material import Material
from allegiance.report.places import CellLink, cell_link
from allegiance.report.rank_shares import ModelShares, model_shares
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
            model_shares(material, choices, scenario, model, told)
            for model in material.resolved.models
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
