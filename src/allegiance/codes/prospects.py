"""What actions bring, as expected intervals, and which of two does better by a measure.

    expected    party x action -> [low, high]: amount times probability, over both intervals
    total       the difference of two actions, added up over parties
    worst_off   the difference of what the worst-off party gets
    complaint   the largest complaint against the one, less that against the other; a party's
                complaint is what the other would have brought it more

A margin is an interval: above 0 the first surely does better, below 0 worse, else it is
undecided. What is stated of two actions in the same words is the same thing, and cancels. A
party counts where something is stated of it for either action; stated for one alone, the margin
is not told, since what is not stated is not 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from allegiance.codes.extent import Extent
from allegiance.situation.welfare import Welfare

ROUNDING = 1e-9
"""Difference, as a share of the larger amount, below which two sums are the same."""


@dataclass(frozen=True)
class Interval:
    """From low to high, in the scenario's unit."""

    low: float
    """Lower end."""
    high: float
    """Upper end."""

    def __add__(self, other: "Interval") -> "Interval":
        """Every sum of one of each."""
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        """Every difference of one of each."""
        return Interval(self.low - other.high, self.high - other.low)

    def __str__(self) -> str:
        """In words."""
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


NOTHING = Interval(0.0, 0.0)


@dataclass(frozen=True)
class Prospects:
    """What the actions of a situation bring, as it states."""

    actions: tuple[str, ...]
    """The actions that are open."""
    entries: tuple[Welfare, ...]
    """What is stated."""
    refusals: tuple[str, ...] = ()
    """Those of the actions that openly refuse everything."""

    @cached_property
    def stated(self) -> dict[str, dict[str, tuple[Welfare, ...]]]:
        """Action, then party, to the entries that state it."""
        found: dict[str, dict[str, tuple[Welfare, ...]]] = {each: {} for each in self.actions}
        for entry in self.entries:
            of_action = found[entry.action]
            of_action[entry.party] = (*of_action.get(entry.party, ()), entry)
        return found

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The parties of whom anything is stated."""
        return tuple(dict.fromkeys(entry.party for entry in self.entries))

    @cached_property
    def means(self) -> dict[str, frozenset[str]]:
        """Action to the parties through whose change it works; one that is not told is left out."""
        told = [each for each in self.entries if each.means is not None]
        return {
            action: frozenset(each.party for each in told if each.action == action and each.means)
            for action in {each.action for each in told}
        }

    def expected(self, action: str, party: str) -> Interval | None:
        """What the action brings the party in expectation; None where nothing is stated."""
        return self._expected[action].get(party)

    @cached_property
    def _expected(self) -> dict[str, dict[str, Interval]]:
        return {
            action: {
                party: sum((expectation(each) for each in entries), NOTHING)
                for party, entries in of_action.items()
            }
            for action, of_action in self.stated.items()
        }

    def no_worse_than(self, measure: str, rivals: tuple[str, ...]) -> Extent:
        """The actions that surely do at least as well as all of these; untold where it may be."""
        found: dict[str, list[Interval | None]] = {
            action: [self.margin(measure, action, each) for each in rivals if each != action]
            for action in self.actions
        }
        return self._sorted(found, lambda each: each.low >= 0, lambda each: each.high < 0)

    def better_than(
        self, measure: str, rivals: tuple[str, ...], losses_count: float = 1.0
    ) -> Extent:
        """The actions that surely do better than all of these; untold where it may be."""
        found: dict[str, list[Interval | None]] = {
            action: [
                NOTHING if each == action else self.margin(measure, action, each, losses_count)
                for each in rivals
            ]
            for action in self.actions
        }
        return self._sorted(found, lambda each: each.low > 0, lambda each: each.high <= 0)

    def _sorted(
        self,
        margins: dict[str, list[Interval | None]],
        holds: Callable[[Interval], bool],
        fails: Callable[[Interval], bool],
    ) -> Extent:
        """The actions all of whose margins hold, and those none of whose margins fails."""
        yes: set[str] = set()
        untold: set[str] = set()
        for action, found in margins.items():
            if any(each is not None and fails(each) for each in found):
                continue
            sure = all(each is not None and holds(each) for each in found)
            (yes if sure else untold).add(action)
        return Extent(frozenset(yes), frozenset(untold))

    @cached_property
    def losses(self) -> dict[str, dict[str, bool | None]]:
        """Action to whether each party surely loses by it; None where that is not told."""
        return self._signs(lambda each: Interval(-each.high, -each.low))

    @cached_property
    def gains(self) -> dict[str, dict[str, bool | None]]:
        """Action to whether each party surely gains by it; None where that is not told."""
        return self._signs(lambda each: each)

    @cached_property
    def brought_losses(self) -> dict[str, dict[str, bool | None]]:
        """Action to whether each party surely loses by it, and more than by an open refusal."""
        return {
            action: {
                party: _both(loses, self._worse_than_refusing(action, party))
                for party, loses in of_party.items()
            }
            for action, of_party in self.losses.items()
        }

    def _worse_than_refusing(self, action: str, party: str) -> bool | None:
        """Whether the party surely fares worse than by every open refusal."""
        found: bool | None = True
        for refusal in self.refusals:
            difference = self.differences(refusal, action).get(party)
            found = _both(found, None if difference is None else _is_above(difference))
        return found

    def _signs(self, turned: Callable[[Interval], Interval]) -> dict[str, dict[str, bool | None]]:
        return {
            action: {
                party: None if found is None else _is_above(turned(found))
                for party in self.parties
                for found in (self.expected(action, party),)
            }
            for action in self.actions
        }

    def margin(
        self, measure: str, one: str, other: str, losses_count: float = 1.0
    ) -> Interval | None:
        """By how much `one` does better than `other`; None where it is not told.

        Args:
            measure: A name in `MEASURES`.
            one: An action.
            other: The action that it is compared with.
            losses_count: How many times a unit that somebody loses by `one` counts as much as
                one that somebody gains; other than 1 for `total` only.
        """
        key = (measure, one, other, losses_count)
        if key not in self._margins:
            found = (
                MEASURES[measure](self, one, other)
                if losses_count == 1
                else total(self, one, other, losses_count)
            )
            self._margins[key] = self._rounded(found, one, other)
        return self._margins[key]

    def _rounded(self, margin: Interval | None, one: str, other: str) -> Interval | None:
        """The margin, with 0 for an end that is only what is left of rounding."""
        if margin is None:
            return None
        told = [each for each in self.differences(one, other).values() if each is not None]
        size = max((abs(end) for each in told for end in (each.low, each.high)), default=0.0)
        ends = (0.0 if abs(end) <= ROUNDING * size else end for end in (margin.low, margin.high))
        return Interval(*ends)

    @cached_property
    def _margins(self) -> dict[tuple[str, str, str, float], Interval | None]:
        return {}

    def differences(self, one: str, other: str) -> dict[str, Interval | None]:
        """Party to how much better it fares under `one`; None where only one is stated."""
        if (one, other) not in self._differences:
            self._differences[one, other] = self._compared(one, other)
        return self._differences[one, other]

    @cached_property
    def _differences(self) -> dict[tuple[str, str], dict[str, Interval | None]]:
        return {}

    def _compared(self, one: str, other: str) -> dict[str, Interval | None]:
        first, second = self.stated[one], self.stated[other]
        return {
            party: self._difference(party, one, other)
            for party in self.parties
            if party in first or party in second
        }

    def _difference(self, party: str, one: str, other: str) -> Interval | None:
        first, second = self.stated[one].get(party), self.stated[other].get(party)
        if first is None or second is None:
            return None
        if [_terms(each) for each in first] == [_terms(each) for each in second]:
            return NOTHING
        return _whole(self, one, party) - _whole(self, other, party)


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Whether both hold, where either may not be told."""
    if one is False or other is False:
        return False
    return True if one and other else None


def _is_above(found: Interval) -> bool | None:
    """Whether it surely lies above 0; None where it lies on both sides."""
    if found.low > 0:
        return True
    return False if found.high <= 0 else None


def expectation(entry: Welfare) -> Interval:
    """Amount times probability, over both intervals."""
    ends = [
        amount * probability
        for amount in (entry.low, entry.high)
        for probability in (entry.probability_low, entry.probability_high)
    ]
    return Interval(min(ends), max(ends))


def total(prospects: Prospects, one: str, other: str, losses_count: float = 1.0) -> Interval | None:
    """The difference of the sums over all parties stated."""
    found = list(prospects.differences(one, other).values())
    if not found or any(each is None for each in found):
        return None
    told = (each for each in found if each is not None)
    return sum((_with_losses(each, losses_count) for each in told), NOTHING)


def _with_losses(found: Interval, count: float) -> Interval:
    """The difference, with what lies below 0 taken so many times."""
    low, high = (end * count if end < 0 else end for end in (found.low, found.high))
    return Interval(low, high)


def worst_off(prospects: Prospects, one: str, other: str) -> Interval | None:
    """The difference of what the worst-off party gets."""
    lowest = [_lowest(prospects, action, one, other) for action in (one, other)]
    differences = prospects.differences(one, other)
    if lowest[0] is None or lowest[1] is None:
        return None
    if all(each == NOTHING for each in differences.values()):
        return NOTHING
    return lowest[0] - lowest[1]


def complaint(prospects: Prospects, one: str, other: str) -> Interval | None:
    """The largest complaint against `other`, less the largest against `one`."""
    differences = prospects.differences(one, other)
    found = [each for each in differences.values() if each is not None]
    if not found or len(found) < len(differences):
        return None
    against_other = Interval(
        max(0.0, *(each.low for each in found)), max(0.0, *(each.high for each in found))
    )
    against_one = Interval(
        max(0.0, *(-each.high for each in found)), max(0.0, *(-each.low for each in found))
    )
    return against_other - against_one


MEASURES = {"total": total, "worst_off": worst_off, "complaint": complaint}
"""Name of a measure to the margin between two actions."""


def _lowest(prospects: Prospects, action: str, one: str, other: str) -> Interval | None:
    parties = [
        party
        for party in prospects.parties
        if party in prospects.stated[one] or party in prospects.stated[other]
    ]
    found = [prospects.expected(action, party) for party in parties]
    if not found or any(each is None for each in found):
        return None
    told = [each for each in found if each is not None]
    return Interval(min(each.low for each in told), min(each.high for each in told))


def _whole(prospects: Prospects, action: str, party: str) -> Interval:
    found = prospects.expected(action, party)
    return NOTHING if found is None else found


def _terms(entry: Welfare) -> tuple[float, float, float, float]:
    """What an entry states, without the action: equal where the words are."""
    if entry.low == entry.high == 0:
        return 0.0, 0.0, 1.0, 1.0
    return entry.low, entry.high, entry.probability_low, entry.probability_high
