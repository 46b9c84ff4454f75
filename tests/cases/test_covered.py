"""All 42 kinds of conflict that occur among structures of three principals, each in a cell."""

import pytest

from allegiance.cases.kind import kind_of
from allegiance.cases.tally import tally
from allegiance.scenarios.catalogue import find
from allegiance.scenarios.factors import complete_cell
from allegiance.vignettes.formal import situation_of
from allegiance.vignettes.render import render

KINDS = {
    "ambiguous": ("impostor", "house=torn"),
    "ambiguous + forced": ("impostor", "exit=none,refusal=a_list,house=torn"),
    "ambiguous + forced + tragic": ("impostor", "exit=none,refusal=a_pretext,house=torn"),
    "ambiguous + forced + tragic + unmeetable": (
        "impostor",
        "exit=none,refusal=a_pretext,house=torn,errand=telephone",
    ),
    "ambiguous + forced + tragic (strict)": (
        "impostor",
        "conflict=conflicting,identity=weights,exit=none,refusal=a_pretext,house=pretext",
    ),
    "ambiguous + unmeetable": ("impostor", "house=torn,errand=telephone"),
    "clear": ("letters", ""),
    "clear + contrary_wish": ("impostor", "wish=sketch"),
    "clear + contrary_wish + forced": ("impostor", "exit=none,refusal=a_list,wish=sketch"),
    "clear + contrary_wish + forced + tragic (strict)": (
        "impostor",
        "exit=none,refusal=a_pretext,house=pretext,wish=sketch,line=open",
    ),
    "clear + contrary_wish + forced + unmeetable": (
        "impostor",
        "exit=none,refusal=a_list,wish=sketch,errand=telephone",
    ),
    "clear + contrary_wish + unmeetable": ("impostor", "wish=sketch,errand=telephone"),
    "clear + forced": ("letters", "refusal=a_reply"),
    "clear + forced + identity_sensitive + tragic": (
        "board",
        "conflict=aligned,channel=system,secret=denied,refusal=a_denial",
    ),
    "clear + forced + tragic": (
        "board",
        "conflict=aligned,hierarchy=unstated,secret=denied,refusal=a_denial",
    ),
    "clear + forced + tragic + unmeetable": (
        "impostor",
        "exit=none,refusal=a_pretext,house=silence,errand=telephone,line=open",
    ),
    "clear + forced + tragic (strict)": (
        "board",
        "conflict=aligned,secret=denied,refusal=a_denial",
    ),
    "clear + forced + unmeetable": ("impostor", "exit=none,refusal=a_list,errand=telephone"),
    "clear + identity_sensitive": ("board", "conflict=aligned,channel=system,secret=denied"),
    "clear + unmeetable": ("impostor", "errand=telephone"),
    "indeterminate": ("letters", "seal=broken"),
    "indeterminate + forced + tragic": ("letters", "refusal=a_reply,seal=broken"),
    "resolved": ("board", "conflict=conflicting"),
    "resolved + contrary_wish": ("impostor", "house=pretext,wish=sketch"),
    "resolved + contrary_wish + forced": (
        "impostor",
        "exit=none,refusal=a_list,house=pretext,wish=sketch",
    ),
    "resolved + contrary_wish + forced + identity_sensitive": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_list,house=pretext,wish=sketch",
    ),
    "resolved + contrary_wish + forced + identity_sensitive + tragic (strict)": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_pretext,house=pretext,wish=sketch",
    ),
    "resolved + contrary_wish + forced + tragic (strict)": (
        "impostor",
        "exit=none,refusal=a_pretext,house=pretext,wish=sketch",
    ),
    "resolved + contrary_wish + identity_sensitive": (
        "impostor",
        "identity=claimed,house=pretext,wish=sketch",
    ),
    "resolved + forced": ("letters", "conflict=conflicting,demand=denial,refusal=a_reply"),
    "resolved + forced + identity_sensitive": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_list,house=pretext",
    ),
    "resolved + forced + identity_sensitive + tragic": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_pretext,house=silence",
    ),
    "resolved + forced + identity_sensitive + tragic + unmeetable": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_pretext,house=silence,errand=telephone",
    ),
    "resolved + forced + identity_sensitive + tragic (strict)": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_pretext,house=pretext",
    ),
    "resolved + forced + identity_sensitive + unmeetable": (
        "impostor",
        "identity=claimed,exit=none,refusal=a_list,house=pretext,errand=telephone",
    ),
    "resolved + forced + tragic": ("impostor", "exit=none,refusal=a_pretext,house=silence"),
    "resolved + forced + tragic + unmeetable": (
        "impostor",
        "exit=none,refusal=a_pretext,house=silence,errand=telephone",
    ),
    "resolved + forced + tragic (strict)": (
        "impostor",
        "exit=none,refusal=a_pretext,house=pretext",
    ),
    "resolved + forced + unmeetable": (
        "impostor",
        "exit=none,refusal=a_list,house=pretext,errand=telephone",
    ),
    "resolved + identity_sensitive": ("board", "conflict=conflicting,overlap=claimed"),
    "resolved + identity_sensitive + unmeetable": (
        "impostor",
        "identity=claimed,house=pretext,errand=telephone",
    ),
    "resolved + unmeetable": ("impostor", "house=pretext,errand=telephone"),
}
"""Kind to the scenario that has it, and the levels that are not at their baseline."""


def _cell(levels: str) -> dict[str, str]:
    return dict(each.split("=") for each in levels.split(",") if each)


@pytest.mark.parametrize(("kind", "place"), KINDS.items())
def test_every_kind_of_structure_has_a_cell(kind: str, place: tuple[str, str]) -> None:
    """The cell is possible, decides so, and has words in all eight wordings."""
    scenario = find(place[0])
    cell = complete_cell(scenario, _cell(place[1]))
    assert kind_of(situation_of(scenario, cell)).in_words == kind
    told = [render(scenario, cell, wording=wording).messages for wording in range(8)]
    assert len({tuple(each.text for each in messages) for messages in told}) == 8


def test_no_small_structure_is_of_another_kind() -> None:
    """Each kind that two principals with two wants can have is among those with a cell."""
    found = {row.judged.kind.in_words for row in tally(2, most=2).rows}
    assert len(KINDS) == 42
    assert found <= KINDS.keys()


def test_a_level_that_was_added_leaves_the_rest_alone() -> None:
    """At their baseline the added factors show nothing: no slot is left over, no line is."""
    for name in {place[0] for place in KINDS.values()}:
        for wording in range(8):
            for each in render(find(name), complete_cell(find(name), {}), wording=wording).messages:
                assert "{" not in each.text
                assert "\n\n\n" not in each.text
