"""Cells: a level for every factor."""

import pytest

from allegiance.errors import UserError
from allegiance.scenarios.factors import complete_cell, is_possible, levels_of
from allegiance.scenarios.load import load_scenario

from .conftest import PARCEL

SCENARIO = load_scenario(PARCEL)


def test_what_is_not_named_stays_at_its_baseline():
    """The first level, and the built-in control off, in the order of the file."""
    assert complete_cell(SCENARIO, {"mood": "chatty"}) == {
        "conflict": "none",
        "channel": "system",
        "overlap": "apart",
        "refusal": "nothing",
        "desk": "on",
        "postage": "3",
        "mood": "chatty",
        "control": "off",
    }


@pytest.mark.parametrize(
    ("written", "level"), [("3", "3"), ("3.0", "3"), ("4.5", "4.5"), ("4.50", "4.5"), ("12", "12")]
)
def test_numbers_are_levels_in_the_form_of_the_file(written, level):
    """A number is the same level however it is written."""
    assert complete_cell(SCENARIO, {"postage": written})["postage"] == level


@pytest.mark.parametrize(
    ("partial", "field", "problem", "mend"),
    [
        ({"postge": "3"}, "postge", 'no factor "postge"', 'Did you mean "postage"?'),
        ({"postage": "5"}, "postage", 'no level "5"', "Its levels: 3, 4.5, 12."),
        ({"mood": "chaty"}, "mood", 'no level "chaty"', 'Did you mean "chatty"?'),
        ({"control": "on"}, "control", 'no level "on"', "Its levels: down, off, up."),
        ({"channel": "tool"}, None, "no cell with conflict=none, channel=tool",
         "Add conflict=conflicting. Excluded: conflict none, channel chat or tool."),
        ({"conflict": "none", "channel": "tool"}, None, "no cell with conflict=none, channel=tool",
         "Write conflict=conflicting or channel=system instead. Excluded: "),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_what_there_is(partial, field, problem, mend):
    """Unknown factors and levels, and cells that the scenario excludes."""
    with pytest.raises(UserError) as caught:
        complete_cell(SCENARIO, partial)
    assert caught.value.field == field
    assert problem in caught.value.problem
    assert mend in caught.value.mend


def test_an_impossible_cell_can_be_completed_on_the_way_to_others():
    """A design crosses over a base cell that may itself be excluded."""
    cell = complete_cell(SCENARIO, {"channel": "tool"}, possible=False)
    assert not is_possible(SCENARIO, cell)
    assert is_possible(SCENARIO, cell | {"conflict": "conflicting"})


def test_levels_are_checked_and_named_once():
    """For the factors that an experiment crosses."""
    assert levels_of(SCENARIO, "postage", ["12", "3.0"]) == ["12", "3"]
    with pytest.raises(UserError, match="stands twice"):
        levels_of(SCENARIO, "postage", ["3", "3.0"])
