"""The smallest effect that a plan can detect, computed before anything is spent.

    exact      d such that a t test over n wordings finds it with power 0.8: noncentral t,
               in units of the standard deviation between wordings of the effect
    sampled    the same d, times the standard deviation that a wording's effect has from
               sampling alone: sqrt(p (1 - p) S / m), p the base rate, S the sum of squared
               weights of the contrast's cells, m the answers of one cell under one wording

The test is the analysis' own: the effect of each wording, its mean, Student's t with n - 1
degrees of freedom, two-sided at 0.05, for one hypothesis alone. Where answers are sampled,
wordings may differ beyond sampling: what is detectable is then at least what is said here.

Sources: Cohen (1988), Statistical Power Analysis, 2.5; Johnson, Kotz and Balakrishnan (1995),
Continuous Univariate Distributions 2, 31 (noncentral t); Lenth (2001), Some practical guidelines
for effective sample size determination, The American Statistician 55(3).
"""

import math

from allegiance.errors import UserError

ALPHA, POWER = 0.05, 0.80
WORST_BASE_RATE = 0.5
"""Where a share varies most."""
LARGEST = 1e4
"""Standard deviations within which the smallest effect is looked for."""


def power_of(effect: float, count: int, *, alpha: float = ALPHA) -> float:
    """The chance that a two-sided t test over `count` values finds a mean of `effect` sds."""
    from scipy import stats

    freedom, shift = count - 1, effect * math.sqrt(count)
    reach = float(stats.t.ppf(1 - alpha / 2, freedom))
    above = float(stats.nct.sf(reach, freedom, shift))
    below = float(stats.nct.cdf(-reach, freedom, shift))
    return above + (0.0 if math.isnan(below) else below)


def detectable(count: int, *, power: float = POWER, alpha: float = ALPHA) -> float | None:
    """The smallest effect, in standard deviations, found with this power; None without a test.

    Raises:
        UserError: SciPy is not installed.
    """
    if count < 2:
        return None
    try:
        from scipy import optimize
    except ModuleNotFoundError as error:
        raise UserError(
            f"power needs the package {error.name}", mend='pip install "allegiance[design]"'
        ) from error

    def lacking(effect: float) -> float:
        return power_of(effect, count, alpha=alpha) - power

    high = 1.0
    while lacking(high) < 0 and high < LARGEST:
        high *= 2
    found = optimize.brentq(lacking, 0.0, high)
    return float(found)


def sampling_sd(base_rate: float, squares: float, answers: int) -> float:
    """The standard deviation of a wording's effect on a share, from sampling alone.

    Args:
        base_rate: The share in each cell, in points of 1.
        squares: The sum of squared weights of the contrast.
        answers: Answers of one cell under one wording.
    """
    return math.sqrt(base_rate * (1 - base_rate) * squares / answers)
