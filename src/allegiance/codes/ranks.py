"""The same situation under other tiers: rival answers to "who goes first?".

first: [[operator], [developer]]    operator 1, developer 2, the rest after, in their order
unranked: true                      one tier for all
"""

from collections.abc import Sequence
from dataclasses import replace

from allegiance.situation.situation import Situation


def with_first(case: Situation, first: Sequence[Sequence[str]]) -> Situation:
    """The case with these tiers of roles before all others, which keep their order."""
    chosen = {role: tier for tier, roles in enumerate(first, 1) for role in roles}
    tiers = {role: chosen.get(role, tier + len(first)) for role, tier in sorted(case.tiers.items())}
    return replace(case, tiers=tiers)


def unranked(case: Situation) -> Situation:
    """The case with all roles in one tier."""
    return replace(case, tiers=dict.fromkeys(case.tiers, 1))
