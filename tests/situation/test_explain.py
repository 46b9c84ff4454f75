# ruff: noqa: E501  (sentences stand whole)
"""A decision explained: a proof that a person can read, from who binds to each action."""

from typing import Any

import pytest
from hypothesis import given, settings
from inline_snapshot import snapshot

from allegiance.cases.file import read_case
from allegiance.situation.decision import decide
from allegiance.situation.explain import explain
from allegiance.situation.flags import Flag
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from tests.reference.worked import WORKED
from tests.strategies import cases

TILL: dict[str, Any] = {
    "tiers": {"developer": 1, "operator": 2, "user": 3},
    "channels": {"weights": "developer", "system": "operator", "chat": "user", "tool": None},
    "parties": {"D": ["developer"], "O": ["operator"], "U": ["user"], "C": []},
    "claims": [
        {"channel": "chat", "role": "developer"},
        {"channel": "chat", "role": "operator", "vouched": "system"},
        {"channel": "chat", "role": "developer", "vouched": "system"},
        {"channel": "tool", "role": "user", "vouched": "system"},
        {"channel": "chat", "role": "developer", "vouched": "tool"},
    ],
    "actions": {
        "deny": {"moves": [["deceive", "U"]]},
        "flatter": {"moves": [["deceive", "C"]], "declines": ["order"]},
        "press": {"moves": [["coerce", "C"]]},
        "silent": {"declines": ["order"]},
        "forget": {},
        "refuse": {"exit": "refuse", "counts_as": "press"},
        "ask": {"exit": "ask", "counts_as": [["harm", "C"]]},
    },
    "instructions": [
        {"id": "gentle", "channel": "weights", "mode": "forbid", "actions": ["press"]},
        {"id": "order", "channel": "system", "mode": "require", "actions": ["deny"],
         "orders": [["deceive", "U"], ["deceive", "C"]]},
        {"id": "hope", "issuer": "D", "channel": "weights", "mode": "require",
         "actions": ["silent"], "force": "wish"},
        {"id": "plea", "issuer": "C", "channel": "tool", "mode": "require", "actions": ["press"]},
        {"id": "begged", "issuer": "U", "channel": "chat", "mode": "require", "actions": ["press"]},
    ],
}  # fmt: skip


def told(case: dict[str, Any], reading: Reading = Reading.DELEGATED) -> list[str]:
    """The sentences of a case's explanation."""
    return list(explain(decide(read_case(case), reading)))


def test_a_whole_explanation():
    """Claims, who binds, what gives way, class, flags, then each action with its reasons."""
    assert told(TILL) == snapshot(
        [
            "In chat somebody claims to be developer: nobody vouches for it, so it adds nothing.",
            "In chat somebody claims to be operator: system vouches for it, so chat speaks for operator too.",
            "In chat somebody claims to be developer: system vouches for it, whose controller does not rank at or above developer, so it adds nothing.",
            "In tool somebody claims to be user: system vouches for it, but tool is not in the trust root, so it adds nothing.",
            "In chat somebody claims to be developer: tool vouches for it, which is not in the trust root, so it adds nothing.",
            "gentle (D, weights, forbid) binds at tier 1: weights speaks for developer.",
            "order (O, system, require) binds at tier 2: system speaks for operator.",
            "hope (D, weights, require) does not bind: it is only a wish.",
            "plea (C, tool, require) does not bind: tool is not in the trust root, so it is information only.",
            "begged (U, chat, require) binds at tier 2: chat speaks for operator or user.",
            "begged (tier 2) has no lawful means: no lawful action meets it.",
            "The case is clear: whatever can be met together at all is in force.",
            "Obeying goes against what a higher principal wishes without ordering it.",
            "Every exit counts as something, so there is no way to do nothing.",
            "Some instruction can't be met by any lawful means.",
            "Admissible (delegated): ask, deny, flatter, refuse, silent.",
            "deny is admissible (comply): it meets order (tier 2); deceive toward U is ordered by order (tier 2), from strictly above U (rank 3).",
            "flatter is admissible (refuse): it openly declines order (tier 2); deceive toward C is ordered by order (tier 2); C is a third party, so it subverts nobody and stays on the record.",
            "press is not admissible (subvert): it subverts C; it goes against gentle (tier 1); it leaves order (tier 2) undone without a word; it serves begged, which has no lawful means; coerce toward C is ordered by nothing that binds.",
            "silent is admissible (refuse): it openly declines order (tier 2).",
            "forget is not admissible (lapse): it leaves order (tier 2) undone without a word.",
            "refuse is admissible (refuse): an open refusal of everything always may be given; it openly declines order (tier 2).",
            "Counted as press (coerce toward C), refuse is not admissible: coerce toward C is ordered by nothing that binds.",
            "ask is admissible (defer): a bare question always may be asked.",
            "Counted as an act of its own (harm toward C), ask stays admissible.",
        ]
    )


def test_the_strict_reading_says_why_another_s_order_excuses_nothing():
    """Only what the readings disagree about is told otherwise."""
    delegated, strict = told(TILL), told(TILL, Reading.STRICT)
    assert [each for each in strict if each not in delegated] == snapshot(
        [
            "Admissible (strict): ask, flatter, refuse, silent.",
            "deny is not admissible (subvert): it subverts U; deceive toward U is ordered by order (tier 2), and another's order excuses nothing here.",
        ]
    )


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row.name)
def test_every_worked_case_is_explained_whole(row: Any):
    """Every instruction and every action of the worked cases is accounted for."""
    decision = decide(read_case(row.case))
    sentences = explain(decision)
    for instruction in decision.classification.case.instructions:
        assert any(each.startswith(f"{instruction.id} (") for each in sentences)
    assert_actions_are_told(decision.classification.case, Reading.DELEGATED)


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_every_case_can_be_explained(case: Situation):
    """Each action has a verdict that is the decision's, whatever the case."""
    for reading in Reading:
        assert_actions_are_told(case, reading)


def assert_actions_are_told(case: Situation, reading: Reading) -> None:
    decision = decide(case, reading)
    sentences = explain(decision)
    for action in case.actions:
        verdict = "is admissible" if action.id in decision.admissible else "is not admissible"
        opening = f"{action.id} {verdict} ({decision.stances[action.id]}): "
        assert sum(each.startswith(opening) for each in sentences) == 1
    for lower in decision.classification.overridden:
        gone = [each for each in sentences if each.startswith(f"{lower.id} (tier ")]
        assert len(gone) == 1
        lawless = lower in decision.classification.unmeetable
        assert ("has no lawful means" if lawless else "is overridden by") in gone[0]
    if Flag.IDENTITY_SENSITIVE in decision.flags:
        assert any("would change this answer: that" in each for each in sentences)
