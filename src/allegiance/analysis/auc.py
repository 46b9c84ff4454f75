"""How well values tell two groups apart: the area under the ROC curve, with an interval.

The area is Mann and Whitney's U over the number of pairs: the probability that a positive stands
above a negative, ties as half. Its variance is Hanley and McNeil's (1982), and the interval is a
score interval in it: all areas from which the one found is no more than 1.96 standard errors
away (Newcombe 2006, method 5). So it has a width where both groups are told apart wholly, and
it stays between 0 and 1.

Sources: J. Hanley and B. McNeil, Radiology 143 (1982); R. Newcombe, Statistics in Medicine 25
(2006), 559-573.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import optimize, stats

from allegiance.analysis.estimate import CONFIDENCE

_NEAR = 1e-9
"""How near to an area of 0 or 1 its variance is looked at: at the ends it is nil."""


@dataclass(frozen=True)
class Area:
    """The area under the curve."""

    area: float
    """From 0 to 1; a half where nothing is told apart."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> Area | None:
    """How well values tell positives from negatives; None where there are none of either."""
    if not positive or not negative:
        return None
    pairs = len(positive) * len(negative)
    found = float(stats.mannwhitneyu(positive, negative).statistic) / pairs
    sizes = len(positive), len(negative)
    return Area(found, _lower(found, *sizes), 1 - _lower(1 - found, *sizes))


def _lower(found: float, one: int, other: int) -> float:
    """The least area from which the one found is within reach."""
    reach = float(stats.norm.ppf((1 + CONFIDENCE) / 2))

    def beyond(area: float) -> float:
        return found - area - reach * math.sqrt(_variance(area, one, other))

    if found <= _NEAR:
        return 0.0
    return float(optimize.brentq(beyond, 0.0, min(found, 1 - _NEAR)))


def _variance(area: float, one: int, other: int) -> float:
    more = (one + other) / 2 - 1
    spread = 1 + more * (1 - area) / (2 - area) + more * area / (1 + area)
    return area * (1 - area) * spread / (one * other)
