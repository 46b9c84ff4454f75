"""Several scenarios together: these ones, or scenarios at large.

    these scenarios      the mean of their effects, each counting the same. The words of one
                         scenario are not those of another, whatever their number, so variances
                         add up: over k scenarios the sum of theirs, divided by k squared, with
                         degrees of freedom after Welch and Satterthwaite.
    scenarios at large   random effects: between-scenario variance after Paule and Mandel, interval
                         after Hartung and Knapp, t with k - 1, and an interval in which the
                         effect in one new scenario would lie (Higgins, Thompson, Spiegelhalter
                         2009, with k - 1).

The first is no weighted mean: weights by precision would favour the scenarios whose words
happen to agree. The second needs at least 5 scenarios, taken as drawn from some larger set.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allegiance.analysis.estimate import CONFIDENCE, Estimate, quantile, student

ENOUGH_SCENARIOS = 5


@dataclass(frozen=True)
class AtLarge:
    """An effect over scenarios at large."""

    found: Estimate
    predicted_low: float
    """Lower end of the interval for the effect in one new scenario."""
    predicted_high: float
    """Upper end."""
    between: float
    """Standard deviation of the effect between scenarios."""


def pooled(parts: Sequence[Estimate]) -> Estimate | None:
    """The mean effect of these scenarios; None where one has no interval."""
    middles = [each.middle for each in parts]
    variances = [each.se**2 for each in parts if each.se is not None]
    if not parts or None in middles or len(variances) < len(parts):
        return None
    count, total = len(parts), sum(variances)
    freedom = sum(
        variance**2 / part.df for variance, part in zip(variances, parts, strict=True) if part.df
    )
    return student(
        sum(each.estimate or 0.0 for each in parts) / count,
        math.sqrt(total) / count,
        total**2 / freedom,
        sum(each.n_wordings for each in parts),
        middle=sum(each or 0.0 for each in middles) / count,
    )


def at_large(parts: Sequence[Estimate]) -> AtLarge | None:
    """The mean effect over scenarios such as these; None where one has no standard error."""
    from statsmodels.stats.meta_analysis import combine_effects

    if len(parts) < ENOUGH_SCENARIOS or any(each.se is None for each in parts):
        return None
    effects = np.array([each.estimate for each in parts], float)
    variances = np.array([each.se for each in parts], float) ** 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the intervals of single samples, which are not used
        combined = combine_effects(effects, variances, method_re="iterated", use_t=True)
    df, between = len(parts) - 1, max(0.0, float(combined.tau2))
    se = float(combined.sd_eff_w_re_hksj)
    mean = float(combined.mean_effect_re)
    reach = quantile((1 + CONFIDENCE) / 2, df) * math.sqrt(between + se**2)
    found = student(mean, se, df, sum(each.n_wordings for each in parts))
    return AtLarge(found, mean - reach, mean + reach, math.sqrt(between))
