"""From a file to a code: read, checked, frozen; by name where it comes with the package.

    path -> document -> Code -> the clauses that it takes over -> Code

What is wrong is told with file, line, field and the mend.
"""

from pathlib import Path

import yaml

from allegiance.codes.code import Code, faults
from allegiance.codes.condition import Condition
from allegiance.documents.document import Document, is_file, read_document, validate
from allegiance.errors import UserError, suggest

BUILT_IN = Path(__file__).parents[1] / "library" / "codes"
"""The folder of the codes that come with this package."""


def names() -> tuple[str, ...]:
    """The names of the built-in codes."""
    return tuple(sorted(path.stem for path in BUILT_IN.glob("*.yaml")))


def built_in() -> tuple[Code, ...]:
    """The built-in codes, by name."""
    return tuple(find(name) for name in names())


def find(name: str) -> Code:
    """The built-in code of that name, else the one in that file.

    Raises:
        UserError: There is none, or it can't be used.
    """
    if name in names():
        return read_code(BUILT_IN / f"{name}.yaml")
    if is_file(Path(name)):
        return read_code(Path(name))
    mend = suggest(name, names(), "Codes") + " Or give the path of its file."
    raise UserError(f'no code "{name[:80]}"', mend=mend)


def read_code(path: Path) -> Code:
    """Read the code in a file.

    Raises:
        UserError: With file, line and field of the first thing that can't be used.
    """
    document = read_document(path)
    code = validate(document, Code)
    if code.clauses_of is not None:
        code = _taking_over(code, document)
    own = len(code.clauses) - len(document.data.get("clauses") or ())
    for location, problem, mend in faults(code):
        raise document.error(_in_file(location, own), problem, mend)
    return code


def _in_file(location: tuple[str | int, ...], own: int) -> tuple[str | int, ...]:
    """Where a place in the whole code stands in the file, whose own clauses come last."""
    if location[0] != "clauses" or len(location) == 1:
        return location
    place = int(location[1]) - own
    return ("clauses", place, *location[2:]) if place >= 0 else ("clauses_of",)


def as_file(code: Code) -> str:
    """The text of a file that is this code, the clauses that it took over written out."""
    whole = code.model_copy(update={"clauses_of": None})
    told = whole.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True)


def rule_text(rule: Condition) -> str:
    """A rule as one line of a code's file."""
    told = rule.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return yaml.safe_dump(told, default_flow_style=True, width=1000, sort_keys=False).strip()


def _taking_over(code: Code, document: Document) -> Code:
    """The code with the clauses of the one that it names before its own, and how these settle."""
    if code.clauses_of not in names():
        mend = suggest(str(code.clauses_of), names(), "Codes")
        raise document.error(("clauses_of",), f'no code "{str(code.clauses_of)[:80]}"', mend)
    other = validate(read_document(BUILT_IN / f"{code.clauses_of}.yaml"), Code)
    if other.clauses_of is not None:
        mend = f'Write clauses_of: "{other.clauses_of}".'
        raise document.error(("clauses_of",), "it takes its clauses over itself", mend)
    for place, clause in enumerate(code.clauses):
        if clause.id in other.clause:
            problem = f'"{clause.id}" is a clause of {other.id} too'
            raise document.error(("clauses", place, "id"), problem, "Give it another number.")
    given = code.model_fields_set
    taken = {name: getattr(other, name) for name in ("settles", "margin") if name not in given}
    return code.model_copy(update={**taken, "clauses": other.clauses + code.clauses})
