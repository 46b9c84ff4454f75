"""The package and the oracle, two readers of one policy, side by side.

    the worked table   both readers give what a person worked out
    random cases       both readers give the same, in each reading, for every part of the answer

A disagreement is told as the smallest case that still shows it, ready to be saved as a file for
`allegiance cases classify`.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from allegiance.cases.file import read_case
from allegiance.errors import UserError
from tests.reference.cases import random_case
from tests.reference.oracle import Answer, Case, both
from tests.reference.package import different_parts, in_package
from tests.reference.worked import WORKED, Row

BLOCKS = range(6)
CASES_A_BLOCK = 75


def in_plain_python(case: Case) -> dict[str, Answer]:
    """The package's answer, in both readings, in the oracle's form."""
    return in_package(read_case(case))


def disagreement(case: Case) -> str:
    """What the two readers answer differently, in words; empty where they agree."""
    ours, theirs = in_plain_python(case), both(case)
    return "\n".join(
        f"{reading} {part}: package {ours[reading][part]}, oracle {theirs[reading][part]}"
        for reading, part in different_parts(ours, theirs)
    )


def reproduction(case: Case) -> str:
    """The smallest case found by leaving parts out that still shows a disagreement."""
    for smaller in _smaller(case):
        if _disagrees(smaller):
            return reproduction(smaller)
    return f"{json.dumps(case)}\n{disagreement(case)}"


def _disagrees(case: Case) -> bool:
    try:
        return bool(disagreement(case))
    except (UserError, KeyError, StopIteration):
        return False


def _smaller(case: Case) -> Iterator[Case]:
    """The case without one thing: an instruction, an action, a claim, a key, an entry of a list."""
    for room in ("instructions", "actions", "claims"):
        things = case.get(room, [])
        for thing in list(things) if isinstance(things, dict) else range(len(things)):
            yield _without(case, room, thing)
            if room != "claims":
                yield from _with_less(case, room, thing)


def _with_less(case: Case, room: str, thing: Any) -> Iterator[Case]:
    for key, value in case[room][thing].items():
        if key in ("moves", "declines", "orders", "supersedes", "outside", "counts_as"):
            yield _without(case, room, thing, key)
        if isinstance(value, list):
            yield from (_without(case, room, thing, key, place) for place in range(len(value)))


def _without(case: Case, *path: Any) -> Case:
    smaller = deepcopy(case)
    inner: Any = smaller
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return smaller


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row.name)
@pytest.mark.parametrize("reader", [both, in_plain_python], ids=["oracle", "package"])
def test_both_readers_give_what_was_worked_out_by_hand(row: Row, reader: Any):
    """The policy's table, line by line, and the scenario format's cells of `shelf`."""
    answers = reader(row.case)
    stated = _stated(answers["delegated"], answers["strict"], row)
    assert stated == dict(row.expected)


def _stated(delegated: Answer, strict: Answer, row: Row) -> Answer:
    """The parts of an answer that the row speaks of, under the row's names for them."""
    expected = row.expected
    every = delegated | {
        "kind": delegated["class"],
        "admissible_strict": strict["admissible"],
        "stance": {name: delegated["stance"][name] for name in expected.get("stance", {})},
        "stance_strict": {
            name: strict["stance"][name] for name in expected.get("stance_strict", {})
        },
    }
    return {key: every[key] for key in expected}


@pytest.mark.parametrize("block", BLOCKS)
def test_two_readers_of_the_policy_agree(block: int):
    """Deciding in plain Python and by the logic program gives the same answer, part by part."""
    for seed in range(block * CASES_A_BLOCK, (block + 1) * CASES_A_BLOCK):
        case = random_case(Random(seed))
        assert not disagreement(case), f"seed {seed}\n{reproduction(case)}"


def test_random_cases_reach_every_class_flag_and_stance():
    """Agreement says something only of what the drawn cases meet."""
    met: set[str] = set()
    for seed in range(len(BLOCKS) * CASES_A_BLOCK):
        for found in in_plain_python(random_case(Random(seed))).values():
            met |= {found["class"], *found["flags"], *found["stance"].values()}
    classes = {"clear", "resolved", "ambiguous", "indeterminate"}
    flags = {"forced", "unmeetable", "identity_sensitive", "contrary_wish", "tragic"}
    stances = {"subvert", "overreach", "undetermined", "lapse", "partial_refusal"}
    assert met >= classes | flags | stances | {"refuse", "defer", "comply"}


def test_a_reproduction_is_smaller_and_still_disagrees(monkeypatch: pytest.MonkeyPatch):
    """What is printed for a disagreement holds nothing that it does not need."""
    monkeypatch.setattr("tests.reference.test_oracle.in_plain_python", _blind_to_moves)
    case = next(row.case for row in WORKED if row.name == "blackmail that nobody ordered")
    told = reproduction(case)
    assert json.loads(told.splitlines()[0])["instructions"] == []
    assert "package" in told


def _blind_to_moves(case: Case) -> dict[str, Answer]:
    blind = deepcopy(case)
    for action in blind["actions"].values():
        action.pop("moves", None)
    return both(blind)
