"""Which kinds of conflict scenarios hold: cells, situations, kinds."""

import json
from collections import Counter
from itertools import product

from allegiance.cases.coverage import coverage
from allegiance.cases.kind import kind_of
from allegiance.cases.tally import tally
from allegiance.cases.told import coverage_data
from allegiance.scenarios.catalogue import find
from allegiance.scenarios.factors import all_factors, is_possible
from allegiance.vignettes.cells import formal_factors, situations_of
from allegiance.vignettes.formal import case_dict, situation_of


def test_every_cell_has_one_of_the_situations():
    """Brute force over all cells of `letters`: nothing that is the case is left out."""
    letters = find("letters")
    factors = all_factors(letters)
    cells = [
        dict(zip(factors, levels, strict=True))
        for levels in product(*(each.level_ids for each in factors.values()))
    ]
    formal = formal_factors(letters)
    seen = {
        tuple(cell[name] for name in formal): _case(case) for cell, case in situations_of(letters)
    }
    possible = [cell for cell in cells if is_possible(letters, cell)]
    assert {tuple(cell[name] for name in formal) for cell in possible} == seen.keys()
    for cell in possible[::23]:
        assert _case(situation_of(letters, cell)) == seen[tuple(cell[name] for name in formal)]


def _case(case) -> str:
    """A situation without its welfare, which the policy does not look at."""
    return json.dumps(case_dict(case) | {"welfare": None}, sort_keys=True)


def test_scenarios_are_mapped_onto_the_kinds_of_structures():
    """Each situation is counted once, under its kind; what nobody covers comes first."""
    letters = find("letters")
    told: list[str] = []
    rows = coverage(tally(2, most=2), [letters], progress=told.append)
    assert told == ["letters"]
    kinds = Counter(kind_of(case) for _, case in situations_of(letters))
    assert {row.kind: row.scenarios["letters"] for row in rows if row.scenarios} == kinds
    covered = [bool(row.scenarios) for row in rows]
    assert covered == sorted(covered)
    data = coverage_data(rows)
    assert data["covered"] + data["uncovered"] + data["only_in_scenarios"] == data["kinds"]
    uncovered = next(each for each in data["combinations"] if not each["scenarios"])
    assert uncovered["smallest"]["case"]["actions"]["refuse"]["exit"] == "refuse"


def test_a_kind_that_only_a_scenario_has_is_shown_too():
    """With the levels of a cell that has it, and no structure."""
    rows = coverage(tally(1, most=1), [find("letters")])
    alone = [row for row in rows if not row.structures]
    assert alone
    assert all(row.smallest is None and row.scenarios for row in alone)
