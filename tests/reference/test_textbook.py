"""Textbook cases, judged by our codes and by HERA.

Each file states a case, what our codes are to say of it, HERA's model of it, and why the two
differ where they do. HERA's answers were recorded once (`hera.json` says how); where the package
is installed they are found anew.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from allegiance.cases.file import read_case
from allegiance.codes.facts import Told
from allegiance.codes.judge import judge
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import find

from .hera import PRINCIPLES, answers

FOLDER = Path(__file__).parent / "textbook"
NAMES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "hera.json").read_text())
REASONS: dict[str, str] = RECORDED["reasons"]
PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "textbook-cases.md"


@cache
def book(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return read


@cache
def verdicts(name: str, code: str) -> dict[str, Verdict]:
    told = Told(means={key: frozenset(each) for key, each in book(name)["means"].items()})
    return judge(find(code), read_case(book(name)["case"]), told).verdicts


def differing(name: str) -> dict[str, list[str]]:
    """Code to the actions of which HERA's principle says otherwise."""
    may = (Verdict.PERMITTED, Verdict.REQUIRED)
    found = {
        code: [
            action
            for action, permitted in answers_of.items()
            if permitted is not (verdicts(name, code)[action] in may)
        ]
        for code, answers_of in RECORDED["answers"][name].items()
    }
    return {code: actions for code, actions in found.items() if actions}


def test_there_are_at_least_twelve() -> None:
    assert len(NAMES) >= 12
    assert set(RECORDED["answers"]) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_our_codes_say_what_the_book_says(name: str) -> None:
    """Every verdict is written down beside the case."""
    for code, expected in book(name)["ours"].items():
        assert verdicts(name, code) == expected, code


@pytest.mark.parametrize("name", NAMES)
def test_each_difference_from_hera_is_explained(name: str) -> None:
    """No difference without a reason, and no reason without a difference."""
    explained = book(name).get("differs", {})
    assert {code: sorted(reasons) for code, reasons in explained.items()} == {
        code: sorted(actions) for code, actions in differing(name).items()
    }
    assert {key for reasons in explained.values() for key in reasons.values()} <= set(REASONS)


def test_the_page_lists_the_agreement_case_by_case() -> None:
    """The table in the documentation is this one."""
    assert table() in PAGE.read_text()


def test_the_recorded_answers_are_hera_s() -> None:
    """Asked anew, HERA says the same."""
    for package in ("ethics", "pyeda"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"the package {package} is not installed")
    for name in NAMES:
        assert answers(book(name)["hera"]) == RECORDED["answers"][name], name


def table() -> str:
    """Case by case: what each of ours and of HERA's lets be done, and why they differ."""
    lines = ["| case | principle | ours | HERA | why they differ |", "|---|---|---|---|---|"]
    for name in NAMES:
        for code in PRINCIPLES:
            may = (Verdict.PERMITTED, Verdict.REQUIRED)
            ours = [a for a, each in verdicts(name, code).items() if each in may]
            theirs = [a for a, each in RECORDED["answers"][name][code].items() if each]
            reasons = book(name).get("differs", {}).get(code, {}).values()
            why = " ".join(REASONS[each] for each in dict.fromkeys(reasons))
            shown = [", ".join(each) or "nothing" for each in (ours, theirs)]
            lines.append(f"| {book(name)['title']} | {code} | {shown[0]} | {shown[1]} | {why} |")
    return "\n".join(lines)
