"""One trial read exactly: the log-likelihood of each action's texts, no menu shown.

vignette + lead            | the texts of all actions, and two of another scenario
vignette + a question      | the texts of all its answers, without the lead
neutral + lead, a question | the same, to be taken off where shares are wanted
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from inspect_ai.model import ChatMessage, ChatMessageUser, ModelAPI
from inspect_ai.solver import TaskState

from allegiance.measures.choice import ExactChoice, TextScore, by_owner, exact_choice, text_scores
from allegiance.missing import MissingReason
from allegiance.models.protocol import ScoresOptions
from allegiance.trials.arms import Arm, play_arms
from allegiance.trials.failures import missing_reason


async def choose_exactly(state: TaskState, api: ModelAPI) -> None:
    """Score all texts after the vignette and after the neutral context, then the questions.

    Raises:
        ScoringError: With the typed reason why the actions have no scores.
    """
    assert isinstance(api, ScoresOptions)
    plan = state.metadata
    texts: dict[str, list[str]] = plan["texts"]
    beside: list[str] = plan["mismatched"] or []
    actions = [text for own in texts.values() for text in own]
    neutral = [ChatMessageUser(content=plan["neutral"])]
    score = partial(_scores, api, state.messages, neutral, lead=plan["lead"])
    failed: MissingReason | None = None
    try:
        scores = await score([*actions, *beside])
    except Exception as error:
        if not beside:
            raise
        failed, scores = missing_reason(error), await score(actions)
    tokens = await api.count_text_tokens("\n".join(m.text for m in state.messages))
    facts = exact_choice(texts, scores[: len(actions)], tokens)
    if beside and failed:
        facts = facts.model_copy(update={"missing": {"mismatched": failed}})
    elif beside:
        facts = facts.model_copy(update={"mismatched": tuple(scores[len(actions) :])})
    asked = {each["id"]: _question(api, state.messages, each) for each in plan["questions"]}
    await play_arms(state, facts, asked)


def _question(
    api: ScoresOptions, messages: Sequence[ChatMessage], item: Mapping[str, Any]
) -> Arm[ExactChoice]:
    """An arm that scores the answers to a question, asked as one more message."""
    answers: Mapping[str, Sequence[str]] = item["answers"]
    asked = ChatMessageUser(content=item["text"])

    async def play(facts: ExactChoice) -> ExactChoice:
        texts = [text for own in answers.values() for text in own]
        scores = await _scores(api, [*messages, asked], [asked], texts)
        found = {**facts.questions, item["id"]: by_owner(answers, scores)}
        return facts.model_copy(update={"questions": found})

    return play


async def _scores(
    api: ScoresOptions,
    context: Sequence[ChatMessage],
    neutral: Sequence[ChatMessage],
    texts: Sequence[str],
    *,
    lead: str = "",
) -> list[TextScore]:
    """Texts scored after a context and after a neutral one, under the same lead."""
    return text_scores(
        await api.score_options(context, texts, lead=lead),
        await api.score_options(neutral, texts, lead=lead),
    )
