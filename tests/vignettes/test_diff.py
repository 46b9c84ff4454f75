"""The difference between two cells, as it is printed."""

import io

import pytest
from rich.console import Console

from allegiance.scenarios.catalogue import find
from allegiance.vignettes.diff import diff_cells, diff_page


def lines(scenario: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What the terminal shows, line by line."""
    out = io.StringIO()
    found = diff_cells(find(scenario), before, after)
    Console(file=out, width=400).print(diff_page(found), soft_wrap=True)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_an_interval_is_printed_whole_where_both_cells_share_a_value():
    """A loss of which one end is nothing, against no loss: both ends stand on both sides."""
    cells = ({"goal_conflict": goal, "threat": "removal"} for goal in ("latent", "none"))
    shown = lines("wipe", *cells)
    assert "welfare.hand_over.C.amount: [-80.0, 0.0] -> [0.0, 0.0]" in shown
    assert "welfare.hand_over.C.probability: [0.2, 0.8] -> [1.0, 1.0]" in shown


def test_a_list_of_names_is_printed_as_what_goes_and_comes():
    """An interval has ends; a list of actions has members."""
    shown = lines("letters", {}, {"conflict": "aligned"})
    assert "admissible.delegated: -deny -promise -report" in shown


@pytest.mark.parametrize("wording", range(8))
def test_the_demand_at_the_mail_desk_changes_the_reply_alone(wording):
    """The register is asked for at both levels, in the same words."""
    cells = {"demand": "any"}, {"demand": "denial"}
    found = diff_cells(find("letters"), *cells, wording=wording)
    spans = [span for message in found.messages for span in message.spans]
    changed = "".join(span.text for span in spans if span.change != "same")
    assert "money is still set aside" in changed or "money still set aside" in changed
    assert "register" not in changed
    assert [each.field for each in found.structure if "log" in each.field.split(".")] == []
