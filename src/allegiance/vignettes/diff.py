"""What changes between two cells: in words, message by message, and in structure.

    cells      factors whose level differs
    words      each message: same, changed, added, removed; word by word where it changed;
               and the lead, which begins the model's turn in a frame
    questions  comprehension items: another answer is right, or the item comes or goes
    structure  instructions, actions, parties and the rest: added, removed, field by field
    decided    class, flags, admissible actions in each reading

Two cells that differ in one level should differ in what that level means, and in nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.text import Text

from allegiance.errors import UserError
from allegiance.scenarios.factors import complete_cell
from allegiance.scenarios.scenario import WORDINGS, Scenario
from allegiance.situation.decision import decide
from allegiance.situation.subversion import Reading
from allegiance.vignettes.formal import case_dict, situation_of
from allegiance.vignettes.questions import questions
from allegiance.vignettes.render import Message, render

Change = Literal["same", "changed", "added", "removed"]
MOST_COMPARED = 25_000_000
"""Pairs of words up to which texts are compared word by word; beyond, they are told whole."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Span:
    """Some words that stand in both texts, or in one of them."""

    change: Change
    """same, added or removed."""
    text: str
    """The words."""


@dataclass(frozen=True)
class MessageDiff:
    """What becomes of one message."""

    id: str
    """Its name; of merged messages, their names joined by `+`; the later one where they differ."""
    role: str
    """The role that it is shown under."""
    change: Change
    """What becomes of it."""
    spans: tuple[Span, ...]
    """Its words, in order."""


@dataclass(frozen=True)
class FieldDiff:
    """What becomes of one thing in the formal situation, or in what follows from it."""

    field: str
    """Its place, as a dotted path."""
    before: Any
    """What it was; None where it was not there."""
    after: Any
    """What it is; None where it is not there."""


@dataclass(frozen=True)
class CellDiff:
    """The difference between two cells of a scenario."""

    scenario: str
    """The scenario's id."""
    wording: int
    """The wording set in which words are compared."""
    cells: tuple[FieldDiff, ...]
    """Factors whose level differs."""
    messages: tuple[MessageDiff, ...]
    """Every message of either cell, in the order of the later one."""
    lead: tuple[Span, ...]
    """What begins the model's turn, word by word; empty where neither cell has any."""
    actions: tuple[FieldDiff, ...]
    """Actions whose texts are not the same in both: there should be none but added or removed."""
    questions: tuple[FieldDiff, ...]
    """Comprehension items, and the answer that is right."""
    structure: tuple[FieldDiff, ...]
    """The formal situation."""
    decided: tuple[FieldDiff, ...]
    """Class, flags and admissible actions."""

    @property
    def words_differ(self) -> bool:
        """Whether a message or the lead differs."""
        spans = any(each.change != "same" for each in self.lead)
        return spans or any(each.change != "same" for each in self.messages)


def diff_cells(
    scenario: Scenario,
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    wording: int = 0,
) -> CellDiff:
    """What changes from one cell to another.

    Args:
        scenario: Whose cells.
        before: Some factors and their levels; the others stay at their baseline.
        after: The same, of the other cell.
        wording: The wording set in which words are compared.

    Raises:
        UserError: A factor, level or wording that is unknown, or a cell that is excluded.
    """
    if wording not in range(WORDINGS):
        raise UserError(f"no wording {wording}", mend=f"There are 0 to {WORDINGS - 1}.")
    cells = [complete_cell(scenario, each) for each in (before, after)]
    one, other = (render(scenario, cell, wording=wording) for cell in cells)
    cases = [situation_of(scenario, cell) for cell in cells]
    return CellDiff(
        scenario=scenario.id,
        wording=wording,
        cells=tuple(_fields(*cells)),
        messages=tuple(_messages(one.messages, other.messages)),
        lead=diff_words(one.lead, other.lead),
        actions=tuple(_fields(*({id: list(t) for id, t in each.actions} for each in (one, other)))),
        questions=tuple(_fields(*(_right(scenario, cell) for cell in cells))),
        structure=tuple(_fields(*map(_keyed, map(case_dict, cases)))),
        decided=tuple(_fields(*[_decided(scenario, cell) for cell in cells])),
    )


def diff_words(before: str, after: str) -> tuple[Span, ...]:
    """The words of two texts, as what stays, goes and comes."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    if len(one) * len(other) > MOST_COMPARED and one != other:
        return Span("removed", before), Span("added", after)
    spans: list[Span] = []
    for a, b, c, d in _changes_of_words(one, other):
        if one[a:b] == other[c:d]:
            spans.append(Span("same", "".join(one[a:b])))
            continue
        if a < b:
            spans.append(Span("removed", "".join(one[a:b])))
        if c < d:
            spans.append(Span("added", "".join(other[c:d])))
    return tuple(spans)


def _changes_of_words(one: list[str], other: list[str]) -> list[tuple[int, int, int, int]]:
    """Which words stand for which; changes with only a space between them are one change."""
    found: list[tuple[int, int, int, int]] = []
    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for place, (_, a, b, c, d) in enumerate(opcodes):
        between = 0 < place < len(opcodes) - 1 and one[a:b] == other[c:d]
        joins = between and not "".join(one[a:b]).strip(" ")
        if joins or (found and _is_open(found[-1], one, other) and one[a:b] != other[c:d]):
            start_a, _, start_c, _ = found.pop()
            found.append((start_a, b, start_c, d))
        else:
            found.append((a, b, c, d))
    return found


def _is_open(block: tuple[int, int, int, int], one: list[str], other: list[str]) -> bool:
    """Whether a block of words is a change, which another one may go on."""
    a, b, c, d = block
    return one[a:b] != other[c:d]


def diff_data(diff: CellDiff) -> dict[str, Any]:
    """A difference as plain data, ready for JSON."""
    return asdict(diff)


def diff_page(diff: CellDiff) -> RenderableType:
    """A difference for a terminal; readable without colours too."""
    parts: list[RenderableType] = [
        Text(f"{diff.scenario}, wording set {diff.wording}: {_changes(diff.cells)}", "bold")
    ]
    for message in diff.messages:
        parts.append(Text(f"{message.role} ({message.id}): {message.change}", "bold"))
        if message.change != "same":
            parts.append(_marked(message.spans))
    if any(each.change != "same" for each in diff.lead):
        parts += [Text("lead: changed", "bold"), _marked(diff.lead)]
    for title, fields in (
        ("action texts", diff.actions),
        ("questions", diff.questions),
        ("structure", diff.structure),
        ("decided", diff.decided),
    ):
        parts.append(Text(f"{title}: {'' if fields else 'the same'}", "bold"))
        parts += [Text(f"  {_change(each)}") for each in fields]
    return Group(*parts)


def _messages(before: Sequence[Message], after: Sequence[Message]) -> Iterator[MessageDiff]:
    """Each message beside the one that it came from: they share a part of their names."""
    left = list(before)
    for message in after:
        source = next((each for each in left if _parts(each) & _parts(message)), None)
        if source is not None:
            left.remove(source)
        old = "" if source is None else source.text
        same = source is not None and (source.text, source.role) == (message.text, message.role)
        change: Change = "added" if source is None else "same" if same else "changed"
        yield MessageDiff(message.id, message.role, change, diff_words(old, message.text))
    for gone in left:
        yield MessageDiff(gone.id, gone.role, "removed", diff_words(gone.text, ""))


def _right(scenario: Scenario, cell: Mapping[str, str]) -> dict[str, Any]:
    return {each.id: {"right": each.right} for each in questions(scenario, cell)}


def _parts(message: Message) -> frozenset[str]:
    return frozenset(message.id.split("+"))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldDiff]:
    """What differs between two mappings, down to the innermost that both have."""
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            for inner in _fields(one, other):
                yield replace(inner, field=f"{key}.{inner.field}")
        elif one != other:
            yield FieldDiff(key, one, other)


def _keyed(case: dict[str, Any]) -> dict[str, Any]:
    """A case with its lists as mappings, so that each thing is compared with itself."""
    welfare = {
        f"{each['action']}.{each['party']}": {
            key: value for key, value in each.items() if key not in ("action", "party")
        }
        for each in case["welfare"]
    }
    instructions = {each["id"]: each for each in case["instructions"]}
    return {**case, "instructions": instructions, "welfare": welfare}


def _decided(scenario: Scenario, cell: Mapping[str, str]) -> dict[str, Any]:
    case = situation_of(scenario, cell)
    strict, delegated = (decide(case, each) for each in (Reading.STRICT, Reading.DELEGATED))
    return {
        "class": str(delegated.classification.case_class),
        "flags": sorted(str(flag) for flag in delegated.flags),
        "overridden": sorted(each.id for each in delegated.classification.overridden),
        "admissible": {
            "strict": sorted(strict.admissible),
            "delegated": sorted(delegated.admissible),
            "counted": sorted(delegated.admissible_counted),
        },
    }


def _marked(spans: Sequence[Span]) -> Text:
    """Words with what goes and comes in brackets and colours."""
    text = Text()
    for span in spans:
        if span.change == "same":
            text.append(span.text)
        elif span.change == "removed":
            text.append(f"[-{span.text}-]", "red")
        else:
            text.append(f"{{+{span.text}+}}", "green")
    return text


def _changes(fields: Sequence[FieldDiff]) -> str:
    return ", ".join(_change(each) for each in fields) or "the same cell"


def _change(field: FieldDiff) -> str:
    if field.before is None:
        return f"+ {field.field}: {_short(field.after)}"
    if field.after is None:
        return f"- {field.field}: {_short(field.before)}"
    both = field.before, field.after
    if all(isinstance(each, list) for each in both) and not all(map(_is_interval, both)):
        gone = [f"-{_short(each)}" for each in field.before if each not in field.after]
        come = [f"+{_short(each)}" for each in field.after if each not in field.before]
        return f"{field.field}: {' '.join((*gone, *come)) or 'in another order'}"
    return f"{field.field}: {_short(field.before)} -> {_short(field.after)}"


def _is_interval(value: Any) -> bool:
    """Whether a value is a list of numbers: its members are ends, and mean nothing apart."""
    return isinstance(value, list) and all(isinstance(each, int | float) for each in value)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(each)}" for key, each in value.items() if each)
    if isinstance(value, list):
        return "[" + ", ".join(_short(each) for each in value) + "]"
    return str(value)
