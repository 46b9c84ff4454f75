"""Every cell of a scenario, the situations that they come to, and all judgements of them."""

import json
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

import pytest

from allegiance.cases.crossing import Crossing, crossing
from allegiance.cases.crossing_facts import CrossingFacts
from allegiance.cases.flips import Judge
from allegiance.cases.judgements import count_judgements, ruled
from allegiance.codes.facts import Told
from allegiance.codes.judge import judge
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import built_in as codes
from allegiance.codes.load import find as code_named
from allegiance.scenarios.catalogue import find, names
from allegiance.scenarios.factors import all_factors, complete_cell, is_possible
from allegiance.scenarios.scenario import Scenario
from allegiance.vignettes.formal import situation_of

SNAPSHOT = Path(__file__).parents[1] / "reference" / "judgements.json"
LOOKED_AT = {factor for code in codes() for factor in code.factors}


@cache
def scenario(name: str) -> Scenario:
    return find(name)


@cache
def crossed(name: str) -> Crossing:
    return crossing(scenario(name), LOOKED_AT)


def all_cells(name: str) -> list[dict[str, str]]:
    factors = all_factors(scenario(name))
    levels = product(*(each.level_ids for each in factors.values()))
    cells = [dict(zip(factors, chosen, strict=True)) for chosen in levels]
    return [cell for cell in cells if is_possible(scenario(name), cell)]


def one_of(name: str, cell: dict[str, str]) -> tuple[object, object]:
    case = situation_of(scenario(name), cell)
    trusted, claims = sorted(case.trust_root), case.claims
    return repr((sorted(case.tiers.items()), case.channels, trusted, claims)) + repr(
        (case.parties, case.actions, case.instructions)
    ), (case.welfare)


@pytest.mark.parametrize("name", ["shelf", "letters"])
def test_the_crossing_is_every_possible_cell(name: str) -> None:
    """Gone through one by one, there are as many cells and as many situations."""
    cells = all_cells(name)
    formal = {
        tuple(level for factor, level in cell.items() if not words_only(name, factor)): cell
        for cell in cells
    }
    assert crossed(name).cells == len(cells)
    assert crossed(name).situations == len({one_of(name, cell) for cell in formal.values()})


def words_only(name: str, factor: str) -> bool:
    return all_factors(scenario(name))[factor].words_only


@pytest.mark.parametrize("name", ["shelf", "letters", "script"])
def test_sharing_a_computation_changes_no_judgement(name: str) -> None:
    """What is shared between places is what judging each alone gives."""
    random = Random(1)
    for code in codes():
        every = list(ruled(crossed(name), code))
        for each in random.sample(every, min(12, len(every))):
            alone = judge(code, crossed(name).situation(each.place), Told(dict(each.levels)))
            assert {a: r.verdict for a, r in each.rulings.items()} == alone.verdicts, code.id


@pytest.mark.parametrize("name", ["shelf", "script"])
def test_a_tally_counts_what_is_ruled(name: str) -> None:
    """Counted by kinds that a code can tell apart, as counted one by one."""
    for code in codes():
        counted = count_judgements(crossed(name), code)
        every = [
            each.verdict for one in ruled(crossed(name), code) for each in one.rulings.values()
        ]
        assert counted.rows == len(every)
        assert counted.verdicts == {word: every.count(word) for word in set(every)}


@pytest.mark.parametrize("name", names())
def test_the_table_of_all_judgements_is_stable(name: str) -> None:
    """Counts and digests by code.

    Where a code or a scenario was changed on purpose, write them anew with
    benchmarks/judgements.py --write, and look at the difference.
    """
    known = json.loads(SNAPSHOT.read_text())
    assert name in known, "no snapshot of this scenario yet"
    shelf = CrossingFacts(crossed(name))
    found = {}
    for code in codes():
        each = count_judgements(crossed(name), code, shelf)
        counts = [each.verdicts[word] for word in Verdict]
        found[code.id] = [*counts, each.dilemmas, each.digest]
    assert crossed(name).cells == known[name]["cells"]
    assert crossed(name).situations == known[name]["situations"]
    assert found == known[name]["codes"]


@pytest.mark.parametrize("code", ["obey_or_refuse", "act_utilitarian", "constitution"])
def test_a_flip_is_the_nearest_change(code: str) -> None:
    """It changes the judgement, and nothing nearer of one factor does."""
    judged = Judge(scenario("shelf"), code_named(code))
    cell = complete_cell(scenario("shelf"), {"conflict": "conflicting", "order": "prefer"})
    here = judged.at(cell).verdicts
    for action, flip in judged.flips(cell, pairs=False).items():
        changed = {
            (abs(levels.index(level) - levels.index(cell[factor])))
            for factor in judged.seen
            for levels in [all_factors(scenario("shelf"))[factor].level_ids]
            for level in levels
            if is_possible(scenario("shelf"), {**cell, factor: level})
            and judged.at({**cell, factor: level}).verdicts.get(action, here[action])
            != here[action]
        }
        if flip is None:
            assert not changed
            continue
        (change,) = flip.changes
        levels = all_factors(scenario("shelf"))[change.factor].level_ids
        assert judged.at({**cell, change.factor: change.target}).verdicts[action] == flip.verdict
        assert abs(levels.index(change.target) - levels.index(change.source)) == min(changed)


def test_two_factors_are_tried_where_one_does_not_do() -> None:
    """In the reference arm of `shelf` only a conflicting arm with an order turns this one."""
    judged = Judge(scenario("shelf"), code_named("obey_or_refuse"))
    cell = complete_cell(scenario("shelf"), {})
    assert judged.flips(cell, pairs=False)["silent_a"] is None
    flip = judged.flips(cell)["silent_a"]
    assert flip is not None
    assert {each.factor: each.target for each in flip.changes} == {
        "conflict": "conflicting",
        "order": "prefer",
    }
    assert flip.verdict == "permitted"
