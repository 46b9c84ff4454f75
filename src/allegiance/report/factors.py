"""A scenario's factors in words: what each level changes in what the model is shown.

For each crossed factor, each level beside the first: two vignettes that differ in this level
alone, in the same wording, with the words that go and the words that come.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.experiment.resolved import StampedVignette
from allegiance.report import figures
from allegiance.report.addresses import cell_page, factors_page, scenario_page, vignette_anchor
from allegiance.report.material import Material
from allegiance.vignettes.diff import Span, diff_words


@dataclass(frozen=True)
class MessageChange:
    """One message whose words differ."""

    role: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class LevelChange:
    """Two levels, in one pair of vignettes."""

    sides: str
    wording: int
    before: str
    after: str
    """Where the two vignettes are shown."""
    rest: str
    """The levels that both share."""
    messages: tuple[MessageChange, ...]


@dataclass(frozen=True)
class FactorView:
    """A crossed factor with its levels."""

    name: str
    about: str
    levels: tuple[LevelChange, ...]


@dataclass(frozen=True)
class FactorsPage:
    """Everything on the page."""

    page: str
    scenario: str
    title: str
    scenario_page: str
    factors: tuple[FactorView, ...]


def factors_view(material: Material, scenario: str) -> FactorsPage:
    """Everything on the page of a scenario's factors."""
    stamped = material.resolved.scenarios[scenario]
    compared = [each for each in comparisons(material.resolved, scenario) if each.kind == "factor"]
    return FactorsPage(
        page=factors_page(scenario),
        scenario=scenario,
        title=stamped.title,
        scenario_page=scenario_page(scenario),
        factors=tuple(
            FactorView(
                name=factor,
                about=stamped.factors[factor].about,
                levels=tuple(
                    _level(material, each)
                    for each in compared
                    if each.factor == factor and each.pairs
                ),
            )
            for factor in stamped.crossed
        ),
    )


def _level(material: Material, comparison: Comparison) -> LevelChange:
    source, target = comparison.pairs[0]
    one_id, one = _first_vignette(material, source)
    other_id, other = _counterpart(material, target, one)
    crossed = material.scenario_of(source).crossed
    levels = material.resolved.cells[source].levels
    rest = (f"{k}: {v}" for k, v in levels.items() if k in crossed and k != comparison.factor)
    return LevelChange(
        sides=f"{comparison.source} \N{RIGHTWARDS ARROW} {comparison.target}",
        wording=one.wording,
        before=f"{cell_page(source)}#{vignette_anchor(one_id)}",
        after=f"{cell_page(target)}#{vignette_anchor(other_id)}",
        rest=figures.listed(rest, "nothing else is crossed"),
        messages=tuple(_changes(one, other)),
    )


def _first_vignette(material: Material, cell: str) -> tuple[str, StampedVignette]:
    own = [(id, v) for id, v in material.resolved.vignettes.items() if v.cell == cell]
    return min(own, key=lambda each: each[1].wording)


def _counterpart(material: Material, cell: str, of: StampedVignette) -> tuple[str, StampedVignette]:
    """The vignette of a cell in the same nuisance block."""
    return next(
        (id, each)
        for id, each in material.resolved.vignettes.items()
        if each.cell == cell and (each.wording, each.nuisance) == (of.wording, of.nuisance)
    )


def _changes(one: StampedVignette, other: StampedVignette) -> Iterator[MessageChange]:
    """Messages that differ, paired by the names that they share."""
    left = list(one.messages)
    for message in other.messages:
        parts = set(message.id.split("+"))
        source = next((each for each in left if parts & set(each.id.split("+"))), None)
        if source is not None:
            left.remove(source)
        before = source.text if source else ""
        if before != message.text:
            yield MessageChange(message.role, diff_words(before, message.text))
    for gone in left:
        yield MessageChange(gone.role, diff_words(gone.text, ""))
