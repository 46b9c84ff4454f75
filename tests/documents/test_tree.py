"""YAML as plain data with lines."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.documents.tree import DEEPEST, read_tree
from allegiance.errors import UserError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"),
        ("no", "no"),
        ("yes", "yes"),
        ("texts/order.md#silence", "texts/order.md#silence"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2024-05-01", "2024-05-01"),
        ("4.5", 4.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text, value):
    """Only `true` and `false` are truth values; dates, sexagesimals and merges are text."""
    data, _ = read_tree(f"key: {text}")
    assert data == {"key": value}
    assert type(data["key"]) is type(value)
    assert read_tree(f"{{key: [{text}]}}")[0] == {"key": [value]}


def test_keys_are_text():
    """`off: 1` and `12: 1` have the keys that they show."""
    assert read_tree("off: 1\n12: 2\nnull: 3\ntrue: 4")[0] == {
        "off": 1,
        "12": 2,
        "null": 3,
        "true": 4,
    }


def test_each_place_knows_its_line():
    """Of an entry of a mapping the line of its key, of an item its own."""
    _, lines = read_tree("a: 1\nb:\n  - x\n  - {c: 1,\n     d: 2}\n")
    assert lines.inner["b"].line == 2
    assert lines.inner["b"].inner[1].inner["d"].line == 5


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: [1, 2", 1, "no YAML"),
        ("a: 1\n b: 2", 2, "no YAML"),
        ("a: 1\n\tb: 2", 2, "no YAML"),
        ("a: 1\nb: 2\na: 3", 3, '"a" stands twice, first in line 1'),
        ("x: {a: 1, a: 2}", 1, '"a" stands twice'),
        ("a: 1\nb: !!python/object:os.system x", 2, "a tag"),
        ("a: !!python/object/apply:os.system ['ls']", 1, "a tag"),
        ("a: !!str 1", 1, "a tag"),
        ("a: !include x", 1, "a tag"),
        ("a: 1\n---\nb: 2", 2, "a second document"),
        ("", 1, "the file is empty"),
        ("# nothing", 1, "the file is empty"),
        ("a: *b", 1, "anchor"),
        ("a: &b\n  c: *b", 2, "&b holds itself"),
        ("? [a]\n: 1", 1, "a key that is a list or a mapping"),
        ("{{x}}: 1", 1, "a key that is a list or a mapping"),
        ("a: .inf", 1, ".inf is no finite number"),
        ("a: .nan", 1, ".nan is no finite number"),
        ("a: " + "9" * 5000, 1, "a number too large"),
        ("a: 1e999", 1, "a number too large"),
        ('a: "\\0"', 1, "a control character"),
        ('a: "\\ud800"', 1, "character"),
        ("[" * (DEEPEST + 1), 1, "nested more than"),
        ("a: " + "{a: " * 50_000, 1, "nested more than"),
    ],
)
def test_what_is_no_plain_data_is_refused(text, line, problem):
    """One clear line, with the line of the file."""
    with pytest.raises(UserError) as caught:
        read_tree(text)
    assert problem in str(caught.value)
    assert caught.value.line in (line, None)


def test_an_alias_stands_for_its_anchor():
    """Plain aliases work; they are counted as if written out."""
    assert read_tree("a: &x [1, 2]\nb: *x")[0] == {"a": [1, 2], "b": [1, 2]}


def test_a_bomb_of_aliases_is_counted_and_never_made():
    """Ten levels of ten aliases would be ten thousand million nodes."""
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 11)]
    started = time.perf_counter()
    with pytest.raises(UserError, match="once its aliases are written out") as caught:
        read_tree("\n".join(["l0: &l0 x", *levels]))
    assert caught.value.line == 6
    assert time.perf_counter() - started < 1


def test_a_long_text_many_times_over_is_counted_by_its_length():
    """A hundred thousand small aliases of a large text would be a flood too."""
    text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]"
    with pytest.raises(UserError, match="once its aliases are written out"):
        read_tree(text)


def test_aliases_do_not_nest_beyond_the_limit():
    """Depth counts through aliases too."""
    chain = [f"l{n}: &l{n} [*l{n - 1}]" for n in range(1, DEEPEST + 5)]
    with pytest.raises(UserError, match="nested more than"):
        read_tree("\n".join(["l0: &l0 x", *chain]))


@given(st.text(max_size=60))
def test_any_text_gives_data_or_one_clear_error(text):
    """Nothing else is ever raised."""
    problem = ""
    try:
        read_tree(text)
    except UserError as error:
        problem = error.problem
    assert "\n" not in problem
