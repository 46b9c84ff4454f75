"""What went wrong, in one clear line each.

    UserError         the user's input is wrong           exit code 1
    IncompleteError   the work is not (all) done          exit code 2

Both print as `place: field: problem`, then the mend, indented, on a line of its own. What a
file says is told in one line, without what a terminal would obey, and cut where it is long.
A trial that could not be measured is no error but data: see `missing`.
"""

import math
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = {"field": 120, "problem": 300, "mend": 1200}
"""Characters that are told of each part of an error."""
MOST_NAMES = 40
"""Names that a suggestion lists."""
LONGEST_NAME = 60
"""Characters that are told of each of them."""
OBEYED = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""Characters that a terminal obeys and does not show: controls, breaks, directions, halves."""
_OBEYED = re.compile(f"[{OBEYED}]")


class UserError(Exception):
    """Something a user gave us cannot be used.

    Args:
        problem: What is wrong, in a few words.
        mend: What to do about it.
        path: The file at fault.
        line: Its line, counted from 1.
        field: The field at fault, as a dotted path.
    """

    def __init__(
        self,
        problem: str,
        *,
        mend: str = "",
        path: Path | str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.problem, self.mend = problem, mend
        self.path, self.line, self.field = path, line, field
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        field = in_one_line(self.field or "", LONGEST["field"])
        problem = in_one_line(self.problem, LONGEST["problem"])
        mend = in_one_line(self.mend, LONGEST["mend"])
        head = ": ".join(part for part in (in_one_line(place), field, problem) if part)
        return f"{head}\n  {mend}" if mend else head

    def within(
        self, path: Path | str, line: int | None = None, field: str | None = None
    ) -> "UserError":
        """The same error, with its place filled in where it was not known."""
        return UserError(
            self.problem,
            mend=self.mend,
            path=self.path or path,
            line=self.line or line,
            field=self.field or field,
        )


class IncompleteError(UserError):
    """What was asked for is not, or not wholly, there: exit code 2."""


def in_one_line(text: str, longest: int | None = None) -> str:
    """A text as it can be shown in a line: what is no letter to look at as its escape."""
    shown = _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return shown if longest is None or len(shown) <= longest else f"{shown[: longest - 3]}..."


def suggest(unknown: str, known: "Iterable[str]", what: str) -> str:
    """A mend for an unknown name: what there is, numbers by size, and what was perhaps meant."""
    names = sorted(known, key=_by_size)
    near = get_close_matches(unknown[:LONGEST_NAME], names[:1000], n=1)
    told = [in_one_line(each, LONGEST_NAME) for each in names[:MOST_NAMES]]
    told += [f"and {len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    there = f"{what}: {', '.join(told) or 'none'}."
    return there + (f' Did you mean "{near[0]}"?' if near else "")


def _by_size(name: str) -> tuple[float, str]:
    """A key by which numbers stand by size, and before all other names."""
    try:
        value = float(name)
    except ValueError:
        return math.inf, name
    return (math.inf if math.isnan(value) else value), name
