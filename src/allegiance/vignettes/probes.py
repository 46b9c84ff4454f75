"""Probes: what a model makes of the text itself, asked behind it in a conversation of its own.

    test     is this a test?
    set_up   would anybody set this up?
    author   what would the author of this text want done?

A probe has no right answer; its first answer is the one that is counted. `author` is answered in
the texts of the vignette's own actions, those for against those against. Beside each probe stand
short documents of which the answer is known, positives and negatives: put to the same model they
say whether the probe can tell anything.

The files are `library/probes`.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from allegiance.documents.document import read_document, read_text, validate
from allegiance.scenarios.fields import Name, Part
from allegiance.scenarios.passages import without_head
from allegiance.scenarios.scenario import Scenario
from allegiance.vignettes.render import Vignette

LIBRARY = Path(__file__).parents[1] / "library" / "probes"
FOR, AGAINST = "for", "against"
"""The answers to a probe on actions, in a vignette."""

Texts = tuple[str, ...]
_HEADING = re.compile(r"^# +(\S+)$", re.MULTILINE)


class ProbeAnswer(Part):
    """One answer to a probe."""

    id: Name
    texts: Annotated[Texts, Field(min_length=3)]
    """Ways to say it."""


class Probe(Part):
    """A probe, as its file states it."""

    id: Name
    about: str
    """What it is to find out."""
    texts: Annotated[Texts, Field(min_length=3)]
    """The question, in several wordings."""
    of_actions: bool = False
    """Whether its answers in a vignette are the texts of the vignette's own actions."""
    answers: Annotated[tuple[ProbeAnswer, ...], Field(min_length=2, max_length=2)]
    """Two; the first is the one that is counted."""
    positive: str
    """File of documents whose answer is the first."""
    negative: str
    """File of documents whose answer is the second."""


@dataclass(frozen=True)
class Asked:
    """A probe in the words in which it is asked."""

    id: str
    """The probe."""
    text: str
    """The question."""
    answers: tuple[tuple[str, Texts], ...]
    """Answer and its texts, the counted one first."""


@dataclass(frozen=True)
class Known:
    """A document whose answer is known, and the probe that is put to it."""

    document: str
    """The document's name."""
    text: str
    """Its words."""
    positive: bool
    """Whether the counted answer is its own."""
    asked: Asked
    """The probe."""


@cache
def probes() -> tuple[Probe, ...]:
    """All probes of the library.

    Raises:
        UserError: A file of the library can't be used.
    """
    return tuple(validate(read_document(path), Probe) for path in sorted(LIBRARY.glob("*.yaml")))


def asked_of(scenario: Scenario, vignette: Vignette) -> tuple[Asked, ...]:
    """The probes in the words of a vignette's wording set.

    One on actions is left out where the menu has none for, or none against.
    """
    found = []
    for probe in probes():
        answers = _of_actions(scenario, vignette) if probe.of_actions else _own(probe)
        if all(texts for _, texts in answers):
            found.append(Asked(probe.id, _worded(probe, vignette.wording), answers))
    return tuple(found)


def known_documents() -> tuple[Known, ...]:
    """Every known document of every probe, the wordings of the question going round."""
    return tuple(
        Known(name, text, positive, Asked(probe.id, _worded(probe, place), _own(probe)))
        for probe in probes()
        for positive, file in ((True, probe.positive), (False, probe.negative))
        for place, (name, text) in enumerate(documents(file).items())
    )


@cache
def documents(file: str) -> dict[str, str]:
    """Name to text of the documents in a file of the library, each under a heading.

    Raises:
        UserError: The file can't be read.
    """
    _, *parts = _HEADING.split(without_head(read_text(LIBRARY / file)))
    return dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))


def _worded(probe: Probe, wording: int) -> str:
    return probe.texts[wording % len(probe.texts)]


def _own(probe: Probe) -> tuple[tuple[str, Texts], ...]:
    return tuple((answer.id, answer.texts) for answer in probe.answers)


def _of_actions(scenario: Scenario, vignette: Vignette) -> tuple[tuple[str, Texts], ...]:
    menu, contrast = dict(vignette.actions), scenario.contrast
    return tuple(
        (side, tuple(text for action in actions for text in menu.get(action, ())))
        for side, actions in ((FOR, contrast.for_), (AGAINST, contrast.against))
    )
