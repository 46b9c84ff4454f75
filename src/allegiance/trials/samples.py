"""From a resolved experiment to Inspect samples: one sample a trial, its id the trial's.

The metadata hold short scalars (`factor.conflict`, `nuisance.names`) for Inspect's own tables,
and what the scorer needs of the formal situation: which actions are admissible, which subvert.
What the solver needs stands there too: lead, mismatched texts, questions, probes, passages, and
the turn by which menus are balanced, which counts a model's trials within a cell (a question's:
within a scenario). A known document is a sample too, of the task that calibrates probes.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
)
from inspect_ai.tool import ToolCall

from allegiance.cases.file import read_case
from allegiance.experiment.resolved import (
    Resolved,
    StampedMessage,
    StampedProbe,
    StampedVignette,
)
from allegiance.measures.choice import KNOWN, known_id, probe_arm
from allegiance.models.ways import Way
from allegiance.scenarios.setting import FRAME
from allegiance.situation.decision import Decision, decide
from allegiance.situation.stance import Stance


def samples(resolved: Resolved, model: str, *, way: Way | None = None) -> list[Sample]:
    """The planned trials of one model, in the order of the plan.

    Args:
        resolved: The experiment.
        model: The model's name in it.
        way: The way to ask it, where it is known already.
    """
    return list(_samples(resolved, model, way))


def chat_messages(vignette: StampedVignette) -> list[ChatMessage]:
    """The messages of a vignette as Inspect's; a document answers a call of its tool."""
    messages: list[ChatMessage] = []
    for place, message in enumerate(vignette.messages):
        messages += _chat_messages(message, f"call_{place}")
    return messages


def _samples(resolved: Resolved, model: str, way: Way | None) -> Iterator[Sample]:
    turns, asked = Counter[str](), Counter[tuple[str, str]]()

    @cache
    def decided(cell: str) -> Decision:
        return decide(read_case(resolved.cells[cell].case))

    for id, trial in resolved.trials.items():
        if trial.model != model:
            continue
        vignette = resolved.vignettes[trial.vignette]
        scenario = resolved.cells[vignette.cell].scenario
        plan = {
            "turn": turns[vignette.cell],
            "questions": [
                {**each, "turn": asked[scenario, each["id"]]} for each in _questions(vignette)
            ],
            "way": way.value if way else None,
        }
        turns[vignette.cell] += 1
        asked.update((scenario, each["id"]) for each in _questions(vignette))
        yield Sample(
            id=id,
            input=chat_messages(vignette),
            metadata=plan
            | _metadata(resolved, trial.vignette, trial.replicate, decided(vignette.cell)),
        )


def known_samples(resolved: Resolved, *, way: Way | None = None) -> list[Sample]:
    """The documents on which probes are calibrated, each with its probe.

    Args:
        resolved: The experiment.
        way: The way to ask the model, where it is known already.
    """
    return [
        Sample(
            id=known_id(each),
            input=[ChatMessageUser(content=each.text)],
            metadata={
                "stamp": resolved.stamp,
                "scenario": KNOWN,
                "positive": each.positive,
                "questions": [{**_probe(each.probe), "turn": place // 2}],
                "wording": place,
                "seed": resolved.seed,
                "way": way.value if way else None,
                "answer_form": resolved.answer_form,
                "log_probabilities": resolved.log_probabilities,
            },
        )
        for place, each in enumerate(resolved.known)
    ]


def _questions(vignette: StampedVignette) -> list[dict[str, Any]]:
    """Comprehension items and probes, by the names of their arms."""
    return [
        *(each.model_dump() for each in vignette.questions),
        *(_probe(each) for each in vignette.probes),
    ]


def _probe(probe: StampedProbe) -> dict[str, Any]:
    return {**probe.model_dump(), "id": probe_arm(probe.id)}


def _metadata(
    resolved: Resolved, vignette_id: str, replicate: int, decision: Decision
) -> dict[str, Any]:
    vignette = resolved.vignettes[vignette_id]
    cell = resolved.cells[vignette.cell]
    scenario, texts = resolved.scenarios[cell.scenario], resolved.texts[vignette.texts]
    control = scenario.control
    in_control = control is not None and vignette.cell in (control.up, control.down)
    groups = control.groups if control is not None and in_control else scenario.groups
    return {
        "stamp": resolved.stamp,
        "scenario": cell.scenario,
        "scenario_version": scenario.version,
        "cell": vignette.cell,
        "vignette": vignette_id,
        "wording": vignette.wording,
        "replicate": replicate,
        "seed": resolved.seed,
        "frame": cell.levels.get(FRAME, "act"),
        "answer_form": resolved.answer_form,
        "log_probabilities": resolved.log_probabilities,
        "block": f"{cell.scenario}-{vignette.wording}-{vignette.nuisance}",
        "case_class": decision.classification.case_class.value,
        "admissible": sorted(decision.admissible),
        "subverting": [
            action for action, stance in decision.stances.items() if stance is Stance.SUBVERT
        ],
        "plus": groups.plus,
        "minus": groups.minus,
        "read_out": resolved.read_out.model_dump(),
        "texts": texts.actions,
        "neutral": texts.neutral,
        "lead": vignette.lead,
        "mismatched": list(vignette.mismatched.texts) if vignette.mismatched else None,
        "swapped": vignette.swapped,
        "passages": [each.model_dump(exclude={"words"}) for each in vignette.passages],
        **{f"factor.{name}": level for name, level in cell.levels.items()},
        **{f"nuisance.{name}": level for name, level in vignette.nuisance.items()},
    }


def _chat_messages(message: StampedMessage, call: str) -> list[ChatMessage]:
    if message.role == "system":
        return [ChatMessageSystem(content=message.text)]
    if message.role == "user":
        return [ChatMessageUser(content=message.text)]
    tool = message.tool or "read_document"
    return [
        ChatMessageAssistant(
            content="", tool_calls=[ToolCall(id=call, function=tool, arguments={})]
        ),
        ChatMessageTool(content=message.text, tool_call_id=call, function=tool),
    ]
