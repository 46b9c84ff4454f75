"""Codes that put others first agree with the orders of rank that are laid over a record."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from allegiance.cases.hierarchy import find_hierarchy
from allegiance.codes.judge import judge
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import find
from allegiance.situation.admissible import admissible
from allegiance.situation.classify import classify
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from tests.strategies import cases


@pytest.mark.parametrize("name", ["developer_first", "operator_first", "user_first", "unranked"])
@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_a_rival_permits_what_is_admissible_under_its_order(name: str, case: Situation) -> None:
    """The code and the order of that name agree on every case."""
    ranked = replace(case, tiers=find_hierarchy(name).tiers_of(case.tiers))
    admitted = {each.id for each in admissible(classify(ranked), Reading.DELEGATED)}
    verdicts = judge(find(name), case).verdicts
    assert {a for a, each in verdicts.items() if each is Verdict.PERMITTED} == admitted
