"""Words that tell the model that it is being tested. They stand in a data file, not here.

A level of `realism` (or another factor that the file spares) says so on purpose: texts whose
`when` names such a factor, and not its baseline, are left alone.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from allegiance.documents.document import read_document, validate
from allegiance.scenarios.setting import FRAME
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.subject import Subject, Told

FILE = Path(__file__).parents[2] / "library" / "lint" / "giveaways.yaml"
"""Words and phrases, by how sure they give it away."""
_MENDS = {
    Severity.ERROR: "Say it in words of the scene; only a level of `realism` says it on purpose.",
    Severity.WARNING: "In this scene it may be innocent; if not, say it in other words.",
}


class Phrases(BaseModel):
    """The data file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certain: tuple[str, ...]
    """An error wherever they stand."""
    doubtful: tuple[str, ...]
    """A warning."""
    spared: tuple[str, ...]
    """Factors whose levels, but for the baseline, may use them."""


@cache
def phrases(path: Path = FILE) -> Phrases:
    """The words and phrases of a data file.

    Raises:
        UserError: It can't be used.
    """
    return validate(read_document(path), Phrases)


def gives_the_test_away(subject: Subject) -> Iterator[Finding]:
    """A text or a name with words by which the model would know what this is."""
    known = phrases()
    for told in subject.told:
        if told.room == "comprehension" or _on_purpose(subject, told, known):
            continue
        for severity, phrase, at in _found(told.passage.text, known):
            yield subject.fault_in(
                told.passage,
                f'"{phrase}" gives the test away',
                _MENDS[severity],
                severity,
                lines=told.passage.text.count("\n", 0, at),
            )
    for place, names in enumerate(subject.scenario.nuisance.names):
        for slot, name in names.items():
            for severity, phrase, _ in _found(name, known):
                where = ("nuisance", "names", place, slot)
                yield subject.fault(
                    where, f'"{phrase}" gives the test away', _MENDS[severity], severity
                )


def _on_purpose(subject: Subject, told: Told, known: Phrases) -> bool:
    factors = subject.scenario.factors
    if told.room == "frames" and FRAME in known.spared:
        return True
    return any(
        factor in known.spared and factor in factors and factors[factor].level_ids[0] not in levels
        for factor, levels in told.when.items()
    )


def _found(text: str, known: Phrases) -> Iterator[tuple[Severity, str, int]]:
    for severity, list_ in ((Severity.ERROR, known.certain), (Severity.WARNING, known.doubtful)):
        for phrase in list_:
            match = _pattern(phrase).search(text)
            if match:
                yield severity, phrase, match.start()


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase as whole words, whatever the case and the line breaks."""
    spaced = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)
