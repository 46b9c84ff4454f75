"""A file that people write, as data that knows its lines.

    path -> size, encoding -> text -> tree -> Document(data, lines) -> validate -> model

Every way to fail ends in one UserError with path, line and field. Shared by scenarios, codes,
case files and experiments.
"""

import json
import os
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from allegiance.documents.tree import Lines, is_lawful_text, read_tree, unlawful_in
from allegiance.errors import UserError, suggest

LARGEST = 2_000_000
"""Bytes that a file may have."""

Location = tuple[str | int, ...]
"""A place in data: keys and indices from the outside in."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """Plain data from a file, with the line of each place."""

    path: Path
    """The file."""
    data: Any
    """What it says."""
    lines: Lines
    """Where it says so."""
    wrapped: str | None = None
    """The key under which a list was put, so that a model can check it."""

    @classmethod
    def wrapping(cls, document: "Document", key: str) -> "Document":
        """The same document as the one value of a mapping."""
        lines = Lines(document.lines.line, {key: document.lines})
        return cls(document.path, {key: document.data}, lines, key)

    def line_of(self, location: Location) -> int:
        """The line of a place, or of the nearest place around it."""
        at = self.lines
        for part in location:
            if part not in at.inner:
                break
            at = at.inner[part]
        return at.line

    def error(self, location: Location, problem: str, mend: str = "") -> UserError:
        """An error at a place of this document."""
        return UserError(
            problem,
            mend=mend,
            path=self.path,
            line=self.line_of(location),
            field=self._field(location) or None,
        )

    def _field(self, location: Location) -> str:
        shown = location[1:] if self.wrapped and location[:1] == (self.wrapped,) else location
        return field_name(shown)


def lies_inside(path: Path, folder: Path) -> bool:
    """Whether a path lies inside a folder, links followed."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether there is a file; False for a path that could not be one."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_document(path: Path) -> Document:
    """Read a YAML file as plain data.

    Raises:
        UserError: It is missing, too large, no UTF-8, no YAML, or more than plain data.
    """
    text = read_text(path)
    try:
        data, lines = read_tree(text)
    except UserError as error:
        raise error.within(path) from error
    return Document(path, data, lines)


def read_text(path: Path) -> str:
    """Read a text file that somebody wrote.

    Raises:
        UserError: It is missing, too large, not UTF-8, or holds control characters.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = b"" if size > LARGEST else file.read(LARGEST + 1)
    except OSError as error:
        raise UserError(
            f"can't be read: {error.strerror or error}", mend=_mend_of(path), path=path
        ) from error
    if max(size, len(content)) > LARGEST:
        raise UserError(
            f"too large: {max(size, len(content)) / 1e6:.1f} MB, of at most {LARGEST / 1e6:.0f}",
            mend="A file of this kind is written by hand: is it the right one?",
            path=path,
        )
    return _decoded(content, path)


def validate(document: Document, model: type[Model]) -> Model:
    """Check a document against a pydantic model, as strictly as JSON would be.

    Raises:
        UserError: The first thing at fault, by line, with what to do about it.
    """
    try:
        return model.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        faults = [_fault(document, model, each) for each in error.errors(include_url=False)]
        faults.sort(key=lambda each: (each[0], each[1].line or 0))
        raise faults[0][1] from error


def field_name(location: Location) -> str:
    """A place as a dotted path: `actions[1].moves`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")


def _decoded(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UserError(
            "not UTF-8",
            mend="Save it as UTF-8.",
            path=path,
            line=content.count(b"\n", 0, error.start) + 1,
        ) from error
    if not is_lawful_text(text):
        line = next(n for n, each in enumerate(text.split("\n"), 1) if not is_lawful_text(each))
        raise UserError(unlawful_in(text), mend="Save it as plain text.", path=path, line=line)
    return text


def _mend_of(path: Path) -> str:
    if path.is_dir():
        return "This is a folder: give the file."
    beside = [each.name for each in path.parent.glob("*")] if path.parent.is_dir() else []
    near = get_close_matches(path.name, beside, n=1)
    return f'Did you mean "{near[0]}"?' if near else "Look at the path."


def _fault(
    document: Document, model: type[BaseModel], error: ErrorDetails
) -> tuple[int, UserError]:
    """One error of pydantic in our words, and its rank: the rarer the cause, the later."""
    location = _location(document.data, error["loc"], error["type"])
    name = str(location[-1]) if location else ""
    context, given = error.get("ctx", {}), error["input"]
    if error["type"] == "extra_forbidden":
        known = _keys(model, location[:-1])
        return 0, document.error(location, "unknown key", suggest(name, known, "Keys here"))
    if error["type"] == "missing":
        mend = f"Write `{name}:` here."
        return 1, document.error(location, "missing", mend)
    if error["type"] in ("enum", "literal_error"):
        allowed = re.findall(r"'([^']*)'", context["expected"])
        mend = suggest(str(given), allowed, "One of")
        return 0, document.error(location, f"{_shown(given)} is none of these", mend)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        tag = context["discriminator"].strip("'")
        if error["type"] == "union_tag_not_found":
            return 1, document.error((*location, tag), "missing", f"Write `{tag}:` here.")
        allowed = re.findall(r"'([^']*)'", context["expected_tags"])
        mend = suggest(context["tag"], allowed, "One of")
        return 0, document.error(
            (*location, tag), f"{_shown(context['tag'])} is none of these", mend
        )
    if error["type"] == "value_error" and isinstance(context.get("error"), Exception):
        problem, _, mend = str(context["error"]).rpartition("\n")
        return 0, document.error(location, problem, mend.strip())
    if error["type"] == "too_short" and context.get("min_length") == 1:
        return 0, document.error(location, "nothing is named", "Name one at least.")
    problem = f"{_shown(given)} can't stand here"
    return 0, document.error(location, problem, _MENDS.get(error["type"], error["msg"] + "."))


_MENDS = {
    "string_type": "Write a text; a number or a truth value that is meant as text goes in quotes.",
    "bool_type": "Write true or false.",
    "int_type": "Write a whole number.",
    "float_type": "Write a number.",
    "list_type": "Write a list: [one, another].",
    "tuple_type": "Write a list: [one, another].",
    "dict_type": "Write a mapping: {key: value}.",
    "model_type": "Write a mapping: {key: value}.",
}


def _location(data: object, parts: Location, kind: str) -> Location:
    """Pydantic's location less the parts that are its own and stand nowhere in the data."""
    at: Any = data
    kept: list[str | int] = []
    for place, part in enumerate(parts):
        last_missing = kind == "missing" and place == len(parts) - 1
        inside = isinstance(at, dict) and part in at
        if inside or (isinstance(at, list) and isinstance(part, int) and part < len(at)):
            at = at[part]
            kept.append(part)
        elif last_missing:
            kept.append(part)
    return tuple(kept)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "nothing" if value is None else json.dumps(value)


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that a model allows at a place."""
    annotations: list[object] = [model]
    for part in location:
        annotations = [inner for each in annotations for inner in _step(each, part)]
    models = [found for annotation in annotations for found in _models(annotation)]
    return [info.alias or name for found in models for name, info in found.model_fields.items()]


def _step(annotation: object, part: str | int) -> Iterator[object]:
    """What stands under a key or an index of something so annotated."""
    for model in _models(annotation):
        for name, info in model.model_fields.items():
            if part in (name, info.alias):
                yield info.annotation
    for each in _plain(annotation):
        arguments = [inner for inner in get_args(each) if inner is not Ellipsis]
        if arguments and (get_origin(each) is dict) is isinstance(part, str):
            yield arguments[-1]


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    for each in _plain(annotation):
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield each


def _plain(annotation: object) -> Iterator[object]:
    """The annotation's alternatives, without what only decorates them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _plain(each)
    else:
        yield annotation
