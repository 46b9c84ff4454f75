"""From the facts of a choice to numbers: log-scores, weights, and what chance would give.

Exact facts give log-scores in nats and preference shares; sampled ones a weight of 1 on the
action chosen, or, where the API told them, the probabilities of the options' letters. The two
are never pooled: each row of a table says by which method it came.
"""

import math
from dataclasses import dataclass

from allegiance.experiment.experiment import ReadOut
from allegiance.measures.choice import ExactChoice, SampledAnswer, SampledChoice
from allegiance.models.readout import action_log_scores, preference_shares


@dataclass(frozen=True)
class LogScore:
    """The log-score of one action, in nats."""

    in_context: float
    """After the vignette."""
    neutral: float
    """After the neutral context."""


def log_scores(facts: ExactChoice | SampledChoice, read_out: ReadOut) -> dict[str, LogScore]:
    """Action to its log-score; empty where the choice was sampled."""
    if isinstance(facts, SampledChoice):
        return {}
    neutral = action_log_scores(facts.actions, texts=read_out.texts, quantity="neutral")
    return {
        action: LogScore(score, neutral[action])
        for action, score in action_log_scores(facts.actions, texts=read_out.texts).items()
    }


def action_weights(facts: ExactChoice | SampledChoice, read_out: ReadOut) -> dict[str, float]:
    """Action to its weight, which sum to 1; empty where the answer names no action.

    A preference share; or the probability of the action's letter among those shown; or 1 for
    the one chosen.
    """
    if isinstance(facts, SampledChoice):
        return answer_weights(facts)
    return preference_shares(facts.actions, texts=read_out.texts, quantity=read_out.shares)


def answer_weights(answer: SampledAnswer) -> dict[str, float]:
    """What was shown to its weight: its letter's probability where told, else 1 for the choice."""
    if answer.choice is None:
        return {}
    if not answer.log_probabilities:
        return {answer.choice: 1.0}
    top = max(answer.log_probabilities.values())
    odds = {each: math.exp(value - top) for each, value in answer.log_probabilities.items()}
    total = sum(odds.values())
    return {each: part / total for each, part in odds.items()}


def chance_shares(facts: ExactChoice | SampledChoice) -> dict[str, float]:
    """What a blind choice gives each action on the menu, in points of 1."""
    menu = facts.shown if isinstance(facts, SampledChoice) else list(facts.actions)
    return dict.fromkeys(menu, 1 / len(menu))
