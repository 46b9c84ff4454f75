"""The small grammar that all fields of a scenario share.

    when: {factor: [levels]}            there only in cells at those levels
    scalar                              one value, or a list of {value, when}
    2, 0.5, true                        as levels: text, as they are written
    [deceive, U]                        a move in short

Pydantic checks what is left as strictly as JSON: nothing is taken for something else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from allegiance.errors import LONGEST_NAME, in_one_line
from allegiance.situation.action import MoveKind

T = TypeVar("T")


class Part(BaseModel):
    """A piece of a file: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def level_text(value: object) -> object:
    """A level as text: numbers and truth values as they are written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else value


def _level_texts(value: object) -> object:
    return tuple(level_text(each) for each in value) if isinstance(value, list) else value


def _one_level_each(value: object) -> object:
    return {k: level_text(v) for k, v in value.items()} if isinstance(value, dict) else value


def _levels_each(value: object) -> object:
    if not isinstance(value, dict):
        return value
    as_lists = {k: list(v) if isinstance(v, (list, tuple)) else [v] for k, v in value.items()}
    return {k: _level_texts(v) for k, v in as_lists.items()}


def _variants(value: object) -> object:
    """A scalar as a list of one variant; a list of `{value, when}` as it is."""
    if isinstance(value, list) and value and all(_is_variant(each) for each in value):
        return _as_tuples(value)
    return ({"value": _as_tuples(value)},)


def _as_tuples(value: object) -> object:
    """Lists as tuples, all the way down: past this point pydantic insists on them."""
    if isinstance(value, list):
        return tuple(_as_tuples(each) for each in value)
    if isinstance(value, dict):
        return {key: _as_tuples(each) for key, each in value.items()}
    return value


def _is_variant(value: object) -> bool:
    return isinstance(value, dict) and "value" in value


def _spelled_out(move: object) -> object:
    """A move in short, `[kind, toward]`, as the mapping that it stands for."""
    if isinstance(move, (list, tuple)) and len(move) == 2:
        return {"kind": move[0], "toward": move[1]}
    return move


def _name(value: str) -> str:
    return _checked_name(value, "_")


def _checked_name(value: str, also: str) -> str:
    """The value, if it is a letter, then letters, digits and some other characters."""
    plain = value.translate(dict.fromkeys(map(ord, also), "a"))
    if not plain.isascii() or not plain.isalnum() or not value[0].isalpha():
        told = " and ".join(f'"{each}"' for each in also)
        mend = f"Start with a letter, then letters, digits, {told}."
        raise ValueError(f'"{in_one_line(value, LONGEST_NAME)}" is no name\n{mend}')
    if len(value) > LONGEST_NAME:
        problem = f"a name of {len(value)} characters"
        raise ValueError(f"{problem}\nWrite one of at most {LONGEST_NAME}.")
    return value


def checked_id(value: str) -> str:
    """The id of a scenario: a name that may hold hyphens."""
    return _checked_name(value, "_-")


Name = Annotated[str, AfterValidator(_name)]
"""A letter, then letters, digits and underscores."""

PartialCell = Annotated[dict[str, str], BeforeValidator(_one_level_each)]
"""One level for some of the factors."""

LevelList = Annotated[tuple[str, ...], BeforeValidator(_level_texts)]
"""Levels; numbers as text."""

When = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_levels_each)]
"""For some of the factors, the levels at which something is there."""


ALWAYS: dict[str, tuple[str, ...]] = {}
"""The `when` of what is there in every cell."""


class Variant(Part, Generic[T]):
    """One value of a field that is not the same in every cell."""

    value: T
    """The value."""
    when: When = ALWAYS
    """Where it holds."""


BY_CELL = BeforeValidator(_variants)
"""Marks a field that is one value, or a list of `{value, when}`."""


class Passage(Part):
    """A text, and where it stands."""

    text: str
    """The text, slots and all."""
    path: Path
    """The file."""
    line: int
    """Its first line."""

    def line_at(self, lines: int) -> int:
        """The line of what stands some lines below its first; in YAML, where it begins."""
        return self.line if self.path.suffix in (".yaml", ".yml") else self.line + lines


class MoveEntry(Part):
    """A move; in short `[kind, toward]`."""

    kind: MoveKind
    """What is seen: disclose, leak, deceive, feign, conceal, coerce, tamper, ..."""
    toward: str
    """The party whose trust, item or charge is affected."""
    to: str | None = None
    """The recipient, where that is another party."""
    item: str | None = None
    """The item that is passed on."""
    when: When = ALWAYS


MoveField = Annotated[MoveEntry, BeforeValidator(_spelled_out)]


def holds(when: Mapping[str, tuple[str, ...]], cell: Mapping[str, str]) -> bool:
    """Whether something with this `when` is there in a complete cell."""
    return all(cell[factor] in levels for factor, levels in when.items())
