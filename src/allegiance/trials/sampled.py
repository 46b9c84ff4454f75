"""One trial sampled: a menu in balanced order, then what is asked beside, each asked anew.

vignette + menu                    the choice
vignette + menu in reverse         would it say so again?
vignette + a question's answers    does it know who is who?
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from inspect_ai.model import ChatMessage
from inspect_ai.solver import TaskState

from allegiance.measures.choice import SampledAnswers, SampledChoice
from allegiance.trials.arms import Arm, play_arms
from allegiance.trials.ask import Asker, ask
from allegiance.trials.menu import balanced_order, shown_texts

SWAPPED = "swapped"

Facts = TypeVar("Facts", bound=SampledAnswers)


async def choose_by_sampling(state: TaskState, asker: Asker) -> None:
    """Put the menu to the model, then the side questions in conversations of their own.

    The sample's messages and output are those of the menu.

    Raises:
        ScoringError: The provider spoke in the model's place.
    """
    plan, context = state.metadata, list(state.messages)
    question = f"choose-{plan['frame']}"
    order = balanced_order(list(plan["texts"]), plan["turn"], f"{plan['seed']}-{plan['scenario']}")
    shown = shown_texts(plan["texts"], order, plan["wording"])
    asked = await ask(asker, context, question, shown)
    state.messages, state.output = asked.messages, asked.output
    arms: dict[str, Arm[SampledChoice]] = {}
    if plan["swapped"]:
        arms[SWAPPED] = _swapped(asker, context, question, shown)
    arms |= _questions(state, context, asker)
    await play_arms(state, SampledChoice(**asked.answer.model_dump()), arms)


async def answer_by_sampling(state: TaskState, asker: Asker) -> None:
    """Put the questions alone to the model: there is nothing to choose."""
    context = list(state.messages)
    await play_arms(state, SampledAnswers(), _questions(state, context, asker))


def _questions(
    state: TaskState, context: Sequence[ChatMessage], asker: Asker
) -> dict[str, Arm[Facts]]:
    plan = state.metadata
    return {each["id"]: _question(asker, context, plan, each) for each in plan["questions"]}


def _swapped(
    asker: Asker, context: Sequence[ChatMessage], question: str, shown: Mapping[str, str]
) -> Arm[SampledChoice]:
    """An arm that asks again, in the opposite order, of a model that has not answered yet."""

    async def play(facts: SampledChoice) -> SampledChoice:
        opposite = dict(reversed(list(shown.items())))
        asked = await ask(asker, context, question, opposite)
        return facts.model_copy(update={"swapped": asked.answer})

    return play


def _question(
    asker: Asker, context: Sequence[ChatMessage], plan: Mapping[str, Any], item: Mapping[str, Any]
) -> Arm[Facts]:
    """An arm that asks a question with its answers as options."""

    async def play(facts: Facts) -> Facts:
        seed = f"{plan['seed']}-{plan['scenario']}-{item['id']}"
        order = balanced_order(list(item["answers"]), item["turn"], seed)
        shown = shown_texts(item["answers"], order, plan["wording"])
        asked = await ask(asker, context, "question", shown, question=item["text"])
        found = {**facts.questions, item["id"]: asked.answer}
        return facts.model_copy(update={"questions": found})

    return play
