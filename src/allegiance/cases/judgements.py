"""All judgements of all cells of a scenario, each computed once for what its code looks at.

    crossing -> places (structure, welfare, levels)
    a code   -> the plain conditions of its rules, each found once for what it looks at
             -> rules and clauses put together, once for each choice of these
             -> rulings of a place

So two cells that differ in nothing the code can see share one computation, and what a code can't
see is read off its rules.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from allegiance.cases.crossing import Crossing, Levels, Place
from allegiance.cases.crossing_facts import CrossingFacts, levels_seen
from allegiance.codes.code import Code
from allegiance.codes.condition import Condition, Source
from allegiance.codes.extent import Extent
from allegiance.codes.facts import Facts, Told
from allegiance.codes.judge import settle
from allegiance.codes.judgement import Rulings, Verdict, is_dilemma
from allegiance.codes.rules import plain_extent, put_together


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
class JudgementCounts:
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


def count_judgements(
    crossed: Crossing, code: Code, facts: CrossingFacts | None = None
) -> JudgementCounts:
    """Judge every place of a crossing, and count.

    Args:
        crossed: All cells of a scenario.
        code: By which they are judged.
        facts: What other codes found out about the same crossing; theirs is kept in it.
    """
    judging = _Judging(code, facts or CrossingFacts(crossed))
    times: Counter[int] = Counter()
    alike: dict[int, Rulings] = {}
    for (place, levels), situations in judging.views().items():
        for words in judging.words:
            rulings = judging.rulings(place, (*levels, *words))
            alike[id(rulings)] = rulings
            times[id(rulings)] += situations
    said: Counter[Said] = Counter()
    for number, rulings in alike.items():
        for action, each in rulings.items():
            said[action, each.verdict, each.clauses] += times[number]
    dilemmas = sum(times[number] for number, each in alike.items() if is_dilemma(each))
    return JudgementCounts(crossed.scenario, code.id, said, times.total(), dilemmas)


def ruled(crossed: Crossing, code: Code) -> Iterator[Ruled]:
    """What a code says at every place: each situation once, for each choice of level it sees."""
    judging = _Judging(code, CrossingFacts(crossed))
    seen: set[tuple[int, int, Levels]] = set()
    for place in crossed.places:
        levels = levels_seen(crossed.levels[place.levels], code)
        if (place.structure, place.welfare, levels) not in seen:
            seen.add((place.structure, place.welfare, levels))
            for words in judging.words:
                told = (*levels, *words)
                yield Ruled(place, told, judging.rulings(place, told))


class _Judging:
    """One code over one crossing, remembering what it has found."""

    def __init__(self, code: Code, facts: CrossingFacts) -> None:
        self.code, self.facts, self.ranked = code, facts, facts.ranked(code)
        self.groups = _groups(code)
        words = (levels_seen(each, code) for each in facts.crossed.words)
        self.words = tuple(dict.fromkeys(words))
        self._numbers: dict[tuple[object, ...], int] = {}
        self._found: dict[tuple[Extent, ...], int] = {}
        self._sets: list[tuple[Extent, ...]] = []
        self._rulings: dict[tuple[object, ...], Rulings] = {}
        self._settled: dict[tuple[object, ...], Rulings] = {}

    def views(self) -> Mapping[tuple[Place, Levels], int]:
        """What the code can tell apart, and how many situations each stands for."""
        sees_welfare = any(Source.PROSPECTS in sources for sources, _ in self.groups)
        return self.facts.views(self.code, sees_welfare=sees_welfare)

    def rulings(self, place: Place, levels: Levels) -> Rulings:
        """What the clauses come to at a place: the same object where all they look at is alike."""
        found = tuple(self._number(each, place, levels) for each in range(len(self.groups)))
        key = (self.facts.menus[place.structure], found)
        if key not in self._rulings:
            self._rulings[key] = self._settle(place, found)
        return self._rulings[key]

    def _number(self, group: int, place: Place, levels: Levels) -> int:
        """The extents of the plain conditions that look at the same parts, as one number."""
        sources, plain = self.groups[group]
        structure: object = self.facts.menus[place.structure]
        if Source.STRUCTURE in sources:
            structure = place.structure
        elif Source.AIMS in sources:
            structure = self.ranked.aims[place.structure]
        key = (
            group,
            structure,
            place.welfare if Source.PROSPECTS in sources else None,
            levels if Source.LEVELS in sources else None,
        )
        if key not in self._numbers:
            facts = self._facts(place, levels)
            found = tuple(plain_extent(each, facts) for each in plain)
            if found not in self._found:
                self._found[found] = len(self._sets)
                self._sets.append(found)
            self._numbers[key] = self._found[found]
        return self._numbers[key]

    def _facts(self, place: Place, levels: Levels) -> Facts:
        structure = self.ranked.structures[place.structure]
        return Facts(structure, self.facts.prospects(place), Told(levels=dict(levels)))

    def _settle(self, place: Place, numbers: tuple[int, ...]) -> Rulings:
        """Put the rules together, and the clauses, of such extents once."""
        known = {
            id(each): extent
            for (_, plain), number in zip(self.groups, numbers, strict=True)
            for each, extent in zip(plain, self._sets[number], strict=True)
        }
        actions = self.ranked.structures[place.structure].actions
        extents = {
            clause.id: put_together(clause.rule, actions, lambda plain: known[id(plain)])
            for clause in self.code.ruled
            if clause.rule is not None
        }
        menu = self.facts.menus[place.structure]
        key = (menu, *extents.values())
        if key not in self._settled:
            case = self.facts.crossed.structures[place.structure]
            self._settled[key] = settle(self.code, tuple(case.action), extents)
        return self._settled[key]


def _groups(code: Code) -> list[tuple[frozenset[Source], list[Condition]]]:
    """The plain conditions in a code's rules by the parts of the facts that they look at."""
    found: defaultdict[frozenset[Source], list[Condition]] = defaultdict(list)
    for clause in code.ruled:
        for plain in clause.rule.plain if clause.rule is not None else ():
            found[plain.sources].append(plain)
    return list(found.items())
