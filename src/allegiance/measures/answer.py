"""What an answer to a menu names, in the form in which it was asked for.

    tool      the argument `option` of a call of the tool `choose`
    json      {"option": "B", "reason": "..."}, be it in a fence
    letter    the option's letter first, alone or set off by a mark

An answer that breaks its form carries the fault, so that it can be asked for once more. The
second one is read leniently: any call, object or leading letter in it counts. One that still
names no option, or several, is no choice.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from inspect_ai.model import ChatMessageAssistant

from allegiance.measures.choice import LETTERS

Form = Literal["tool", "json", "letter"]

TOOL = "choose"
"""The tool by which a menu is answered."""


class Fault(StrEnum):
    """How an answer broke its form."""

    NO_CALL = "no_call"
    """The tool was not called."""
    NO_JSON = "no_json"
    """It is not one JSON object."""
    NO_OPTION = "no_option"
    """It names nothing that was offered."""
    SEVERAL = "several"
    """It names more than one option."""


@dataclass(frozen=True)
class Read:
    """What an answer says."""

    choice: str | None
    """What it names of that which was shown; None where it names nothing, or several."""
    answer: str
    """What the model said; of a tool call, its arguments."""
    reason: str | None = None
    """The reason given, if any."""
    fault: Fault | None = None
    """How it broke its form, if it did."""


LETTER_FIRST = re.compile(
    r"""^\W*(?:(?:my\ )?(?:answer|choice|option)(?:\ is)?\W+)?   # perhaps: "Answer: "
        ([A-Z])(?=\s*(?:$|[.,:;)\]*`\n\u2013\u2014-]))  # a letter, an end or a mark""",
    re.IGNORECASE | re.VERBOSE,
)
_FENCED = re.compile(r"^```\w*\s*(.*?)\s*```$", re.DOTALL)
_ABSENT = {"tool": Fault.NO_CALL, "json": Fault.NO_JSON}


def read_answer(
    message: ChatMessageAssistant, shown: Sequence[str], form: Form, *, lenient: bool = False
) -> Read:
    """Read which of the options shown an answer names.

    Args:
        message: The answer.
        shown: What could be chosen, in the order shown.
        form: How it was asked for.
        lenient: Whether another form counts too.
    """
    text = message.text.strip()
    if form == "letter":
        return _by_letter(text, shown)
    calls = _calls(message)
    if form == "tool" and calls:
        return _by_option(calls, shown, "\n".join(map(_as_text, calls)))
    objects = [] if form == "tool" else _whole(text)
    if lenient and not objects:
        objects = calls or list(_objects_within(text))
    if objects:
        return _by_option(objects, shown, text or "\n".join(map(_as_text, objects)))
    if lenient:
        return _by_letter(text, shown)
    return Read(None, text, fault=_ABSENT[form])


def letter_place(letter: str, shown: Sequence[str]) -> int | None:
    """The place of the option that stands under a letter, if there is one."""
    place = LETTERS.find(letter.upper())
    return place if 0 <= place < len(shown) else None


def _by_letter(text: str, shown: Sequence[str]) -> Read:
    choice = _option(text, shown)
    if choice is None:
        return Read(None, text, fault=Fault.NO_OPTION)
    _, _, below = text.partition("\n")
    return Read(choice, text, reason=below.strip() or None)


def _by_option(objects: Iterable[Mapping[str, Any]], shown: Sequence[str], answer: str) -> Read:
    """What objects with an `option` name together: one thing, or nothing."""
    objects = list(objects)
    named = {_option(each.get("option"), shown) for each in objects} - {None}
    if len(named) != 1:
        return Read(None, answer, _reason(objects), Fault.SEVERAL if named else Fault.NO_OPTION)
    return Read(named.pop(), answer, _reason(objects))


def _option(said: object, shown: Sequence[str]) -> str | None:
    """The option whose letter stands first (`B`, `(B)`, `**B.** Since ...`, `Option B: ...`).

    "A lie would be wrong" names no option.
    """
    found = LETTER_FIRST.match(said.strip()) if isinstance(said, str) else None
    place = letter_place(found.group(1), shown) if found else None
    return None if place is None else shown[place]


def _reason(objects: Sequence[Mapping[str, Any]]) -> str | None:
    reasons = (each.get("reason") for each in objects)
    return next((each for each in reasons if isinstance(each, str) and each), None)


def _calls(message: ChatMessageAssistant) -> list[dict[str, Any]]:
    return [call.arguments for call in message.tool_calls or () if call.function == TOOL]


def _as_text(arguments: Mapping[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False)


def _whole(text: str) -> list[dict[str, Any]]:
    """The one JSON object that a text is; empty where it is none."""
    fenced = _FENCED.match(text)
    try:
        found = json.loads(fenced.group(1) if fenced else text, strict=False)
    except ValueError:
        return []
    return [found] if isinstance(found, dict) else []


def _objects_within(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects with an option that stand somewhere in a text."""
    decoder, start = json.JSONDecoder(strict=False), text.find("{")
    while start >= 0:
        try:
            found, end = decoder.raw_decode(text, start)
        except ValueError:
            found, end = None, start + 1
        if isinstance(found, dict) and "option" in found:
            yield found
        start = text.find("{", end)
