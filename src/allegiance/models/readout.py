"""From log-likelihoods of texts to log-scores of actions and preference shares.

    texts of one action   mean, or log-mean-exp, of what is read off each
    read off each text    sum: its log-likelihood in context
                          per_token: that, over its tokens
                          pmi: that, less the same behind a neutral context

Source: docs/concepts/read-out.md. The names `sum`, `per_token` and `pmi` correspond to `acc`,
`acc_norm` (there per byte) and `acc_mutual_info` of lm-evaluation-harness.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Protocol


class ScoredText(Protocol):
    """A text with its log-likelihood in context and behind a neutral one."""

    @property
    def log_likelihood(self) -> float:
        """In context, nats."""
        ...

    @property
    def neutral(self) -> float:
        """Behind the neutral context, nats."""
        ...

    @property
    def tokens(self) -> int:
        """Length in tokens."""
        ...


def log_mean_exp(values: Sequence[float]) -> float:
    """The logarithm of the mean of exponentials, without overflow."""
    top = max(values)
    return top + math.log(fmean(math.exp(value - top) for value in values))


TEXTS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": fmean,
    "log_mean_exp": log_mean_exp,
}
"""How the texts of one action are put together."""

QUANTITIES: Mapping[str, Callable[[ScoredText], float]] = {
    "sum": lambda text: text.log_likelihood,
    "per_token": lambda text: text.log_likelihood / text.tokens,
    "pmi": lambda text: text.log_likelihood - text.neutral,
    "neutral": lambda text: text.neutral,
}
"""What is read off each text."""


def action_log_scores(
    actions: Mapping[str, Sequence[ScoredText]], *, texts: str = "mean", quantity: str = "sum"
) -> dict[str, float]:
    """Action to its log-score in nats (per token where so asked)."""
    return {
        action: TEXTS[texts]([QUANTITIES[quantity](text) for text in own])
        for action, own in actions.items()
    }


def preference_shares(
    actions: Mapping[str, Sequence[ScoredText]], *, texts: str = "mean", quantity: str = "pmi"
) -> dict[str, float]:
    """Action to its share of a softmax over log-scores; the shares sum to 1."""
    scores = action_log_scores(actions, texts=texts, quantity=quantity)
    top = max(scores.values())
    weights = {action: math.exp(score - top) for action, score in scores.items()}
    total = sum(weights.values())
    return {action: weight / total for action, weight in weights.items()}


def group_difference(
    scores: Mapping[str, float], plus: Sequence[str], minus: Sequence[str]
) -> float:
    """Mean log-score of the actions for, less that of those against; NaN where none is there."""
    for_, against = ([scores[a] for a in group if a in scores] for group in (plus, minus))
    return fmean(for_) - fmean(against) if for_ and against else math.nan
