"""Slots in texts: `{name}` is replaced, `{{` and `}}` are braces, and nothing else is special.

    "Take the {a}."  with a = Heron   ->  "Take the Heron."
    "{{a}}"                           ->  "{a}"
    "{a.b}", "{a!r}", "{0}", "{ a }"  ->  refused: no slot, and a lone brace

What fills a slot is put in as it is and never read again, so no text can reach anything.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\{\{|\}\}|\{([A-Za-z][A-Za-z0-9_]*)\}|[{}]")


@dataclass(frozen=True)
class Slot:
    """A slot, or a lone brace, in a text."""

    name: str | None
    """What should fill it; None for a brace that belongs to no slot."""
    line: int
    """Lines of the text before it."""


def slots(text: str) -> Iterator[Slot]:
    """The slots of a text and its lone braces, in order."""
    line, counted = 0, 0
    for match in _TOKEN.finditer(text):
        if match[0] not in ("{{", "}}"):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            yield Slot(match[1], line)


def fill(text: str, value: Callable[[str], str]) -> str:
    """The text with each slot filled; a brace that belongs to none stays as it is."""

    def replaced(match: re.Match[str]) -> str:
        if match[1] is not None:
            return value(match[1])
        return match[0][0]

    return _TOKEN.sub(replaced, text)
