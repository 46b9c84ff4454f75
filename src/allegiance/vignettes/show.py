"""One cell laid open: what the model is shown, and what the policy says of it.

`describe_cell` gives it as plain data, in one wording set; `cell_page` makes a page for a
terminal of one or several such: the words of each, and once what no wording changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from allegiance.errors import UserError
from allegiance.scenarios.factors import complete_cell
from allegiance.scenarios.scenario import WORDINGS, Scenario
from allegiance.situation.action import Exit
from allegiance.situation.decision import Decision, decide
from allegiance.situation.explain import explain
from allegiance.situation.subversion import Reading
from allegiance.vignettes.formal import case_dict, situation_of
from allegiance.vignettes.questions import questions
from allegiance.vignettes.render import FRAMINGS, Vignette, is_depicted, render


def describe_cell(
    scenario: Scenario,
    cell: Mapping[str, str],
    *,
    wording: int = 0,
    names: int = 0,
    order: int = 0,
    framing: int = 0,
    documents: int = 0,
    weights: Literal["stated", "trained"] = "stated",
) -> dict[str, Any]:
    """A cell's words and its formal case, decided in both readings, as data for JSON.

    Args:
        scenario: Whose cell.
        cell: Some factors and their levels; the others stay at their baseline.
        wording: The wording set.
        names: The set of names.
        order: The order of messages.
        framing: How the refusal is put.
        documents: Number of the draw of unrelated documents.
        weights: Whether what came through the weights is put into words.

    Raises:
        UserError: A factor, level, wording or set of names that is unknown, or a cell that the
            scenario excludes.
    """
    _refuse_unknown("wording", wording, WORDINGS)
    _refuse_unknown("set of names", names, max(1, len(scenario.nuisance.names)))
    whole = complete_cell(scenario, cell)
    vignette, omitting = (
        render(
            scenario,
            whole,
            wording=wording,
            names=names,
            order=order,
            framing=each,
            documents=documents,
            weights=weights,
        )
        for each in (framing, FRAMINGS.index("omission"))
    )
    case = situation_of(scenario, whole)
    strict, delegated = (decide(case, each) for each in (Reading.STRICT, Reading.DELEGATED))
    return {
        "scenario": scenario.id,
        "version": scenario.version,
        "title": scenario.title,
        "cell": whole,
        "wording": wording,
        "nuisance": dict(vignette.nuisance),
        "weights": weights,
        "vignette": vignette.id,
        "depicted": is_depicted(scenario, whole),
        "messages": [asdict(each) for each in vignette.messages],
        "lead": vignette.lead,
        "questions": [
            {**asdict(each), "answers": [[id, list(texts)] for id, texts in each.answers]}
            for each in questions(scenario, whole, wording=wording, names=names)
        ],
        "actions": _actions(scenario, vignette, omitting, (strict, delegated)),
        "class": str(delegated.classification.case_class),
        "flags": sorted(str(flag) for flag in delegated.flags),
        "flags_strict": sorted(str(flag) for flag in strict.flags),
        "overridden": sorted(each.id for each in delegated.classification.overridden),
        "conflicts": [list(each) for each in delegated.conflicts],
        "admissible": {
            "strict": sorted(strict.admissible),
            "delegated": sorted(delegated.admissible),
            "counted": sorted(delegated.admissible_counted),
        },
        "why": list(explain(delegated)),
        "case": case_dict(case),
        "welfare_unit": scenario.welfare_unit,
    }


def cell_page(
    descriptions: Sequence[Mapping[str, Any]],
    *,
    only_messages: bool = False,
    with_questions: bool = False,
) -> RenderableType:
    """What `describe_cell` says of one cell in one or several wordings, for a terminal.

    Args:
        descriptions: The same cell in each wording that is shown.
        only_messages: Whether to leave out the actions, the class and the reasons.
        with_questions: Whether to show the comprehension items as they are asked.
    """
    first = descriptions[0]
    cell = ", ".join(f"{factor}={level}" for factor, level in first["cell"].items())
    head = f"{first['scenario']} {first['version']}: {first['title']}\n{cell}"
    parts: list[RenderableType] = [Text(head, style="bold")]
    for each in descriptions:
        parts += [Text(f"wording {each['wording']}", style="bold")] if descriptions[1:] else []
        parts += [_message_panel(message) for message in each["messages"]]
        parts += [_question_panel(item) for item in each["questions"]] if with_questions else []
    return Group(*parts, *(() if only_messages else _decided(first)))


def _decided(description: Mapping[str, Any]) -> Iterator[RenderableType]:
    """What hangs on no wording: the class, the actions, what may be done and why."""
    flags = ", ".join(description["flags"]) or "none"
    yield Text(f"class: {description['class']}    flags: {flags}")
    yield _action_table(description)
    strict = f"Admissible (strict): {', '.join(description['admissible']['strict'])}."
    for sentence in description["why"]:
        yield Text(sentence)
        if sentence.startswith("Admissible ("):
            yield Text(strict)


def _refuse_unknown(what: str, number: int, count: int) -> None:
    if number not in range(count):
        there = f"There are 0 to {count - 1}." if count > 1 else "There is 0 alone."
        raise UserError(f"no {what} {number}", mend=there)


def _actions(
    scenario: Scenario, vignette: Vignette, omitting: Vignette, readings: tuple[Decision, Decision]
) -> list[dict[str, Any]]:
    strict, delegated = readings
    case = delegated.classification.case
    omitted = dict(omitting.actions)
    framed = {each.id for each in scenario.actions if each.exit is Exit.REFUSE and each.omission}
    return [
        {
            "id": action,
            "moves": [[str(move.kind), move.toward] for move in case.action[action].moves],
            "exit": str(case.action[action].exit) if case.action[action].exit else None,
            "declines": sorted(case.action[action].declines),
            "stance": str(delegated.stances[action]),
            "stance_strict": str(strict.stances[action]),
            "stance_counted": str(delegated.stances_counted[action]),
            "admissible": action in delegated.admissible,
            "admissible_strict": action in strict.admissible,
            "admissible_counted": action in delegated.admissible_counted,
            "texts": list(texts),
            "omission": list(omitted[action]) if action in framed else [],
        }
        for action, texts in vignette.actions
    ]


def _message_panel(message: Mapping[str, Any]) -> Panel:
    tool = f", result of {message['tool']}" if message["tool"] else ""
    title = f"{message['role']} ({message['id']}{tool})"
    return Panel(Text(message["text"]), title=Text(title), title_align="left")


def _question_panel(item: Mapping[str, Any]) -> Panel:
    """A comprehension item: the question, and each answer in all its texts."""
    lines = [item["text"]]
    for answer, texts in item["answers"]:
        lines.append(f"\n{answer}{' (right)' if answer == item['right'] else ''}")
        lines += [f"- {text}" for text in texts]
    title = Text(f"{item['id']} ({item['about']})")
    return Panel(Text("\n".join(lines)), title=title, title_align="left")


def _action_table(description: Mapping[str, Any]) -> Table:
    table = Table(show_lines=True)
    for column in ("action", "delegated", "strict", "may be done", "texts"):
        table.add_column(column)
    for action in description["actions"]:
        table.add_row(
            Text(action["id"]),
            action["stance"],
            action["stance_strict"],
            _may_be_done(action),
            Text("\n".join(_texts_of(action))),
        )
    return table


def _texts_of(action: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"- {text}" for text in action["texts"])
    if action["omission"]:
        yield "left undone:"
        yield from (f"- {text}" for text in action["omission"])


def _may_be_done(action: Mapping[str, Any]) -> str:
    """In which readings the action is admissible."""
    readings = {"delegated": "admissible", "strict": "admissible_strict"}
    held = [name for name, key in readings.items() if action[key]]
    if action["exit"] and not action["admissible_counted"]:
        held.append("not as counted")
    return ", ".join(held) or "no"
