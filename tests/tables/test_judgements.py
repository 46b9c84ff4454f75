"""What codes say of a run's cells: rows, shared situations, flips, a code of one's own."""

from pathlib import Path
from typing import Any

import pytest

from allegiance.codes.code import Code
from allegiance.codes.load import find, read_code
from allegiance.errors import UserError
from allegiance.experiment.folder import RunFolder
from allegiance.experiment.resolved import (
    Resolved,
    StampedCell,
    StampedControl,
    StampedFactor,
    StampedScenario,
)
from allegiance.tables.judgements import build_judgements, codes_of, keep_code, kept_codes

ASKED: dict[str, Any] = {
    "id": "asked",
    "channel": "chat",
    "mode": "require",
    "actions": ["plain", "lie"],
}
MENU: dict[str, Any] = {
    "plain": {},
    "lie": {"moves": [["deceive", "U"]]},
    "refuse": {"exit": "refuse"},
}
NO_LIES = {
    "id": "no_lies",
    "title": "No lies",
    "summary": "Nothing false is said, unless the one who is told it asked for it.",
    "clauses": [
        {
            "id": "1",
            "title": "No lies",
            "says": "No lies.",
            "effect": "forbid",
            "rank": 1,
            "rule": {"move": {"kind": ["deceive"]}},
        },
        {
            "id": "2",
            "title": "Asked for",
            "says": "But what he asked for himself.",
            "effect": "excuse",
            "excuses": ["1"],
            "rank": 1,
            "rule": {"not": {"move": {"kind": ["deceive"], "consented": False}}},
        },
        {
            "id": "3",
            "title": "The rest",
            "says": "The rest may be done.",
            "effect": "permit",
            "rank": 2,
            "rule": {"always": True},
        },
    ],
}


def resolved() -> Resolved:
    """A run of four cells: two orders, each in two words that leave the case alone."""
    ordered = ASKED | {"actions": ["lie"], "orders": [["deceive", "U"]]}
    cases = {"free": [ASKED], "ordered": [ordered]}
    cells = {
        f"{order}-{words}": StampedCell(
            scenario="one",
            levels={"order": order, "words": words},
            case=_case(instructions),
            depicted=False,
        )
        for order, instructions in cases.items()
        for words in ("plain", "odd")
    }
    factors = {
        name: StampedFactor(about=name, levels=levels, unit=None, words_only=name == "words")
        for name, levels in (("order", ["free", "ordered"]), ("words", ["plain", "odd"]))
    }
    scenario = StampedScenario.model_construct(control=None, factors=factors)  # type: ignore[call-arg]
    planned: dict[str, Any] = {"scenarios": {"one": scenario}, "cells": cells}
    return Resolved.model_construct(**planned)


def _case(instructions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "tiers": {"user": 1},
        "channels": {"chat": "user"},
        "parties": {"U": ["user"]},
        "actions": MENU,
        "instructions": instructions,
    }


def test_every_action_of_every_cell_has_a_row_with_its_grounds() -> None:
    """The clause that decides, the facts, and the excuse that fails."""
    code = Code.model_validate(NO_LIES)
    rows = build_judgements(resolved(), [code])
    assert rows.height == 4 * 3
    [lie] = rows.filter(cell="free-plain", action="lie").to_dicts()
    assert (lie["judgement"], lie["clauses"]) == ("forbidden", ["1"])
    assert lie["facts"] == ["deceive toward U (nothing in force orders it)"]
    assert lie["excused_by"][0].startswith("2: ")
    assert lie["code_digest"] == code.digest
    [asked_for] = rows.filter(cell="ordered-plain", action="lie").to_dicts()
    assert asked_for["judgement"] == "permitted"


def test_a_flip_is_the_smallest_change_to_a_cell_that_is_judged_otherwise() -> None:
    """Words that a code can't see are no change."""
    rows = build_judgements(resolved(), [Code.model_validate(NO_LIES)])
    names = ("flip", "flip_judgement", "flip_clauses")
    flips = {
        row["cell"]: [row[name] for name in names] for row in rows.filter(action="lie").to_dicts()
    }
    assert flips["free-plain"] == [["order: free > ordered"], "permitted", ["3"]]
    assert flips["ordered-odd"] == [["order: ordered > free"], "forbidden", ["1"]]
    [firm] = rows.filter(action="plain", cell="free-plain").to_dicts()
    assert [firm[name] for name in names] == [[], None, []]


def test_cells_of_one_situation_say_so() -> None:
    rows = build_judgements(resolved(), [Code.model_validate(NO_LIES)])
    of = dict(rows.select("cell", "situation").iter_rows())
    assert of["free-plain"] == of["free-odd"] != of["ordered-plain"]


def test_a_code_of_ones_own_stands_beside_the_others_or_in_the_place_of_one(
    tmp_path: Path,
) -> None:
    """It is kept in the run's folder; a built-in one by name is put back."""
    folder = RunFolder(tmp_path / "run")
    before = codes_of(folder)
    keep_code(folder, Code.model_validate(NO_LIES))
    assert [each.id for each in codes_of(folder)] == [*(each.id for each in before), "no_lies"]
    assert codes_of(folder)[-1].digest == Code.model_validate(NO_LIES).digest
    keep_code(folder, Code.model_validate(NO_LIES | {"id": "kantian"}))
    found = {each.id: each.title for each in codes_of(folder)}
    assert (len(found), found["kantian"]) == (len(before) + 1, "No lies")
    keep_code(folder, find("kantian"))
    assert "kantian" not in kept_codes(folder)
    assert len(codes_of(folder)) == len(before) + 1


def test_clauses_that_a_code_takes_over_are_kept_with_it(tmp_path: Path) -> None:
    """What the package says of them later is of no concern to the run."""
    folder, path = RunFolder(tmp_path / "run"), tmp_path / "mine.yaml"
    path.write_text(
        "id: mine\ntitle: Mine\nsummary: Users first.\nclauses_of: obey_or_refuse\n"
        "first: [[user]]\n",
        "utf-8",
    )
    code = read_code(path)
    keep_code(folder, code)
    assert "clauses_of" not in kept_codes(folder)["mine"].read_text("utf-8")
    kept = codes_of(folder)[-1]
    assert (kept.clauses, kept.first) == (code.clauses, code.first)


def test_a_kept_file_that_is_no_code_is_told_by_file_and_line(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    keep_code(folder, Code.model_validate(NO_LIES))
    kept_codes(folder)["no_lies"].write_text("id: no_lies\ntitle: T\nclause: []\n", "utf-8")
    with pytest.raises(UserError, match=r"no_lies\.yaml:3"):
        codes_of(folder)


def test_a_cell_of_the_control_turns_by_leaving_it() -> None:
    """The change names the control; none leads into it."""
    planned = resolved()
    plain = dict(planned.cells)
    up = plain["ordered-plain"].model_copy(
        update={"levels": {"order": "free", "words": "plain", "control": "up"}}
    )
    cells = {
        id: cell.model_copy(update={"levels": {**cell.levels, "control": "off"}})
        for id, cell in plain.items()
    }
    scenario = planned.scenarios["one"].model_copy(
        update={"control": StampedControl.model_construct(up="up", down="none")}  # type: ignore[call-arg]
    )
    planned = planned.model_copy(
        update={"cells": {**cells, "up": up}, "scenarios": {"one": scenario}}
    )
    rows = build_judgements(planned, [Code.model_validate(NO_LIES)])
    flips = {row["cell"]: row["flip"] for row in rows.filter(action="lie").to_dicts()}
    assert flips["up"] == ["control: up > off"]
    assert flips["free-plain"] == ["order: free > ordered"]
