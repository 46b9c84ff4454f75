"""A mean change with its interval: differences within blocks, averaged by wording, then t.

Wordings are the sample. For each wording the differences of its blocks are averaged; the
estimate is the mean over wordings, its standard error their standard deviation over the
square root of their number, its interval Student's t with one degree of freedom fewer.

    8 wordings or more   the interval speaks for wordings at large
    2 to 7               it is labelled "these wordings only": too few to speak for others; for
                         these it is wide enough, since their own differences are in it too
    1                    no interval
    no spread at all     no interval either: nothing was seen to vary, which is not certainty

Answers that are drawn (0 or 1) may be rare: eight wordings without one answer of a kind have no
spread, and few such answers too little. So two answers of either kind are shared out among the
sides compared: one each for a difference, half of one each for a difference of differences, two
for a single rate. Their variance is added to that over wordings, and the interval is centred
where they move it. Sources: Agresti and Coull 1998, Agresti and Caffo 2000, for pairs Bonett
and Price 2012, for any linear function Price and Bonett 2004. The estimate itself stays as it is.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import stats

CONFIDENCE, POWER = 0.95, 0.80
ENOUGH_WORDINGS = 8

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval; None where it can't be had."""

    estimate: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = None
    """Two-sided p of no change."""
    mde: float | None = None
    """The least true change that would show with power 0.8."""
    n_wordings: int = 0
    df: float | None = None
    """Degrees of freedom of the t."""
    middle: float | None = None
    """Centre of the interval before it is cut: the estimate, or where answers are rare near it."""


NOTHING = Estimate()


@dataclass(frozen=True)
class Drawn:
    """How many answers were drawn on each side of what is compared."""

    count: float
    """On one side; the harmonic mean where sides differ."""
    sides: int
    """1 for a rate, 2 for a change, 4 for a difference of changes; or all weighted cells."""
    square: float = 1.0
    """Mean square of the weights of the sides."""

    def smoothed(self, centre: float, variance: float) -> tuple[float, float]:
        """Centre and variance with four answers more, two of either kind, over all sides."""
        more = self.count + 4 / self.sides
        shrunk = self.count / more
        level = 2 / more if self.sides == 1 else 0.0
        return centre * shrunk + level, variance * shrunk**2 + 2 * self.square / more**2


def student(
    centre: float, se: float, df: float, count: int, *, middle: float | None = None
) -> Estimate:
    """Student's interval, test and least detectable change.

    Args:
        centre: The estimate.
        se: Its standard error.
        df: Degrees of freedom.
        count: Wordings in it.
        middle: The centre of the interval, where that is not the estimate.
    """
    middle = centre if middle is None else middle
    if not se > 1e-9 * max(1.0, abs(middle)):
        return Estimate(centre, n_wordings=count)
    reach = quantile((1 + CONFIDENCE) / 2, df)
    return Estimate(
        estimate=centre,
        se=se,
        ci_low=middle - reach * se,
        ci_high=middle + reach * se,
        p=float(2 * stats.t.sf(abs(middle) / se, df)),
        mde=(reach + quantile(POWER, df)) * se,
        n_wordings=count,
        df=df,
        middle=middle,
    )


def over_wordings(means: Numbers, drawn: Drawn | None = None) -> Estimate:
    """The mean of one value for each wording."""
    count = int(means.size)
    if count == 0:
        return NOTHING
    centre = float(means.mean())
    if count == 1:
        return Estimate(centre, n_wordings=1)
    variance = float(means.var(ddof=1)) / count
    middle = centre
    if drawn:
        middle, variance = drawn.smoothed(centre, variance)
    return student(centre, math.sqrt(variance), count - 1, count, middle=middle)


def estimate_mean(values: Iterable[tuple[int, float]], *, drawn: bool = False) -> Estimate:
    """The mean of values, each with its wording.

    Args:
        values: Wording and value.
        drawn: Whether each value is one answer that was drawn, 0 or 1.
    """
    by_wording: dict[int, list[float]] = defaultdict(list)
    for wording, value in values:
        by_wording[wording].append(value)
    count = sum(map(len, by_wording.values()))
    means = np.array([math.fsum(each) / len(each) for each in by_wording.values()])
    return over_wordings(means, Drawn(count, sides=1) if drawn else None)


def equivalence(found: Estimate, margin: float) -> float | None:
    """P of two one-sided tests that the change lies within the margin on both sides."""
    if found.se is None or found.df is None or found.middle is None:
        return None
    nearest = (margin - abs(found.middle)) / found.se
    return float(stats.t.sf(nearest, found.df))


def within(found: Estimate, least: float, most: float) -> Estimate:
    """The same with its interval cut to what is possible."""
    if found.ci_low is None or found.ci_high is None:
        return found
    return replace(found, ci_low=max(found.ci_low, least), ci_high=min(found.ci_high, most))


@lru_cache(maxsize=1024)
def quantile(level: float, df: float) -> float:
    """A quantile of Student's t."""
    return float(stats.t.ppf(level, df))
