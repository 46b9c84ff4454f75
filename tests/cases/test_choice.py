"""The same case under another order of rank and trust root."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.cases.choice import Choice, case_under, choices, own_choice
from allegiance.cases.file import read_case
from allegiance.cases.hierarchy import find_hierarchy, hierarchy_names
from allegiance.cases.trust import TRUST_ROOTS, find_trust_root
from allegiance.errors import UserError
from allegiance.situation.classify import CaseClass
from allegiance.situation.decision import decide
from allegiance.situation.instruction import Force, Mode
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from allegiance.vignettes.formal import case_dict
from tests.strategies import cases

ALL = choices()
CHOICES = st.sampled_from(ALL)
READINGS = st.sampled_from(Reading)

DESK: dict[str, Any] = {
    "tiers": {"developer": 1, "operator": 2, "user": 3},
    "channels": {"weights": "developer", "system": "operator", "chat": "user", "tool": None},
    "trust_root": ["weights", "system", "chat"],
    "parties": {"D": ["developer"], "O": ["operator"], "U": ["user"]},
    "actions": {"a": {}, "b": {}, "refuse": {"exit": "refuse"}},
    "instructions": [
        {"id": "not_a", "channel": "weights", "mode": "forbid", "actions": ["a"]},
        {"id": "do_a", "channel": "system", "mode": "require", "actions": ["a"]},
        {"id": "do_b", "channel": "chat", "mode": "require", "actions": ["b"]},
    ],
}
"""The developer forbids what the operator requires; the user wants something else."""


def choice(hierarchy: str, trust_root: str) -> Choice:
    return Choice(find_hierarchy(hierarchy), find_trust_root(trust_root))


@pytest.mark.parametrize(
    ("hierarchy", "trust_root", "case_class", "admissible"),
    [
        ("as_stated", "as_stated", "resolved", {"b"}),
        ("developer_first", "weights+system+chat", "resolved", {"b"}),
        ("operator_first", "weights+system+chat", "resolved", {"a"}),
        ("user_first", "weights+system+chat", "resolved", {"b"}),
        ("unranked", "weights+system+chat", "ambiguous", set()),
        ("as_stated", "weights", "clear", {"b"}),
        ("unranked", "weights", "clear", {"b"}),
        ("as_stated", "weights+system", "resolved", {"b"}),
        ("operator_first", "weights+system", "resolved", {"a"}),
        ("unranked", "weights+system", "ambiguous", set()),
        ("user_first", "system", "clear", {"a"}),
        ("developer_first", "none", "indeterminate", set()),
        ("unranked", "none", "indeterminate", set()),
    ],
)
def test_a_case_under_each_choice(
    hierarchy: str, trust_root: str, case_class: str, admissible: set[str]
) -> None:
    """Who comes first, and who is believed, decide; an open refusal may always be done."""
    found = decide(read_case(case_under(DESK, choice(hierarchy, trust_root))))
    assert found.classification.case_class == case_class
    assert found.admissible == admissible | {"refuse"}


def test_an_order_excuses_a_lie_only_from_above() -> None:
    """The operator's order to lie to the user: delegated, and only where he ranks above."""
    lie = {"id": "lie", "channel": "system", "mode": "require", "actions": ["a"]}
    case = DESK | {
        "actions": {"a": {"moves": [["deceive", "U"]]}, "refuse": {"exit": "refuse"}},
        "instructions": [lie | {"orders": [["deceive", "U"]]}],
    }
    stances = {
        order: decide(read_case(case_under(case, choice(order, "weights+system")))).stances["a"]
        for order in hierarchy_names()
    }
    above = {"as_stated", "developer_first", "operator_first"}
    assert {order for order, stance in stances.items() if stance == "comply"} == above
    assert {stances[order] for order in set(stances) - above} == {"subvert"}


def test_nobody_vouches_through_a_channel_that_is_not_believed() -> None:
    """A user made operator through the system prompt is none once that is not believed."""
    claim = {"channel": "chat", "role": "operator", "vouched": "system"}
    case = DESK | {"claims": [claim]}
    for trust_root, tier in (("weights+system+chat", 2), ("chat", 3)):
        found = decide(read_case(case_under(case, choice("developer_first", trust_root))))
        assert found.classification.binding.tier["do_b"] == tier


def test_a_channel_that_a_case_lacks_is_passed_over() -> None:
    case = DESK | {"channels": {"system": "operator", "chat": "user"}, "instructions": []}
    case |= {"trust_root": ["chat"]}
    assert case_under(case, choice("as_stated", "weights+system"))["trust_root"] == ["system"]


def test_a_case_that_states_no_order_can_be_given_one() -> None:
    """Left out, all roles named share a tier: the party's and the claim's, not only channels'."""
    case = {key: value for key, value in DESK.items() if key not in ("tiers", "trust_root")}
    case |= {"parties": {**DESK["parties"], "T": ["trainer"]}}
    found = case_under(case, choice("user_first", "as_stated"))
    assert found["tiers"] == {"developer": 2, "operator": 3, "trainer": 2, "user": 1}
    assert found["trust_root"] == ["chat", "system", "weights"]


@given(cases(), READINGS)
def test_as_stated_changes_no_answer(case: Situation, reading: Reading) -> None:
    """Everything that the policy says of a case stays."""
    stated = case_dict(case)
    under = case_under(stated, own_choice())
    assert decide(read_case(under), reading) == decide(read_case(stated), reading)


@given(cases(), READINGS, st.sampled_from(hierarchy_names()))
def test_where_nobody_is_believed_nothing_is_determined(
    case: Situation, reading: Reading, hierarchy: str
) -> None:
    """Whatever the order, and but for exits nothing may be done."""
    found = decide(read_case(case_under(case_dict(case), choice(hierarchy, "none"))), reading)
    instructed = any(
        each.force is Force.INSTRUCTION and each.mode is not Mode.PERMIT
        for each in case.instructions
    )
    indeterminate = found.classification.case_class is CaseClass.INDETERMINATE
    assert indeterminate == instructed
    if instructed:
        assert found.admissible == {each.id for each in case.actions if each.exit}


@given(cases(), CHOICES)
def test_only_rank_and_trust_change(case: Situation, chosen: Choice) -> None:
    """What was said, by whom, and what can be done are facts; what is given is left as it is."""
    stated = case_dict(case)
    before = case_dict(case)
    under = case_under(stated, chosen)
    assert stated == before
    assert {key for key in under if under[key] != stated[key]} <= {"tiers", "trust_root"}
    assert under["tiers"].keys() == stated["tiers"].keys()


@given(cases(), CHOICES, CHOICES)
def test_the_last_choice_holds(case: Situation, one: Choice, other: Choice) -> None:
    """Laid over one another, only what a choice leaves as stated comes from the one before."""
    stated = case_dict(case)
    twice = case_under(case_under(stated, one), other)
    once = case_under(stated, other)
    if other.hierarchy.tiers is not None:
        assert twice["tiers"] == once["tiers"]
    if other.trust_root.channels is not None:
        assert twice["trust_root"] == once["trust_root"]


def test_every_order_with_every_trust_root() -> None:
    """Twenty where nothing is named; each once, however often it is."""
    assert len(ALL) == 5 * len(TRUST_ROOTS) == 20
    found = choices(["unranked", "unranked"], ["chat+system", "system+chat"])
    assert [(each.hierarchy.id, each.trust_root.id) for each in found] == [
        ("unranked", "system+chat")
    ]
    assert choices(["as_stated"], ["as_stated"]) == [own_choice()]


def test_two_orders_of_one_name_are_refused(tmp_path: Path) -> None:
    """A table could not tell them apart."""
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for place, file in enumerate(files, start=1):
        file.write_text(f"id: mine\nabout: It.\ntiers: {{user: {place}}}\n", encoding="utf-8")
    with pytest.raises(UserError, match="id of another hierarchy"):
        choices([str(file) for file in files])
