"""What is looked at: a scenario, its cells, and each cell's situation and words, made once.

told(...)      every text of the file, with its place and the levels at which it is there
situation      cell -> formal situation        decided   cell -> class, who binds
words          cell -> its messages in all wording sets
shown          cell, wording -> the elements that a message really shows
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from allegiance.documents.document import Location
from allegiance.scenarios.entries import ElementEntry, MessageEntry
from allegiance.scenarios.fields import Part, Passage, When, holds
from allegiance.scenarios.scenario import WORDINGS, Scenario
from allegiance.scenarios.slots import slots
from allegiance.situation.action import Action
from allegiance.situation.classify import Classification, classify
from allegiance.situation.situation import Situation
from allegiance.vignettes.formal import chosen_channel, situation_of
from allegiance.vignettes.lint.finding import Finding, Severity, from_error
from allegiance.vignettes.lint.neighbours import Cell, Comparison, cells_of, comparisons
from allegiance.vignettes.render import Message, render

_Key = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A text of the file, and where it belongs."""

    at: Location
    """The place in `scenario.yaml` that brings it in."""
    passage: Passage
    """The text, with its own file and line."""
    when: When
    """The levels at which it is there."""

    @property
    def room(self) -> str:
        """The top-level key that it stands under."""
        return str(self.at[0])


class Subject:
    """One scenario under lint; everything derived is made once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._situations: dict[_Key, Situation] = {}
        self._decided: dict[_Key, Classification] = {}
        self._words: dict[_Key, tuple[tuple[Message, ...], ...]] = {}
        self._shown: dict[tuple[_Key, int], dict[int, tuple[int, ...]]] = {}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that are looked at."""
        return cells_of(self.scenario)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Each two levels of each factor, in their contexts."""
        return tuple(comparisons(self.scenario))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Every text of the file."""
        return tuple(_told_in(self.scenario, (), {}))

    def situation(self, cell: Cell) -> Situation:
        """The formal situation of a cell."""
        key = tuple(cell.values())
        if key not in self._situations:
            self._situations[key] = situation_of(self.scenario, cell)
        return self._situations[key]

    def decided(self, cell: Cell) -> Classification:
        """Who binds in a cell, and its class."""
        key = tuple(cell.values())
        if key not in self._decided:
            self._decided[key] = classify(self.situation(cell))
        return self._decided[key]

    def words(self, cell: Cell) -> tuple[tuple[Message, ...], ...]:
        """The messages of a cell, for each wording set."""
        key = tuple(cell.values())
        if key not in self._words:
            sets = (render(self.scenario, cell, wording=k) for k in range(WORDINGS))
            self._words[key] = tuple(each.messages for each in sets)
        return self._words[key]

    def offered(self, cell: Cell) -> dict[str, Action]:
        """The actions on the menu of a cell, by id."""
        return self.situation(cell).action

    def present(self, room: str, cell: Mapping[str, str]) -> Iterator[tuple[int, Part]]:
        """The entries of a list that are there in a cell, with their places."""
        for place, entry in enumerate(getattr(self.scenario, room)):
            if holds(entry.when, cell):
                yield place, entry

    def shown(self, cell: Cell, wording: int) -> dict[int, tuple[int, ...]]:
        """The elements that messages show in a cell: place of each, and of the messages."""
        key = tuple(cell.values()), wording
        if key not in self._shown:
            self._shown[key] = self._find_shown(cell, wording)
        return self._shown[key]

    def _find_shown(self, cell: Cell, wording: int) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        elements = [
            (place, entry, self._channel(entry, ("elements", place), cell))
            for place, entry in self.present("elements", cell)
            if isinstance(entry, ElementEntry) and entry.texts
        ]
        for at, message in self.present("messages", cell):
            assert isinstance(message, MessageEntry)
            channel = self._channel(message, ("messages", at), cell)
            named = slot_names(template_of(message, wording))
            for place, entry, own in elements:
                if entry.id in named and own in (None, channel):
                    found.setdefault(place, []).append(at)
        return {place: tuple(messages) for place, messages in found.items()}

    def fault(
        self, at: Location, problem: str, mend: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        """A finding at a place of `scenario.yaml`."""
        error = self.scenario.error(at, problem, mend)
        return from_error(error, "", self.scenario.path, severity)

    def fault_in(
        self,
        passage: Passage,
        problem: str,
        mend: str,
        severity: Severity = Severity.ERROR,
        *,
        lines: int = 0,
    ) -> Finding:
        """A finding in a text, some lines below its first."""
        path, line = Path(passage.path), passage.line_at(lines)
        return Finding("", severity, path, line, None, problem, mend)

    def _channel(self, entry: ElementEntry | MessageEntry, at: Location, cell: Cell) -> str | None:
        if entry.channel is None:
            return None
        return chosen_channel(self.scenario, (*at, "channel"), entry.channel, cell)


def template_of(message: MessageEntry, wording: int) -> Passage:
    """The template that a message shows in a wording set."""
    return message.texts[wording % len(message.texts)]


def slot_names(passage: Passage) -> frozenset[str]:
    """The names of the slots in a text."""
    return frozenset(each.name for each in slots(passage.text) if each.name is not None)


def in_words(cell: Mapping[str, str], *, beside: Mapping[str, str] | None = None) -> str:
    """A cell as `factor=level, ...`; of two, only what differs is told."""
    told = {k: v for k, v in cell.items() if beside is None or beside.get(k) != v}
    return ", ".join(f"{factor}={level}" for factor, level in told.items()) or "the baseline"


def _told_in(value: object, at: Location, when: When) -> Iterator[Told]:
    """The texts in a part, however deep, with all the `when` around them."""
    if isinstance(value, Passage):
        yield Told(at, value, when)
    elif isinstance(value, Part):
        inside = {**when, **getattr(value, "when", {})}
        for name, field in type(value).model_fields.items():
            yield from _told_in(getattr(value, name), (*at, field.alias or name), inside)
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _told_in(each, (*at, place), when)
