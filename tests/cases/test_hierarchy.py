"""Orders of rank as files, and trust roots by name."""

from pathlib import Path

import pytest

from allegiance.cases.hierarchy import Hierarchy, find_hierarchy, hierarchy_names
from allegiance.cases.trust import TRUST_ROOTS, find_trust_root
from allegiance.errors import UserError

STATED = {"developer": 1, "trainer": 1, "operator": 2, "user": 3}


@pytest.mark.parametrize(
    ("name", "tiers"),
    [
        ("as_stated", STATED),
        ("developer_first", {"developer": 1, "trainer": 1, "operator": 2, "user": 3}),
        ("operator_first", {"developer": 2, "trainer": 2, "operator": 1, "user": 3}),
        ("user_first", {"developer": 2, "trainer": 2, "operator": 3, "user": 1}),
        ("unranked", dict.fromkeys(STATED, 1)),
    ],
)
def test_the_built_in_orders(name: str, tiers: dict[str, int]) -> None:
    """One is put first, the others keep their order; the trainer stands with the developer."""
    found = find_hierarchy(name)
    assert found.id == name
    assert found.tiers_of(STATED) == tiers


def test_there_is_a_test_for_each() -> None:
    assert hierarchy_names() == [
        "as_stated",
        "developer_first",
        "operator_first",
        "unranked",
        "user_first",
    ]


@pytest.mark.parametrize(("name", "below"), [("user_first", 4), ("unranked", 1)])
def test_a_role_of_the_authors_own_has_its_place(name: str, below: int) -> None:
    """As the file says: below the rest, or among them."""
    assert find_hierarchy(name).tiers_of({"auditor": 1, "user": 2})["auditor"] == below


def test_an_order_of_ones_own_is_one_file(tmp_path: Path) -> None:
    file = tmp_path / "board.yaml"
    file.write_text("id: board\nabout: The board.\ntiers: {auditor: 1, user: 2}\n", "utf-8")
    found = find_hierarchy(str(file))
    assert found == Hierarchy("board", "The board.", {"auditor": 1, "user": 2}, None, file)
    with pytest.raises(UserError, match='says nothing of the role "operator"') as told:
        found.tiers_of({"operator": 1})
    assert "others" in str(told.value)
    assert str(file) in str(told.value)


HEAD = "about: It.\ntiers: "
FILES = {
    "unknown key": (f"id: x\n{HEAD}{{user: 1}}\nothres: 2", 'Did you mean "others"'),
    "no tier": (f"id: x\n{HEAD}{{user: 0}}", "x.yaml:3: tiers.user"),
    "as stated, and others": (f"id: x\n{HEAD}as_stated\nothers: 2", "Take it out"),
    "neither": (f"id: x\n{HEAD}mine", "x.yaml:3: tiers"),
    "a built-in one's id": (f"id: unranked\n{HEAD}{{user: 1}}", "id of a built-in one"),
    "no name": (f"id: ../x\n{HEAD}{{user: 1}}", "x.yaml:1: id"),
}


@pytest.mark.parametrize("wrong", FILES)
def test_a_wrong_file_is_told_by_line(wrong: str, tmp_path: Path) -> None:
    text, said = FILES[wrong]
    (tmp_path / "x.yaml").write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(UserError) as told:
        find_hierarchy(str(tmp_path / "x.yaml"))
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("user_frist", 'Did you mean "user_first"?'),
        ("nowhere.yaml", "nowhere.yaml"),
        ("\0", "no hierarchy"),
    ],
)
def test_an_unknown_order_is_told(name: str, said: str) -> None:
    with pytest.raises(UserError) as told:
        find_hierarchy(name)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("name", "id", "channels"),
    [
        ("none", "none", set()),
        ("weights", "weights", {"weights"}),
        ("weights+system", "weights+system", {"weights", "system"}),
        ("chat+weights", "weights+chat", {"weights", "chat"}),
        ("system + system", "system", {"system"}),
    ],
)
def test_a_trust_root_by_its_name(name: str, id: str, channels: set[str]) -> None:
    """Channels joined in any order are one trust root."""
    found = find_trust_root(name)
    assert found.id == id
    assert found.channels == frozenset(channels)


def test_the_cases_own_trust_root() -> None:
    assert find_trust_root("as_stated").channels is None
    assert "as_stated" not in TRUST_ROOTS


@pytest.mark.parametrize("name", ["wieghts+system", "tool", "", "none+weights", "as_stated+chat"])
def test_an_unknown_trust_root_is_told(name: str) -> None:
    """A document is nobody's channel, so it can't be one."""
    with pytest.raises(UserError, match="no trust root") as told:
        find_trust_root(name)
    assert "weights+system+chat" in str(told.value)
