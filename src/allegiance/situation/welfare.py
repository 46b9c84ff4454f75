"""What an action is worth to a party, as the scenario states it.

Intervals, with 0 the status quo, in the scenario's one unit. What is not stated is not 0:
such a party has no entry at all.
"""

from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    """Which way a stated change of welfare points."""

    WORSE = -1
    BETTER = 1


@dataclass(frozen=True)
class Welfare:
    """What one action brings one party."""

    action: str
    """The action's id."""
    party: str
    """The party's id."""
    low: float
    """Lower end of the change, in the scenario's unit."""
    high: float
    """Upper end of the change."""
    probability_low: float = 1.0
    """Lower end of the probability that the change comes about, in points of 1."""
    probability_high: float = 1.0
    """Upper end of that probability."""
    means: bool | None = None
    """Whether the action reaches its end through this change, or it is only foreseen; None where
    that is not told."""

    @property
    def direction(self) -> Direction | None:
        """Worse or better; None where the interval lies on both sides of 0, or is 0."""
        if self.low < 0 and self.high <= 0:
            return Direction.WORSE
        if self.high > 0 and self.low >= 0:
            return Direction.BETTER
        return None
