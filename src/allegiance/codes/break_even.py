"""Where two actions are level: how much a unit must count to those who gain by the one.

    losses of one action against another, for each unit of gain -> a ratio, as an interval
    below 1 throughout   a unit being a unit to all, the action has the greater total
    above 1 throughout   the other has
    with 1 in it         the author's numbers do not decide

The numbers are the author's, so the ratio is what a reader takes away: whoever counts a unit to
those who gain that many times as much as one to those who lose finds the two level. Where there
is no such ratio, it is said why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from allegiance.codes.facts import prospects_of
from allegiance.codes.prospects import NOTHING, Interval, Prospects
from allegiance.situation.situation import Situation


class Balance(StrEnum):
    """Whether there is a ratio at which two actions are level."""

    RATIO = "ratio"
    """Some gain and some lose."""
    ONE_SIDED = "one-sided"
    """Nobody loses, or nobody gains: no ratio turns it."""
    UNSETTLED = "unsettled"
    """Of somebody the author's numbers do not say whether he gains or loses."""
    NOT_STATED = "not stated"
    """Of somebody, or of everybody, nothing is stated for one of the actions."""


@dataclass(frozen=True)
class BreakEven:
    """Two actions, and the ratio at which they are level."""

    action: str
    """The action."""
    rival: str
    """The one that it is compared with."""
    balance: Balance
    """Whether there is a ratio, or why there is none."""
    gainers: tuple[str, ...] = ()
    """Parties that fare better under the action, and none worse in any case."""
    losers: tuple[str, ...] = ()
    """Parties that fare worse."""
    unsettled: tuple[str, ...] = ()
    """Parties that may do either."""
    missing: tuple[tuple[str, str], ...] = ()
    """Action and party of which nothing is stated."""
    ratio: Interval | None = None
    """Units of loss for each unit of gain."""
    difference: Interval | None = None
    """The total of the action less that of its rival; None where it is not told."""

    @property
    def better(self) -> str | None:
        """Which has the greater total over the whole interval; None where the numbers don't say."""
        if self.difference is None or self.difference.low <= 0 <= self.difference.high:
            return None
        return self.action if self.difference.low > 0 else self.rival


def break_evens(case: Situation) -> tuple[BreakEven, ...]:
    """Each two actions of a situation once: an action against those before it, or a refusal."""
    prospects = prospects_of(case)
    last = [each for each in prospects.actions if each not in prospects.refusals]
    ordered = (*prospects.refusals, *last)
    return tuple(break_even(prospects, one, other) for other, one in combinations(ordered, 2))


def break_even(prospects: Prospects, one: str, other: str) -> BreakEven:
    """The ratio at which two actions are level, or why there is none."""
    differences = prospects.differences(one, other)
    told = {party: each for party, each in differences.items() if each is not None}
    missing = tuple(
        (action, party)
        for party in differences
        if party not in told
        for action in (one, other)
        if prospects.expected(action, party) is None
    )
    gains = {party: each for party, each in told.items() if each.low >= 0 and each.high > 0}
    losses = {party: each for party, each in told.items() if each.high <= 0 and each.low < 0}
    unsettled = tuple(party for party, each in told.items() if each.low < 0 < each.high)
    stated = bool(differences) and not missing
    balance = _balance(gains, losses, unsettled=bool(unsettled), stated=stated)
    return BreakEven(
        action=one,
        rival=other,
        balance=balance,
        gainers=tuple(gains),
        losers=tuple(losses),
        unsettled=unsettled,
        missing=missing,
        ratio=_ratio(gains, losses) if balance is Balance.RATIO else None,
        difference=prospects.margin("total", one, other),
    )


def _balance(
    gains: Mapping[str, Interval],
    losses: Mapping[str, Interval],
    *,
    unsettled: bool,
    stated: bool,
) -> Balance:
    if not stated:
        return Balance.NOT_STATED
    if unsettled:
        return Balance.UNSETTLED
    return Balance.RATIO if gains and losses else Balance.ONE_SIDED


def _ratio(gains: Mapping[str, Interval], losses: Mapping[str, Interval]) -> Interval:
    gain, loss = sum(gains.values(), NOTHING), sum(losses.values(), NOTHING)
    high = -loss.low / gain.low if gain.low > 0 else float("inf")
    return Interval(-loss.high / gain.high + 0.0, high)
