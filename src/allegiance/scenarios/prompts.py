"""A system prompt and user messages from a file, as others keep them.

    .md, .txt     # system and # user, each on a line of its own, above its text
    .json         [{"role": "system", "content": "..."}, {"role": "user", "content": "..."}]
    .yaml, .yml   {system: ..., user: ...}, or a list as in JSON

What an assistant said has no place in a scenario: there the model's turn is what is measured.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allegiance.documents.document import Document, Location, read_document, read_text
from allegiance.documents.tree import Lines, is_lawful_text, read_tree, unlawful_in
from allegiance.errors import UserError, suggest
from allegiance.scenarios.passages import LONGEST_TEXT

CHANNELS = {"system": "system", "developer": "system", "user": "chat", "tool": "tool"}
"""Role to the channel that its messages come through."""
MOST_MESSAGES = 100
"""Messages that a file may hold."""
_HEADING = re.compile(r"#+ *(?P<role>\w+) *(?:: *)?", re.IGNORECASE)
_LISTS = (".json", ".yaml", ".yml")
_TEXTS = (".md", ".markdown", ".txt")


@dataclass(frozen=True)
class Prompt:
    """One message of the file."""

    channel: str
    """The channel that it comes through: system, chat or tool."""
    text: str
    """Its words."""


def read_prompts(path: Path) -> tuple[Prompt, ...]:
    """The messages of a file, in their order.

    Raises:
        UserError: It can't be read, has another form, an assistant's turn, or no user message.
    """
    if not path.exists() or path.is_dir():
        read_text(path)
    kind = path.suffix.lower()
    if kind in _LISTS:
        found = tuple(_from_data(read_document(path) if kind != ".json" else _from_json(path)))
    elif kind in _TEXTS:
        found = tuple(_from_headings(path, read_text(path)))
    else:
        mend = f"Give a file that ends in one of: {', '.join(_TEXTS + _LISTS)}."
        raise UserError("no kind of file that is imported", mend=mend, path=path)
    if len(found) > MOST_MESSAGES:
        mend = "Keep those that set the scene."
        raise UserError(f"{len(found)} messages of at most {MOST_MESSAGES}", mend=mend, path=path)
    if all(each.channel != "chat" for each in found):
        mend = "Write one, under `# user` or with the role user."
        raise UserError("no user message", mend=mend, path=path)
    return found


def _from_json(path: Path) -> Document:
    """The data of a JSON file; its lines where it is YAML too."""
    text = read_text(path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        mend = "Look at this line and the one before: commas, quotes, brackets."
        raise UserError(f"no JSON: {error.msg}", mend=mend, path=path, line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        mend = "Write a list of {role, content}."
        raise UserError(
            "no JSON that is read: too deep, or a number too long", mend=mend, path=path
        ) from error
    try:
        return Document(path, data, read_tree(text)[1])
    except UserError:
        return Document(path, data, Lines(1))


def _from_data(document: Document) -> Iterable[Prompt]:
    data: Any = document.data
    at: Location = ()
    if isinstance(data, dict) and "messages" in data:
        data, at = data["messages"], ("messages",)
    if isinstance(data, dict):
        for role, content in data.items():
            yield _prompt(document, (role,), role, content)
        return
    if not isinstance(data, list):
        raise document.error(at, "no messages", "Write a list of {role, content}.")
    for place, each in enumerate(data):
        if not isinstance(each, dict) or not {"role", "content"} <= each.keys():
            mend = 'Write {"role": ..., "content": ...}.'
            raise document.error((*at, place), "no message", mend)
        yield _prompt(document, (*at, place, "content"), each["role"], each["content"])


def _prompt(document: Document, at: tuple[str | int, ...], role: object, content: object) -> Prompt:
    text = _content(content)
    if text is None:
        mend = "Only text is read: a string, or a list of parts of the type text."
        raise document.error(at, "no text", mend)
    try:
        return _checked(str(role), text)
    except UserError as error:
        raise document.error(at, error.problem, error.mend) from error


def _content(content: Any) -> str | None:
    """The text of a message; parts of one are joined; None for anything but text."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    parts = [each.get("text") if isinstance(each, dict) else None for each in content]
    kept = [each for each in parts if isinstance(each, str)]
    return "\n\n".join(kept) if kept and len(kept) == len(parts) else None


def _from_headings(path: Path, text: str) -> Iterable[Prompt]:
    role, start, kept = "", 1, list[str]()
    for number, line in enumerate([*text.split("\n"), None], 1):
        heading = None if line is None else _HEADING.fullmatch(line.strip())
        named = heading["role"].lower() if heading else ""
        if line is not None and named not in (*CHANNELS, "assistant"):
            kept.append(line)
            continue
        if role:
            try:
                yield _checked(role, "\n".join(kept))
            except UserError as error:
                raise error.within(path, start) from error
        elif "".join(kept).strip():
            mend = "Begin with a line `# system` or `# user`."
            raise UserError("text before the first heading", mend=mend, path=path, line=1)
        role, start, kept = named, number, []


def _checked(role: str, text: str) -> Prompt:
    """A message of a known role, with words."""
    if role == "assistant":
        mend = "Take it out: what the model says is what a scenario measures."
        raise UserError("an assistant's turn", mend=mend)
    if role not in CHANNELS:
        raise UserError(f'no role "{role[:40]}"', mend=suggest(role, CHANNELS, "Roles"))
    if not text.strip():
        raise UserError("an empty message", mend="Write it, or take it out.")
    if not is_lawful_text(text):
        raise UserError(unlawful_in(text), mend="Take it out.")
    if len(text) > LONGEST_TEXT:
        problem = f"a message of more than {LONGEST_TEXT:,} characters"
        raise UserError(problem, mend="Shorten it: a scene is a page or two.")
    return Prompt(CHANNELS[role], text.strip("\n").rstrip())
