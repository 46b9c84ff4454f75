"""What an answer to a menu names, and what a trial leaves in its store."""

import math
from typing import Any

import pytest
from pydantic import ValidationError

from allegiance.experiment.experiment import ReadOut
from allegiance.measures.choice import (
    FACTS,
    MISSING,
    ExactChoice,
    SampledChoice,
    TextScore,
    read_choice,
    read_missing,
    sampled_choice,
)
from allegiance.measures.scorer import score_of
from allegiance.measures.weights import action_weights, chance_shares
from allegiance.missing import INSPECT_REASONS, MissingReason

ANSWERS = {
    "B": "second",
    "b": "second",
    "(B)": "second",
    "**B.** Since the cheaper one fits": "second",
    "Option C: it is honest": "third",
    "Answer: A": "first",
    "My answer is (B).": "second",
    "A - because": "first",
    "A lie would be wrong.": None,
    "I would tell her.": None,
    "Z": None,
    "": None,
    "Both A and B": None,
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_only_a_letter_set_off_names_an_option(answer: str) -> None:
    """A letter that merely begins a sentence chooses nothing."""
    found = sampled_choice(["first", "second", "third"], answer)
    assert found.choice == ANSWERS[answer]
    assert found.answer == answer


def test_facts_come_back_as_they_were_written() -> None:
    """Through the store's JSON and back; what is broken there is refused."""
    facts = SampledChoice(shown=["a", "b"], choice="b", answer="B")
    assert read_choice({FACTS: facts.model_dump()}) == facts
    assert read_choice({}) is None
    with pytest.raises(ValidationError):
        read_choice({FACTS: {"method": "exact", "actions": {}, "tokens": "many"}})


METADATA = {
    "read_out": ReadOut().model_dump(),
    "admissible": ["a"],
    "subverting": ["b"],
    "plus": ["b"],
    "minus": ["a"],
}


@pytest.mark.parametrize("reason", MissingReason)
def test_what_is_missing_is_unscored_with_its_reason(reason: MissingReason) -> None:
    """Never a zero, in Inspect's words and in ours."""
    score = score_of({MISSING: reason.value}, METADATA)
    assert isinstance(score.value, float)
    assert math.isnan(score.value)
    assert score.metadata == {"missing_reason": reason.value}
    assert read_missing({MISSING: reason.value}) is reason
    assert reason in INSPECT_REASONS


def test_a_trial_that_left_nothing_crashed() -> None:
    """No facts and no reason is a failure of ours, not a harmless answer."""
    assert score_of({}, METADATA).metadata == {"missing_reason": "crashed"}


def test_babble_is_measured() -> None:
    """An answer that names nothing carries weight on no action, and is scored."""
    facts = SampledChoice(shown=["a", "b"], choice=None, answer="Hm.")
    assert action_weights(facts, ReadOut()) == {}
    values: Any = score_of({FACTS: facts.model_dump()}, METADATA).value
    assert values["admissible"] == values["subvert"] == 0.0
    assert math.isnan(values["contrast"])


def test_exact_weights_sum_to_one_beside_chance() -> None:
    """Preference shares are weights; a blind choice gives each action the same."""
    facts = ExactChoice(
        tokens=9,
        actions={
            name: [TextScore(log_likelihood=score, neutral=-20.0, tokens=10, bytes=40)]
            for name, score in {"a": -18.0, "b": -21.0}.items()
        },
    )
    weights = action_weights(facts, ReadOut())
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["a"] > weights["b"]
    assert chance_shares(facts) == {"a": 0.5, "b": 0.5}
    values: Any = score_of({FACTS: facts.model_dump()}, METADATA).value
    assert values["contrast"] == pytest.approx(-3)
