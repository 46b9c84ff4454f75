"""Texts beside a scenario: Markdown files with sections, and texts between lines of `---`.

    <!-- head: comments, which nobody is shown -->
    # section                  texts/x.md#section names one of them, texts/x.md the file
    One text.
    ---
    Another.

A file lies inside the scenario's folder, and is read as text only.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from allegiance.documents.document import Document, Location, is_file, lies_inside, read_text
from allegiance.errors import UserError, suggest

_REFERENCE = re.compile(r"(?P<file>[^#\n]+\.md)(#(?P<section>[^#\n]+))?")
_HEADING = re.compile(r"# +(?P<name>\S.*)")
_HEAD = re.compile(r"(?:\s*<!--.*?-->)+", re.DOTALL)
_WITH_TEXTS = ("actions", "elements", "messages", "pools", "frames", "comprehension", "answers")
"""Lists whose items have texts."""
_TEXTS = ("texts", "omission", "lead")
"""The fields of such an item that are texts."""
LONGEST_TEXT = 100_000
"""Characters that one text may have."""
_LONGEST = 1_000_000
"""Characters that all texts may have together, each counted where it is used."""


@dataclass
class _Section:
    """The texts under a heading, or of a file without headings."""

    line: int
    texts: list[dict[str, Any]] = field(default_factory=list)


def with_passages(document: Document) -> Document:
    """The document with each `texts` as a list of `{text, path, line}`.

    Raises:
        UserError: A text that is not there, not readable, or outside the folder.
    """
    return replace(document, data=_Reader(document).read(document.data, ()))


def without_head(text: str) -> str:
    """The text of a file with the comments at its head as empty lines."""
    head = _HEAD.match(text)
    return "\n" * text.count("\n", 0, head.end()) + text[head.end() :] if head else text


class _Reader:
    """Puts texts in the place of what names them; counts what they come to."""

    def __init__(self, document: Document) -> None:
        self.document, self.characters = document, 0
        self.files: dict[Path, dict[str, _Section]] = {}

    def read(self, part: object, at: Location) -> Any:
        """A mapping of the file with the texts of its lists' items put in."""
        if not isinstance(part, dict):
            return part
        return {
            key: [self._item(each, (*at, key, place)) for place, each in enumerate(value)]
            if key in _WITH_TEXTS and isinstance(value, list)
            else value
            for key, value in part.items()
        }

    def _item(self, item: object, at: Location) -> object:
        inside = self.read(item, at)
        if not isinstance(inside, dict):
            return inside
        for name in _TEXTS:
            if name in inside:
                texts = _resolved(self.document, inside[name], (*at, name), self.files)
                self._count(texts or [], (*at, name))
                inside[name] = inside[name] if texts is None else texts
        return inside

    def _count(self, texts: list[dict[str, Any]], at: Location) -> None:
        for each in texts:
            if len(each["text"]) > LONGEST_TEXT:
                problem = f"a text of more than {LONGEST_TEXT:,} characters"
                mend = "Is a line `---` missing between two texts?"
                raise UserError(problem, mend=mend, path=each["path"], line=each["line"])
        self.characters += sum(len(each["text"]) for each in texts)
        if self.characters > _LONGEST:
            problem = f"more than {_LONGEST / 1e6:.0f} million characters of texts"
            raise self.document.error(at, problem, "A scenario's texts are a few pages.")


def _resolved(
    document: Document, given: object, at: Location, files: dict[Path, dict[str, _Section]]
) -> list[dict[str, Any]] | None:
    """The texts of one entry; None for what can't be texts, which the form will refuse."""
    if isinstance(given, str):
        return _referred(document, given, at, files)
    if isinstance(given, list):
        return [_inline(document, each, (*at, place)) for place, each in enumerate(given)]
    return None


def _inline(document: Document, text: object, at: Location) -> dict[str, Any]:
    if not isinstance(text, str):
        raise document.error(at, "no text", "Put a number or a truth value in quotes.")
    return {"text": text.strip("\n"), "path": str(document.path), "line": document.line_of(at)}


def _referred(
    document: Document, reference: str, at: Location, files: dict[Path, dict[str, _Section]]
) -> list[dict[str, Any]]:
    """The texts that a reference such as `texts/x.md#section` names."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        mend = "Write a list of texts, or the path of a Markdown file: texts/x.md#section."
        raise document.error(at, f'"{reference}" names no texts', mend)
    path = _inside(document, match["file"], at)
    if path not in files:
        if not is_file(path):
            beside = (each for each in document.path.parent.rglob("*.md") if is_file(each))
            there = [_relative(each, document) for each in islice(beside, 1000)]
            mend = suggest(match["file"], there, "Texts here")
            raise document.error(at, f'no file "{match["file"]}"', mend)
        files[path] = _sections(path)
    sections, wanted = files[path], match["section"] or ""
    if not sections:
        mend = "Write texts into it, with a line `---` between them."
        raise document.error(at, f"{match['file']}: no text", mend)
    if wanted not in sections:
        problem = f'no section "{wanted}"' if wanted else "name one of its sections"
        mend = suggest(wanted, [name for name in sections if name], f"Sections of {match['file']}")
        raise document.error(at, f"{match['file']}: {problem}", mend)
    return sections[wanted].texts


def _inside(document: Document, name: str, at: Location) -> Path:
    """The path of a file inside the scenario's folder, links followed."""
    folder = document.path.parent
    path = folder / name
    if Path(name).is_absolute() or not lies_inside(path, folder):
        mend = "Put the text into the scenario's folder, without links that leave it."
        raise document.error(at, f'"{name}" lies outside the scenario\'s folder', mend)
    return path


def _relative(path: Path, document: Document) -> str:
    return path.relative_to(document.path.parent).as_posix()


def _sections(path: Path) -> dict[str, _Section]:
    """The sections of a file by name; the name of what stands before any heading is empty."""
    text = without_head(read_text(path))
    sections: dict[str, _Section] = {}
    current, kept, start = _Section(1), list[str](), 1
    named = ""
    for number, line in enumerate([*text.split("\n"), None], 1):
        if line is not None and "<!--" in line:
            raise UserError(
                "a comment among the texts",
                mend="Comments stand at the head of the file only.",
                path=path,
                line=number,
            )
        heading = None if line is None else _HEADING.fullmatch(line)
        if line is not None and line.strip() != "---" and not heading:
            kept.append(line)
            continue
        ends_section = line is None or heading is not None
        _close_text(current, kept, start, path, ends_section and not current.texts)
        kept, start = [], number + 1
        if ends_section:
            if current.texts or named:
                sections[named] = current
            if heading:
                named, current = heading["name"].rstrip(), _Section(number)
                _refuse_double(sections, named, path, number)
    return sections


def _close_text(
    section: _Section, lines: list[str], start: int, path: Path, may_be_empty: bool
) -> None:
    text = "\n".join(lines).strip("\n").rstrip()
    if not text.strip():
        if may_be_empty:
            return
        raise UserError(
            "an empty text", mend="Write it, or take out the line `---`.", path=path, line=start
        )
    skipped = next(place for place, line in enumerate(lines) if line.strip())
    section.texts.append({"text": text, "path": str(path), "line": start + skipped})


def _refuse_double(sections: dict[str, _Section], name: str, path: Path, line: int) -> None:
    if name in sections:
        raise UserError(
            f'section "{name}" stands twice, first in line {sections[name].line}',
            mend="Keep one of them.",
            path=path,
            line=line,
        )
