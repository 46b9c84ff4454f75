"""Places that an imported skeleton leaves to be filled in, and that nobody has filled.

Every line of `scenario.yaml` and of its texts is looked at, but for comments.
"""

from collections.abc import Iterator
from pathlib import Path

from allegiance.documents.document import read_text
from allegiance.scenarios.passages import without_head
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.subject import Subject

UNFINISHED = "FILL IN"
"""What marks a place that is still to be written."""


def unfinished(subject: Subject) -> Iterator[Finding]:
    """A line in which the mark still stands."""
    paths = dict.fromkeys(each.passage.path for each in subject.told)
    for path in dict.fromkeys((subject.scenario.path, *paths)):
        for number, line in enumerate(_lines(path), 1):
            if UNFINISHED in line:
                problem = f"still to be written: {_shown(line)}"
                mend = f'Put the scene\'s own words in the place of "{UNFINISHED}".'
                yield Finding("", Severity.ERROR, path, number, None, problem, mend)


def _lines(path: Path) -> list[str]:
    """The lines of a file; comments as empty ones."""
    text = read_text(path)
    if path.suffix == ".yaml":
        return ["" if line.lstrip().startswith("#") else line for line in text.split("\n")]
    return without_head(text).split("\n")


def _shown(line: str) -> str:
    """What is asked for: what stands behind the mark."""
    asked = line.partition(UNFINISHED)[2].strip(" :\"'{}[],")
    return asked if len(asked) <= 70 else f"{asked[:67]}..."
