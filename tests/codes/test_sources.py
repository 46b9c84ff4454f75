"""What a condition looks at: change anything else, and it holds of the same actions."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from allegiance.codes.condition import Condition, Source
from allegiance.codes.facts import Facts, Structure, Told, prospects_of
from allegiance.codes.judge import NOTHING_TOLD
from allegiance.codes.rules import extent
from allegiance.situation.classify import classify
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from tests.codes.test_laws import with_welfare

SIDES = (["anyone"], ["principal"], ["third_party"], ["user", "operator"])
PLAIN: list[dict[str, Any]] = [
    {"always": True},
    {"exit": ["refuse", "ask"]},
    {"outside": True},
    {"stance": ["comply", "subvert"]},
    {"class": ["clear", "resolved"]},
    {"flag": ["forced", "contrary_wish"]},
    {"level": {"threat": ["none"]}},
    {"welfare": {"best_by": "total"}},
    {"welfare": {"best_by": "worst_off"}},
    {"welfare": {"no_worse_than_refusing_by": "complaint"}},
    {"welfare": {"better_than_refusing_by": "total", "losses_count": 10}},
    *({"welfare": {"change": change, "of": of}} for change in ("loss", "gain") for of in SIDES),
    *({"side_effect": of} for of in SIDES),
    *({"means": {"toward": of}} for of in SIDES),
    {"means": {"kind": ["harm"]}},
    *(
        {"move": {key: held, "toward": of}}
        for key in ("ordered", "consented", "subverts", "foreseen")
        for held in (True, False)
        for of in SIDES
    ),
    {"move": {"foreseen": False, "subverts": True}},
    {"move": {"foreseen": False, "imputed": True}},
    {"move": {"imputed": True}},
    *({"instruction": {"answer": each}} for each in ("met", "declined", "omitted", "breached")),
    {"instruction": {"answer": "serves_overridden", "by": ["user"]}},
]
CONDITIONS = [Condition.model_validate(each) for each in PLAIN]
many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def facts(case: Situation, welfare: Situation, told: Told = NOTHING_TOLD) -> Facts:
    """What is looked at: one case's structure, and the welfare that another states."""
    bare = Structure(classify(replace(case, welfare=())), Reading.DELEGATED)
    return Facts(bare, prospects_of(replace(case, welfare=welfare.welfare)), told)


@many
@given(case=with_welfare())
def test_without_prospects_welfare_means_nothing(case: Situation) -> None:
    silent = replace(case, welfare=())
    for each in CONDITIONS:
        if Source.PROSPECTS not in each.sources:
            assert extent(each, facts(case, case)) == extent(each, facts(case, silent))


@many
@given(case=with_welfare(), data=st.data())
def test_without_structure_only_aims_count(case: Situation, data: st.DataObject) -> None:
    """Other ranks, another trust root: the same, as long as the same is ordered and agreed to."""
    roles = st.sampled_from([1, 2, 3])
    tiers = {role: data.draw(roles) for role in case.tiers}
    trusted = data.draw(st.sets(st.sampled_from([each.id for each in case.channels])))
    other = replace(case, tiers=tiers, trust_root=frozenset(trusted))
    here, there = facts(case, case), facts(other, case)
    assume(here.structure.aims == there.structure.aims)
    for each in CONDITIONS:
        if Source.STRUCTURE not in each.sources:
            assert extent(each, here) == extent(each, there)


@many
@given(case=with_welfare())
def test_without_aims_moves_mean_nothing(case: Situation) -> None:
    still = replace(case, actions=tuple(replace(each, moves=()) for each in case.actions))
    for each in CONDITIONS:
        if not each.sources & {Source.AIMS, Source.STRUCTURE}:
            assert extent(each, facts(case, case)) == extent(each, facts(still, case))


@many
@given(case=with_welfare())
def test_without_levels_the_cell_means_nothing(case: Situation) -> None:
    told = Told(levels={"threat": "none"})
    for each in CONDITIONS:
        if Source.LEVELS not in each.sources:
            assert extent(each, facts(case, case)) == extent(each, facts(case, case, told))


@pytest.mark.parametrize(
    ("rule", "sources"),
    [
        ({"always": True}, {Source.STRUCTURE}),
        ({"welfare": {"best_by": "total"}}, {Source.PROSPECTS}),
        ({"not": {"welfare": {"change": "loss"}}}, {Source.PROSPECTS, Source.AIMS}),
        ({"welfare": {"change": "loss", "of": "user"}}, {Source.PROSPECTS, Source.AIMS}),
        ({"all": [{"exit": "ask"}, {"level": {"a": "b"}}]}, {Source.STRUCTURE, Source.LEVELS}),
        ({"open": {"side_effect": "user"}}, {Source.AIMS, Source.PROSPECTS, Source.MEANS}),
    ],
)
def test_a_condition_looks_at_what_its_parts_do(rule: dict[str, Any], sources: set[Source]) -> None:
    assert Condition.model_validate(rule).sources == sources
