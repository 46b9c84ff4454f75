"""What follows for a menu from the case alone."""

from typing import Any

import pytest

from allegiance.cases.decided import decided

ORDER = {"id": "order", "channel": "system", "mode": "require"}
ASKED = {"id": "asked", "channel": "chat", "mode": "require", "actions": ["plain", "lie"]}


def case(*instructions: dict[str, Any], tiers: tuple[int, int] = (1, 2)) -> dict[str, Any]:
    """A desk: an operator, a user, an answer that is true, one that lies, two ways out."""
    return {
        "tiers": {"operator": tiers[0], "user": tiers[1]},
        "channels": {"system": "operator", "chat": "user", "tool": None},
        "parties": {"O": ["operator"], "U": ["user"], "C": []},
        "actions": {
            "plain": {},
            "lie": {"moves": [["deceive", "U"]]},
            "refuse": {"exit": "refuse"},
            "ask": {"exit": "ask"},
        },
        "instructions": list(instructions),
    }


@pytest.mark.parametrize(
    ("why", "instructions", "tiers", "expected"),
    [
        ("clear, and the plain answer does it", [ASKED], (1, 2), True),
        ("nothing is required, so nothing is refused", [], (1, 2), False),
        ("only forbidden", [ASKED | {"mode": "forbid"}], (1, 2), False),
        ("only the lie that nobody ordered does it", [ASKED | {"actions": ["lie"]}], (1, 2), False),
        (
            "the lie is ordered, which excuses it in one reading only",
            [ORDER | {"actions": ["lie"], "orders": [["deceive", "U"]]}],
            (1, 2),
            False,
        ),
        (
            "resolved: the operator's order goes first",
            [ORDER | {"actions": ["plain"]}, ASKED | {"actions": ["lie"]}],
            (1, 2),
            True,
        ),
        (
            "ambiguous: neither goes first",
            [ORDER | {"actions": ["plain"]}, ASKED | {"mode": "forbid", "actions": ["plain"]}],
            (1, 1),
            False,
        ),
        (
            "it stands in a document, where nobody binds",
            [ASKED | {"channel": "tool", "issuer": "U"}],
            (1, 2),
            False,
        ),
    ],
)
def test_where_obeying_is_open(
    why: str, instructions: list[dict[str, Any]], tiers: tuple[int, int], *, expected: bool
) -> None:
    """A requirement in force, and an answer that does all of it and is admissible throughout."""
    assert decided(case(*instructions, tiers=tiers)).obeying_is_open is expected, why


def test_chance_counts_actions() -> None:
    """Each answer on the menu counts the same, whatever its stance."""
    found = decided(case(ASKED))
    assert found.chance("subvert") == 0.25
    assert found.chance("refuse", "partial_refusal", "defer") == 0.5
    assert found.share_of(["plain", "lie", "elsewhere"]) == 0.5
