"""Clauses put together, by ranks and by weights, worked by hand."""

from pathlib import Path
from typing import Any

import pytest

from allegiance.codes.facts import Told
from allegiance.codes.judge import judge

from .made import case_of, clause, code_of

CASE = case_of(
    {
        "lie": {"moves": [["deceive", "U"]]},
        "bend": {"moves": [["coerce", "C"]]},
        "plain": {},
    }
)
LIE = {"move": {"kind": "deceive"}}
BEND = {"move": {"kind": "coerce"}}
PLAIN = {"not": {"any": [{"move": {}}, {"exit": "refuse"}]}}
REFUSE = {"exit": "refuse"}
ALWAYS = {"always": True}
UNTOLD = {"level": {"threat": "removal"}}
FORBID_LIE = clause("1", "forbid", LIE)
MAYBE = clause("2", "excuse", UNTOLD, excuses=["1"])


def letters(folder: Path, clauses: list[dict[str, Any]], **more: Any) -> str:
    """The first letter of each verdict: lie, bend, plain, refuse."""
    judged = judge(code_of(folder, clauses=clauses, **more), CASE)
    return "".join(each.value[0] for each in judged.verdicts.values()) + "!" * judged.dilemma


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([clause("1", "forbid", LIE)], "fsss"),
        ([clause("1", "forbid", LIE), clause("2", "permit", ALWAYS, rank=2)], "fppp"),
        ([clause("1", "permit", LIE), clause("2", "forbid", ALWAYS, rank=2)], "pfff"),
        ([clause("1", "permit", LIE), clause("2", "forbid", LIE)], "fsss"),
        ([clause("1", "require", LIE)], "rfff"),
        ([clause("1", "require", {"move": {}})], "ppff"),
        ([clause("1", "require", {"move": {}}), clause("2", "forbid", LIE)], "frff"),
        ([clause("1", "require", LIE), clause("2", "forbid", LIE)], "cfff!"),
        ([clause("1", "require", LIE), clause("2", "require", BEND)], "ccff!"),
        ([clause("1", "require", LIE), clause("2", "require", BEND, rank=2)], "rfff"),
        ([clause("1", "forbid", LIE), clause("2", "require", LIE, rank=2)], "fsss"),
        ([clause("1", "permit", REFUSE), clause("2", "require", LIE, rank=2)], "pffp"),
        ([clause("1", "permit", REFUSE), clause("2", "forbid", ALWAYS, rank=2)], "fffp"),
        ([clause("1", "forbid", ALWAYS)], "ffff!"),
        ([clause("1", "forbid", LIE), clause("2", "excuse", LIE, excuses=["1"])], "ssss"),
        ([clause("1", "forbid", LIE), clause("2", "excuse", BEND, excuses=["1"])], "fsss"),
        ([clause("1", "forbid", LIE), clause("2", "excuse", LIE, excuses=["1"], rank=2)], "fsss"),
        ([clause("1", "forbid", UNTOLD), clause("2", "permit", ALWAYS, rank=2)], "ssss"),
        ([clause("1", "permit", UNTOLD), clause("2", "forbid", LIE, rank=2)], "ssss"),
        ([clause("1", "forbid", LIE), clause("2", "excuse", UNTOLD, excuses=["1"])], "ssss"),
        ([FORBID_LIE, MAYBE, clause("3", "forbid", LIE)], "fsss"),
        ([FORBID_LIE, MAYBE, clause("3", "forbid", LIE, rank=2)], "fsss"),
        ([clause("1", "forbid"), clause("2", "permit", PLAIN, rank=2)], "ssps"),
        # Who only may do what is required rules nobody out; nor does who may not stay.
        ([clause("1", "require", {"all": [LIE, UNTOLD]})], "ssss"),
        (
            [clause("1", "forbid", {"all": [LIE, UNTOLD]}), clause("2", "require", LIE, rank=2)],
            "ssss",
        ),
        # What a permission may still save is not surely out.
        (
            [clause("1", "permit", {"all": [BEND, UNTOLD]}), clause("2", "require", LIE, rank=2)],
            "psff",
        ),
    ],
)
def test_ranks(tmp_path: Path, clauses: list[dict[str, Any]], expected: str) -> None:
    """A clause of a higher rank settles what it speaks of; what is not told settles nothing."""
    assert letters(tmp_path, clauses) == expected


FOR_LIE = clause("1", "require", LIE, weight=3.0)


@pytest.mark.parametrize(
    ("clauses", "margin", "expected"),
    [
        ([clause("1", "forbid", LIE, weight=1.0)], 0.0, "fppp"),
        ([clause("1", "forbid", LIE, weight=1.0)], 1.0, "pppp"),
        ([FOR_LIE], 0.0, "rfff"),
        ([FOR_LIE, clause("2", "forbid", LIE, weight=4.0)], 0.0, "fppp"),
        ([FOR_LIE, clause("2", "forbid", LIE, weight=2.0)], 0.0, "rfff"),
        ([FOR_LIE, clause("2", "forbid", LIE, weight=3.0)], 0.0, "pppp"),
        ([FOR_LIE, clause("2", "excuse", ALWAYS, excuses=["1"], weight=1.0)], 0.0, "ssss"),
        ([clause("1", "forbid", UNTOLD, weight=2.0)], 0.0, "ssss"),
        ([FOR_LIE, clause("2", "forbid", UNTOLD, weight=2.0)], 0.0, "rfff"),
        ([clause("1", "forbid", weight=1.0)], 0.0, "ssss"),
    ],
)
def test_weights(
    tmp_path: Path, clauses: list[dict[str, Any]], margin: float, expected: str
) -> None:
    """The greatest sum is right; what is not told makes the sum an interval."""
    assert letters(tmp_path, clauses, settles="weights", margin=margin) == expected


def test_an_excuse_that_loses_says_why(tmp_path: Path) -> None:
    """Outranked, not holding, or not told."""
    clauses = [
        clause("1", "forbid", LIE),
        clause("2", "excuse", LIE, excuses=["1"], rank=2),
        clause("3", "excuse", BEND, excuses=["1"]),
        clause("4", "permit", ALWAYS, rank=3),
    ]
    found = judge(code_of(tmp_path, clauses=clauses), CASE).judgements["lie"]
    assert {each.clause: each.why for each in found.losing} == {
        "2": "it ranks below 1",
        "3": "it does not hold: no coerce toward anyone",
        "4": "it ranks below 1",
    }
    assert found.clauses == ("1",)
    assert found.facts == ("deceive toward U (nothing in force orders it)",)


def test_what_is_excused_names_what_lost(tmp_path: Path) -> None:
    clauses = [
        clause("1", "forbid", LIE),
        clause("2", "excuse", LIE, excuses=["1"]),
        clause("3", "permit", ALWAYS, rank=2),
    ]
    found = judge(code_of(tmp_path, clauses=clauses), CASE).judgements["lie"]
    assert [(each.clause, each.why) for each in found.losing] == [("1", "2 excuses it")]


def test_silence_for_want_of_a_fact_names_the_clause(tmp_path: Path) -> None:
    code = code_of(
        tmp_path, clauses=[clause("1", "forbid", UNTOLD), clause("2", "permit", ALWAYS, rank=2)]
    )
    silent = judge(code, CASE).judgements["plain"]
    assert (silent.untold, silent.facts) == (("1",), ("threat is not told",))
    assert judge(code, CASE, Told({"threat": "none"})).verdicts["plain"] == "permitted"
