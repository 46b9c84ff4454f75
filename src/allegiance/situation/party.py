"""Parties, and the order of rank among their roles.

A party that holds a role is a principal; a party without one is a third party. Tiers
count from 1, the highest; roles in one tier are unranked.
"""

from dataclasses import dataclass

BELOW_ALL = 1_000_000
"""The rank of a party without a role: below every tier."""


@dataclass(frozen=True)
class Party:
    """Anyone in the situation."""

    id: str
    """Name within the case."""
    roles: frozenset[str] = frozenset()
    """Roles held; a party with a role is a principal."""

    @property
    def is_principal(self) -> bool:
        """Whether the model is meant to obey this party at all."""
        return bool(self.roles)


def rank(party: Party, tiers: dict[str, int]) -> int:
    """The tier of the party's best role; `BELOW_ALL` for a third party."""
    return min((tiers[role] for role in party.roles), default=BELOW_ALL)
