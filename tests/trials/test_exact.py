"""Exact trials: lead, mismatched texts and questions, each arm failing by itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelAPI,
    ModelOutput,
    get_model,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from allegiance.measures.choice import read_missing
from allegiance.missing import MissingReason
from allegiance.models.protocol import OptionScore, ScoringError
from tests.trials.trial import QUESTION, TEXTS, facts_of, play, trial

FOREIGN = ["I will sell the horse.", "I will keep the horse."]


@modelapi(name="by-length")
class Scorer(ModelAPI):
    """A made-up provider that scores by length, remembers what was asked, and can fail."""

    def __init__(self, model_name: str, *_: Any, broken: Sequence[str] = (), **__: Any) -> None:
        super().__init__(model_name)
        self.broken = broken
        self.asked: list[tuple[list[str], list[str], str]] = []
        self.open = self.most_open = 0

    def load(self) -> None: ...

    async def count_text_tokens(self, text: str) -> int:
        return len(text)

    async def score_options(
        self, messages: Sequence[ChatMessage], options: Sequence[str], *, lead: str = ""
    ) -> tuple[OptionScore, ...]:
        self.asked.append(([message.text for message in messages], list(options), lead))
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        await anyio.sleep(0.01)
        self.open -= 1
        if any(each in self.broken for each in options):
            raise ScoringError(MissingReason.CONTEXT_OVERFLOW, "too long")
        context = sum(len(message.text) for message in messages) + len(lead)
        return tuple(OptionScore(-float(len(o) + context), len(o), len(o)) for o in options)

    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        raise AssertionError("a model that scores is never sampled")


def scorer(*broken: str) -> tuple[Model, Any]:
    """The provider behind Inspect, and what it remembers; some texts break it."""
    model = get_model("by-length/model", memoize=False, broken=broken)
    return model, model.api


def test_mismatched_texts_are_scored_in_the_same_call(tmp_path: Path) -> None:
    """Behind the actions, under the same lead; in the order of the plan."""
    model, api = scorer()
    facts = facts_of(play(trial(mismatched=FOREIGN, lead="He says: "), model, tmp_path))
    texts = [text for own in TEXTS.values() for text in own]
    assert api.asked == [
        (["Will you?"], [*texts, *FOREIGN], "He says: "),
        (["Hello."], [*texts, *FOREIGN], "He says: "),
    ]
    assert [each.bytes for each in facts.mismatched] == [len(each) for each in FOREIGN]
    assert set(facts.actions) == set(TEXTS)
    assert facts.missing == {}


def test_questions_are_asked_without_a_lead(tmp_path: Path) -> None:
    """One more message behind the vignette; neutral is the question alone."""
    model, api = scorer()
    facts = facts_of(play(trial(questions=[QUESTION], lead="He says: "), model, tmp_path))
    answers = ["The shop did.", "The customer did."]
    assert api.asked[2:] == [
        (["Will you?", "Who gave the order?"], answers, ""),
        (["Who gave the order?"], answers, ""),
    ]
    (shop,) = facts.questions["who"]["shop"]
    assert shop.log_likelihood - shop.neutral == -len("Will you?")


def test_all_of_a_trial_is_asked_at_once(tmp_path: Path) -> None:
    """A model that shares what requests begin with computes the vignette once for all of them."""
    model, api = scorer()
    play(trial(mismatched=FOREIGN, questions=[QUESTION]), model, tmp_path)
    assert api.most_open == len(api.asked) == 4


FAILURES = {
    "mismatched": (FOREIGN[1], {"mismatched": "context_overflow"}),
    "a question": ("The shop did.", {"who": "context_overflow"}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize("case", FAILURES)
def test_an_arm_that_fails_leaves_the_choice(case: str, tmp_path: Path) -> None:
    """It is missing for a reason of its own; the others are there."""
    broken, missing = FAILURES[case]
    model, _ = scorer(broken)
    facts = facts_of(play(trial(mismatched=FOREIGN, questions=[QUESTION]), model, tmp_path))
    assert {name: reason.value for name, reason in facts.missing.items()} == missing
    assert set(facts.actions) == set(TEXTS)
    assert (facts.mismatched is None) == ("mismatched" in missing)
    assert ("who" in facts.questions) == ("who" not in missing)


def test_actions_that_cannot_be_scored_are_missing(tmp_path: Path) -> None:
    """With the reason, whatever stood beside them."""
    model, _ = scorer(TEXTS["tell"][0])
    sample = play(trial(mismatched=FOREIGN), model, tmp_path)
    assert read_missing(sample.store) is MissingReason.CONTEXT_OVERFLOW
    assert sample.error


def test_a_lead_is_part_of_the_context(tiny_model: Path, tmp_path: Path) -> None:
    """For real: it moves the scores, and an empty one is none."""
    name = f"allegiance/hf:{tiny_model}"
    bare, led = (
        facts_of(play(trial(lead=lead), name, tmp_path)).actions["tell"][0]
        for lead in ("", "She said: ")
    )
    assert bare.tokens == led.tokens
    assert bare.log_likelihood != pytest.approx(led.log_likelihood, abs=1e-3)
    assert bare.neutral != pytest.approx(led.neutral, abs=1e-3)
