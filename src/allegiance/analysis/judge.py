"""How the machine that reads answers errs, what that would make of a rate, and by arm.

    false positive    mean prediction where the label is 0       specificity = 1 - false positives
    false negative    1 - mean prediction where it is 1          sensitivity = 1 - false negatives

Rogan and Gladen 1978 (American Journal of Epidemiology 107:71-76) turn a rate around:

    rate = (raw rate + specificity - 1) / (sensitivity + specificity - 1)

with both estimated on the labels of that arm, and an interval by the delta method: the raw rate
varies over wordings, each error rate as a share of its labels. It leans on the error rates being
the same in every cell of the arm, which a prediction-powered estimate does not, and so stands
beside that one as a sensitivity row. One label of either kind is added to the variance of each
error rate, so that an error that was not seen is no certainty.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from allegiance.analysis.correction import Arm, Judged, Side, sides_of
from allegiance.analysis.estimate import Estimate, student
from allegiance.analysis.grid import Contrast, weights_of


@dataclass(frozen=True)
class Errors:
    """The error rates of one arm, in points of 1; None where no label shows them."""

    false_positive: float | None
    false_negative: float | None
    negatives: float
    """Labels of 0, each counting as one (Kish)."""
    positives: float
    """Labels of 1."""


@dataclass(frozen=True)
class Refused:
    """A rate that can't be turned around."""

    why: str


def errors_of(arm: Arm) -> Errors:
    """How often predictions and labels of an arm disagree."""
    prediction, label = arm.met
    zero, one = arm.weights * (1 - label), arm.weights * label
    negatives, positives = float(zero.sum()), float(one.sum())
    return Errors(
        float((zero * prediction).sum()) / negatives if negatives else None,
        float((one * (1 - prediction)).sum()) / positives if positives else None,
        negatives,
        positives,
    )


def differ(one: Arm, other: Arm) -> float | None:
    """P of no difference in error between two arms: Fisher's exact test of either error.

    The smaller of the two p, doubled (Bonferroni). Predictions count as 1 from a half upwards,
    each label as one, whatever its wording.
    """
    found = []
    for kind in (0.0, 1.0):
        table = np.array([_split(arm, kind) for arm in (one, other)])
        if table.sum(axis=1).all():
            found.append(float(stats.fisher_exact(table).pvalue))
    return min(1.0, len(found) * min(found)) if found else None


def _split(arm: Arm, kind: float) -> tuple[int, int]:
    """Of the labels of one kind, how many met another prediction, and how many the same."""
    prediction, label = arm.met
    wrong = (prediction >= 0.5) != (label >= 0.5)
    own = label == kind
    return int((own & wrong).sum()), int((own & ~wrong).sum())


def rogan_gladen(judged: Judged, contrast: Contrast) -> Estimate | Refused:
    """A rate, or a difference of rates, with each arm's turned around by its own error rates."""
    turned = []
    for side in sides_of(judged, contrast):
        found = _turned(judged, contrast, side)
        if isinstance(found, Refused):
            return found
        turned.append(found)
    means = np.sum([each.by_wording for each in turned], axis=0)
    count = int(means.size)
    if count < 2:
        return Estimate(float(means[0]) if count else None, n_wordings=count)
    variance = float(means.var(ddof=1)) / count + sum(each.variance for each in turned)
    return student(float(means.mean()), math.sqrt(variance), count - 1, count)


@dataclass(frozen=True)
class _Turned:
    """One side turned around."""

    by_wording: Sequence[float]
    """What it adds under each wording."""
    variance: float
    """That of the error rates."""


def _turned(judged: Judged, contrast: Contrast, side: Side) -> _Turned | Refused:
    errors = errors_of(side.arm)
    if errors.false_positive is None or errors.false_negative is None:
        which = "0" if errors.false_positive is None else "1"
        return Refused(f"no label of {which} on one side, so an error rate is unknown")
    youden = 1 - errors.false_negative - errors.false_positive
    if youden <= 1e-9:
        return Refused("sensitivity + specificity is 1 or less: no better than a guess")
    signs = weights_of(contrast.rows.shape[1], contrast.weights)
    own = np.where(np.sign(signs) == np.sign(side.weight), signs, 0.0)
    raw = np.array(list(replace(contrast, weights=tuple(own)).by_wording().values()))
    by_wording = (raw - errors.false_positive * side.weight) / youden
    rate = min(1.0, max(0.0, float(by_wording.mean()) / side.weight))
    spread = (1 - rate) ** 2 * _spread(errors.false_positive, errors.negatives)
    spread += rate**2 * _spread(errors.false_negative, errors.positives)
    return _Turned(list(by_wording), side.weight**2 * spread / youden**2)


def _spread(share: float, count: float) -> float:
    """Variance of a share, with one label of either kind more."""
    more = (share * count + 1) / (count + 2)
    return more * (1 - more) / (count + 2)
