"""Choices of rank and trust root in words: said together where they give the same.

    weights: every hierarchy; weights+system: as stated, developer first

Used by the page on ranks, by the first page and in the terminal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allegiance.analysis.ranks import Pair, Steady, asked
from allegiance.cases.hierarchy import AS_STATED
from allegiance.report import figures
from allegiance.report.material import Material

OWN: Pair = (AS_STATED, AS_STATED)
"""What the run itself was read under."""


@dataclass(frozen=True)
class Choices:
    """The choices that a run was read under, beside its own."""

    pairs: tuple[Pair, ...]
    """Those that were asked for."""
    hierarchies: tuple[str, ...]
    trust_roots: tuple[str, ...]

    @property
    def read(self) -> tuple[Pair, ...]:
        """The run's own and those that were asked for, each once."""
        return tuple(dict.fromkeys((OWN, *self.pairs)))

    def told(self, pairs: Iterable[Pair]) -> str:
        """Some of these choices in words, by trust root."""
        chosen = set(pairs)
        words = ["as the run was read"] if OWN in chosen - set(self.pairs) else []
        if chosen >= set(self.pairs):
            return "; ".join([*words, "every choice"])
        for root in self.trust_roots:
            orders = [each for each in self.hierarchies if (each, root) in chosen]
            if orders:
                words.append(f"{_root(root)}: {self.orders_told(orders)}")
        return "; ".join(words)

    def orders_told(self, hierarchies: Sequence[str]) -> str:
        """Some of these orders of rank in words."""
        if len(hierarchies) == len(self.hierarchies) > 1:
            return "every hierarchy"
        return figures.listed(figures.spaced(each) for each in hierarchies)


def choices_of(material: Material) -> Choices:
    """The choices that a run was read under."""
    pairs = tuple(asked(material.tables["ranks"]))
    return Choices(
        pairs=pairs,
        hierarchies=tuple(dict.fromkeys(hierarchy for hierarchy, _ in pairs)),
        trust_roots=tuple(dict.fromkeys(root for _, root in pairs)),
    )


def _root(root: str) -> str:
    return f"trust root {figures.spaced(root)}"


def steady_words(found: Sequence[Steady]) -> tuple[str, ...]:
    """What hangs on the choice, in a few sentences."""
    whole = [
        f"Under {each.over}: {_cells(each.one_class, each)} keep one class, "
        f"{_cells(each.one_admissible, each)} one set of admissible actions."
        for each in found
        if each.kind in ("all", "believing")
    ]
    rank = _places([each for each in found if each.kind == "rank"], "at trust root")
    trust = _places([each for each in found if each.kind == "trust"], "under")
    if rank:
        whole.append(f"Whatever the order of rank, the same may be done in {rank}.")
    if trust:
        whole.append(f"Whichever channels are believed, the same may be done in {trust}.")
    return tuple(whole)


def _places(found: Sequence[Steady], where: str) -> str:
    return ", ".join(
        f"{len(each.one_admissible)} of {len(each.cells)} cells {where} {figures.spaced(each.at)}"
        if place == 0
        else f"{len(each.one_admissible)} {where} {figures.spaced(each.at)}"
        for place, each in enumerate(found)
    )


def _cells(cells: Sequence[str], steady: Steady) -> str:
    return f"{len(cells)} of {len(steady.cells)} cells" if cells else "no cells"
