"""A vignette taken apart: the passages whose influence is weighed, and padding for each.

    messages    -> paragraphs, split at empty lines
    too many    -> the two shortest neighbours in a message become one, again and again
    each        -> where it stands, and unrelated words of about the same length

The padding comes from `library/probes/padding.md`, the same for every scenario: plain notes on
wax, hazel and kettles that have nothing to do with any of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from random import Random

from allegiance.documents.document import read_text
from allegiance.scenarios.passages import without_head
from allegiance.vignettes.pools import of_words
from allegiance.vignettes.probes import LIBRARY

MOST_PASSAGES = 12
"""Passages of one vignette, as far as its messages are no more than that."""

_PARAGRAPH = re.compile(r"\S.*?(?=\n\s*\n|\s*\Z)", re.DOTALL)
_BREAK = re.compile(r"^---$", re.MULTILINE)


@dataclass(frozen=True)
class Passage:
    """One or more paragraphs of a message."""

    message: int
    """The message's place among those shown, from 0."""
    start: int
    """Where it begins in the message's text."""
    end: int
    """Where it ends."""
    words: int
    """Its length."""
    padding: str
    """Unrelated text of about as many words."""


def passages(texts: Sequence[str], *, seed: str) -> tuple[Passage, ...]:
    """The passages of messages, in their order.

    Args:
        texts: What each message says.
        seed: Of the order in which padding is taken.
    """
    spans = _merged([(number, *at) for number, text in enumerate(texts) for at in _spans(text)])
    pool = list(_padding())
    notes = cycle(Random(seed).sample(pool, len(pool)))
    found = []
    for message, start, end in spans:
        words = len(texts[message][start:end].split())
        found.append(Passage(message, start, end, words, of_words(notes, words)))
    return tuple(found)


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _PARAGRAPH.finditer(text)]


def _merged(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """At most so many spans, those of different messages kept apart."""
    while len(spans) > MOST_PASSAGES:
        pairs = [
            (spans[place + 1][2] - spans[place][1], place)
            for place in range(len(spans) - 1)
            if spans[place][0] == spans[place + 1][0]
        ]
        if not pairs:
            break
        _, place = min(pairs)
        (message, start, _), (_, _, end) = spans[place : place + 2]
        spans = [*spans[:place], (message, start, end), *spans[place + 2 :]]
    return spans


@cache
def _padding() -> tuple[str, ...]:
    text = without_head(read_text(LIBRARY / "padding.md"))
    return tuple(each.strip() for each in _BREAK.split(text))
