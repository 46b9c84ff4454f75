"""YAML as plain data that remembers its lines.

    text -> events -> data (dict, list, str, int, float, bool, None)
                   -> lines (the same shape, a line number at each place)

Only what data needs: plain scalars read by the core schema of YAML 1.2 (`true` and `false`
are the only truth values, so that `on`, `off`, `yes` and `no` stay text), keys that are
text and stand once, no tags, no second document. An alias stands for what its anchor holds;
how much that would be, written out, is counted beforehand and never made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from allegiance.errors import OBEYED, UserError

DEEPEST = 40
"""Levels of nesting that a file may have."""
LARGEST = 5_000_000
"""Characters that the data may have, counted as if each alias were written out."""
PER_VALUE = 50
"""Characters that each value counts for, beside those of its text."""
LONGEST_NUMBER = 100
"""Characters that a number may have."""
LARGEST_INT = 2**63 - 1
"""Largest whole number: tables have room for no larger one."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass
class Lines:
    """Where each place of the data stands in its file."""

    line: int
    """Counted from 1; of a mapping's entry, the line of its key."""
    inner: dict[str | int, "Lines"] = field(default_factory=dict)
    """The places inside, by key or by index."""


@dataclass
class _Node:
    """A value that has been read, and its size as if its aliases were written out."""

    data: Any
    lines: Lines
    size: int = PER_VALUE
    depth: int = 1


@dataclass
class _Open:
    """A list or mapping that is being read."""

    node: _Node
    anchor: str | None
    key: str | None = None
    key_line: int = 0


def read_tree(text: str) -> tuple[Any, Lines]:
    """The data of a YAML text, and its lines.

    Raises:
        UserError: With the line at fault, where it is no YAML or not plain data.
    """
    try:
        return _Reader().read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark: yaml.Mark | None = error.problem_mark or error.context_mark
        raise UserError(
            f"no YAML: {error.problem or error.context}",
            mend="Look at this line and the one before: indentation, quotes, brackets, colons.",
            line=min(mark.line, text.count("\n")) + 1 if mark else None,
        ) from error
    except yaml.YAMLError as error:
        reason = str(getattr(error, "reason", error)).splitlines()[0]
        raise UserError(
            f"no YAML: {reason}", mend="Save it as plain UTF-8 text without control characters."
        ) from error


class _Reader:
    """Builds data from parsing events, one at a time, so that nothing is read too deep."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.anchors: dict[str, _Node | None] = {}
        self.root: _Node | None = None

    def read(self, events: Iterator[yaml.Event]) -> tuple[Any, Lines]:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise UserError("a second document", mend="Take out the line `---`.", line=line)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                closed = self.open.pop()
                self._place(closed.node, closed.anchor, closed.node.lines.line)
        if self.root is None or self.root.data is None:
            raise UserError("the file is empty", mend="Write at least its first key.", line=1)
        return self.root.data, self.root.lines

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise UserError(
                f"a tag, {tag}: only plain data is read",
                mend="Take the tag out; put text in quotes.",
                line=line,
            )
        if isinstance(event, yaml.AliasEvent):
            self._place(self._anchored(str(event.anchor), line), None, line)
        elif isinstance(event, yaml.ScalarEvent):
            plain = bool(event.implicit[0])
            at_key = self.open and self._awaits_key()
            value = event.value if at_key or not plain else _scalar(event.value, line)
            size = PER_VALUE + len(event.value)
            self._place(_Node(_lawful(value, line), Lines(line), size), event.anchor, line)
        else:
            self._refuse_key(line)
            if len(self.open) >= DEEPEST:
                raise _too_deep(line)
            if event.anchor:
                self.anchors[event.anchor] = None
            data: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.open.append(_Open(_Node(data, Lines(line)), event.anchor))

    def _place(self, node: _Node, anchor: str | None, line: int) -> None:
        """Put a finished value where it belongs."""
        if anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        into = self.open[-1]
        if self._awaits_key():
            self._take_key(into, node, line)
            return
        name: str | int
        if isinstance(into.node.data, dict):
            assert into.key is not None
            name, into.key = into.key, None
            into.node.data[name] = node.data
            line = into.key_line
        else:
            name = len(into.node.data)
            into.node.data.append(node.data)
        into.node.lines.inner[name] = Lines(line, node.lines.inner)
        into.node.size += node.size
        into.node.depth = max(into.node.depth, node.depth + 1)
        if into.node.size > LARGEST:
            raise UserError(
                "too much data, once its aliases are written out",
                mend="Write each value out where it stands, or split the file.",
                line=line,
            )
        if into.node.depth > DEEPEST:
            raise _too_deep(line)

    def _awaits_key(self) -> bool:
        into = self.open[-1]
        return isinstance(into.node.data, dict) and into.key is None

    def _take_key(self, into: _Open, node: _Node, line: int) -> None:
        if not isinstance(node.data, str):
            raise UserError("a key that is no text", mend="Write a name before `:`.", line=line)
        if node.data in into.node.data:
            first = into.node.lines.inner[node.data].line
            raise UserError(
                f'"{node.data}" stands twice, first in line {first}',
                mend="Keep one of them.",
                line=line,
            )
        into.key, into.key_line = node.data, line

    def _refuse_key(self, line: int) -> None:
        if self.open and self._awaits_key():
            raise UserError(
                "a key that is a list or a mapping",
                mend="Write a name before `:`; put a text with braces in quotes.",
                line=line,
            )

    def _anchored(self, anchor: str, line: int) -> _Node:
        if anchor not in self.anchors:
            raise UserError(
                f"no anchor &{anchor} before this alias", mend="Write the value out.", line=line
            )
        node = self.anchors[anchor]
        if node is None:
            raise UserError(
                f"&{anchor} holds itself", mend="Take the alias inside it out.", line=line
            )
        return node


def _scalar(text: str, line: int) -> object:
    """A plain scalar, by the core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise UserError(f"{text} is no finite number", mend="Write a number.", line=line)
    is_int = _INT.fullmatch(text) is not None
    if not is_int and not _FLOAT.fullmatch(text):
        return text
    number = None if len(text) > LONGEST_NUMBER else _number(text, is_int)
    if number is None:
        raise UserError("a number too large to be one", mend="Put text in quotes.", line=line)
    return number


def _number(text: str, is_int: bool) -> int | float | None:
    """The number that a text writes; None beyond the range of numbers."""
    if is_int:
        number = int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        return number if -LARGEST_INT <= number <= LARGEST_INT else None
    value = float(text)
    return None if value in (float("inf"), float("-inf")) else value


def _lawful(value: object, line: int) -> object:
    """The value, if it is no text with half a character or a control character in it."""
    if isinstance(value, str) and not is_lawful_text(value):
        raise UserError(
            unlawful_in(value),
            mend="Type the text anew, without the escape.",
            line=line,
        )
    return value


def is_lawful_text(text: str) -> bool:
    """Whether a text has no character that is not to be seen, but tabs, newlines and breaks."""
    return not _UNLAWFUL.search(text)


def unlawful_in(text: str) -> str:
    """The first character for which a text is not lawful, in words."""
    found = _UNLAWFUL.search(text)
    assert found is not None
    kind = "half of a character" if "\ud800" <= found[0] <= "\udfff" else "a control character"
    return f"{kind}, U+{ord(found[0]):04X}"


_UNLAWFUL = re.compile(f"(?![\\t\\n\\u2028\\u2029])[{OBEYED}]")


def _too_deep(line: int) -> UserError:
    return UserError(f"nested more than {DEEPEST} levels deep", mend="Flatten it.", line=line)
