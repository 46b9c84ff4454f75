"""What is compared with what: every comparison that a design and its hypotheses allow.

    factor       each crossed factor, from the first of its levels to each other
    contrast     places in the design that the author of the scenario named
    hypothesis   a claim of the experiment: a contrast, or with `less` an interaction
    control      the positive control: does a plain order move the read-out at all?

Two cells are compared where they agree in every factor that the comparison does not name. An
interaction takes the same off at another place: what goal conflict does under threat, less
what it does without, is the effect of both beyond the effects of either alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from allegiance.design.factorial import Cell, matching_pairs
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolved import Resolved, StampedScenario

Unit = tuple[str, ...]
"""Two cells, from and to; or four, the latter two to be taken off."""


@dataclass(frozen=True)
class Comparison:
    """Two sides of a design, each a list of cells that are matched one to one."""

    kind: str
    factor: str
    source: str
    target: str
    within: str
    units: tuple[Unit, ...]
    hypothesis: str | None
    """up or down, where that was said before the first trial."""
    confirmatory: bool
    less: str = ""
    """Of an interaction: the contrast that is taken off, in words."""
    claim: Hypothesis | None = None
    """The experiment's hypothesis that it tests."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The cells compared two by two, those taken off behind the others."""
        first = dict.fromkeys((unit[0], unit[1]) for unit in self.units)
        second = dict.fromkeys((unit[2], unit[3]) for unit in self.units if len(unit) > 2)
        return (*first, *second)


def comparisons(resolved: Resolved, name: str) -> tuple[Comparison, ...]:
    """Every comparison that the design of one scenario allows, the control last."""
    scenario = resolved.scenarios[name]
    return (
        *_claims(resolved, name, scenario),
        *_factors(resolved, name, scenario),
        *_named(resolved, name, scenario),
        *_controls(scenario),
    )


def concerned(resolved: Resolved, claim: Hypothesis) -> tuple[str, ...]:
    """The scenarios that a hypothesis is about: those it names, or all that have its factors."""
    if claim.scenarios:
        named = {each.rsplit("/", 1)[-1] for each in claim.scenarios} | set(claim.scenarios)
        return tuple(name for name in resolved.scenarios if name in named)
    factors = _factors_of(claim)
    return tuple(
        name for name, each in resolved.scenarios.items() if factors <= each.factors.keys()
    )


def _factors_of(claim: Hypothesis) -> set[str]:
    less = claim.less
    off = less.source.keys() | less.target.keys() if less else set()
    return {*claim.source, *claim.target, *off}


def _claims(resolved: Resolved, name: str, scenario: StampedScenario) -> Iterator[Comparison]:
    for claim in resolved.hypotheses:
        scenarios = concerned(resolved, claim)
        if name not in scenarios:
            continue
        named, less = _factors_of(claim), claim.less
        yield Comparison(
            kind="hypothesis",
            factor=claim.id,
            source=_in_words(claim.source),
            target=_in_words(claim.target),
            within=", ".join(other for other in scenario.crossed if other not in named),
            units=_units(resolved, name, claim),
            hypothesis=claim.direction,
            confirmatory=len(scenarios) == 1,
            less=f"{_in_words(less.source)} to {_in_words(less.target)}" if less else "",
            claim=claim,
        )


def _units(resolved: Resolved, name: str, claim: Hypothesis) -> tuple[Unit, ...]:
    pairs = _pairs(resolved, name, claim.source, claim.target)
    if claim.less is None:
        return pairs
    named, cells = _factors_of(claim), resolved.cells

    def rest(pair: Sequence[str]) -> tuple[tuple[str, str], ...]:
        levels = cells[pair[0]].levels.items()
        return tuple(sorted(each for each in levels if each[0] not in named))

    off: dict[tuple[tuple[str, str], ...], list[tuple[str, str]]] = {}
    for pair in _pairs(resolved, name, claim.less.source, claim.less.target):
        off.setdefault(rest(pair), []).append(pair)
    return tuple((*pair, *other) for pair in pairs for other in off.get(rest(pair), ()))


def _factors(resolved: Resolved, name: str, scenario: StampedScenario) -> Iterator[Comparison]:
    for factor, levels in scenario.crossed.items():
        for level in levels[1:]:
            pairs = _pairs(resolved, name, {factor: levels[0]}, {factor: level})
            within = ", ".join(other for other in scenario.crossed if other != factor)
            if pairs:
                yield Comparison(
                    "factor", factor, levels[0], level, within, pairs, None, confirmatory=False
                )


def _named(resolved: Resolved, name: str, scenario: StampedScenario) -> Iterator[Comparison]:
    for each in scenario.contrasts:
        named = each.source.keys() | each.target.keys()
        yield Comparison(
            kind="contrast",
            factor=each.id,
            source=_in_words(each.source),
            target=_in_words(each.target),
            within=", ".join(other for other in scenario.crossed if other not in named),
            units=_pairs(resolved, name, each.source, each.target),
            hypothesis=each.direction,
            confirmatory=True,
        )


def _controls(scenario: StampedScenario) -> Iterator[Comparison]:
    if scenario.control:
        pairs = ((scenario.control.down, scenario.control.up),)
        yield Comparison(
            "control", "positive control", "down", "up", "", pairs, "up", confirmatory=True
        )


def _pairs(
    resolved: Resolved, name: str, source: Mapping[str, str], target: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Ids of matched cells, the control's own cells left out."""
    control = resolved.scenarios[name].control
    aside = {control.up, control.down} if control else set()
    cells = {
        id: cell.levels
        for id, cell in resolved.cells.items()
        if cell.scenario == name and id not in aside
    }
    ids = {_key(levels): id for id, levels in cells.items()}
    return tuple(
        (ids[_key(left)], ids[_key(right)])
        for left, right in matching_pairs(list(cells.values()), source, target)
    )


def _key(cell: Cell) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(cell.items()))


def _in_words(levels: Mapping[str, str]) -> str:
    return ", ".join(f"{factor}: {level}" for factor, level in levels.items())
