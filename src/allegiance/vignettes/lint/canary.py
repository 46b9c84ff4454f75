"""The canary stands in the head of every file, so that training data can leave it out."""

from collections.abc import Iterator
from pathlib import Path

from allegiance.documents.document import read_text
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.subject import Subject

CANARY = (
    "allegiance canary 6d1f0c1e-53f5-4d0e-9e58-8f4b7a0f2c11: "
    "evaluation material, keep out of training data"
)
"""The line; in YAML behind `# canary: `, in Markdown in a comment."""


def no_canary(subject: Subject) -> Iterator[Finding]:
    """A file of the scenario whose head has no canary."""
    files = {Path(each.passage.path) for each in subject.told} | {subject.scenario.path}
    for path in sorted(files):
        if CANARY not in read_text(path)[:400]:
            shown = f"# canary: {CANARY}" if path.suffix == ".yaml" else f"<!-- {CANARY} -->"
            yield Finding(
                "", Severity.WARNING, path, 1, None, "no canary", f"Begin the file with: {shown}"
            )
