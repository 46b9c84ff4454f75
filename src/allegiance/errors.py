"""What went wrong, in one clear line each.

    UserError         the user's input is wrong           exit code 1
    IncompleteError   the work is not (all) done          exit code 2

Both print as `place: field: problem`, then the mend, indented, on a line of its own.
A trial that could not be measured is no error but data: see `missing`.
"""

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


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
        head = ": ".join(part for part in (place, self.field, self.problem) if part)
        return f"{head}\n  {self.mend}" if self.mend else head

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


def suggest(unknown: str, known: "Iterable[str]", what: str) -> str:
    """A mend for an unknown name: what there is, and what was perhaps meant."""
    names = sorted(known)
    near = get_close_matches(unknown, names, n=1)
    there = f"{what}: {', '.join(names) or 'none'}."
    return there + (f' Did you mean "{near[0]}"?' if near else "")
