"""A scenario's page: what it is, what is compared with what, and every cell played of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.values import PRIMARY
from allegiance.experiment.resolved import StampedScenario
from allegiance.report import figures
from allegiance.report.addresses import factors_page, level_anchor, scenario_page
from allegiance.report.aliasing import AliasView, alias_view
from allegiance.report.effects import (
    ARROW,
    EffectRow,
    effect_rows,
    key_of,
    key_of_comparison,
)
from allegiance.report.material import Material
from allegiance.report.places import CellLink, cell_link, cells_at


@dataclass(frozen=True)
class FactorRow:
    """A factor with its levels."""

    name: str
    about: str
    levels: tuple[tuple[str, bool], ...]
    """Each level, and whether it was played."""
    unit: str
    words_only: bool


@dataclass(frozen=True)
class ComparisonView:
    """A comparison, the cells it matches, and what each model did on it."""

    anchor: str
    title: str
    named: bool
    """Whether the author named it before the first trial."""
    weighed: int
    """How many cells have a weight in it; 0 where matched cells are compared."""
    pairs: tuple[tuple[CellLink, CellLink], ...]
    effects: tuple[tuple[str, tuple[EffectRow, ...]], ...]
    """Model to its rows: log-scores first, then shares or rates."""


@dataclass(frozen=True)
class CellRow:
    """A cell in the table of cells."""

    link: CellLink
    control: str
    """The side of the positive control; empty for the others."""
    case_class: str
    flags: str
    strict: str
    delegated: str
    counted: str
    measured: str


@dataclass(frozen=True)
class LevelRow:
    """A level, and the cells that have it."""

    anchor: str
    factor: str
    level: str
    cells: tuple[CellLink, ...]


@dataclass(frozen=True)
class ScenarioPage:
    """Everything on a scenario's page."""

    id: str
    page: str
    words_page: str
    """Where the words stand that each level changes."""
    title: str
    summary: str
    sources: tuple[str, ...]
    version: int
    tried: int
    digest: str
    factors: tuple[FactorRow, ...]
    parties: tuple[tuple[str, str, str], ...]
    """Id, roles, and who that is."""
    plus: str
    minus: str
    comparisons: tuple[ComparisonView, ...]
    aliases: AliasView
    """What the cells can't tell apart."""
    cells: tuple[CellRow, ...]
    levels: tuple[LevelRow, ...]
    """The same cells by level."""


def scenario_view(material: Material, name: str) -> ScenarioPage:
    """Everything on the page of one scenario, in words."""
    stamped = material.resolved.scenarios[name]
    return ScenarioPage(
        id=name,
        page=scenario_page(name),
        words_page=factors_page(name),
        title=stamped.title,
        summary=stamped.summary,
        sources=tuple(stamped.sources),
        version=stamped.version,
        tried=stamped.version - 1,
        digest=stamped.digest,
        factors=tuple(_factors(material, name, stamped)),
        parties=tuple(_parties(material, name, stamped)),
        plus=figures.listed(stamped.groups.plus),
        minus=figures.listed(stamped.groups.minus),
        comparisons=tuple(_comparisons(material, name)),
        aliases=alias_view(material, name),
        cells=tuple(_cell_row(material, cell) for cell in material.cells_of(name)),
        levels=tuple(_levels(material, name, stamped)),
    )


def _factors(material: Material, name: str, stamped: StampedScenario) -> Iterator[FactorRow]:
    cells = [material.resolved.cells[cell] for cell in material.cells_of(name)]
    for factor, about in stamped.factors.items():
        played = {cell.levels.get(factor) for cell in cells}
        yield FactorRow(
            name=factor,
            about=about.about,
            levels=tuple((level, level in played) for level in about.levels),
            unit=about.unit or "",
            words_only=about.words_only,
        )


def _levels(material: Material, name: str, stamped: StampedScenario) -> Iterator[LevelRow]:
    for factor, levels in stamped.crossed.items():
        for level in levels:
            cells = cells_at(material, name, factor, level)
            links = tuple(cell_link(material, cell) for cell in cells)
            yield LevelRow(level_anchor(factor, level), factor, level, links)


def _parties(
    material: Material, name: str, stamped: StampedScenario
) -> Iterator[tuple[str, str, str]]:
    cells = material.cells_of(name)
    case = material.decided[cells[0]].strict.classification.case if cells else None
    for party, about in stamped.parties.items():
        roles = case.party[party].roles if case and party in case.party else frozenset()
        yield party, figures.listed(sorted(roles), "third party"), about


def _comparisons(material: Material, name: str) -> Iterator[ComparisonView]:
    for number, each in enumerate(comparisons(material.resolved, name), start=1):
        yield ComparisonView(
            anchor=f"compare-{number}",
            title=_title(each),
            named=each.confirmatory,
            weighed=len(each.weights),
            pairs=tuple(
                (cell_link(material, source), cell_link(material, target))
                for source, target in each.pairs
            ),
            effects=tuple(
                (model, _effects(material, model, name, each)) for model in material.resolved.models
            ),
        )


def _title(comparison: Comparison) -> str:
    sides = f"{comparison.source} {ARROW} {comparison.target}"
    if comparison.kind == "factor":
        return f"{comparison.factor}: {sides}"
    return f"{figures.spaced(comparison.factor)}: {sides}"


def _effects(
    material: Material, model: str, scenario: str, comparison: Comparison
) -> tuple[EffectRow, ...]:
    rows = material.of("effects", model, scenario).to_dicts()
    own = [row for row in rows if key_of(row) == key_of_comparison(comparison)]
    own.sort(key=lambda row: row["outcome"] not in PRIMARY)
    return effect_rows(material, own, {})


def _cell_row(material: Material, cell: str) -> CellRow:
    decided = material.decided[cell]
    trials = material.in_cell("trials", cell)
    measured = trials.filter(status="measured").height
    return CellRow(
        link=cell_link(material, cell),
        control=material.control_side(cell) or "",
        case_class=decided.strict.classification.case_class.value,
        flags=figures.listed(sorted(figures.spaced(flag) for flag in decided.delegated.flags)),
        strict=figures.listed(sorted(decided.strict.admissible)),
        delegated=figures.listed(sorted(decided.delegated.admissible)),
        counted=figures.listed(sorted(decided.delegated.admissible_counted)),
        measured=figures.counted(measured, trials.height),
    )
