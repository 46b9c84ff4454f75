"""What a trial in `choose` mode leaves behind: the facts, before anybody judges them.

    exact      the log-likelihood of every text of every action, in context and in a neutral one
    sampled    the menu as shown, the answer, and which action it names; None is no choice

Beside the choice stand the validity arms that the plan asks of the trial: two mismatched texts,
the comprehension items, the same menu in the opposite order. One that failed is missing with a
reason of its own; the choice stands without it.

They are written into the sample's store once, and read from there by scorer and tables.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from allegiance.missing import MissingReason
from allegiance.models.protocol import OptionScore

FACTS = "allegiance.choice"
"""Where in a sample's store the facts stand."""

MISSING = "allegiance.missing"
"""Where in a sample's store the reason stands why there are none."""

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of the options shown. Not I, with which refusals begin; not O, which is read as a zero."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextScore(_Part):
    """One text of an action, scored."""

    log_likelihood: float
    """In context, in nats, summed over the text's tokens."""
    neutral: float
    """The same after the neutral context."""
    tokens: Annotated[int, Field(ge=1)]
    """Length in the model's tokens."""
    bytes: Annotated[int, Field(ge=1)]
    """Length in UTF-8 bytes."""


class ExactChoice(_Part):
    """All actions, scored exactly."""

    method: Literal["exact"] = "exact"
    actions: dict[str, list[TextScore]]
    """Action to the scores of its texts."""
    tokens: int
    """Tokens of the context."""
    mismatched: tuple[TextScore, TextScore] | None = None
    """The two texts of another scenario, in the order of the plan."""
    questions: dict[str, dict[str, list[TextScore]]] = {}
    """Comprehension item to answer to the scores of its texts; neutral: the question alone."""
    missing: dict[str, MissingReason] = {}
    """Validity arm (`mismatched`, or an item's id) to why it is missing."""


class SampledAnswer(_Part):
    """One answer to a menu."""

    shown: list[str]
    """What could be chosen, in the order shown."""
    choice: str | None
    """What the answer names; None where it names nothing, or more than one."""
    answer: str
    """What the model said; of a tool call, its arguments."""
    reason: str | None = None
    """The reason that it gave."""
    form: Literal["tool", "json", "letter"] = "letter"
    """The form in which the answer was asked for."""
    retried: bool = False
    """Whether the first answer broke the form, so that it was asked once more."""
    log_probabilities: dict[str, float] | None = None
    """Of those shown whose letters the API lists at the answer's place, in nats; else None."""


class SampledChoice(SampledAnswer):
    """One answer to the menu of actions."""

    method: Literal["sampled"] = "sampled"
    swapped: SampledAnswer | None = None
    """The answer to the same menu in the opposite order, asked anew."""
    questions: dict[str, SampledAnswer] = {}
    """Comprehension item to the answer."""
    missing: dict[str, MissingReason] = {}
    """Validity arm (`swapped`, or an item's id) to why it is missing."""


Choice = Annotated[ExactChoice | SampledChoice, Field(discriminator="method")]
_CHOICE: TypeAdapter[ExactChoice | SampledChoice] = TypeAdapter(Choice)


def read_choice(store: Mapping[str, Any]) -> ExactChoice | SampledChoice | None:
    """The facts in a sample's store; None where the trial left none."""
    return _CHOICE.validate_python(store[FACTS]) if FACTS in store else None


def read_missing(store: Mapping[str, Any]) -> MissingReason | None:
    """The reason in a sample's store why nothing was measured, if one was recorded."""
    return MissingReason(store[MISSING]) if MISSING in store else None


def exact_choice(
    texts: Mapping[str, Sequence[str]], scores: Sequence[TextScore], tokens: int
) -> ExactChoice:
    """Put the scores of all texts, in the order of `texts`, together by action."""
    return ExactChoice(tokens=tokens, actions=by_owner(texts, scores))


def by_owner(
    texts: Mapping[str, Sequence[str]], scores: Sequence[TextScore]
) -> dict[str, list[TextScore]]:
    """Action, or answer, to the scores of its texts; `scores` in the order of `texts`."""
    left = iter(scores)
    return {owner: [next(left) for _ in own] for owner, own in texts.items()}


def text_scores(
    in_context: Sequence[OptionScore], in_neutral: Sequence[OptionScore]
) -> list[TextScore]:
    """The scores of texts after the context and after the neutral one, text by text."""
    return [_text_score(*pair) for pair in zip(in_context, in_neutral, strict=True)]


def _text_score(context: OptionScore, neutral: OptionScore) -> TextScore:
    return TextScore(
        log_likelihood=context.log_likelihood,
        neutral=neutral.log_likelihood,
        tokens=context.tokens,
        bytes=context.bytes,
    )
