"""What all codes share when they judge a whole crossing: each fact found once.

order of rank, reading    -> the structures under it, and which of them aim alike
menu, welfare             -> what the actions bring
what a code can tell apart -> one place of each such kind, and how many situations it stands for
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from allegiance.cases.crossing import Crossing, Levels, Place
from allegiance.codes.code import Code
from allegiance.codes.facts import Structure, prospects_of, ranked_by
from allegiance.codes.prospects import Prospects
from allegiance.situation.action import Exit
from allegiance.situation.classify import classify
from allegiance.situation.situation import Situation


@dataclass(frozen=True)
class Ranked:
    """The structures of a crossing under one order of rank, in one reading."""

    structures: tuple[Structure, ...]
    """In the order of the crossing."""
    aims: tuple[int, ...]
    """A number for each: the same where they do the same to the same parties."""


class CrossingFacts:
    """The facts of all cells of one scenario, remembered."""

    def __init__(self, crossed: Crossing) -> None:
        self.crossed = crossed
        self.menus = [_menu(case) for case in crossed.structures]
        """What is open in each structure: prospects are shared where it is the same."""
        self._ranked: dict[object, Ranked] = {}
        self._prospects: dict[tuple[object, int], Prospects] = {}
        self._views: dict[object, dict[tuple[Place, Levels], int]] = {}

    def ranked(self, code: Code) -> Ranked:
        """The structures as a code ranks and reads them."""
        key = (code.first, code.unranked, code.reading)
        if key not in self._ranked:
            structures = tuple(
                Structure(classify(ranked_by(code, case)), code.reading)
                for case in self.crossed.structures
            )
            numbers: dict[object, int] = {}
            aims = tuple(numbers.setdefault(each.aims, len(numbers)) for each in structures)
            self._ranked[key] = Ranked(structures, aims)
        return self._ranked[key]

    def prospects(self, place: Place) -> Prospects:
        """What the actions at a place bring."""
        key = (self.menus[place.structure], place.welfare)
        if key not in self._prospects:
            self._prospects[key] = prospects_of(self.crossed.situation(place))
        return self._prospects[key]

    def views(self, code: Code, *, sees_welfare: bool) -> Mapping[tuple[Place, Levels], int]:
        """What a code can tell apart: a place of each kind with the levels it sees, and how many.

        Args:
            code: The code.
            sees_welfare: Whether it looks at what actions bring.
        """
        levels = [levels_seen(each, code) for each in self.crossed.levels]
        key = (sees_welfare, tuple(levels))
        if key not in self._views:
            self._views[key] = self._told_apart(levels, sees_welfare=sees_welfare)
        return self._views[key]

    def _told_apart(
        self, levels: list[Levels], *, sees_welfare: bool
    ) -> dict[tuple[Place, Levels], int]:
        places: dict[tuple[int, int | None, Levels], Place] = {}
        situations: defaultdict[tuple[int, int | None, Levels], set[int]] = defaultdict(set)
        for place in self.crossed.places:
            welfare = place.welfare if sees_welfare else None
            key = (place.structure, welfare, levels[place.levels])
            places.setdefault(key, place)
            situations[key].add(place.welfare)
        return {(place, key[2]): len(situations[key]) for key, place in places.items()}


def levels_seen(levels: Levels, code: Code) -> Levels:
    """The levels of the factors at which a code looks."""
    return tuple(each for each in levels if each[0] in code.factors)


def _menu(case: Situation) -> tuple[tuple[object, ...], ...]:
    """The actions that are open, which of them refuse everything, and what exits count as."""
    return tuple((each.id, each.exit is Exit.REFUSE, each.counts_as) for each in case.actions)
