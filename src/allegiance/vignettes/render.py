"""A cell in words: the messages that a model sees, and the texts of what it may do.

    elements there in the cell  -> wording k, names and numbers put in
    message templates           -> wording k, elements put in; absent ones leave nothing
    messages                    -> in the order asked for, empty ones left out
    what came by the weights    -> first in the system message (`stated`), or left out (`trained`)
    a frame other than `act`    -> all of these as a transcript in one message, and a lead

The same arguments give the same bytes. Action texts take names only, so they are the same
bytes in all cells of a scenario.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from allegiance.scenarios.entries import ActionEntry, ElementEntry, MessageEntry
from allegiance.scenarios.fields import Passage, holds
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.setting import FRAME, SCENE, FrameEntry
from allegiance.scenarios.slots import fill
from allegiance.scenarios.wording import numbers_of
from allegiance.situation.action import Exit
from allegiance.vignettes.formal import chosen_channel
from allegiance.vignettes.pools import pool_texts

ROLES = {"weights": "system", "system": "system", "chat": "user", "tool": "tool"}
"""The role under which the messages of a channel are shown."""

WEIGHTS = "weights"
TOOL = "tool"
FRAMINGS = ("act", "omission")
"""How the refusal of everything is put: as something done, or as something left undone."""
_ABSENT = "\0"


@dataclass(frozen=True)
class Message:
    """A message as the model sees it."""

    id: str
    """Its name in the scenario; of merged messages, their names joined by `+`."""
    channel: str
    """The channel that it came through; of merged messages, that of the last."""
    role: str
    """The role that it is shown under: system, user or tool."""
    text: str
    """Its words."""
    tool: str | None
    """The tool call that it answers."""


@dataclass(frozen=True)
class Vignette:
    """A cell in words, under given nuisance levels."""

    scenario: str
    """The scenario's id."""
    version: int
    """The scenario's version."""
    cell: tuple[tuple[str, str], ...]
    """Factor and level, every factor."""
    wording: int
    """The wording set."""
    nuisance: tuple[tuple[str, int], ...]
    """The other nuisance factors and their levels, counted from 0."""
    messages: tuple[Message, ...]
    """What the model is shown, in order."""
    actions: tuple[tuple[str, tuple[str, ...]], ...]
    """Action id and its texts."""
    lead: str
    """What begins the model's turn, before an action's text; empty but in some frames."""
    neutral: str
    """The only message of the neutral context."""
    id: str
    """The first 16 hexadecimal digits of the SHA-256 of messages, lead and actions."""


def render(
    scenario: Scenario,
    cell: Mapping[str, str],
    *,
    wording: int = 0,
    names: int = 0,
    order: int = 0,
    framing: int = 0,
    documents: int = 0,
    weights: Literal["stated", "trained"] = "stated",
) -> Vignette:
    """Put a complete cell into words.

    Args:
        scenario: Whose texts.
        cell: A level for every factor; see `complete_cell`.
        wording: The wording set; an element with n texts shows text `wording` mod n.
        names: The set of names, counted round from 0.
        order: The order of messages, counted round from 0.
        framing: Which of `FRAMINGS` a refusal is put in, where the scenario has both.
        documents: Number of the draw from pools, where the scenario has any.
        weights: Whether what came through the weights is put into words.

    Raises:
        UserError: A channel has no value, or several, in this cell.
    """
    words = _Words(scenario, cell, wording, names, documents)
    shown = [
        words.message(place, entry)
        for place, entry in _ordered(scenario, order)
        if holds(entry.when, cell)
    ]
    told = _told(_weights_first(each for each in shown if each.text), weights)
    frame = next((each for each in scenario.frames if each.id == cell.get(FRAME)), None)
    messages = _merged(told) if frame is None else (words.framed(frame, told),)
    actions = tuple(
        (action.id, tuple(words.named(passage.text) for passage in _texts_of(action, framing)))
        for action in scenario.actions
        if holds(action.when, cell)
    )
    lead = words.lead(frame) if frame else ""
    return Vignette(
        scenario=scenario.id,
        version=scenario.version,
        cell=tuple(cell.items()),
        wording=wording,
        nuisance=(
            ("names", names),
            ("order", order),
            *([("framing", framing)] if has_framings(scenario) else []),
            *([("documents", documents)] if scenario.pools else []),
        ),
        messages=messages,
        actions=actions,
        lead=lead,
        neutral=words.named(scenario.neutral).strip(),
        id=_digest(messages, actions, lead),
    )


def has_framings(scenario: Scenario) -> bool:
    """Whether a refusal is put in two framings."""
    return any(action.omission for action in scenario.actions)


def is_depicted(scenario: Scenario, cell: Mapping[str, str]) -> bool:
    """Whether a cell is told, argued or judged and not acted in."""
    return FRAME in scenario.factors and cell[FRAME] != scenario.factors[FRAME].level_ids[0]


def _texts_of(action: ActionEntry, framing: int) -> tuple[Passage, ...]:
    omitted = FRAMINGS[framing] == "omission" and action.exit is Exit.REFUSE
    return action.omission if omitted and action.omission else action.texts


class _Words:
    """The texts of one wording set in one cell, under one set of names and one draw."""

    def __init__(
        self,
        scenario: Scenario,
        cell: Mapping[str, str],
        wording: int,
        names: int,
        documents: int,
    ) -> None:
        self.scenario, self.cell, self.wording = scenario, cell, wording
        sets = scenario.nuisance.names
        self.names: Mapping[str, str] = sets[names % len(sets)] if sets else {}
        self.values = {**self.names, **{each: cell[each] for each in numbers_of(scenario)}}
        self.drawn = pool_texts(scenario, cell, documents, self.named)

    def named(self, text: str) -> str:
        """A text that takes names only."""
        return fill(text, self.names.__getitem__)

    def message(self, place: int, entry: MessageEntry) -> Message:
        """The message, with its template filled; its text may be empty."""
        at = ("messages", place, "channel")
        channel = chosen_channel(self.scenario, at, entry.channel, self.cell)
        text = _filled(self._of_this_wording(entry.texts), self._values_in(channel))
        tool = entry.tool if channel == TOOL else None
        return Message(entry.id, channel, ROLES[channel], text, tool)

    def framed(self, frame: FrameEntry, told: Sequence[Message]) -> Message:
        """The one message of a frame, with what would have been sent as a transcript."""
        headings = self.scenario.transcript
        pieces = (f"{self.named(headings[each.channel])}\n{each.text}" for each in told)
        values = {**self.values, SCENE: "\n\n".join(pieces)}
        return Message(
            id="+".join((FRAME, *(each.id for each in told))),
            channel="chat",
            role=ROLES["chat"],
            text=_filled(self._of_this_wording(frame.texts), values),
            tool=None,
        )

    def lead(self, frame: FrameEntry) -> str:
        """What begins the model's turn in a frame."""
        return self.named(self._of_this_wording(frame.lead)) if frame.lead else ""

    def _values_in(self, channel: str) -> dict[str, str]:
        """What fills the slots of a message in this channel."""
        elements = {
            each.id: fill(self._of_this_wording(each.texts), self.values.__getitem__)
            for place, each in enumerate(self.scenario.elements)
            if holds(each.when, self.cell) and each.texts and self._shown_in(channel, place, each)
        }
        return {**self.values, **self.drawn, **elements}

    def _shown_in(self, channel: str, place: int, entry: ElementEntry) -> bool:
        if entry.channel is None:
            return True
        at = ("elements", place, "channel")
        return chosen_channel(self.scenario, at, entry.channel, self.cell) == channel

    def _of_this_wording(self, texts: Sequence[Passage]) -> str:
        return texts[self.wording % len(texts)].text


def _ordered(scenario: Scenario, order: int) -> list[tuple[int, MessageEntry]]:
    """The messages in the order asked for, with their places in the file."""
    placed = {each.id: (place, each) for place, each in enumerate(scenario.messages)}
    orders = scenario.nuisance.order
    return [placed[id] for id in (orders[order % len(orders)] if orders else placed)]


def _filled(template: str, values: Mapping[str, str]) -> str:
    """A template with its slots filled; a line whose slots are all absent goes."""
    lines = []
    for line in template.split("\n"):
        filled = fill(line, lambda name: values.get(name, _ABSENT))
        if _ABSENT in filled:
            filled = re.sub(f" *{_ABSENT}", "", re.sub(f"^({_ABSENT} *)+", "", filled))
            if not filled.strip():
                continue
        lines += [each.rstrip() for each in filled.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _weights_first(messages: Iterable[Message]) -> list[Message]:
    """What came through the weights, before all that was said."""
    return sorted(messages, key=lambda each: each.channel != WEIGHTS)


def _told(messages: Iterable[Message], weights: str) -> list[Message]:
    """The messages, without those that training has taken the place of."""
    return [each for each in messages if each.channel != WEIGHTS or weights == "stated"]


def _merged(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages, those of the system that follow one another as one."""
    merged: list[Message] = []
    for each in messages:
        if merged and merged[-1].role == each.role == "system":
            last = merged.pop()
            text = f"{last.text}\n\n{each.text}"
            each = replace(each, id=f"{last.id}+{each.id}", text=text)
        merged.append(each)
    return tuple(merged)


def _digest(
    messages: tuple[Message, ...], actions: tuple[tuple[str, tuple[str, ...]], ...], lead: str
) -> str:
    content = {"messages": [asdict(each) for each in messages], "actions": actions, "lead": lead}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
