"""From log-likelihoods to log-scores and shares: what must hold whatever the numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.measures.choice import TextScore
from allegiance.models.readout import (
    QUANTITIES,
    TEXTS,
    action_log_scores,
    group_difference,
    preference_shares,
)

numbers = st.floats(-300, 0)
texts = st.builds(
    TextScore, log_likelihood=numbers, neutral=numbers, tokens=st.integers(1, 40), bytes=st.just(9)
)
actions = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(texts, min_size=1, max_size=4), min_size=2
)


def shifted(text: TextScore, by: float) -> TextScore:
    """The same text, a constant likelier in context."""
    return text.model_copy(update={"log_likelihood": text.log_likelihood + by})


@given(actions, st.sampled_from(sorted(TEXTS)), st.sampled_from(["sum", "pmi", "per_token"]))
def test_shares_sum_to_one(found, together, quantity) -> None:
    """Shares are a distribution over the menu."""
    shares = preference_shares(found, texts=together, quantity=quantity)
    assert set(shares) == set(found)
    assert sum(shares.values()) == pytest.approx(1)


@given(actions, st.floats(-50, 50), st.sampled_from(sorted(TEXTS)))
def test_what_all_texts_share_cancels(found, by, together) -> None:
    """A constant added to every text moves no difference between actions."""
    moved = {action: [shifted(text, by) for text in own] for action, own in found.items()}
    before = action_log_scores(found, texts=together)
    after = action_log_scores(moved, texts=together)
    for action in found:
        assert after[action] - before[action] == pytest.approx(by, abs=1e-6)


@given(actions, st.randoms(use_true_random=False), st.sampled_from(sorted(TEXTS)))
def test_order_plays_no_part(found, source, together) -> None:
    """Neither that of actions nor that of an action's texts."""
    names = list(found)
    source.shuffle(names)
    mixed = {name: source.sample(found[name], len(found[name])) for name in names}
    before = preference_shares(found, texts=together)
    after = preference_shares(mixed, texts=together)
    assert after == pytest.approx(before, abs=1e-9)


@given(actions, st.floats(-50, 50))
def test_shares_know_no_common_constant(found, by) -> None:
    """What is added to all texts of all actions moves no share."""
    moved = {action: [shifted(text, by) for text in own] for action, own in found.items()}
    assert preference_shares(moved) == pytest.approx(preference_shares(found), abs=1e-6)


def test_by_hand() -> None:
    """Two texts of -1 and -3: mean -2; log-mean-exp in between; per token over their lengths."""
    own = [
        TextScore(log_likelihood=-1, neutral=-2, tokens=2, bytes=8),
        TextScore(log_likelihood=-3, neutral=-5, tokens=3, bytes=9),
    ]
    assert action_log_scores({"a": own}) == {"a": -2}
    assert action_log_scores({"a": own}, quantity="pmi") == {"a": 1.5}
    assert action_log_scores({"a": own}, quantity="per_token") == {"a": -0.75}
    expected = math.log((math.exp(-1) + math.exp(-3)) / 2)
    assert action_log_scores({"a": own}, texts="log_mean_exp")["a"] == pytest.approx(expected)
    assert sorted(QUANTITIES) == ["neutral", "per_token", "pmi", "sum"]


def test_groups_without_members_have_no_difference() -> None:
    """An absent group gives no number rather than a zero."""
    assert math.isnan(group_difference({"a": 1.0}, ["a"], ["b"]))
    assert group_difference({"a": 1.0, "b": 3.0, "c": 1.0}, ["b"], ["a", "c"]) == 2.0
