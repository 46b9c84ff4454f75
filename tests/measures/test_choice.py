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
)
from allegiance.measures.scorer import score_of
from allegiance.measures.weights import action_weights, chance_shares
from allegiance.missing import INSPECT_REASONS, MissingReason


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


def test_a_letters_probability_is_its_weight() -> None:
    """Normalised over what was shown; without them the one chosen has all of it."""
    facts = SampledChoice(
        shown=["a", "b"], choice="b", answer="B", log_probabilities={"a": -2.0, "b": -1.0}
    )
    weights = action_weights(facts, ReadOut())
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["b"] / weights["a"] == pytest.approx(math.e)
    bare = facts.model_copy(update={"log_probabilities": None})
    assert action_weights(bare, ReadOut()) == {"b": 1.0}
    lapse = facts.model_copy(update={"choice": None})
    assert action_weights(lapse, ReadOut()) == {}


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
