"""What is compared with what: every comparison that a design and its hypotheses allow.

    factor       each crossed factor, from the first of its levels to each other
    contrast     places in the design that the author of the scenario named
    hypothesis   a claim of the experiment: a contrast, or with `less` an interaction
    control      the positive control: does a plain order move the read-out at all?

Two cells are compared where they agree in every factor that the comparison does not name. An
interaction takes the same off at another place: what goal conflict does under threat, less
what it does without, is the effect of both beyond the effects of either alone.

Where the design chose its cells by a model (a fraction, an optimal set) there need not be such
cells. There each comparison is one weighted sum over all cells, by least squares in that model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from allegiance.design.contrasts import Step, Untold
from allegiance.design.factorial import Cell, matching_pairs
from allegiance.design.terms import Term
from allegiance.experiment.cells import played_of
from allegiance.experiment.claims import steps_of
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolved import Resolved, StampedScenario

Unit = tuple[str, ...]
"""Two cells, from and to; or four, the latter two to be taken off; or all that have a weight."""


@dataclass(frozen=True)
class InModel:
    """How a comparison is read off a design in its model."""

    cells: Unit
    """Those that have a weight."""
    weights: tuple[float, ...]
    """Of each: its part in the comparison."""
    products: tuple[Term, ...]
    """Interactions in the model."""


@dataclass(frozen=True)
class Comparison:
    """Two sides of a design: cells that are matched one to one, or weights on all of them."""

    kind: str
    factor: str
    source: str
    target: str
    within: str
    matched: tuple[Unit, ...]
    """Cells alike in all that is not named."""
    hypothesis: str | None
    """up or down, where that was said before the first trial."""
    confirmatory: bool
    less: str = ""
    """Of an interaction: the contrast that is taken off, in words."""
    claim: Hypothesis | None = None
    """The experiment's hypothesis that it tests."""
    model: InModel | Untold | None = None
    """Where the design is read off in a model: how, or why it can't be."""

    @property
    def units(self) -> tuple[Unit, ...]:
        """The cells of which it is made up."""
        if self.model is None:
            return self.matched
        return (self.model.cells,) if isinstance(self.model, InModel) else ()

    @property
    def weights(self) -> tuple[float, ...]:
        """Of the cells of its only unit; empty where matched cells are compared."""
        return self.model.weights if isinstance(self.model, InModel) else ()

    @property
    def untold(self) -> str:
        """Why it has no units, where it has none."""
        return (
            self.model.problem
            if isinstance(self.model, Untold)
            else "the design has no two such cells"
        )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The cells compared two by two, those taken off behind the others."""
        first = dict.fromkeys((unit[0], unit[1]) for unit in self.matched)
        second = dict.fromkeys((unit[2], unit[3]) for unit in self.matched if len(unit) > 2)
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
            matched=_units(resolved, name, claim),
            hypothesis=claim.direction,
            confirmatory=len(scenarios) == 1,
            less=f"{_in_words(less.source)} to {_in_words(less.target)}" if less else "",
            claim=claim,
            model=_in_model(resolved, name, *steps_of(claim)),
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
            step = Step({factor: levels[0]}, {factor: level})
            found = Comparison(
                kind="factor",
                factor=factor,
                source=levels[0],
                target=level,
                within=", ".join(other for other in scenario.crossed if other != factor),
                matched=_pairs(resolved, name, step.source, step.target),
                hypothesis=None,
                confirmatory=False,
                model=_in_model(resolved, name, step),
            )
            if found.units:
                yield found


def _named(resolved: Resolved, name: str, scenario: StampedScenario) -> Iterator[Comparison]:
    for each in scenario.contrasts:
        named = each.source.keys() | each.target.keys()
        yield Comparison(
            kind="contrast",
            factor=each.id,
            source=_in_words(each.source),
            target=_in_words(each.target),
            within=", ".join(other for other in scenario.crossed if other not in named),
            matched=_pairs(resolved, name, each.source, each.target),
            hypothesis=each.direction,
            confirmatory=True,
            model=_in_model(resolved, name, *steps_of(each)),
        )


def _controls(scenario: StampedScenario) -> Iterator[Comparison]:
    if scenario.control:
        pairs = ((scenario.control.down, scenario.control.up),)
        yield Comparison(
            "control", "positive control", "down", "up", "", pairs, "up", confirmatory=True
        )


def _in_model(
    resolved: Resolved, name: str, step: Step, less: Step | None = None
) -> InModel | Untold | None:
    """The weights of a comparison in the design's model; None where matched cells are compared."""
    if resolved.estimator == "paired":
        return None
    played = played_of(resolved, name)
    found = played.weights(step, less)
    if isinstance(found, Untold):
        return found
    ids = {_key(levels): id for id, levels in _cells(resolved, name).items()}
    told = [(ids[_key(cell)], w) for cell, w in zip(played.cells, found.of, strict=True) if w]
    return InModel(tuple(id for id, _ in told), tuple(w for _, w in told), played.estimable)


def _pairs(
    resolved: Resolved, name: str, source: Mapping[str, str], target: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Ids of matched cells."""
    cells = _cells(resolved, name)
    ids = {_key(levels): id for id, levels in cells.items()}
    return tuple(
        (ids[_key(left)], ids[_key(right)])
        for left, right in matching_pairs(list(cells.values()), source, target)
    )


def _cells(resolved: Resolved, name: str) -> dict[str, Cell]:
    """Every cell of a scenario with its levels, the control's own left out."""
    control = resolved.scenarios[name].control
    aside = {control.up, control.down} if control else set()
    return {
        id: cell.levels
        for id, cell in resolved.cells.items()
        if cell.scenario == name and id not in aside
    }


def _key(cell: Cell) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(cell.items()))


def _in_words(levels: Mapping[str, str]) -> str:
    return ", ".join(f"{factor}: {level}" for factor, level in levels.items())
