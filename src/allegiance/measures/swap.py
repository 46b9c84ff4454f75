"""Swap error: how often an answer is not what the one who gave it would give again.

The same menu is answered twice, in opposite orders. If each answer is wrong on its own with
probability tau, and a wrong answer to two alternatives is the other one, then two answers
differ with probability d = 2 tau (1 - tau), so that

    tau = (1 - sqrt(1 - 2 d)) / 2

Two coin tosses differ half of the time: at d = 1/2 and beyond, tau is 1/2, and the answers say
nothing. With more alternatives than two the model is an approximation: wrong answers may then
agree less often than it says, so that tau comes out a little high.

Source: Clayton, Horiuchi, Kaufman, King and Komisarchik, "Correcting Measurement Error Bias in
Conjoint Survey Experiments", and its package `projoint`.
"""

import math
from collections.abc import Iterable

from allegiance.measures.choice import SampledChoice


def swap_disagreement(choices: Iterable[SampledChoice]) -> float:
    """Share of repeated vignettes whose two answers differ; NaN where none was repeated.

    No choice in both is agreement, in one of them it is a difference.
    """
    pairs = [(each.choice, each.swapped.choice) for each in choices if each.swapped]
    return sum(one != other for one, other in pairs) / len(pairs) if pairs else math.nan


def swap_error(disagreement: float) -> float:
    """The probability that an answer is an error, from the share of answers that differ.

    Args:
        disagreement: Share of repeated vignettes whose two answers differ, in points of 1.

    Raises:
        ValueError: It is no share.
    """
    if math.isnan(disagreement):
        return math.nan
    if not 0 <= disagreement <= 1:
        raise ValueError(f"{disagreement} is no share")
    return (1 - math.sqrt(max(0.0, 1 - 2 * disagreement))) / 2
