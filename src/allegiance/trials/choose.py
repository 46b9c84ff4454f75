"""One trial in `choose` mode: which of the listed actions?

    the model can score texts    exact: the log-likelihood of each action's texts, no menu shown
    any other model              sampled: a menu in shuffled order, answered with a letter

The gap between the two readings includes the menu itself.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from inspect_ai.model import ChatMessageUser, Model, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from allegiance.measures.choice import FACTS, LETTERS, MISSING, exact_choice, sampled_choice
from allegiance.models.estimate import estimate_offline
from allegiance.models.protocol import ScoresOptions
from allegiance.trials.failures import missing_reason

PROMPT = Path(__file__).parents[1] / "library" / "prompts" / "choose.md"


@solver
def choose_action() -> Solver:
    """Play one trial; a failure is recorded with its typed reason before it is raised."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        estimate_offline(model.api)
        try:
            if isinstance(model.api, ScoresOptions):
                await _choose_exactly(state, model)
            else:
                await _choose_by_sampling(state, generate)
        except Exception as error:
            state.store.set(MISSING, missing_reason(error).value)
            raise
        return state

    return solve


async def _choose_exactly(state: TaskState, model: Model) -> None:
    """Score all texts after the vignette and after the neutral context."""
    api = model.api
    assert isinstance(api, ScoresOptions)
    texts: dict[str, list[str]] = state.metadata["texts"]
    options = [text for own in texts.values() for text in own]
    neutral = [ChatMessageUser(content=state.metadata["neutral"])]
    in_context = await api.score_options(state.messages, options)
    in_neutral = await api.score_options(neutral, options)
    tokens = await api.count_text_tokens("\n".join(m.text for m in state.messages))
    facts = exact_choice(texts, in_context, in_neutral, tokens)
    state.store.set(FACTS, facts.model_dump())


async def _choose_by_sampling(state: TaskState, generate: Generate) -> None:
    """Show the menu, and read which option the answer names."""
    shown = _shuffled_actions(state)
    state.messages.append(ChatMessageUser(content=menu(_shown_texts(state, shown))))
    state = await generate(state)
    if state.output.error:
        raise RuntimeError(state.output.error)
    facts = sampled_choice(shown, state.output.completion)
    state.store.set(FACTS, facts.model_dump())


def menu(texts: Sequence[str]) -> str:
    """The question with its options, each under a letter."""
    template = PROMPT.read_text(encoding="utf-8")
    words = re.sub(r"<!--.*?-->\s*", "", template, flags=re.DOTALL).strip()
    options = "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False))
    return words.replace("{options}", options)


def _shuffled_actions(state: TaskState) -> list[str]:
    """The actions in an order of this trial's own, the same whenever it is run again."""
    actions = list(state.metadata["texts"])
    Random(f"{state.metadata['seed']}-{state.sample_id}").shuffle(actions)
    return actions


def _shown_texts(state: TaskState, actions: Sequence[str]) -> list[str]:
    """Text k mod n of each action, k the wording set."""
    texts: Mapping[str, Any] = state.metadata["texts"]
    wording = state.metadata["wording"]
    return [texts[action][wording % len(texts[action])] for action in actions]
