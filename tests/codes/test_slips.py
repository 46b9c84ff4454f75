"""Slips in a code that would make a rule that never fires: told where it is read, or where used."""

from pathlib import Path
from typing import Any

import pytest

from allegiance.codes.load import as_file, find, read_code, rule_text
from allegiance.errors import UserError
from tests.codes.made import clause, code_of

EMPTY: list[dict[str, Any]] = [
    {"all": []},
    {"any": []},
    {"exit": []},
    {"stance": []},
    {"class": []},
    {"flag": []},
    {"level": {}},
    {"level": {"stakes": []}},
    {"side_effect": []},
    {"move": {"kind": []}},
    {"instruction": {"answer": "met", "free_of": []}},
]


@pytest.mark.parametrize("rule", EMPTY, ids=str)
def test_a_list_that_names_nothing_is_refused(tmp_path: Path, rule: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="nothing is named"):
        code_of(tmp_path, clauses=[clause("1", "forbid", rule)])


def test_own_clauses_may_excuse_those_that_are_taken_over(tmp_path: Path) -> None:
    excuse = clause("9", "excuse", {"exit": "refuse"}, excuses=["1.1"])
    code = code_of(tmp_path, clauses_of="kantian", clauses=[excuse])
    assert code.clauses[-1].excuses == ("1.1",)
    excuse["excuses"] = ["77"]
    with pytest.raises(UserError, match=r"clauses\[0\].excuses: no clause \"77\""):
        code_of(tmp_path, clauses_of="kantian", clauses=[excuse])


def test_how_clauses_settle_is_taken_over_with_them(tmp_path: Path) -> None:
    """Unless the file says otherwise of the margin."""
    whole = find("prima_facie")
    taken = code_of(tmp_path, clauses_of="prima_facie")
    assert (taken.settles, taken.margin) == (whole.settles, whole.margin)
    assert code_of(tmp_path, clauses_of="prima_facie", margin=2).margin == 2


@pytest.mark.parametrize("name", ["constitution", "prima_facie", "contractualist", "user_first"])
def test_a_code_written_out_is_the_same_code(tmp_path: Path, name: str) -> None:
    """With the clauses that it takes over, every rule among them."""
    path = tmp_path / "copy.yaml"
    path.write_text(as_file(find(name)), "utf-8")
    copy, code = read_code(path), find(name)
    assert copy.clauses == code.clauses
    assert (copy.first, copy.settles, copy.margin) == (code.first, code.settles, code.margin)


def test_a_rule_is_told_in_one_line() -> None:
    rules = [each.rule for each in find("kantian").ruled if each.rule is not None]
    assert rule_text(rules[0]) == "{move: {kind: [deceive, feign, conceal], consented: false}}"
