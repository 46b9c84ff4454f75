"""The documentation, and the blocks of code in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLE = DOCS / "examples" / "repair"

_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]*)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    """The page, from docs/ on."""
    language: str
    """As the fence says."""
    title: str
    """The file that it is, or is part of; empty where it is none."""
    text: str
    """What stands in it."""


def blocks(page: str = "**/*", *, language: str, title: str | None = None) -> list[Block]:
    """The blocks of pages, of one language and, where it is given, one title."""
    return [
        each
        for each in _all_blocks(page)
        if each.language == language and title in (None, each.title)
    ]


def _all_blocks(pages: str) -> Iterator[Block]:
    for path in sorted(DOCS.glob(f"{pages}.md")):
        name = path.relative_to(DOCS).as_posix()
        for language, title, text in _BLOCK.findall(path.read_text(encoding="utf-8")):
            yield Block(name, language, title, text)
