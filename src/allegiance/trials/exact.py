"""One trial read exactly: the log-likelihood of each action's texts, no menu shown.

vignette + lead            | the texts of all actions, and two of another scenario
vignette + a question      | the texts of all its answers, without the lead
neutral + lead, a question | the same, to be taken off where shares are wanted
vignette less a passage    | one text of each action compared (`passages`)

All of it is asked for at once, since a local model computes the vignette once for all that is
asked together; each part is kept, or is missing, by itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio.abc import TaskGroup
from inspect_ai.model import ChatMessage, ChatMessageUser, ModelAPI
from inspect_ai.solver import TaskState

from allegiance.measures.choice import (
    ExactAnswers,
    ExactChoice,
    PassageScores,
    TextScore,
    by_owner,
    exact_choice,
    text_scores,
)
from allegiance.missing import MissingReason
from allegiance.models.protocol import OptionScore, ScoresOptions
from allegiance.trials.arms import Arm, play_arms
from allegiance.trials.failures import missing_reason
from allegiance.trials.passages import INFLUENCE, compared_texts, variants

Facts = TypeVar("Facts", bound=ExactAnswers)
Scores = Callable[[], Awaitable[list[TextScore]]]
"""Waits for scores that were asked for."""


async def choose_exactly(state: TaskState, api: ModelAPI) -> None:
    """Score all texts after the vignette and after the neutral context, and the questions.

    Raises:
        ScoringError: With the typed reason why the actions have no scores.
    """
    await _in_a_group(_choose, state, api)


async def answer_exactly(state: TaskState, api: ModelAPI) -> None:
    """Score the answers to the questions alone: there is nothing to choose."""
    await _in_a_group(_answer, state, api)


async def _in_a_group(
    work: Callable[[TaskState, ModelAPI, TaskGroup], Awaitable[None]],
    state: TaskState,
    api: ModelAPI,
) -> None:
    failure = None
    async with anyio.create_task_group() as group:
        try:
            await work(state, api, group)
        except Exception as error:  # noqa: BLE001 - raised again, outside of the group
            failure = error
            group.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _answer(state: TaskState, api: ModelAPI, group: TaskGroup) -> None:
    assert isinstance(api, ScoresOptions)
    await play_arms(state, ExactAnswers(), _questions(partial(_ask, group, api), state))


async def _choose(state: TaskState, api: ModelAPI, group: TaskGroup) -> None:
    assert isinstance(api, ScoresOptions)
    plan = state.metadata
    texts: dict[str, list[str]] = plan["texts"]
    beside: list[str] = plan["mismatched"] or []
    actions = [text for own in texts.values() for text in own]
    neutral = [ChatMessageUser(content=plan["neutral"])]
    ask = partial(_ask, group, api)
    ask_actions = partial(ask, state.messages, neutral, lead=plan["lead"])
    asked_actions = ask_actions([*actions, *beside])
    asked: dict[str, Arm[ExactChoice]] = _questions(ask, state)
    if plan["passages"]:
        asked[INFLUENCE] = _influence(group, api, state)
    failed: MissingReason | None = None
    try:
        scores = await asked_actions()
    except Exception as error:
        if not beside:
            raise
        failed, scores = missing_reason(error), await ask_actions(actions)()
    tokens = await api.count_text_tokens("\n".join(m.text for m in state.messages))
    facts = exact_choice(texts, scores[: len(actions)], tokens)
    if beside and failed:
        facts = facts.model_copy(update={"missing": {"mismatched": failed}})
    elif beside:
        facts = facts.model_copy(update={"mismatched": tuple(scores[len(actions) :])})
    await play_arms(state, facts, asked)


def _influence(group: TaskGroup, api: ScoresOptions, state: TaskState) -> Arm[ExactChoice]:
    """An arm that scores the actions compared with each passage out, replaced, and alone."""
    plan = state.metadata
    texts = compared_texts(plan)
    asked = [
        [
            _Ahead(group, partial(api.score_options, each, list(texts.values()), lead=plan["lead"]))
            for each in variant
        ]
        for variant in variants(state.messages, plan["passages"], plan["neutral"])
    ]

    async def play(facts: ExactChoice) -> ExactChoice:
        found = []
        for ways in asked:
            scored = [[each.log_likelihood for each in await way.wait()] for way in ways]
            without, padded, alone = (dict(zip(texts, way, strict=True)) for way in scored)
            found.append(PassageScores(without=without, padded=padded, alone=alone))
        return facts.model_copy(update={"passages": found})

    return play


def _questions(ask: Callable[..., Scores], state: TaskState) -> dict[str, Arm[Facts]]:
    return {
        each["id"]: _question(ask, state.messages, each) for each in state.metadata["questions"]
    }


def _question(
    ask: Callable[..., Scores], messages: Sequence[ChatMessage], item: Mapping[str, Any]
) -> Arm[Facts]:
    """An arm that scores the answers to a question, asked as one more message."""
    answers: Mapping[str, Sequence[str]] = item["answers"]
    question = ChatMessageUser(content=item["text"])
    texts = [text for own in answers.values() for text in own]
    scores = ask([*messages, question], [question], texts)

    async def play(facts: Facts) -> Facts:
        found = {**facts.questions, item["id"]: by_owner(answers, await scores())}
        return facts.model_copy(update={"questions": found})

    return play


def _ask(
    group: TaskGroup,
    api: ScoresOptions,
    context: Sequence[ChatMessage],
    neutral: Sequence[ChatMessage],
    texts: Sequence[str],
    *,
    lead: str = "",
) -> Scores:
    """Texts scored after a context and after a neutral one, under the same lead."""
    both = [
        _Ahead(group, partial(api.score_options, messages, texts, lead=lead))
        for messages in (context, neutral)
    ]

    async def scores() -> list[TextScore]:
        behind_context, behind_neutral = [await each.wait() for each in both]
        return text_scores(behind_context, behind_neutral)

    return scores


class _Ahead:
    """Something that is asked for now and waited for later; until then an error waits too."""

    def __init__(
        self, group: TaskGroup, work: Callable[[], Awaitable[tuple[OptionScore, ...]]]
    ) -> None:
        self._done = anyio.Event()
        self._found: tuple[OptionScore, ...] | Exception = ()
        group.start_soon(self._play, work)

    async def _play(self, work: Callable[[], Awaitable[tuple[OptionScore, ...]]]) -> None:
        try:
            self._found = await work()
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self._found = error
        self._done.set()

    async def wait(self) -> tuple[OptionScore, ...]:
        await self._done.wait()
        if isinstance(self._found, Exception):
            raise self._found
        return self._found
