"""How far from an estimate the truth may lie: where answers are rare, further on one side.

    below, above at z    the root of a sum of squares:
      each side            from its rate to the end of Wilson's interval that lies the same way
      the rest             z times the error that rates do not account for

A rate that is rare and higher than it came out varies more than it seemed to. An interval that is
as long below as above leaves that out, and most of what it misses lies above. An end of Wilson's
interval is a rate that is judged by its own variance, not by that of the rate that was seen. So
it holds as well where a run stops once its interval is narrow: one that saw few answers of the
rare kind stops sooner and estimates lower, but what lies above is still judged by itself.

Sources: Wilson (J. Am. Stat. Assoc. 1927, 22:209), on as many answers as a weighted rate is worth
(Korn and Graubard, Surv. Methodol. 1998, 24:193); for a difference Newcombe (Stat. Med. 1998,
17:873, method 10), for any linear function Zou, Huang and Zhang (Comput. Stat. Data Anal. 2009,
53:1080).
"""

import math
from dataclasses import dataclass

from scipy import optimize

FAR = 1e3
"""A quantile further out than any that is asked for."""


@dataclass(frozen=True)
class Side:
    """Cells that an effect adds, or those that it takes away, where answers are yes or no."""

    size: float
    """The sum of their weights, below 0 where they are taken away."""
    rate: float
    """Their mean rate by these weights, between 0 and 1 and neither."""
    worth: float
    """Answers that would tell a single rate as sharply."""

    @property
    def variance(self) -> float:
        """Of its part in the estimate."""
        return self.size**2 * self.rate * (1 - self.rate) / self.worth

    def ends(self, z: float) -> tuple[float, float]:
        """How far its part in the effect may lie below, and how far above, by Wilson's ends."""
        more = z**2 / self.worth
        half = math.sqrt(more * self.rate * (1 - self.rate) + more**2 / 4) / (1 + more)
        moved = math.copysign(more * (0.5 - self.rate) / (1 + more), self.size * (0.5 - self.rate))
        return abs(self.size) * (half - moved), abs(self.size) * (half + moved)


@dataclass(frozen=True)
class Reach:
    """How far from one estimate the truth may lie."""

    drawn: float
    """Standard error by how the draws varied."""
    guessed: float = 0.0
    """Variance that wrong guesses bring."""
    sides: tuple[Side, ...] = ()
    """Where answers are yes or no."""

    @property
    def se(self) -> float:
        """Standard error: the larger one of that by the draws and that by the rates."""
        return max(self.drawn, math.sqrt(self.guessed + sum(e.variance for e in self.sides)))

    def at(self, z: float) -> tuple[float, float]:
        """How far below the estimate, and how far above, at a quantile of the unit normal."""
        rest = max(self.drawn**2 - sum(side.variance for side in self.sides), self.guessed)
        ends = [side.ends(z) for side in self.sides]
        below, above = (
            math.sqrt(z**2 * rest + math.fsum(end[way] ** 2 for end in ends)) for way in (0, 1)
        )
        return below, above

    def half_width(self, z: float) -> float:
        """Half the length of the interval at a quantile."""
        return sum(self.at(z)) / 2

    def touches(self, estimate: float) -> float:
        """The quantile at which the interval around an estimate just takes in no change."""
        way = 0 if estimate > 0 else 1

        def beyond(z: float) -> float:
            return self.at(z)[way] - abs(estimate)

        return float(optimize.brentq(beyond, 0.0, FAR)) if beyond(FAR) > 0 else FAR
