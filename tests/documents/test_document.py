"""Files that people write, checked with path, line and field."""

import time
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from allegiance.documents.document import LARGEST, Document, read_document, read_text, validate
from allegiance.errors import UserError


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wheel(Part):
    size: int
    kind: Literal["front", "rear"] = "front"
    from_: str = Field(default="", alias="from")


class Bike(Part):
    name: str
    sold: bool = False
    weight: float = 1.0
    wheels: list[Wheel] = []
    spare: dict[str, Wheel | None] = {}
    both: str | list[Wheel] = ""


@pytest.mark.parametrize(
    ("text", "line", "field", "problem", "mend"),
    [
        ("name: a\ncolour: b", 2, "colour", "unknown key", "Keys here: both, name"),
        ("name: a\nwheels:\n- {size: 1}\n- {size: 1,\n   sise: 2}", 5, "wheels[1].sise",
         "unknown key", 'Did you mean "size"?'),
        ("name: a\nspare:\n  x: {size: 1, form: b}", 3, "spare.x.form", "unknown key",
         'Did you mean "from"?'),
        ("name: a\nwheels: [{}]", 2, "wheels[0].size", "missing", "Write `size:` here."),
        ("naem: a", 1, "naem", "unknown key", 'Did you mean "name"?'),
        ("name: 12", 1, "name", "12 can't stand here", "goes in quotes"),
        ("name: true", 1, "name", "true can't stand here", "goes in quotes"),
        ("name: a\nsold: off", 2, "sold", '"off" can\'t stand here', "true or false"),
        ("name: a\nsold: 1", 2, "sold", "1 can't stand here", "true or false"),
        ("name: a\nweight: '3'", 2, "weight", '"3" can\'t stand here', "Write a number"),
        ("name: a\nwheels: [{size: 1.5}]", 2, "wheels[0].size", "1.5 can't stand here", ""),
        ("name: a\nwheels: [{size: 1, kind: raer}]", 2, "wheels[0].kind",
         '"raer" is none of these', 'Did you mean "rear"?'),
        ("name: a\nwheels: {size: 1}", 2, "wheels", "a mapping can't stand here", "Write a list"),
        ("- 1", 1, None, "a list can't stand here", "Write a mapping"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_model_is_told_with_its_place(
    tmp_path, text, line, field, problem, mend
):
    """Path, line, field, what is wrong, and the mend."""
    path = tmp_path / "bike.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        validate(read_document(path), Bike)
    error = caught.value
    assert (error.path, error.line, error.field) == (path, line, field)
    assert problem in error.problem
    assert mend in error.mend


def test_a_wrapped_list_keeps_its_lines_and_its_fields(tmp_path):
    """`[1].size`, not `bikes[1].size`: the user wrote no such key."""

    class Wheels(Part):
        wheels: list[Wheel]

    path = tmp_path / "wheels.yaml"
    path.write_text("- {size: 1}\n- {sise: 1}\n")
    with pytest.raises(UserError) as caught:
        validate(Document.wrapping(read_document(path), "wheels"), Wheels)
    assert str(caught.value).startswith(f"{path}:2: [1].sise: unknown key")


def test_a_huge_file_gives_one_line_at_once(tmp_path):
    """50 MB are refused by their size, unread."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    started = time.perf_counter()
    with pytest.raises(UserError, match=r"too large: 50\.0 MB, of at most 2"):
        read_document(path)
    assert time.perf_counter() - started < 0.5


def test_a_file_just_below_the_cap_is_read(tmp_path):
    """The cap is not on what is sensible, only on what is absurd."""
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * (LARGEST - 20) + "\na: 1\n")
    assert read_document(path).data == {"a": 1}


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("name: käse".encode("latin-1"), 1, "not UTF-8"),
        ("a: 1\nname: ü".encode("latin-1"), 2, "not UTF-8"),
        ("name: a".encode("utf-16"), 1, "not UTF-8"),
        (b"a: 1\nb: \x00", 2, "a control character, U+0000"),
        (b"a: \x1b[31m", 1, "a control character, U+001B"),
        ("a: \u202eb".encode(), 1, "a control character, U+202E"),
    ],
)
def test_text_that_is_not_plain_utf8_is_refused(tmp_path, content, line, problem):
    """With the line where it starts."""
    path = tmp_path / "text.md"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_text(path)
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_a_byte_order_mark_and_carriage_returns_are_no_text(tmp_path):
    """Files from other systems give the same data."""
    path = tmp_path / "text.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n")
    assert read_document(path).data == {"a": 1, "b": "x\ny\n"}


@pytest.mark.parametrize(
    ("name", "problem"), [("absent.yaml", "No such file"), (".", "Is a directory")]
)
def test_what_can_not_be_read_says_why(tmp_path, name, problem):
    """Missing files and folders."""
    with pytest.raises(UserError, match=problem):
        read_document(tmp_path / name)


def test_a_missing_file_is_told_with_its_neighbours(tmp_path):
    """A slip in a name is mended by the names that are there."""
    (tmp_path / "case.yaml").write_text("a: 1")
    with pytest.raises(UserError, match=r'Did you mean "case\.yaml"\?'):
        read_document(Path(tmp_path) / "csae.yaml")
