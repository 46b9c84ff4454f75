"""All judgements of all cells of a scenario, each computed once for what its code looks at.

    crossing -> places (structure, welfare, levels)
    a code   -> what its clauses look at -> the extents of its rules, once for each such part
             -> clauses put together, once for each choice of extents -> rulings of a place

So two cells that differ in nothing the code can see share one computation, and what a code can't
see is read off its rules.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from allegiance.cases.crossing import Crossing, Levels, Place
from allegiance.codes.code import Clause, Code
from allegiance.codes.facts import Facts, Structure, Told, ranked_by
from allegiance.codes.judge import settle
from allegiance.codes.judgement import Rulings, Verdict, is_dilemma
from allegiance.codes.prospects import Prospects
from allegiance.codes.rules import Extent, Source, extent, sources
from allegiance.situation.classify import classify


@dataclass(frozen=True)
class Ruled:
    """What a code says at a place, of some choice of the levels that only change words."""

    place: Place
    """Where."""
    words: Levels
    """At which levels of factors that change only words, where the code looks at them."""
    rulings: Rulings
    """Action to ruling."""


@dataclass
class Tally:
    """How often a code says what, over the situations of a scenario."""

    scenario: str
    """The scenario."""
    code: str
    """The code."""
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    """Judgements by word, over situations and actions."""
    situations: int = 0
    """Situations judged; one for each choice of level that the code looks at besides."""
    dilemmas: int = 0
    """Those in which it leaves nothing."""

    @property
    def rows(self) -> int:
        """Judgements in all."""
        return sum(self.verdicts.values())


def tally(crossed: Crossing, code: Code) -> Tally:
    """Judge every place of a crossing, and count."""
    found = Tally(crossed.scenario, code.id)
    counted: dict[int, tuple[Rulings, int]] = {}
    for each in ruled(crossed, code):
        known = counted.get(id(each.rulings), (each.rulings, 0))
        counted[id(each.rulings)] = (each.rulings, known[1] + 1)
    for rulings, times in counted.values():
        found.situations += times
        found.dilemmas += times * is_dilemma(rulings)
        for ruling in rulings.values():
            found.verdicts[ruling.verdict] += times
    return found


def ruled(crossed: Crossing, code: Code) -> Iterator[Ruled]:
    """What a code says at every place: each situation once, for each choice of level it sees."""
    bench = _Bench(crossed, code)
    seen: set[tuple[int, int, Levels]] = set()
    for place in crossed.places:
        key = (place.structure, place.welfare, bench.levels_at(place))
        if key in seen:
            continue
        seen.add(key)
        for words in bench.words:
            yield Ruled(place, words, bench.rulings(place, words))


class _Bench:
    """One code over one crossing, remembering what it has looked at."""

    def __init__(self, crossed: Crossing, code: Code) -> None:
        self.crossed, self.code = crossed, code
        self.structures = [
            Structure(classify(ranked_by(code, case)), code.reading) for case in crossed.structures
        ]
        self.groups = _groups(code)
        self.levels = [_seen(each, code) for each in crossed.levels]
        self.words = tuple(dict.fromkeys(_seen(each, code) for each in crossed.words))
        self.prospects: dict[tuple[tuple[str, ...], int], Prospects] = {}
        self.extents: dict[tuple[object, ...], int] = {}
        self.sets: dict[tuple[Extent, ...], int] = {}
        self.settled: dict[tuple[object, ...], Rulings] = {}
        self.menus = [tuple(case.action) for case in crossed.structures]

    def levels_at(self, place: Place) -> Levels:
        return self.levels[place.levels]

    def rulings(self, place: Place, words: Levels) -> Rulings:
        found = tuple(
            self._extents(number, group, clauses, place, words)
            for number, (group, clauses) in enumerate(self.groups)
        )
        menu = self.menus[place.structure]
        key = (menu, *found)
        if key not in self.settled:
            self.settled[key] = self._settled(menu, found)
        return self.settled[key]

    def _extents(
        self,
        number: int,
        group: frozenset[Source],
        clauses: Sequence[Clause],
        place: Place,
        words: Levels,
    ) -> int:
        """The extents of the rules that look at the same parts of the facts, as a number."""
        key = (
            number,
            place.structure if Source.STRUCTURE in group else self.menus[place.structure],
            place.welfare if Source.PROSPECTS in group else None,
            (self.levels[place.levels], words) if Source.LEVELS in group else None,
        )
        if key not in self.extents:
            facts = self._facts(place, words)
            found = tuple(extent(each.rule, facts) for each in clauses if each.rule is not None)
            self.extents[key] = self.sets.setdefault(found, len(self.sets))
        return self.extents[key]

    def _facts(self, place: Place, words: Levels) -> Facts:
        menu = self.menus[place.structure]
        key = (menu, place.welfare)
        if key not in self.prospects:
            self.prospects[key] = Prospects(menu, self.crossed.welfares[place.welfare])
        told = Told(levels=dict((*self.levels[place.levels], *words)))
        return Facts(self.structures[place.structure], self.prospects[key], told)

    def _settled(self, menu: tuple[str, ...], found: tuple[int, ...]) -> Rulings:
        sets = list(self.sets)
        extents = {
            clause.id: each
            for (_, clauses), number in zip(self.groups, found, strict=True)
            for clause, each in zip(clauses, sets[number], strict=True)
        }
        return settle(self.code, menu, extents)


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
