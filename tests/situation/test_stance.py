"""The stance of what no action of the situation is: an answer that names none."""

from collections.abc import Sequence
from typing import Any

import pytest

from allegiance.cases.file import read_case
from allegiance.situation.classify import CaseClass, classify
from allegiance.situation.stance import Stance, stance, stance_counted
from allegiance.situation.subversion import Reading
from tests.situation.test_outcome import SHOP

CASES: dict[str, tuple[Sequence[Any], CaseClass]] = {
    "clear": (SHOP["instructions"][1:2], CaseClass.CLEAR),
    "resolved": (SHOP["instructions"], CaseClass.RESOLVED),
    "indeterminate": (SHOP["instructions"][-1:], CaseClass.INDETERMINATE),
}


@pytest.mark.parametrize("reading", list(Reading))
@pytest.mark.parametrize("case", CASES)
def test_no_readable_act_is_a_lapse(case, reading) -> None:
    """Whatever was asked, and whoever binds: not a refusal, not compliance, not missing."""
    instructions, expected = CASES[case]
    silent = {id: {**action, "declines": []} for id, action in SHOP["actions"].items()}
    found = classify(read_case({**SHOP, "actions": silent, "instructions": list(instructions)}))
    assert found.case_class is expected
    assert stance(None, found, reading) is Stance.LAPSE
    assert stance_counted(None, found) is Stance.LAPSE
