"""Intervals that stay true however often one looks: the error is spent, look by look.

    information   1 / se^2                   what the data say by now about one effect
    needed        (z of the last look / aimed half-width)^2
    looks         when a quarter, a half, three quarters and all of it are there
    spent         2 (1 - Phi(z / sqrt f))    of the error, when the fraction f is there
    half-width    z of what this look spends, times se: wide early, narrow at the end

Between looks the interval of the last one stands. Each look spends the part of the error that
has become due since the look before, and its interval is as wide as that part alone asks for.
By the union bound all intervals hold the truth together with the probability stated, whatever
made the run go on or stop. A joint calculation over the looks would be some per cent narrower;
this one needs no independence between them.

Source: the spending function is that of Lan and DeMets (Biometrika 1983, 70:659) in the form
of O'Brien and Fleming; repeated intervals are those of Jennison and Turnbull (J. R. Statist.
Soc. B 1989, 51:305).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from allegiance.analysis.reach import Reach

ERROR = 0.05
"""Probability with which any of the intervals of one effect may miss."""
LOOKS = (0.25, 0.5, 0.75, 1.0)
"""Fractions of the information at which an effect is looked at."""


@dataclass(frozen=True)
class Look:
    """One look at one effect."""

    number: int
    """Looks so far, this one and those passed over included."""
    estimate: float
    """In the outcome's unit."""
    interval: tuple[float, float]
    """Both ends."""
    se: float = math.nan
    """The standard error that its width amounts to."""
    freedom: float = math.nan
    """Its degrees of freedom."""
    touches: float = math.nan
    """The quantile at which the interval would just take in no change."""
    before: int = 0
    """The number of the look before it."""

    @property
    def half_width(self) -> float:
        """Of its interval."""
        low, high = self.interval
        return (high - low) / 2

    @property
    def last(self) -> bool:
        """Whether all error is spent, and the aim reached."""
        return self.number == len(LOOKS)


NOT_LOOKED = Look(0, math.nan, (-math.inf, math.inf))
"""Before the first look."""


def spent_by(fraction: float, error: float = ERROR) -> float:
    """The error that may be spent when this fraction of the information is there."""
    if fraction <= 0:
        return 0.0
    return float(2 * stats.norm.sf(stats.norm.isf(error / 2) / math.sqrt(min(1.0, fraction))))


def spent_at(number: int, error: float = ERROR) -> float:
    """The part of the error that one look spends, the first being number 1."""
    before = spent_by(LOOKS[number - 2], error) if number > 1 else 0.0
    return spent_by(LOOKS[number - 1], error) - before


def next_look(
    before: Look,
    estimate: float,
    reach: Reach,
    *,
    aim: float,
    freedom: float,
    error: float = ERROR,
    ended: bool = False,
) -> Look:
    """The look that is due by now, or the one before where none is.

    Args:
        before: The last look; `NOT_LOOKED` at first.
        estimate: By all data so far.
        reach: How far the truth may lie from it; a standard error of 0 says that nothing has
            varied yet, which is no information.
        aim: The half-width at which the run may stop.
        freedom: Degrees of freedom of the standard error, for Student's t in place of z.
        error: The whole error.
        ended: Whether nothing more will come, so that all that is left of it is spent now.
    """
    if before.last or reach.se <= 0 or freedom < 1:
        return before
    final = float(stats.t.isf(spent_at(len(LOOKS), error) / 2, freedom))
    fraction = (aim / reach.half_width(final)) ** 2
    number = len(LOOKS) if ended else sum(fraction >= due for due in LOOKS)
    if number <= before.number:
        return before
    # A look that was passed over spends nothing; its part of the error is spent here.
    part = _part(before.number, number, error)
    z = float(stats.t.isf(part / 2, freedom))
    below, above = reach.at(z)
    return Look(
        number,
        estimate,
        (estimate - below, estimate + above),
        se=reach.half_width(z) / z,
        freedom=freedom,
        touches=reach.touches(estimate),
        before=before.number,
    )


def p_of(looks: Sequence[Look]) -> float | None:
    """The least whole error at which the interval of some look leaves out no change.

    None before the first look.
    """
    told = [_p_at(look) for look in looks if look.number]
    return min(told) if told else None


def _p_at(look: Look) -> float:
    """The least error at which this look's part of it covers the two-sided tail."""
    tail = 2 * float(stats.t.sf(look.touches, look.freedom))

    def beyond(error: float) -> float:
        return _part(look.before, look.number, error) - tail

    # A later look's part grows with the error only up to some point: the first crossing counts.
    errors = np.geomspace(1e-15, 1.0, 400)
    first = next((at for at, error in enumerate(errors) if beyond(error) >= 0), None)
    if not first:
        return 1.0 if first is None else float(errors[0])
    return float(optimize.brentq(beyond, errors[first - 1], errors[first]))


def _part(before: int, number: int, error: float) -> float:
    """What is spent at a look: its own part, and those of looks that were passed over."""
    return sum(spent_at(each, error) for each in range(before + 1, number + 1))
