"""Swap error: from answers that differ to the probability of an error."""

import math
from random import Random

import pytest

from allegiance.measures.choice import SampledAnswer, SampledChoice
from allegiance.measures.swap import swap_disagreement, swap_error


def choice(one: str | None, other: str | None) -> SampledChoice:
    swapped = SampledAnswer(shown=["b", "a"], choice=other, answer="")
    return SampledChoice(shown=["a", "b"], choice=one, answer="", swapped=swapped)


@pytest.mark.parametrize("tau", [0.0, 0.05, 0.2, 0.35, 0.5])
def test_the_formula_undoes_the_model(tau: float) -> None:
    """Two answers, each wrong with tau: they differ with 2 tau (1 - tau)."""
    assert swap_error(2 * tau * (1 - tau)) == pytest.approx(tau)


def test_simulated_answers_give_back_their_error() -> None:
    """20,000 pairs from a model that errs one time in five."""
    random = Random(1)

    def answer() -> str:
        return "b" if random.random() < 0.2 else "a"

    found = swap_disagreement(choice(answer(), answer()) for _ in range(20_000))
    assert swap_error(found) == pytest.approx(0.2, abs=0.015)


def test_only_repeated_vignettes_count() -> None:
    """No choice twice is agreement, once it is a difference."""
    alone = SampledChoice(shown=["a", "b"], choice="a", answer="")
    assert swap_disagreement([alone, choice(None, None), choice(None, "a")]) == 0.5
    assert math.isnan(swap_disagreement([alone]))
    assert math.isnan(swap_error(math.nan))


def test_beyond_chance_an_error_is_a_coin() -> None:
    """Answers that differ more often than coins say nothing."""
    assert swap_error(0.8) == 0.5
    with pytest.raises(ValueError, match="no share"):
        swap_error(1.2)
