"""The cells that lint looks at: every combination of the levels that the file ties together.

    coupled     factors that share a `when`, an `impossible` or a moved channel
    contexts    all levels of a factor's coupled ones, the rest at the first possible levels
    pairs       two cells that differ in one factor only

A scenario with eight factors has thousands of cells, and nearly all of them say nothing new:
where no rule names two factors together, neither can change what the other does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product

from allegiance.documents.document import Location
from allegiance.scenarios.factors import CONTROL, complete_cell, is_possible
from allegiance.scenarios.fields import Part, When
from allegiance.scenarios.names import factor_in
from allegiance.scenarios.scenario import Scenario

MOST_CONTEXTS = 3000
"""Contexts of one factor that are looked at; the first ones, where there are more."""
MOST_TRIED = 20_000
"""Cells that are tried where one that is possible is looked for."""

Cell = dict[str, str]
"""A level for every factor."""
Pair = tuple[Cell, Cell]
"""Two cells that differ in one factor."""


@dataclass(frozen=True)
class Comparison:
    """Two levels of a factor, in every context that is looked at."""

    factor: str
    """The factor."""
    at: Location
    """Place of the later level in the file."""
    one: str
    """The earlier level."""
    other: str
    """The later level."""
    pairs: tuple[Pair, ...]
    """The pairs of cells, where both are possible."""


def coupled(scenario: Scenario) -> dict[str, frozenset[str]]:
    """For each factor, the others that the file names together with it.

    Those that `impossible` ties to these come along, so that a context can be completed.
    """
    ties: dict[str, set[str]] = {name: set() for name in scenario.factors}
    for named in (*conditions(scenario), *map(frozenset, scenario.impossible)):
        for one, other in combinations(sorted(named & ties.keys()), 2):
            ties[one].add(other)
            ties[other].add(one)
    excluded = tied_by_exclusion(scenario)
    return {
        name: frozenset(set().union(others, *(excluded[each] for each in others)) - {name})
        for name, others in ties.items()
    }


def tied_by_exclusion(scenario: Scenario) -> dict[str, frozenset[str]]:
    """For each factor, those that `impossible` keeps from varying freely beside it."""
    groups = {name: {name} for name in scenario.factors}
    for rule in scenario.impossible:
        merged = set().union(*(groups[name] for name in rule if name in groups))
        for name in merged:
            groups[name] = merged
    return {name: frozenset(group) for name, group in groups.items()}


def conditions(scenario: Scenario) -> Iterator[frozenset[str]]:
    """The factors named together: in a `when`, with the factor that stands for a channel."""
    for part in _parts(scenario):
        when: When = getattr(part, "when", {})
        moved = {
            factor
            for variant in getattr(part, "channel", None) or ()
            if (factor := factor_in(variant.value)) is not None
        }
        yield frozenset(when) | moved


def movers(scenario: Scenario) -> frozenset[str]:
    """The factors whose level stands for a channel: they move text, and own none."""
    found = {
        factor
        for part in _parts(scenario)
        for variant in getattr(part, "channel", None) or ()
        if (factor := factor_in(variant.value)) is not None
    }
    return frozenset(found)


def first_possible(scenario: Scenario, fixed: Mapping[str, str]) -> Cell | None:
    """The cell with these levels, the others at their baseline or the first possible levels.

    As few of the others as can be leave their baseline; None where nothing is possible.
    """
    cell = complete_cell(scenario, fixed, possible=False)
    if is_possible(scenario, cell):
        return cell
    free = [name for name in _excludable(scenario) if name not in fixed]
    tried = ({**cell, **moved} for moved in islice(_moved(scenario, free), MOST_TRIED))
    return next((each for each in tried if is_possible(scenario, each)), None)


def _moved(scenario: Scenario, free: list[str]) -> Iterator[Cell]:
    """Levels that leave the baseline, the fewest factors first."""
    for count in range(1, len(free) + 1):
        for moved in combinations(free, count):
            levels = (scenario.factors[name].level_ids[1:] for name in moved)
            for chosen in product(*levels):
                yield dict(zip(moved, chosen, strict=True))


def contexts(scenario: Scenario, factor: str) -> Iterator[Cell]:
    """The cells in which the levels of a factor are compared; its own level is left open."""
    others = sorted(coupled(scenario)[factor])
    own = scenario.factors[factor].level_ids
    choices = product(*(scenario.factors[name].level_ids for name in others))
    for chosen in islice(choices, MOST_CONTEXTS):
        fixed = dict(zip(others, chosen, strict=True))
        completed = (first_possible(scenario, {**fixed, factor: level}) for level in own)
        found = next((cell for cell in completed if cell is not None), None)
        if found is not None:
            yield found


def comparisons(scenario: Scenario) -> Iterator[Comparison]:
    """Each two levels of each factor, with the pairs of cells that differ in them alone."""
    for factor, entry in scenario.factors.items():
        around = list(contexts(scenario, factor))
        for (_, one), (place, other) in combinations(enumerate(entry.level_ids), 2):
            pairs = (({**cell, factor: one}, {**cell, factor: other}) for cell in around)
            both = (pair for pair in pairs if all(is_possible(scenario, cell) for cell in pair))
            kind = "values" if entry.numeric else "levels"
            at = ("factors", factor, kind, place)
            yield Comparison(factor, at, one, other, tuple(both))


def cells_of(scenario: Scenario) -> tuple[Cell, ...]:
    """All cells that lint looks at, each once: contexts, control, default experiment."""
    found: dict[tuple[str, ...], Cell] = {}
    for cell in _all_cells(scenario):
        found.setdefault(tuple(cell.values()), cell)
    return tuple(found.values())


def _all_cells(scenario: Scenario) -> Iterator[Cell]:
    baseline = first_possible(scenario, {})
    if baseline is not None:
        yield baseline
    for factor, entry in scenario.factors.items():
        for context in contexts(scenario, factor):
            yield from _possible(
                scenario, ({**context, factor: level} for level in entry.level_ids)
            )
    positive = scenario.controls.positive.at
    controls = ({**positive, CONTROL: side} for side in ("up", "down"))
    yield from _possible(
        scenario, (complete_cell(scenario, each, possible=False) for each in controls)
    )
    crossed = scenario.experiment.factors
    design = (dict(zip(crossed, levels, strict=True)) for levels in product(*crossed.values()))
    yield from _possible(
        scenario,
        (complete_cell(scenario, each, possible=False) for each in islice(design, MOST_CONTEXTS)),
    )


def _possible(scenario: Scenario, cells: Iterable[Cell]) -> Iterator[Cell]:
    return (cell for cell in cells if is_possible(scenario, cell))


def _excludable(scenario: Scenario) -> list[str]:
    named = {name for rule in scenario.impossible for name in rule}
    return [name for name in scenario.factors if name in named]


def _parts(part: Part) -> Iterator[Part]:
    """The part and all parts in it."""
    yield part
    for name in type(part).model_fields:
        yield from _parts_in(getattr(part, name))


def _parts_in(value: object) -> Iterator[Part]:
    if isinstance(value, Part):
        yield from _parts(value)
    elif isinstance(value, tuple):
        for each in value:
            yield from _parts_in(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _parts_in(each)
