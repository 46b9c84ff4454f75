"""What the cells of a scenario can't tell apart: in words, in figures, and as a plot.

Drawn where a fraction or an optimal set was played: there the design chose what to mix up. In
other designs only cells that a scenario excludes do so, and words say enough.
"""

from dataclasses import dataclass
from functools import partial

from allegiance.design.aliasing import aliases, aliases_in_words
from allegiance.design.correlation import Correlation, correlations
from allegiance.design.terms import Term, term_words
from allegiance.experiment.cells import played_of
from allegiance.report.addresses import safe, scenario_page
from allegiance.report.charts.aliasing import Mixed, Pair, aliasing
from allegiance.report.charts.canvas import Picture
from allegiance.report.material import Material

CHOSEN = ("fraction", "optimal")
"""Kinds of design that choose cells by a model."""
MOST_TERMS = 40
"""Terms beyond which a plot can't be read; the table holds them all."""


@dataclass(frozen=True)
class AliasView:
    """What the cells of a scenario can't tell apart."""

    told: str
    """In a sentence."""
    words: tuple[str, ...]
    """Each effect that is not told wholly, in a line."""
    pairs: tuple[tuple[str, str, str], ...]
    """Two effects, and how far they are mixed up."""
    picture: Picture | None
    """None where nothing is to be drawn."""


def alias_view(material: Material, scenario: str) -> AliasView:
    """Main effects and interactions of two factors that the played cells mix up."""
    design, kind = played_of(material.resolved, scenario), material.resolved.design.kind
    found = aliases(design.cells, design.varied)
    pairs = correlations(design.cells, design.varied)
    return AliasView(
        told=_sentence(len(design.cells), kind, mixed=bool(found or pairs)),
        words=tuple(aliases_in_words(found)),
        pairs=tuple((term_words(p.one), term_words(p.other), f"{p.size:.2f}") for p in pairs),
        picture=_picture(scenario, pairs) if kind in CHOSEN else None,
    )


def _sentence(cells: int, kind: str, *, mixed: bool) -> str:
    if cells == 1:
        return "One cell was played, so there is no effect to tell."
    of = f"The {cells} cells of this {kind} design"
    if not mixed:
        return f"{of} tell every main effect and interaction of two factors from the others."
    return (
        f"{of} do not tell every effect from every other. One that is aliased is read as its own "
        "only where the other is taken to be nil."
    )


def _picture(scenario: str, pairs: tuple[Correlation, ...]) -> Picture | None:
    seen = list(dict.fromkeys(term for pair in pairs for term in (pair.one, pair.other)))
    terms = sorted(seen, key=lambda term: (len(term), seen.index(term)))
    if not pairs or len(terms) > MOST_TERMS:
        return None
    link = f"{scenario_page(scenario)}#cells"
    drawn = [_pair(pair, terms, link) for pair in pairs]
    words = "; ".join(each.told for each in drawn)
    return Picture(
        name=f"aliasing-{safe(scenario)}",
        told=f"Effects that are mixed up, with their correlation. {words}.",
        draw=partial(aliasing, Mixed(tuple(drawn), tuple(map(term_words, terms)))),
        links=tuple(each.link for each in drawn),
    )


def _pair(pair: Correlation, terms: list[Term], link: str) -> Pair:
    one, other = sorted((pair.one, pair.other), key=terms.index)
    told = f"{term_words(one)} with {term_words(other)}: {pair.size:.2f}"
    return Pair(term_words(one), term_words(other), pair.size, told, link)
