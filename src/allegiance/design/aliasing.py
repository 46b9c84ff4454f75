"""What the played cells can't tell apart, in words.

    goal_conflict is aliased with threat x oversight        one of its columns is one of theirs
    order is aliased in part with conflict                  some of its levels are told, not all
    a is aliased with b x c and d x e taken together        no one of them alone
    conflict x order: 3 of its 6 combinations are played    cells are missing, by design or nature

It is computed from the model matrix of the cells, whatever made them: a fraction, an exchange,
or a crossing from which a scenario takes impossible cells. Looked at are main effects and
interactions of two factors; interactions of more are taken to be nil.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from allegiance.design.factorial import Cell
from allegiance.design.terms import (
    Columns,
    Levels,
    Term,
    columns,
    in_list,
    interactions,
    lost,
    main_effects,
    rank,
    term_words,
)


@dataclass(frozen=True)
class Alias:
    """A term that the cells don't tell wholly, and why."""

    term: Term
    """The main effect or interaction."""
    partners: tuple[Term, ...] = ()
    """What it is mixed up with."""
    together: bool = False
    """Whether only all partners taken together make it up, not each one alone."""
    whole: bool = True
    """Whether nothing of it can be told."""
    combinations: tuple[int, int] | None = None
    """Of an interaction whose combinations are not all played: how many are, out of how many."""

    @property
    def in_words(self) -> str:
        """One line."""
        if self.combinations:
            played, there = self.combinations
            return f"{term_words(self.term)}: {played} of its {there} combinations are played"
        part = "" if self.whole else " in part"
        with_ = in_list(self.partners)
        end = " taken together" if self.together and len(self.partners) > 1 else ""
        return f"{term_words(self.term)} is aliased{part} with {with_}{end}"


def aliases(cells: Sequence[Cell], factors: Levels) -> tuple[Alias, ...]:
    """Every main effect and interaction of two factors that is not told wholly."""
    terms = (*main_effects(factors), *interactions(factors))
    parts = {term: columns(cells, factors, term) for term in terms}
    return tuple(
        found for term in terms for found in _of_term(term, parts, cells, factors) if found
    )


def aliases_in_words(found: Sequence[Alias]) -> list[str]:
    """A line for each, main effects first."""
    return [each.in_words for each in found]


def _of_term(
    term: Term, parts: dict[Term, Columns], cells: Sequence[Cell], factors: Levels
) -> Iterator[Alias]:
    if not lost(cells, factors, term, parts):
        return
    if len(term) > 1 and _has_gaps(term, cells, factors):
        yield Alias(term, whole=False, combinations=_combinations(term, cells, factors))
        return
    others = [each for each in parts if each != term]
    shared = {each: _shared(parts, term, each) for each in others}
    there = [each for each in others if shared[each][0]]
    named = [each for each in there if not _has_gaps(each, cells, factors)] or there
    for whole in (True, False):
        partners = tuple(each for each in named if shared[each][1] == whole)
        if partners:
            yield Alias(term, partners, whole=whole)
    if not there:
        circuit = _circuit(term, others, cells, factors)
        gone = lost(cells, factors, term, [term, *circuit])
        yield Alias(term, circuit, together=True, whole=gone == parts[term].shape[1])


def _combinations(term: Term, cells: Sequence[Cell], factors: Levels) -> tuple[int, int]:
    """How many combinations of a term's levels are played, and how many there are."""
    played = len({tuple(cell[name] for name in term) for cell in cells})
    return played, int(np.prod([len(factors[name]) for name in term]))


def _has_gaps(term: Term, cells: Sequence[Cell], factors: Levels) -> bool:
    played, there = _combinations(term, cells, factors)
    return played < there


def _shared(parts: dict[Term, Columns], one: Term, other: Term) -> tuple[bool, bool]:
    """Whether two terms share anything beside the mean, and whether it is all of the first."""
    mean = np.ones((len(parts[one]), 1))
    alone = rank(np.hstack([mean, parts[one]])) - 1
    beside = rank(np.hstack([mean, parts[other]]))
    both = rank(np.hstack([mean, parts[one], parts[other]]))
    shared = alone - (both - beside)
    return shared > 0, shared == alone


def _circuit(
    term: Term, others: Sequence[Term], cells: Sequence[Cell], factors: Levels
) -> tuple[Term, ...]:
    """The fewest of the others, by leaving out one after another, that still take it away."""
    kept = list(others)
    for each in sorted(others, key=len, reverse=True):
        fewer = [other for other in kept if other != each]
        if lost(cells, factors, term, [term, *fewer]):
            kept = fewer
    return tuple(kept)
