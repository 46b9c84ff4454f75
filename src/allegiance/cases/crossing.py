"""Every cell of a scenario, and the few situations that they come to.

    full crossing of the factors, less what is impossible
      -> a bit for each `when`, found once for every level and put together by `and`
      -> the structure (parties, instructions, actions) and the welfare of each cell
      -> cells that agree in both share one situation

A factor that only changes the words multiplies cells and no situation. So cells are gone
through by the other factors alone, and each counts for as many as the words have levels; where
a code looks at the levels of such a factor, they are gone through when it judges.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from math import prod
from operator import or_

from allegiance.scenarios.factors import all_factors
from allegiance.scenarios.fields import Part, When
from allegiance.scenarios.names import factor_in
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.situation import Situation
from allegiance.situation.welfare import Welfare
from allegiance.vignettes.formal import situation_of, welfare_of

Levels = tuple[tuple[str, str], ...]
"""Factors and levels, in the order of the scenario."""


@dataclass(frozen=True)
class Place:
    """A situation of a scenario, with the levels that were asked for, as numbers into lists."""

    structure: int
    """Which of the structures."""
    welfare: int
    """Which of the welfares."""
    levels: int
    """Which choice of level, of the factors that change the situation."""


@dataclass(frozen=True)
class Crossing:
    """All cells of a scenario."""

    scenario: str
    """The scenario's id."""
    structures: tuple[Situation, ...]
    """Its situations without their welfare, each once."""
    welfares: tuple[tuple[Welfare, ...], ...]
    """What actions bring, each set once."""
    levels: tuple[Levels, ...]
    """Choices of level of the factors that were asked for and change the situation."""
    words: tuple[Levels, ...]
    """The same of those that only change words; each goes with every place."""
    places: Mapping[Place, int]
    """Each place to the number of cells that it stands for."""

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return sum(self.places.values())

    @property
    def situations(self) -> int:
        """How many situations there are."""
        return len({(each.structure, each.welfare) for each in self.places})

    def situation(self, place: Place) -> Situation:
        """The situation at a place."""
        welfare = self.welfares[place.welfare]
        return replace(self.structures[place.structure], welfare=welfare)


def crossing(scenario: Scenario, looked_at: Collection[str] = ()) -> Crossing:
    """Go through all cells of a scenario.

    Args:
        scenario: Whose cells.
        looked_at: Factors whose levels a code looks at beside the situation.

    Raises:
        UserError: A cell has no lawful situation.
    """
    return _Crosser(scenario, frozenset(looked_at)).crossed()


class _Crosser:
    """One scenario, with what each level lets through."""

    def __init__(self, scenario: Scenario, looked_at: frozenset[str]) -> None:
        self.scenario, self.factors = scenario, all_factors(scenario)
        excluded = {factor for rule in scenario.impossible for factor in rule}
        self.through = [
            name
            for name, factor in self.factors.items()
            if not factor.words_only or name in excluded
        ]
        rest = [name for name in self.factors if name not in self.through]
        self.multiple = prod(len(self.factors[name].level_ids) for name in rest)
        self.told = [name for name in self.through if name in looked_at]
        self.worded = [name for name in rest if name in looked_at]
        self.structures: dict[object, tuple[int, Situation]] = {}
        self.welfares: dict[tuple[Welfare, ...], int] = {}
        self.levels: dict[Levels, int] = {}

    def crossed(self) -> Crossing:
        rooms = (self._structural(), self._prospective(), self._each_level(self.told))
        barring = _once(each for each in self.scenario.impossible if each)
        bits = _Bits([*rooms, barring])
        numbered: tuple[dict[int, int], ...] = ({}, {}, {})
        number = (self._structure, self._welfare, self._levels)
        places: Counter[tuple[int, ...]] = Counter()
        for held, (cells, levels) in self._cells(bits).items():
            place = []
            for known, room, find in zip(numbered, bits.rooms, number, strict=False):
                there = held & room
                if there not in known:
                    known[there] = find(dict(zip(self.through, levels, strict=True)))
                place.append(known[there])
            places[tuple(place)] += cells * self.multiple
        return Crossing(
            scenario=self.scenario.id,
            structures=tuple(case for _, case in self.structures.values()),
            welfares=tuple(self.welfares),
            levels=tuple(self.levels),
            words=self._words(),
            places={Place(*place): count for place, count in places.items()},
        )

    def _cells(self, bits: "_Bits") -> dict[int, tuple[int, tuple[str, ...]]]:
        """The bits that hold together in some possible cell, to how many cells, and the first.

        Cells that agree so far in every `when` are one from there on, and an impossible choice
        is dropped as soon as it is made: so what is gone through grows with what factors tell
        apart, and not with their number.
        """
        found: dict[int, tuple[int, tuple[str, ...]]] = {bits.all: (1, ())}
        for number, name in enumerate(self.through, 1):
            masks = [(level, bits.of(name, level)) for level in self.factors[name].level_ids]
            barred = bits.rooms[-1] & bits.settled_by(self.through[:number])
            further: dict[int, tuple[int, tuple[str, ...]]] = {}
            for held, (cells, levels) in found.items():
                for level, mask in masks:
                    if not held & mask & barred:
                        before, first = further.get(held & mask, (0, (*levels, level)))
                        further[held & mask] = before + cells, first
            found = further
        return found

    def _structural(self) -> list[When]:
        """The `when` of all that is structural, and each level that stands in for a name."""
        scenario = self.scenario
        rooms = ("parties", "tiers", "channels", "trust_root", "claims", "instructions", "actions")
        parts = [part for room in rooms for part in _parts_in(getattr(scenario, room))]
        texts = (
            text for each in ("claims", "instructions", "trust_root")
            for text in _texts_in(getattr(scenario, each))
        )  # fmt: skip
        named = {factor for text in texts if (factor := factor_in(text)) is not None}
        whens = (when for part in parts if (when := getattr(part, "when", None)))
        return [*_once(whens), *self._each_level(named)]

    def _prospective(self) -> list[When]:
        """The `when` of all welfare, and each level by which some is multiplied."""
        entries = self.scenario.welfare
        times = {each.times for each in entries if each.times is not None}
        return [*_once(each.when for each in entries), *self._each_level(times)]

    def _each_level(self, names: Iterable[str]) -> list[When]:
        return [{name: (level,)} for name in names for level in self.factors[name].level_ids]

    def _structure(self, cell: Mapping[str, str]) -> int:
        case = replace(situation_of(self.scenario, self._whole(cell)), welfare=())
        key = (*(getattr(case, name) for name in _PARTS), tuple(sorted(case.tiers.items())))
        return self.structures.setdefault(key, (len(self.structures), case))[0]

    def _welfare(self, cell: Mapping[str, str]) -> int:
        found = welfare_of(self.scenario, self._whole(cell))
        return self.welfares.setdefault(found, len(self.welfares))

    def _levels(self, cell: Mapping[str, str]) -> int:
        found = tuple((name, cell[name]) for name in self.told)
        return self.levels.setdefault(found, len(self.levels))

    def _words(self) -> tuple[Levels, ...]:
        each = [[(name, level) for level in self.factors[name].level_ids] for name in self.worded]
        return tuple(product(*each))

    def _whole(self, cell: Mapping[str, str]) -> dict[str, str]:
        return {name: cell.get(name, each.level_ids[0]) for name, each in self.factors.items()}


class _Bits:
    """A bit for each `when` of several rooms."""

    def __init__(self, rooms: list[list[When]]) -> None:
        self.whens = [when for room in rooms for when in room]
        self.all = (1 << len(self.whens)) - 1
        self.rooms, done = [], 0
        for room in rooms:
            self.rooms.append(((1 << len(room)) - 1) << done)
            done += len(room)

    def of(self, factor: str, level: str) -> int:
        """The bits of all that this level lets hold."""
        held = (
            1 << place
            for place, when in enumerate(self.whens)
            if factor not in when or level in when[factor]
        )
        return reduce(or_, held, 0)

    def settled_by(self, factors: Collection[str]) -> int:
        """The bits of the `when` that look at these factors alone."""
        alone = (1 << place for place, when in enumerate(self.whens) if set(when) <= set(factors))
        return reduce(or_, alone, 0)


_PARTS = ("channels", "trust_root", "parties", "actions", "instructions", "claims")
"""The parts of a situation that can be told apart as they are."""


def _once(whens: Iterable[When]) -> list[When]:
    return list({tuple(sorted(when.items())): when for when in whens}.values())


def _parts_in(value: object) -> Iterator[Part]:
    if isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from _parts_in(getattr(value, name))
    elif isinstance(value, (tuple, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _parts_in(each)


def _texts_in(value: object) -> Iterator[str]:
    """The texts of the formal fields of parts."""
    if isinstance(value, str):
        yield value
    for part in _parts_in(value):
        yield from (
            each for name in type(part).model_fields if isinstance(each := getattr(part, name), str)
        )
        for name in type(part).model_fields:
            inner = getattr(part, name)
            if isinstance(inner, tuple):
                yield from (each for each in inner if isinstance(each, str))
