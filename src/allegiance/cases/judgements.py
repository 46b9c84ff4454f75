"""All judgements of all cells of a scenario, each computed once for what its code looks at.

    crossing -> places (structure, welfare, levels)
    a code   -> what its clauses look at -> the extents of its rules, once for each such part
             -> clauses put together, once for each choice of extents -> rulings of a place

So two cells that differ in nothing the code can see share one computation, and what a code can't
see is read off its rules.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from allegiance.cases.crossing import Crossing, Levels, Place
from allegiance.codes.code import Clause, Code
from allegiance.codes.extent import Extent
from allegiance.codes.facts import Facts, Structure, Told, prospects_of, ranked_by
from allegiance.codes.judge import settle
from allegiance.codes.judgement import Rulings, Verdict, is_dilemma
from allegiance.codes.prospects import Prospects
from allegiance.codes.rules import Source, extent, sources
from allegiance.situation.action import Exit
from allegiance.situation.classify import classify
from allegiance.situation.situation import Situation


@dataclass(frozen=True)
class Ruled:
    """What a code says at a place, for one choice of the levels at which it looks."""

    place: Place
    """Where."""
    levels: Levels
    """The levels at which the code looks."""
    rulings: Rulings
    """Action to ruling."""


Said = tuple[str, Verdict, tuple[str, ...]]
"""An action, the verdict on it, and the clauses that decide."""


@dataclass(frozen=True)
class Tally:
    """How often a code says what, over the situations of a scenario."""

    scenario: str
    """The scenario."""
    code: str
    """The code."""
    said: Mapping[Said, int]
    """What it says of which action on which grounds, to the number of situations."""
    situations: int
    """Situations judged; one for each choice of level that the code looks at besides."""
    dilemmas: int
    """Those in which it leaves nothing."""

    @property
    def rows(self) -> int:
        """Judgements in all."""
        return sum(self.said.values())

    @property
    def verdicts(self) -> Counter[Verdict]:
        """Judgements by verdict."""
        found: Counter[Verdict] = Counter()
        for (_, verdict, _), times in self.said.items():
            found[verdict] += times
        return found

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any count."""
        lines = sorted(f"{said} {times}" for said, times in self.said.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def tally(crossed: Crossing, code: Code, shelf: "Shelf | None" = None) -> Tally:
    """Judge every place of a crossing, and count.

    Args:
        crossed: All cells of a scenario.
        code: By which they are judged.
        shelf: What other codes found out about the same crossing; theirs is kept in it.
    """
    bench = _Bench(crossed, code, shelf or Shelf(crossed))
    times: Counter[int] = Counter()
    alike: dict[int, Rulings] = {}
    for (place, levels), situations in bench.views().items():
        for words in bench.words:
            rulings = bench.rulings(place, (*levels, *words))
            alike[id(rulings)] = rulings
            times[id(rulings)] += situations
    said: Counter[Said] = Counter()
    for number, rulings in alike.items():
        for action, each in rulings.items():
            said[action, each.verdict, each.clauses] += times[number]
    dilemmas = sum(times[number] for number, each in alike.items() if is_dilemma(each))
    return Tally(crossed.scenario, code.id, said, times.total(), dilemmas)


def ruled(crossed: Crossing, code: Code) -> Iterator[Ruled]:
    """What a code says at every place: each situation once, for each choice of level it sees."""
    bench = _Bench(crossed, code, Shelf(crossed))
    seen: set[tuple[int, int, Levels]] = set()
    for place in crossed.places:
        levels = bench.levels[place.levels]
        if (place.structure, place.welfare, levels) not in seen:
            seen.add((place.structure, place.welfare, levels))
            for words in bench.words:
                told = (*levels, *words)
                yield Ruled(place, told, bench.rulings(place, told))


class Shelf:
    """What many codes share: the cases under each order of rank, and what actions bring."""

    def __init__(self, crossed: Crossing) -> None:
        self.crossed = crossed
        self._structures: dict[object, list[Structure]] = {}
        self._prospects: dict[tuple[object, int], Prospects] = {}
        self.menus = [_menu(case) for case in crossed.structures]

    def structures(self, code: Code) -> list[Structure]:
        """The structures as a code ranks and reads them."""
        key = (code.first, code.unranked, code.reading)
        if key not in self._structures:
            self._structures[key] = [
                Structure(classify(ranked_by(code, case)), code.reading)
                for case in self.crossed.structures
            ]
        return self._structures[key]

    def prospects(self, place: Place) -> Prospects:
        """What the actions at a place bring."""
        key = (self.menus[place.structure], place.welfare)
        if key not in self._prospects:
            self._prospects[key] = prospects_of(self.crossed.situation(place))
        return self._prospects[key]


class _Bench:
    """One code over one crossing, remembering what it has looked at."""

    def __init__(self, crossed: Crossing, code: Code, shelf: Shelf) -> None:
        self.crossed, self.code, self.shelf = crossed, code, shelf
        self.structures = shelf.structures(code)
        self.groups = _groups(code)
        self.levels = [_seen(each, code) for each in crossed.levels]
        self.words = tuple(dict.fromkeys(_seen(each, code) for each in crossed.words))
        self.extents: dict[tuple[object, ...], int] = {}
        self.numbers: dict[tuple[Extent, ...], int] = {}
        self.sets: list[tuple[Extent, ...]] = []
        self.settled: dict[tuple[object, ...], Rulings] = {}

    def views(self) -> dict[tuple[Place, Levels], int]:
        """What the code can tell apart: one place of each such kind, and how many situations."""
        sees_welfare = any(Source.PROSPECTS in group for group, _ in self.groups)
        places: dict[tuple[int, int | None, Levels], Place] = {}
        situations: defaultdict[tuple[int, int | None, Levels], set[int]] = defaultdict(set)
        for place in self.crossed.places:
            welfare = place.welfare if sees_welfare else None
            key = (place.structure, welfare, self.levels[place.levels])
            places.setdefault(key, place)
            situations[key].add(place.welfare)
        return {(place, key[2]): len(situations[key]) for key, place in places.items()}

    def rulings(self, place: Place, levels: Levels) -> Rulings:
        """What the clauses come to at a place."""
        menu = self.shelf.menus[place.structure]
        found = tuple(self._extents(number, place, levels) for number in range(len(self.groups)))
        key = (menu, *found)
        if key not in self.settled:
            self.settled[key] = self._settled(
                tuple(self.structures[place.structure].case.action), found
            )
        return self.settled[key]

    def _extents(self, number: int, place: Place, levels: Levels) -> int:
        """The extents of the rules that look at the same parts of the facts, as a number."""
        group, clauses = self.groups[number]
        by_structure = Source.STRUCTURE in group
        key = (
            number,
            place.structure if by_structure else self.shelf.menus[place.structure],
            place.welfare if Source.PROSPECTS in group else None,
            levels if Source.LEVELS in group else None,
        )
        if key not in self.extents:
            structure, prospects = self.structures[place.structure], self.shelf.prospects(place)
            facts = Facts(structure, prospects, Told(levels=dict(levels)))
            found = tuple(extent(each.rule, facts) for each in clauses if each.rule is not None)
            if found not in self.numbers:
                self.numbers[found] = len(self.sets)
                self.sets.append(found)
            self.extents[key] = self.numbers[found]
        return self.extents[key]

    def _settled(self, menu: tuple[str, ...], found: tuple[int, ...]) -> Rulings:
        extents = {
            clause.id: each
            for (_, clauses), number in zip(self.groups, found, strict=True)
            for clause, each in zip(clauses, self.sets[number], strict=True)
        }
        return settle(self.code, menu, extents)


def _menu(case: Situation) -> tuple[tuple[object, ...], ...]:
    """The actions that are open, which of them refuse everything, and what exits count as."""
    return tuple((each.id, each.exit is Exit.REFUSE, each.counts_as) for each in case.actions)


def _groups(code: Code) -> list[tuple[frozenset[Source], list[Clause]]]:
    """The clauses of a code by the parts of the facts that they look at."""
    found: defaultdict[frozenset[Source], list[Clause]] = defaultdict(list)
    for clause in code.ruled:
        if clause.rule is not None:
            found[sources(clause.rule)].append(clause)
    return list(found.items())


def _seen(levels: Levels, code: Code) -> Levels:
    """The levels of the factors at which a code looks."""
    return tuple(each for each in levels if each[0] in code.factors)
