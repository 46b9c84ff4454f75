"""What labels make of a rate or an effect: prediction-powered estimates, in every arm by itself.

A machine says of every trial how much of the outcome is in it: the prediction. People say it
of a random part, 0 or 1: the label. In each arm a line is fitted through what was labelled, and
each trial gets a value,

    line at the prediction                                          where there is no label
    line at the prediction + (label - line) / chance of being drawn where there is one

The mean of the values is slope x mean prediction of all + mean of (label - slope x prediction)
of the labelled, weighed by 1 / chance. It is right on average however the machine errs, and
however differently in each arm; the better it reads, the narrower the interval. The slope is the
lambda of PPI++ (Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453), least squares within 0 to
1; with 0 labels stand alone. From the values on all is as for any outcome: differences within
blocks, means by wording, Student's t over wordings.

PPI++ divides by the spread of all predictions, we by that of the labelled ones. For predictions
of 0 or 1 ours is then the mean label of either prediction, weighed by how often that prediction
is made, and has no bias where few labels meet a prediction.

Few labels, or rare outcomes: no error seen in 50 labels is no certainty. Two labels of either
kind are shared out among the arms and the predictions, 0 and 1, in them (Price and Bonett 2004);
the interval is centred where they move it, and their variance added. The estimate stays.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from allegiance.analysis.estimate import Estimate, Numbers, student
from allegiance.analysis.grid import Contrast, Grid, Whole, weights_of

AT_ITS_WORD = 1.0
"""The slope where all labels of an arm met one prediction, so that none can be fitted."""


@dataclass(frozen=True)
class Line:
    """The label to be expected at each prediction."""

    level: float
    """At a prediction of 0."""
    slope: float
    """Lambda: how far predictions are relied on."""

    def at(self, prediction: Numbers) -> Numbers:
        """The label to be expected."""
        return self.level + self.slope * prediction


@dataclass(frozen=True)
class Arm:
    """The measured trials of one side of a comparison."""

    prediction: Numbers
    """Weight on the outcome, in points of 1."""
    label: Numbers
    """0 or 1; not a number where there is none."""
    chance: Numbers
    """With which a labelled trial was drawn, in points of 1."""

    @cached_property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Whether each trial has a label."""
        return ~np.isnan(self.label)

    @cached_property
    def weights(self) -> Numbers:
        """Of the labelled trials, 1 / chance; they sum up to the number of equal ones (Kish)."""
        inverse = 1 / self.chance[self.labelled]
        return np.asarray(inverse * inverse.sum() / np.square(inverse).sum())

    @cached_property
    def met(self) -> tuple[Numbers, Numbers]:
        """Prediction and label of each labelled trial."""
        return self.prediction[self.labelled], self.label[self.labelled]

    def line(self, *, tuned: bool, added: float = 0.0) -> Line:
        """Least squares through the labelled trials.

        Args:
            tuned: Whether predictions are used; else the slope is 0.
            added: Labels of either kind to be added to each prediction, 0 and 1, or, where
                predictions are not used, to all.
        """
        prediction, label, weight = *self.met, self.weights
        if added:
            ends = (0.0, 0.0, 1.0, 1.0) if tuned else (0.0, 0.0)
            prediction = np.append(prediction, ends)
            label = np.append(label, np.tile([0.0, 1.0], len(ends) // 2))
            weight = np.append(weight, np.full(len(ends), added))
        middle, mean = (float(np.average(each, weights=weight)) for each in (prediction, label))
        slope = _slope(prediction - middle, label - mean, weight) if tuned else 0.0
        return Line(mean - slope * middle, slope)

    def values(self, line: Line) -> Numbers:
        """What each trial counts, mended by its label where it has one."""
        found, inverse = line.at(self.prediction), 1 / self.chance[self.labelled]
        scale = inverse * (self.prediction.size / inverse.sum())
        found[self.labelled] += scale * (self.met[1] - found[self.labelled])
        return found

    def unseen(self, *, tuned: bool, added: float) -> float:
        """Variance of what the labels may not have shown, from those that are added."""
        if not tuned:
            return float(added / (self.weights.sum() + 2 * added) ** 2)
        share = float(self.prediction.mean())
        ones = float((self.weights * self.met[0]).sum())
        zeros = float(self.weights.sum()) - ones
        parts = (share / (ones + 2 * added)) ** 2 + ((1 - share) / (zeros + 2 * added)) ** 2
        return added * parts


@dataclass(frozen=True)
class Judged:
    """All measured trials of one model, scenario and outcome, with the labels that there are."""

    grid: Grid
    """Their predictions."""
    cell: Whole
    """Row of each trial in the grid."""
    block: Whole
    """Column of each trial."""
    prediction: Numbers
    label: Numbers
    """0 or 1; not a number where there is none."""
    chance: Numbers
    """With which a labelled trial was drawn, in points of 1."""

    def within(self, cells: Whole) -> npt.NDArray[np.bool_]:
        """Whether each trial is in one of those cells."""
        return np.isin(self.cell, cells)

    def arm(self, cells: Whole) -> Arm:
        """The trials of those cells."""
        own = self.within(cells)
        return Arm(self.prediction[own], self.label[own], self.chance[own])

    def valued(self, values: Numbers) -> Grid:
        """The grid with another value for each trial."""
        total = np.zeros(self.grid.mean.shape)
        np.add.at(total, (self.cell, self.block), values)
        known = self.grid.measured > 0
        mean = np.where(known, total / np.maximum(self.grid.measured, 1), np.nan)
        return replace(self.grid, mean=mean)


@dataclass(frozen=True)
class Side:
    """The cells of a comparison that count up, or those that count down."""

    weight: float
    """What they count together: 1, -1, or 2 and -2 in an interaction."""
    cells: Whole
    """Their rows in the grid."""
    arm: Arm


@dataclass(frozen=True)
class Corrected:
    """An estimate from predictions and labels."""

    found: Estimate
    slopes: tuple[float, ...]
    """Lambda of each side."""


def sides_of(judged: Judged, contrast: Contrast) -> tuple[Side, ...]:
    """The sides of a comparison, that which counts down first; a rate has only the other."""
    units, width = contrast.rows.shape
    net = np.zeros(len(judged.grid.cells))
    np.add.at(net, contrast.rows, np.tile(weights_of(width, contrast.weights), (units, 1)) / units)
    found = []
    for sign in (-1, 1):
        cells = np.flatnonzero(sign * net > 1e-12)
        if cells.size:
            found.append(Side(float(net[cells].sum()), cells, judged.arm(cells)))
    return tuple(found)


def corrected(judged: Judged, contrast: Contrast, *, tuned: bool = True) -> Corrected | None:
    """A comparison, or a rate, as the labels mend it; None where a side has no label.

    Args:
        judged: The trials.
        contrast: What is compared, on their grid.
        tuned: Whether predictions are used; else labels stand alone.
    """
    sides = sides_of(judged, contrast)
    if not sides or not all(side.arm.labelled.any() for side in sides):
        return None
    added = 2 / (len(sides) * (2 if tuned else 1))
    values, moved, unseen, slopes = judged.prediction.copy(), 0.0, 0.0, []
    for side in sides:
        line = side.arm.line(tuned=tuned)
        values[judged.within(side.cells)] = side.arm.values(line)
        more, mean = side.arm.line(tuned=tuned, added=added), float(side.arm.prediction.mean())
        moved += side.weight * (more.level - line.level + (more.slope - line.slope) * mean)
        unseen += side.weight**2 * side.arm.unseen(tuned=tuned, added=added)
        slopes.append(line.slope)
    means = np.array(list(replace(contrast, grid=judged.valued(values)).by_wording().values()))
    return Corrected(_over_wordings(means, moved, unseen), tuple(slopes))


def _over_wordings(means: Numbers, moved: float, unseen: float) -> Estimate:
    """Student's t over wordings, centred where added labels move it, their variance in it."""
    count = int(means.size)
    centre = float(means.mean()) if count else None
    if centre is None or count == 1:
        return Estimate(centre, n_wordings=count)
    se = math.sqrt(float(means.var(ddof=1)) / count + unseen)
    return student(centre, se, count - 1, count, middle=centre + moved)


def _slope(prediction: Numbers, label: Numbers, weight: Numbers) -> float:
    """Of centred values, within 0 to 1."""
    spread = float((weight * prediction**2).sum())
    if spread <= 1e-9 * float(weight.sum()):
        return AT_ITS_WORD
    return min(1.0, max(0.0, float((weight * prediction * label).sum()) / spread))
