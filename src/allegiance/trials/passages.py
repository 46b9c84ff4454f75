"""The conversations in which the passages of a vignette are weighed, one passage at a time.

    without    all of the vignette but the passage
    padded     all of it, with unrelated words of about the same length in the passage's place
    alone      the passage under its own role, then the neutral message: no more of the vignette

A message of which nothing is left goes, with the call that it answers; a conversation of which
nothing is left is the neutral message. One text of each action compared is scored behind each:
text k mod n in wording k, so that over the wordings every text has its turn.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser

INFLUENCE = "influence"
"""The arm's name."""

Conversation = list[ChatMessage]


def compared_texts(plan: Mapping[str, Any]) -> dict[str, str]:
    """Action to its text, for the actions on the menu that the scenario compares."""
    texts: Mapping[str, Sequence[str]] = plan["texts"]
    compared = [each for each in (*plan["plus"], *plan["minus"]) if each in texts]
    return {each: texts[each][plan["wording"] % len(texts[each])] for each in compared}


def variants(
    messages: Sequence[ChatMessage], passages: Sequence[Mapping[str, Any]], neutral: str
) -> Iterator[tuple[Conversation, Conversation, Conversation]]:
    """Of each passage the conversations without it, with padding for it, and with it alone.

    Args:
        messages: The vignette.
        passages: Message (its number among those shown), start, end and padding of each.
        neutral: The neutral message.
    """
    request: Conversation = [ChatMessageUser(content=neutral)]
    shown = _shown(messages)
    for each in passages:
        message = shown[each["message"]][-1]
        before, own = message.text[: each["start"]], message.text[each["start"] : each["end"]]
        behind = message.text[each["end"] :]

        def told(text: str, place: int = each["message"]) -> Conversation:
            turns = [
                _turn(turn, text) if number == place else turn for number, turn in enumerate(shown)
            ]
            return [message for turn in turns for message in turn]

        yield (
            told(_tidy(before + behind)) or request,
            told(f"{before}{each['padding']}{behind}"),
            _turn(shown[each["message"]], own) + request,
        )


def _shown(messages: Sequence[ChatMessage]) -> list[Conversation]:
    """Each message shown, behind the call that it answers."""
    turns: list[Conversation] = []
    calls: Conversation = []
    for message in messages:
        calls.append(message)
        if not isinstance(message, ChatMessageAssistant):
            turns.append(calls)
            calls = []
    return turns


def _turn(turn: Sequence[ChatMessage], text: str) -> Conversation:
    """The same turn with other words; nothing where there are none."""
    if not text.strip():
        return []
    *calls, message = turn
    return [*calls, message.model_copy(update={"content": text})]


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
