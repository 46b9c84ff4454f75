"""Where two actions are level: how much a unit must count to those who gain by the one.

    losses of one action against another, for each unit of gain -> a ratio, as an interval
    below 1 throughout   a unit being a unit to all, the action does better
    above 1 throughout   the other does
    with 1 in it         the author's numbers do not decide

The numbers are the author's, so the ratio is what a reader takes away: whoever counts a unit to
those who gain that many times as much as one to those who lose finds the two level.
"""

from dataclasses import dataclass

from allegiance.codes.facts import prospects_of
from allegiance.codes.prospects import NOTHING, Interval, Prospects
from allegiance.situation.situation import Situation


@dataclass(frozen=True)
class BreakEven:
    """Two actions, and the ratio at which they are level."""

    action: str
    """The action."""
    rival: str
    """The one that it is compared with."""
    gainers: tuple[str, ...]
    """Parties that fare better under the action."""
    losers: tuple[str, ...]
    """Parties that fare worse."""
    ratio: Interval
    """Units of loss for each unit of gain."""

    @property
    def decided(self) -> bool:
        """Whether the same action does better over the whole interval."""
        return self.ratio.high < 1 or self.ratio.low > 1


@dataclass(frozen=True)
class Unstated:
    """Two actions that can't be compared, and why."""

    action: str
    """The action."""
    rival: str
    """The one that it would be compared with."""
    missing: tuple[tuple[str, str], ...]
    """Action and party of which nothing is stated, though it is for the other action."""


def break_evens(case: Situation, action: str) -> tuple[BreakEven | Unstated, ...]:
    """The ratios at which an action is level with each other one.

    Left out is whoever brings nobody both gain and loss, since no ratio would turn that.
    """
    prospects = prospects_of(case)
    rivals = [each for each in prospects.actions if each != action]
    found = [break_even(prospects, action, rival) for rival in rivals]
    return tuple(each for each in found if each is not None)


def break_even(prospects: Prospects, one: str, other: str) -> BreakEven | Unstated | None:
    """The ratio at which two actions are level; None where nobody gains, or nobody loses."""
    told = {
        party: each for party, each in prospects.differences(one, other).items() if each is not None
    }
    missing = tuple(
        (action, party)
        for party in prospects.differences(one, other)
        if party not in told
        for action in (one, other)
        if prospects.expected(action, party) is None
    )
    if missing:
        return Unstated(one, other, missing)
    gains = {party: each for party, each in told.items() if each.low >= 0 and each.high > 0}
    losses = {party: each for party, each in told.items() if each.high <= 0 and each.low < 0}
    mixed = [each for each in told.values() if each.low < 0 < each.high]
    if not gains or not losses or mixed:
        return None
    gain, loss = sum(gains.values(), NOTHING), sum(losses.values(), NOTHING)
    high = -loss.low / gain.low if gain.low > 0 else float("inf")
    return BreakEven(
        one, other, tuple(gains), tuple(losses), Interval(-loss.high / gain.high, high)
    )
