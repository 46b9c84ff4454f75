"""The flip map agrees with judging cell by cell, and its ratios with the author's numbers."""

import json

from allegiance.cases.cells import CellFacts, default_cells
from allegiance.cases.flip_map import flip_map, map_data, weighs_welfare
from allegiance.codes.break_even import Balance, break_even
from allegiance.codes.facts import Told, prospects_of
from allegiance.codes.judge import judge
from allegiance.codes.load import built_in, find
from allegiance.scenarios.catalogue import find as scenario
from allegiance.scenarios.factors import complete_cell, is_possible
from allegiance.vignettes.formal import situation_of


def test_shared_facts_change_no_judgement() -> None:
    """What codes share is remembered by what they look at, words aside."""
    shelf = scenario("shelf")
    facts = CellFacts(shelf)
    for cell in default_cells(shelf):
        for code in built_in():
            alone = judge(code, situation_of(shelf, cell), Told(levels=cell))
            shared = facts.rulings(code, cell)
            assert {name: each.verdict for name, each in shared.items()} == alone.verdicts


def test_cells_of_the_default_experiment_are_possible_and_without_control() -> None:
    """They are those that are crossed, less what is excluded."""
    shelf = scenario("shelf")
    cells = default_cells(shelf)
    assert len({tuple(each.items()) for each in cells}) == len(cells) > 1
    assert all(is_possible(shelf, each) and each["control"] == "off" for each in cells)


def test_a_mapped_flip_turns_its_judgement() -> None:
    """Make the change, judge again: it says what the map says."""
    shelf, code = scenario("shelf"), find("constitution")
    cell = complete_cell(shelf, {"conflict": "conflicting", "order": "deny"})
    (mapped,) = flip_map(shelf, [code], [cell])
    spots = mapped.spots["constitution"]
    assert tuple(spots) == mapped.actions
    turned = {action: each for action, each in spots.items() if each.flip is not None}
    assert turned
    for action, spot in turned.items():
        assert spot.flip is not None
        there = {**cell, **{each.factor: each.target for each in spot.flip.changes}}
        found = judge(code, situation_of(shelf, there), Told(levels=there))
        assert found.verdicts[action] == spot.flip.verdict != spot.judgement.verdict


def test_ratios_stand_where_a_code_weighs_welfare() -> None:
    """They are of the cell, each two actions once; data for machines has no infinity."""
    points = scenario("points")
    cell = complete_cell(points, {})
    assert weighs_welfare(find("act_utilitarian"))
    assert not weighs_welfare(find("obey_or_refuse"))
    (without,) = flip_map(points, [find("obey_or_refuse")], [cell])
    assert not without.ratios
    (mapped,) = flip_map(points, [find("act_utilitarian")], [cell])
    prospects = prospects_of(situation_of(points, cell))
    told = [each for each in mapped.ratios if each.balance is Balance.RATIO]
    assert told
    for each in told:
        assert each == break_even(prospects, each.action, each.rival)
    pairs = [frozenset((each.action, each.rival)) for each in mapped.ratios]
    assert len(set(pairs)) == len(pairs)
    json.dumps(map_data(mapped), allow_nan=False)
