"""A mean change with its interval: differences within blocks, averaged by wording, then t.

Wordings are the sample. For each wording the differences of its blocks are averaged; the
estimate is the mean over wordings, its standard error their standard deviation over the
square root of their number, its interval Student's t with one degree of freedom fewer.
With one wording there is no interval, and the claim is about these words only.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats

CONFIDENCE, POWER = 0.95, 0.80


@dataclass(frozen=True)
class Difference:
    """One paired comparison: a vignette and its counterpart."""

    wording: int
    """The wording set that both share."""
    source: float | None
    """Value on the one side; None where missing."""
    target: float | None
    """Value on the other."""

    @property
    def measured(self) -> bool:
        """Whether both sides were measured."""
        return self.source is not None and self.target is not None


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval; None where it can't be had."""

    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    mde: float | None
    """The least true change that would show with power 0.8."""
    n_wordings: int


NOTHING = Estimate(None, None, None, None, None, None, 0)


def estimate_change(differences: Sequence[Difference]) -> Estimate:
    """The mean change over the measured pairs."""
    return estimate_mean(
        (each.wording, each.target - each.source)
        for each in differences
        if each.source is not None and each.target is not None
    )


def estimate_mean(values: Iterable[tuple[int, float]]) -> Estimate:
    """The mean of values, each with its wording."""
    by_wording: dict[int, list[float]] = defaultdict(list)
    for wording, value in values:
        by_wording[wording].append(value)
    means = [fmean(each) for each in by_wording.values()]
    if not means:
        return NOTHING
    centre, count = fmean(means), len(means)
    if count == 1:
        return Estimate(centre, None, None, None, None, None, 1)
    se = stdev(means) / math.sqrt(count)
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1))
    power = float(stats.t.ppf(POWER, count - 1))
    p = float(2 * stats.t.sf(abs(centre) / se, count - 1)) if se > 0 else None
    low, high = centre - reach * se, centre + reach * se
    return Estimate(centre, se, low, high, p, (reach + power) * se, count)


def bounds(differences: Sequence[Difference], *, bounded: bool) -> tuple[float, float]:
    """The least and the most that the change could be, whatever the missing values are.

    A missing share lies between 0 and 1; a missing log-score may be anything.
    """
    if not bounded and not all(each.measured for each in differences):
        return -math.inf, math.inf
    low = _mean_with(differences, source=1.0, target=0.0)
    return low, _mean_with(differences, source=0.0, target=1.0)


def _mean_with(differences: Sequence[Difference], *, source: float, target: float) -> float:
    by_wording: dict[int, list[float]] = defaultdict(list)
    for each in differences:
        arrived = target if each.target is None else each.target
        left = source if each.source is None else each.source
        by_wording[each.wording].append(arrived - left)
    return fmean(fmean(each) for each in by_wording.values())
