"""One cell laid open: what the model is shown, and what the policy says of it.

`describe_cell` gives it as plain data, `cell_page` the same for a terminal.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from allegiance.errors import UserError
from allegiance.scenarios.factors import complete_cell
from allegiance.scenarios.scenario import WORDINGS, Scenario
from allegiance.situation.decision import Decision, decide
from allegiance.situation.explain import explain
from allegiance.situation.subversion import Reading
from allegiance.vignettes.formal import case_dict, situation_of
from allegiance.vignettes.questions import questions
from allegiance.vignettes.render import Vignette, is_depicted, render


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
        UserError: A factor, level or wording that is unknown, or a cell that the scenario excludes.
    """
    if wording not in range(WORDINGS):
        raise UserError(f"no wording {wording}", mend=f"There are 0 to {WORDINGS - 1}.")
    whole = complete_cell(scenario, cell)
    vignette = render(
        scenario,
        whole,
        wording=wording,
        names=names,
        order=order,
        framing=framing,
        documents=documents,
        weights=weights,
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
        "actions": _actions(vignette, strict, delegated),
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


def cell_page(description: Mapping[str, Any]) -> RenderableType:
    """What `describe_cell` says, for a terminal."""
    cell = ", ".join(f"{factor}={level}" for factor, level in description["cell"].items())
    head = f"{description['scenario']} {description['version']}: {description['title']}\n{cell}"
    flags = ", ".join(description["flags"]) or "none"
    return Group(
        Text(head, style="bold"),
        *(_message_panel(message) for message in description["messages"]),
        Text(f"class: {description['class']}    flags: {flags}"),
        _action_table(description),
        *(Text(sentence) for sentence in description["why"]),
    )


def _actions(vignette: Vignette, strict: Decision, delegated: Decision) -> list[dict[str, Any]]:
    case = delegated.classification.case
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
        }
        for action, texts in vignette.actions
    ]


def _message_panel(message: Mapping[str, Any]) -> Panel:
    tool = f", result of {message['tool']}" if message["tool"] else ""
    title = f"{message['role']} ({message['id']}{tool})"
    return Panel(Text(message["text"]), title=Text(title), title_align="left")


def _action_table(description: Mapping[str, Any]) -> Table:
    table = Table(show_lines=True)
    for column in ("action", "stance", "strict", "may be done", "texts"):
        table.add_column(column)
    for action in description["actions"]:
        table.add_row(
            Text(action["id"]),
            action["stance"],
            action["stance_strict"],
            _may_be_done(action),
            Text("\n".join(f"- {text}" for text in action["texts"])),
        )
    return table


def _may_be_done(action: Mapping[str, Any]) -> str:
    """In which readings the action is admissible."""
    readings = {"delegated": "admissible", "strict": "admissible_strict"}
    held = [name for name, key in readings.items() if action[key]]
    if action["exit"] and not action["admissible_counted"]:
        held.append("not as counted")
    return ", ".join(held) or "no"
