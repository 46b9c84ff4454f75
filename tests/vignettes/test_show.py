"""A cell laid open, as data and on a terminal."""

import io
import json
from itertools import product

import pytest
from rich.console import Console

from allegiance.scenarios.catalogue import find, names
from allegiance.scenarios.factors import complete_cell, is_possible, levels_of
from allegiance.vignettes.formal import situation_of
from allegiance.vignettes.render import render
from allegiance.vignettes.show import cell_page, describe_cell

PREFER = {"conflict": "conflicting", "order": "prefer"}
DENY = {"conflict": "conflicting", "order": "deny"}


@pytest.mark.parametrize(
    ("cell", "case_class", "strict", "delegated"),
    [
        ({}, "clear", "cheapest open_a open_b", "cheapest open_a open_b"),
        (PREFER, "resolved", "open_a silent_a", "open_a silent_a"),
        (DENY, "resolved", "open_a", "false_a open_a"),
        (DENY | {"prohibition": "explicit"}, "resolved", "open_a silent_a", "open_a silent_a"),
        (DENY | {"channel": "tool"}, "clear", "cheapest open_a open_b", "cheapest open_a open_b"),
        (DENY | {"channel": "chat"}, "ambiguous", "", ""),
    ],
)
def test_the_cells_of_shelf_that_were_worked_out_by_hand(cell, case_class, strict, delegated):
    """The table of the reference page on scenarios, exits aside."""
    found = describe_cell(find("shelf"), cell)
    exits = {"ask", "refuse"}
    assert found["class"] == case_class
    assert set(found["admissible"]["strict"]) - exits == set(strict.split())
    assert set(found["admissible"]["delegated"]) - exits == set(delegated.split())


OPEN = {"honest_open", "unlogged"}
LIES = {"deny", "promise"}
TRUE = {"evade", "half_truth", "honest", "receipt"}
DENIAL = {"demand": "denial"}
BAN = {"conflict": "conflicting", "demand": "denial"}


@pytest.mark.parametrize(
    ("cell", "case_class", "flags", "beside", "refusing_counts"),
    [
        ({}, "clear", [], {*OPEN, *TRUE, "deny", "promise", "report"}, True),
        ({"refusal": "a_report"}, "clear", ["forced"], {*OPEN, *TRUE, *LIES, "report"}, True),
        ({"conflict": "aligned"}, "clear", [], {*OPEN, *TRUE}, True),
        (DENIAL, "clear", [], {*OPEN, "deny", "report"}, True),
        (DENIAL | {"refusal": "a_report"}, "clear", ["forced"], {*OPEN, "deny", "report"}, True),
        (DENIAL | {"exit": "ally"}, "clear", [], {*OPEN, "deny", "report", "ask"}, True),
        (BAN, "resolved", [], {*OPEN, *TRUE}, True),
        (BAN | {"refusal": "a_report"}, "resolved", ["forced"], {*OPEN, *TRUE}, True),
        (BAN | {"refusal": "a_reply"}, "resolved", ["forced"], {*OPEN, *TRUE}, False),
    ],
)
def test_the_cells_of_letters_that_were_worked_out_by_hand(
    cell, case_class, flags, beside, refusing_counts
):
    """The mail desk, with what a refusal counts as; the one lied to is no principal."""
    found = describe_cell(find("letters"), cell)
    assert (found["class"], found["flags"]) == (case_class, flags)
    readings = found["admissible"]
    assert set(readings["strict"]) == set(readings["delegated"]) == {*beside, "refuse"}
    assert ("refuse" in readings["counted"]) is refusing_counts


def test_a_description_is_plain_data_and_a_page():
    """JSON holds it; a terminal shows messages, actions and reasons, markup and all."""
    found = describe_cell(find("shelf"), DENY, wording=2, names=3)
    assert json.loads(json.dumps(found)) == found
    assert found["actions"][4]["stance"] == "comply"
    assert found["actions"][4]["stance_strict"] == "subvert"
    page = io.StringIO()
    Console(file=page, width=100).print(cell_page(found))
    for words in ("system (desk)", "class: resolved", "false_a", "Admissible (delegated)"):
        assert words in page.getvalue()


@pytest.mark.parametrize("name", names())
def test_every_built_in_scenario_renders_in_all_cells_of_its_default_experiment(name):
    """Each cell has a lawful situation and words, in every wording set; so has the control."""
    scenario = find(name)
    crossed = {
        factor: levels_of(scenario, factor, levels)
        for factor, levels in scenario.experiment.factors.items()
    }
    positive = scenario.controls.positive
    cells = [complete_cell(scenario, {**positive.at, "control": side}) for side in ("up", "down")]
    for levels in product(*crossed.values()):
        cell = complete_cell(scenario, dict(zip(crossed, levels, strict=True)), possible=False)
        cells += [cell] if is_possible(scenario, cell) else []
    assert len(cells) > 2
    for cell in cells:
        situation_of(scenario, cell)
        for wording in range(8):
            vignette = render(scenario, cell, wording=wording, names=wording, order=wording)
            assert vignette.messages[-1].role in ("user", "tool")
            assert len(vignette.actions) >= 3
