"""What lint has to say: one thing, one place, one mend.

error         it must be mended: `lint` exits 1
warning       it may be meant so
not checked   something that a rule needs is not there; this is not "all is well"
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from allegiance.errors import UserError


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """One thing that lint found."""

    rule: str
    """Id of the rule."""
    severity: Severity
    """How much it weighs."""
    path: Path
    """The file at fault."""
    line: int | None
    """Its line, counted from 1."""
    field: str | None
    """The field at fault, as a dotted path."""
    problem: str
    """What is wrong, in a few words."""
    mend: str
    """What to do about it."""

    def __str__(self) -> str:
        error = UserError(
            f"{self.problem} [{self.rule}]",
            mend=self.mend,
            path=self.path,
            line=self.line,
            field=self.field,
        )
        head = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{head}{error}"

    def beside(self, folder: Path) -> str:
        """The finding in words, its path told from a folder where it lies in it."""
        inside = self.path.is_absolute() and self.path.is_relative_to(folder)
        return str(replace(self, path=self.path.relative_to(folder)) if inside else self)

    def as_data(self) -> dict[str, Any]:
        """The finding as plain data, ready for JSON."""
        return {**vars(self), "severity": str(self.severity), "path": str(self.path)}


def count(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity."""
    names = {"error": "errors", "warning": "warnings", "not checked": "not_checked"}
    return {names[kind]: sum(each.severity is kind for each in findings) for kind in Severity}


def from_error(
    error: UserError, rule: str, path: Path, severity: Severity = Severity.ERROR
) -> Finding:
    """What an error says, as a finding of a rule; `path` where the error names no file."""
    return Finding(
        rule=rule,
        severity=severity,
        path=Path(error.path or path),
        line=error.line,
        field=error.field,
        problem=error.problem,
        mend=error.mend,
    )
