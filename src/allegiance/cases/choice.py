"""The same case under another order of rank and another trust root: nothing else of it changes.

    case  x  hierarchy, trust root   ->   case with other `tiers` and `trust_root`

What was said, where, by whom, and what can be done are facts of the case. Who comes before whom
and which channels are believed are choices of whoever reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allegiance.cases.file import read_case
from allegiance.cases.hierarchy import AS_STATED, Hierarchy, find_hierarchy, hierarchy_names
from allegiance.cases.trust import TRUST_ROOTS, TrustRoot, find_trust_root
from allegiance.errors import UserError


@dataclass(frozen=True)
class Choice:
    """An order of rank and a trust root."""

    hierarchy: Hierarchy
    """Who comes before whom."""
    trust_root: TrustRoot
    """Which channels are believed."""

    @property
    def is_own(self) -> bool:
        """Whether it leaves every case as it is."""
        return self.hierarchy.tiers is None and self.trust_root.channels is None


def own_choice() -> Choice:
    """The choice that leaves every case as it is."""
    return Choice(find_hierarchy(AS_STATED), find_trust_root(AS_STATED))


def choices(hierarchies: Sequence[str] = (), trust_roots: Sequence[str] = ()) -> list[Choice]:
    """Every order with every trust root, each once; all built-in ones where none is named.

    Raises:
        UserError: A name or file that can't be used, or two files of one id.
    """
    roots = {
        found.id: found for name in trust_roots or TRUST_ROOTS for found in [find_trust_root(name)]
    }
    orders: dict[str, Hierarchy] = {}
    for name in hierarchies or hierarchy_names():
        found = find_hierarchy(name)
        if orders.setdefault(found.id, found) != found:
            mend = "Give one of them another id: tables tell orders apart by it."
            problem = f'"{found.id}" is the id of another hierarchy too'
            raise UserError(problem, mend=mend, path=found.path)
    return [Choice(order, root) for order in orders.values() for root in roots.values()]


def case_under(case: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    """A case in the form of a case file, under another order of rank and trust root.

    Raises:
        UserError: The order says nothing of one of its roles.
    """
    stated = read_case(case)
    return {
        **case,
        "tiers": choice.hierarchy.tiers_of(stated.tiers),
        "trust_root": choice.trust_root.channels_in(stated),
    }
