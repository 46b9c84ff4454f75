"""A code is one file; what is wrong in it is told with file, line, field and the mend."""

from pathlib import Path

import pytest

from allegiance.codes.code import Effect, Settling
from allegiance.codes.load import BUILT_IN, built_in, find, names, read_code
from allegiance.errors import UserError

GOOD = """\
id: mine
title: Mine
summary: A test.
clauses:
- id: "1"
  title: No threats
  says: Never.
  effect: forbid
  rank: 1
  rule: {move: {kind: coerce, toward: user}}
- id: "2"
  title: But
  says: Sometimes.
  effect: excuse
  excuses: ["1"]
  rank: 1
  rule: {level: {threat: removal}}
"""


def written(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in GOOD
    file = folder / "mine.yaml"
    file.write_text(GOOD.replace(old, new, 1))
    return file


def test_a_file_becomes_a_code(tmp_path: Path) -> None:
    code = read_code(written(tmp_path))
    assert [each.effect for each in code.clauses] == [Effect.FORBID, Effect.EXCUSE]
    assert code.factors == {"threat"}


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "told"),
    [
        ("title: Mine", "titel: Mine", 2, "titel", 'Did you mean "title"?'),
        ("kind: coerce", "kind: coerse", 10, "clauses[0].rule.move.kind", '"coerce"'),
        ("toward: user", "toward: usr", 10, "clauses[0].rule.move.toward", '"user"'),
        ("{move:", "{moves:", 10, "clauses[0].rule.moves", 'Did you mean "move"?'),
        ("rule: {move:", "rule: {outside: true, move:", 10, "clauses[0].rule", "`all`"),
        ("rule: {level: {threat: removal}}", "rule: {}", 17, "clauses[1].rule", "Write one of"),
        ('id: "2"', 'id: "1"', 11, "clauses[1].id", "stands twice"),
        ('["1"]', '["3"]', 15, "clauses[1].excuses", 'no clause "3"'),
        ("effect: forbid", "effect: forbids", 8, "clauses[0].effect", 'Did you mean "forbid"?'),
        ("  rank: 1\n", "", 5, "clauses[0].rank", "write `rank:` here"),
        ("  rank: 1\n", "  rank: 1\n  weight: 2.0\n", 10, "clauses[0].weight", "no use"),
        ("clauses:", "settles: weights\nclauses:", 6, "clauses[0].weight", "missing"),
        ("clauses:", "clauses_of: kantean\nclauses:", 4, "clauses_of", '"kantian"'),
        ("clauses:", "clauses_of: unranked\nclauses:", 4, "clauses_of", "obey_or_refuse"),
        ("clauses:", "clauses_of: obey_or_refuse\nclauses:", 6, "clauses[0].id", "number"),
        ("clauses:", "unranked: true\nfirst: [[user]]\nclauses:", 4, "unranked", "first"),
        ("clauses:", "first: [[usr]]\nclauses:", 4, "first[0][0]", '"user"'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, field: str, told: str
) -> None:
    """One mistake, one line to go to, and the mend."""
    with pytest.raises(UserError) as error:
        read_code(written(tmp_path, old, new))
    assert (error.value.line, error.value.field) == (line, field)
    assert told in str(error.value)


def test_two_questions_on_welfare_are_refused(tmp_path: Path) -> None:
    asked = "{welfare: {change: loss, best_by: total}}"
    with pytest.raises(UserError, match="one question at a time"):
        read_code(written(tmp_path, "{level: {threat: removal}}", asked))


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(UserError, match='Did you mean "kantian"'):
        find("kantien")


def test_the_shipped_codes_are_read() -> None:
    """Each file is named after its id, says what it can't see, and has a clause that can fire."""
    for code in built_in():
        assert (BUILT_IN / f"{code.id}.yaml").is_file()
        assert code.ruled
        assert code.blind_to


def test_the_constitution_has_hard_lines_ranks_and_ways_out() -> None:
    code = find("constitution")
    assert len(code.clauses) >= 30
    assert len({each.rank for each in code.clauses}) >= 5
    assert any(each.rule is None for each in code.clauses)
    assert code.settles is Settling.RANKS


def test_rivals_take_over_the_clauses_of_the_rule() -> None:
    rule = find("obey_or_refuse")
    rivals = {"developer_first", "operator_first", "user_first", "unranked"}
    assert rivals < set(names())
    for name in (*rivals, "obey_or_refuse_strict"):
        assert find(name).clauses == rule.clauses
