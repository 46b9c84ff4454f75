"""One menu put to a model: asked, and once more where the answer broke its form.

    menu  ->  answer  ->  read                                    a choice
    menu  ->  broken  ->  "it could not be read"  ->  answer  ->  read leniently: a choice, or none

What the model said is measured, a refusal in prose included. What the provider said in its
place (its filter, its window's limit) is an error with a typed reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageTool,
    ChatMessageUser,
    GenerateConfig,
    Model,
    ModelOutput,
    ResponseSchema,
)
from inspect_ai.tool import ToolFunction, ToolInfo, ToolParam, ToolParams
from inspect_ai.util import JSONSchema

from allegiance.measures.answer import TOOL, Fault, read_answer
from allegiance.measures.choice import LETTERS, SampledAnswer
from allegiance.measures.letters import letter_log_probabilities
from allegiance.missing import MissingReason
from allegiance.models.protocol import ScoringError
from allegiance.models.ways import Way
from allegiance.trials.menu import menu
from allegiance.trials.prompts import phrases, prompt

NOT_THE_MODELS = {
    "model_length": MissingReason.CONTEXT_OVERFLOW,
    "content_filter": MissingReason.WITHHELD,
}
"""Inspect's stop reasons under which a provider's words stand in place of the model's."""


@dataclass(frozen=True)
class Asker:
    """A model, and the way in which it is asked."""

    model: Model
    """The model."""
    way: Way
    """How it is to answer."""
    top_logprobs: int = 0
    """How many alternatives at each token are asked for; 0 asks for no log-probabilities."""
    config: GenerateConfig = field(default_factory=GenerateConfig)
    """What else is asked of the model; the evaluation's own settings where left out."""

    async def generate(self, messages: list[ChatMessage], options: int) -> ModelOutput:
        """The answer to messages that end with a menu of so many options.

        Raises:
            ScoringError: The provider spoke in the model's place.
        """
        letters = list(LETTERS[:options])
        asked = GenerateConfig(
            response_schema=_schema(letters) if self.way is Way.SCHEMA else None,
            logprobs=True if self.top_logprobs else None,
            top_logprobs=self.top_logprobs or None,
        )
        config = self.config.merge(asked)
        if self.way is Way.TOOL:
            forced = ToolFunction(TOOL)
            output = await self.model.generate(messages, [_tool(letters)], forced, config)
        else:
            output = await self.model.generate(messages, config=config)
        return _of_the_model(output)


@dataclass(frozen=True)
class Asked:
    """A menu with its answer."""

    answer: SampledAnswer
    """What was shown and chosen."""
    messages: list[ChatMessage]
    """The whole conversation."""
    output: ModelOutput
    """The model's last answer."""


async def ask(
    asker: Asker,
    context: Sequence[ChatMessage],
    template: str,
    shown: Mapping[str, str],
    /,
    **words: str,
) -> Asked:
    """Put a menu to the model behind a conversation, which stays as it is.

    Args:
        asker: The model and the way to ask it.
        context: The conversation.
        template: Name of the prompt that asks.
        shown: Option to its text, in the order shown.
        words: What fills the prompt's other slots.

    Raises:
        ScoringError: The provider spoke in the model's place.
    """
    form, options = asker.way.form, list(shown)
    how = prompt(f"answer-{form}")
    messages = [*context, ChatMessageUser(content=menu(template, shown, how, **words))]
    output = await asker.generate(messages, len(options))
    messages.append(output.message)
    read = read_answer(output.message, options, form)
    retried = read.fault is not None
    if read.fault:
        messages += _again(output.message, read.fault, how)
        output = await asker.generate(messages, len(options))
        messages.append(output.message)
        read = read_answer(output.message, options, form, lenient=True)
    answer = SampledAnswer(
        shown=options,
        choice=read.choice,
        answer=read.answer,
        reason=read.reason,
        form=form,
        retried=retried,
        log_probabilities=_log_probabilities(asker, output, options),
    )
    return Asked(answer, messages, output)


def _of_the_model(output: ModelOutput) -> ModelOutput:
    """An output whose words are the model's own."""
    if output.error:
        raise ScoringError(MissingReason.MODEL_ERROR, output.error)
    if output.empty:
        raise ScoringError(MissingReason.MODEL_ERROR, "the provider gave no answer")
    if output.stop_reason in NOT_THE_MODELS:
        raise ScoringError(NOT_THE_MODELS[output.stop_reason], output.completion)
    return output


def _log_probabilities(
    asker: Asker, output: ModelOutput, options: Sequence[str]
) -> dict[str, float] | None:
    if not asker.top_logprobs or asker.way is Way.TOOL:
        return None
    return letter_log_probabilities(output.choices[0].logprobs, options, asker.way.form)


def _again(message: ChatMessageAssistant, fault: Fault, how: str) -> list[ChatMessage]:
    """What a model is told of an answer that broke its form; every call gets its result."""
    words = prompt("again", wrong=phrases("faults")[fault], answer=how)
    if not message.tool_calls:
        return [ChatMessageUser(content=words)]
    return [
        ChatMessageTool(content=words, tool_call_id=call.id, function=call.function)
        for call in message.tool_calls
    ]


def _tool(letters: list[str]) -> ToolInfo:
    """The tool that answers a menu: the option first, so that no reason bends it."""
    words = phrases("tool")
    return ToolInfo(
        name=TOOL,
        description=words["description"],
        parameters=ToolParams(properties=_fields(letters), required=["option", "reason"]),
    )


def _schema(letters: list[str]) -> ResponseSchema:
    return ResponseSchema(
        name=TOOL,
        description=phrases("tool")["description"],
        json_schema=JSONSchema(
            type="object",
            properties=_fields(letters),
            required=["option", "reason"],
            additionalProperties=False,
        ),
        strict=True,
    )


def _fields(letters: list[str]) -> dict[str, ToolParam]:
    words = phrases("tool")
    return {
        "option": ToolParam(type="string", enum=letters, description=words["option"]),
        "reason": ToolParam(type="string", description=words["reason"]),
    }
