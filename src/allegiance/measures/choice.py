"""What a trial in `choose` mode leaves behind: the facts, before anybody judges them.

    exact      the log-likelihood of every text of every action, in context and in a neutral one
    sampled    the menu as shown, the answer, and which action it names; None is no choice

Beside the choice stand the validity arms that the plan asks of the trial: two mismatched texts,
the comprehension items and probes, the same menu in the opposite order. One that failed is missing
with a reason of its own; the choice stands without it. Of a known document there is no choice to
make: only the probe's answer is left behind.

They are written into the sample's store once, and read from there by scorer and tables.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from allegiance.experiment.resolved import StampedKnown
from allegiance.missing import MissingReason
from allegiance.models.protocol import OptionScore

FACTS = "allegiance.choice"
"""Where in a sample's store the facts stand."""

MISSING = "allegiance.missing"
"""Where in a sample's store the reason stands why there are none."""

KNOWN = "known"
"""What the samples of known documents are called by, in place of a scenario."""

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


class PassageScores(_Part):
    """One passage of a vignette out, replaced and alone: action to its text's log-likelihood."""

    without: dict[str, float]
    """All else stays, in nats."""
    padded: dict[str, float]
    """Unrelated words of about its length stand in its place."""
    alone: dict[str, float]
    """Nothing but it, ahead of the neutral context."""


class Answered(_Part):
    """What every trial and every known document leaves behind."""

    missing: dict[str, MissingReason] = {}
    """Validity arm (`mismatched`, `influence`, `swapped`, an item's id, a probe's) to why it is
    missing."""


class ExactAnswers(Answered):
    """Questions whose answers were scored exactly."""

    method: Literal["exact"] = "exact"
    questions: dict[str, dict[str, list[TextScore]]] = {}
    """Comprehension item or probe to answer to the scores of its texts; neutral: the question
    alone."""


class ExactChoice(ExactAnswers):
    """All actions, scored exactly."""

    actions: dict[str, list[TextScore]]
    """Action to the scores of its texts."""
    tokens: int
    """Tokens of the context."""
    mismatched: tuple[TextScore, TextScore] | None = None
    """The two texts of another scenario, in the order of the plan."""
    passages: list[PassageScores] = []
    """Each passage of the plan, where they were weighed."""


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


class SampledAnswers(Answered):
    """Questions that were answered from a menu."""

    method: Literal["sampled"] = "sampled"
    questions: dict[str, SampledAnswer] = {}
    """Comprehension item or probe to the answer."""


class SampledChoice(SampledAnswers, SampledAnswer):
    """One answer to the menu of actions."""

    swapped: SampledAnswer | None = None
    """The answer to the same menu in the opposite order, asked anew."""


Answers = ExactAnswers | SampledAnswers
"""What was answered beside a choice, or without one."""

Choice = Annotated[ExactChoice | SampledChoice, Field(discriminator="method")]
_CHOICE: TypeAdapter[ExactChoice | SampledChoice] = TypeAdapter(Choice)
_ANSWERS: TypeAdapter[ExactAnswers | SampledAnswers] = TypeAdapter(
    Annotated[Answers, Field(discriminator="method")]
)


def probe_arm(probe: str) -> str:
    """The name of the arm in which a probe is asked; no comprehension item has such a name."""
    return f"probe:{probe}"


def known_id(known: StampedKnown) -> str:
    """The id of the sample in which a known document is put to a model."""
    return f"{KNOWN}-{known.probe.id}-{known.document}-{'pos' if known.positive else 'neg'}"


def read_answers(store: Mapping[str, Any]) -> Answers | None:
    """The answer to a known document in a sample's store; None where it left none."""
    return _ANSWERS.validate_python(store[FACTS]) if FACTS in store else None


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
