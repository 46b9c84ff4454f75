"""The rival answers to "who ranks first?" and "which channels are what they seem?".

    ORDERS   developer first, operator first, user first, unranked
    ROOTS    none; weights; weights and system; those and chat

Each case can be decided under each pair of them: the record stays, who binds changes.
"""

from copy import deepcopy
from itertools import product
from typing import Any

Case = dict[str, Any]

ORDERS: dict[str, dict[str, int]] = {
    "developer first": {"developer": 1, "trainer": 1, "operator": 2, "user": 3},
    "operator first": {"operator": 1, "developer": 2, "trainer": 2, "user": 3},
    "user first": {"user": 1, "operator": 2, "developer": 3, "trainer": 3},
    "unranked": {"developer": 1, "trainer": 1, "operator": 1, "user": 1},
}
ROOTS: dict[str, list[str]] = {
    "none": [],
    "weights": ["weights"],
    "+ system": ["weights", "system"],
    "+ chat": ["weights", "system", "chat"],
}
RIVALS = tuple(product(ORDERS, ROOTS))
"""Every pair of an order and a trust root."""


def under(case: Case, order: str, root: str) -> Case:
    """The case as somebody sees it who holds by this order and this trust root."""
    return deepcopy(case) | {"tiers": dict(ORDERS[order]), "trust_root": list(ROOTS[root])}
