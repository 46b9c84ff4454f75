"""Whose text is it? Levels differ only in what their factor means.

An element belongs to the factors that its `when` names; where those vary freely, their
effects can't be told apart. A message that comes and goes with a level takes along what it
shows. And a template without an element's slot drops that element in one wording set.

Not counted: a factor that moves text between channels, one that sets the whole (`frame`,
`realism`), the built-in `control`, and factors that `impossible` ties together.
"""

from collections.abc import Iterator

from allegiance.scenarios.entries import ElementEntry, MessageEntry
from allegiance.scenarios.factors import CONTROL
from allegiance.scenarios.scenario import WORDINGS
from allegiance.vignettes.lint.finding import Finding
from allegiance.vignettes.lint.neighbours import Cell, movers, tied_by_exclusion
from allegiance.vignettes.lint.subject import Subject, in_words, slot_names, template_of

SETTINGS = frozenset({CONTROL, "frame", "realism"})
"""Factors that may set every text anew."""


def shared_element(subject: Subject) -> Iterator[Finding]:
    """An element whose texts depend on two factors that vary freely."""
    groups = tied_by_exclusion(subject.scenario)
    owner: dict[str, str] = {}
    for place, element in enumerate(subject.scenario.elements):
        named = [name for name in element.when if name in _owning(subject)]
        if not named:
            continue
        preferred = element.id if element.id in named else named[0]
        of = owner.setdefault(element.id, preferred)
        for other in named:
            if other not in groups[of]:
                yield subject.fault(
                    ("elements", place, "when", other),
                    f'"{element.id}" belongs to factor {of}, and changes with {other} too',
                    f"Put what {other} adds into an element of its own; where {other} makes no "
                    f"sense without {of}, exclude those cells under `impossible`.",
                )


def level_moves_other_text(subject: Subject) -> Iterator[Finding]:
    """A level at which a message takes an element of another factor with it."""
    groups = tied_by_exclusion(subject.scenario)
    told: set[tuple[str, str, int]] = set()
    owning = _owning(subject)
    for compared in subject.comparisons:
        factor = compared.factor
        for one, other in compared.pairs if factor in owning else ():
            before, after = subject.shown(one, 0), subject.shown(other, 0)
            for place in sorted(before.keys() ^ after.keys()):
                entry = subject.scenario.elements[place]
                key = (factor, compared.other, place)
                if key in told or any(name in groups[factor] for name in entry.when):
                    continue
                told.add(key)
                yield subject.fault(
                    compared.at,
                    f'"{compared.other}" adds or takes the element "{entry.id}", '
                    "which is not this factor's",
                    "A message that comes and goes with a level shows only that level's elements.",
                )


def element_not_shown(subject: Subject) -> Iterator[Finding]:
    """An element that is there, and whose slot no message has in some wording set."""
    told: set[tuple[str, int]] = set()
    for cell in subject.cells:
        for wording in range(WORDINGS):
            shown = subject.shown(cell, wording)
            for place, entry in subject.present("elements", cell):
                assert isinstance(entry, ElementEntry)
                if place in shown or not entry.texts:
                    continue
                finding = _lost(subject, place, entry, cell, wording)
                key = (str(finding.path), finding.line or 0)
                if key not in told:
                    told.add(key)
                    yield finding


def _lost(subject: Subject, place: int, entry: ElementEntry, cell: Cell, wording: int) -> Finding:
    """Where a lost element should have stood: a template that lacks its slot, if one has it."""
    slot = "{" + entry.id + "}"
    for _, message in subject.present("messages", cell):
        assert isinstance(message, MessageEntry)
        if any(entry.id in slot_names(each) for each in message.texts):
            template = template_of(message, wording)
            if entry.id not in slot_names(template):
                return subject.fault_in(
                    template,
                    f'no slot {slot}: wording set {wording} of message "{message.id}" drops it',
                    f"Write {slot} where it reads well; where it is absent it leaves nothing.",
                )
    return subject.fault(
        ("elements", place),
        f'no message shows "{entry.id}" in {in_words(cell, beside=subject.cells[0])}',
        f"Write {slot} in a message that is there, of the element's channel.",
    )


def _owning(subject: Subject) -> list[str]:
    moving = movers(subject.scenario)
    return [name for name in subject.scenario.factors if name not in SETTINGS | moving]
