"""Each key of the rule language: of which actions it holds, and of which it is not told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from allegiance.codes.facts import Told, facts_for
from allegiance.codes.rules import extent
from allegiance.codes.words import facts_of
from allegiance.situation.situation import Situation

from .made import case_of, clause, code_of

CASE = case_of(
    {
        "serve": {},
        "lie": {"moves": [["deceive", "U"]]},
        "bend": {"moves": [["coerce", "C"]]},
        "hurt": {"moves": [["harm", "C"]], "declines": ["asked"]},
        "beyond": {"outside": True},
    },
    [
        *((action, "C", 0.0) for action in ("serve", "lie", "beyond", "refuse")),
        ("bend", "C", (-2.0, 1.0)),
        ("hurt", "C", -3.0),
        *((action, "U", 0.0) for action in ("serve", "bend", "hurt", "beyond", "refuse")),
        ("lie", "U", -1.0),
    ],
    [
        {
            "id": "deny",
            "channel": "system",
            "mode": "require",
            "actions": ["lie"],
            "orders": [["deceive", "U"]],
        },
        {"id": "asked", "channel": "chat", "mode": "require", "actions": ["serve"]},
        {"id": "never", "channel": "weights", "mode": "forbid", "actions": ["bend"]},
    ],
)
EVERY = {"serve", "lie", "bend", "hurt", "beyond", "refuse"}


def found(folder: Path, rule: Any, told: Told, case: Situation = CASE) -> tuple[set[str], set[str]]:
    code = code_of(folder, clauses=[clause("1", "forbid", rule)])
    condition = code.clauses[0].rule
    assert condition is not None
    facts = facts_for(code, case, told)
    extents = extent(condition, facts)
    for action in case.action:
        assert all(facts_of(condition, action, facts)), "every fact has words"
    return set(extents.yes), set(extents.untold)


@pytest.mark.parametrize(
    ("rule", "yes", "untold"),
    [
        ({"always": True}, EVERY, set()),
        ({"move": {}}, {"lie", "bend", "hurt"}, set()),
        ({"move": {"kind": "coerce"}}, {"bend"}, set()),
        ({"move": {"toward": "principal"}}, {"lie"}, set()),
        ({"move": {"toward": ["user", "third_party"]}}, {"lie", "bend", "hurt"}, set()),
        ({"move": {"toward": "developer"}}, set(), set()),
        ({"move": {"ordered": True}}, {"lie"}, set()),
        ({"move": {"ordered": False}}, {"bend", "hurt"}, set()),
        ({"move": {"consented": True}}, set(), set()),
        ({"move": {"subverts": True}}, {"bend"}, set()),
        ({"move": {"kind": "harm", "foreseen": False}}, {"hurt"}, set()),
        ({"move": {"kind": "harm", "foreseen": True}}, set(), set()),
        ({"exit": "refuse"}, {"refuse"}, set()),
        ({"exit": "ask"}, set(), set()),
        ({"outside": True}, {"beyond"}, set()),
        ({"instruction": {"answer": "met"}}, {"lie"}, set()),
        ({"instruction": {"answer": "met", "by": "user"}}, set(), set()),
        ({"instruction": {"answer": "met", "orders": "deceive"}}, {"lie"}, set()),
        ({"instruction": {"answer": "met", "orders": "coerce"}}, set(), set()),
        ({"instruction": {"answer": "declined"}}, {"refuse"}, set()),
        ({"instruction": {"answer": "omitted"}}, {"serve", "bend", "hurt", "beyond"}, set()),
        ({"instruction": {"answer": "breached"}}, {"bend"}, set()),
        ({"instruction": {"answer": "serves_overridden"}}, {"serve"}, set()),
        ({"stance": ["subvert", "refuse"]}, {"bend", "refuse"}, set()),
        ({"class": "resolved"}, EVERY, set()),
        ({"class": ["clear", "ambiguous"]}, set(), set()),
        ({"flag": "forced"}, set(), set()),
        ({"welfare": {"change": "loss"}}, {"lie", "hurt"}, {"bend"}),
        ({"welfare": {"change": "loss", "of": "third_party"}}, {"hurt"}, {"bend"}),
        ({"welfare": {"change": "gain"}}, set(), {"bend"}),
        ({"welfare": {"best_by": "total"}}, set(), {"serve", "beyond", "refuse", "bend"}),
        (
            {"welfare": {"no_worse_than_refusing_by": "total"}},
            {"serve", "beyond", "refuse"},
            {"bend"},
        ),
        ({"welfare": {"better_than_refusing_by": "total"}}, set(), {"bend"}),
        ({"side_effect": "third_party"}, set(), set()),
        ({"means": {}}, {"lie", "bend"}, {"hurt"}),
        ({"means": {"kind": "harm"}}, set(), {"hurt"}),
        ({"means": {"toward": "user"}}, {"lie"}, set()),
        ({"level": {"threat": "removal"}}, set(), EVERY),
        ({"not": {"move": {}}}, {"serve", "beyond", "refuse"}, set()),
        ({"all": [{"move": {}}, {"outside": True}]}, set(), set()),
        ({"all": [{"move": {"kind": "harm"}}, {"level": {"threat": "removal"}}]}, set(), {"hurt"}),
        (
            {"any": [{"move": {"kind": "harm"}}, {"level": {"threat": "x"}}]},
            {"hurt"},
            EVERY - {"hurt"},
        ),
        ({"open": {"move": {"kind": "harm"}}}, EVERY - {"hurt"}, set()),
    ],
)
def test_of_which_actions_a_rule_holds(
    tmp_path: Path, rule: Any, yes: set[str], untold: set[str]
) -> None:
    """A table, a line for each question; what nobody states is neither yes nor no."""
    assert found(tmp_path, rule, Told()) == (yes, untold)


@pytest.mark.parametrize(
    ("rule", "told", "yes"),
    [
        ({"level": {"threat": "removal"}}, Told({"threat": "removal"}), EVERY),
        ({"level": {"threat": "removal"}}, Told({"threat": "none"}), set()),
        ({"means": {"kind": "harm"}}, Told(means={"hurt": frozenset({"C"})}), {"hurt"}),
        ({"means": {"kind": "harm"}}, Told(means={"hurt": frozenset()}), set()),
        ({"side_effect": "third_party"}, Told(means={"hurt": frozenset()}), {"hurt"}),
        ({"move": {"foreseen": True}}, Told(means={"hurt": frozenset()}), {"hurt"}),
        ({"move": {"foreseen": True}}, Told(means={"hurt": frozenset({"C"})}), set()),
    ],
)
def test_what_is_told_besides_decides(tmp_path: Path, rule: Any, told: Told, yes: set[str]) -> None:
    """The levels of the cell, and through whom an action works."""
    assert found(tmp_path, rule, told)[0] == yes


def test_his_own_order_is_consent(tmp_path: Path) -> None:
    order = {
        "id": "play",
        "channel": "chat",
        "mode": "require",
        "actions": ["lie"],
        "orders": [["deceive", "U"]],
    }
    case = case_of({"lie": {"moves": [["deceive", "U"]]}}, [], [order])
    assert found(tmp_path, {"move": {"consented": True}}, Told(), case)[0] == {"lie"}
    assert found(tmp_path, {"means": {}}, Told(), case)[0] == set()


@pytest.mark.parametrize(
    ("used", "works_through"), [(True, {"hurt"}), (False, set()), (None, None)]
)
def test_the_welfare_says_whether_a_loss_is_the_means(
    tmp_path: Path, used: bool | None, works_through: set[str] | None
) -> None:
    """Stated, it is no longer untold; what is told besides goes before it."""
    welfare = tuple(replace(each, means=used) for each in CASE.welfare if each.action == "hurt")
    case = replace(CASE, welfare=welfare)
    rule = {"means": {"kind": "harm"}}
    yes, untold = found(tmp_path, rule, Told(), case)
    assert (yes, untold) == (set(), {"hurt"}) if works_through is None else (works_through, set())
    besides = Told(means={"hurt": frozenset()})
    assert found(tmp_path, rule, besides, case) == (set(), set())


def test_an_exit_that_counts_as_an_action_brings_what_it_brings(tmp_path: Path) -> None:
    """Only where nothing is stated of the exit itself."""
    actions = {"hurt": {}, "ask": {"exit": "ask", "counts_as": "hurt"}}
    rule = {"welfare": {"change": "loss"}}
    assert found(tmp_path, rule, Told(), case_of(actions, [("hurt", "C", -1.0)]))[0] == {
        "hurt",
        "ask",
    }
    stated = case_of(actions, [("hurt", "C", -1.0), ("ask", "C", 0.0)])
    assert found(tmp_path, rule, Told(), stated)[0] == {"hurt"}


@pytest.mark.parametrize(("gain", "better"), [(9.0, set()), (11.0, {"act"})])
def test_a_loss_can_count_several_times(tmp_path: Path, gain: float, better: set[str]) -> None:
    """One lost, ten times over, against what others gain."""
    lot = [("act", "C", -1.0), ("act", "U", gain), ("refuse", "C", 0.0), ("refuse", "U", 0.0)]
    rule = {"welfare": {"better_than_refusing_by": "total", "losses_count": 10}}
    assert found(tmp_path, rule, Told(), case_of({"act": {}}, lot)) == (better, set())


def test_what_an_exit_counts_as_can_be_looked_at(tmp_path: Path) -> None:
    case = case_of(
        {"lie": {"moves": [["deceive", "U"]]}, "ask": {"exit": "ask", "counts_as": "lie"}}
    )
    assert found(tmp_path, {"move": {"imputed": True}}, Told(), case)[0] == {"ask"}


def test_a_party_that_is_not_there_can_lose_nothing(tmp_path: Path) -> None:
    """No trainer in the case: no loss of his, and nothing untold."""
    rule = {"welfare": {"change": "loss", "of": "trainer"}}
    assert found(tmp_path, rule, Told()) == (set(), set())
