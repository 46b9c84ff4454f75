"""Hypotheses checked against the cells that are played, before anything is spent.

    named nowhere, or a typo       a scenario, factor, level or outcome that does not exist
    no cells                       one of its places is not played
    takes in what is taken as nil  an interaction that a fraction's model leaves out
    aliased                        the cells can't tell it from another effect
    too few wordings               with one there is no interval, hence no test

A hypothesis that names no scenarios concerns all that can tell it, and is filled in with them.
"""

from collections.abc import Iterable, Mapping, Sequence

from allegiance.design.contrasts import Step, Untold, place_words
from allegiance.errors import UserError, suggest
from allegiance.experiment.cells import Played
from allegiance.experiment.experiment import Exclusion, Experiment
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME, Hypothesis, Places
from allegiance.scenarios.factors import all_factors, levels_of
from allegiance.scenarios.scenario import WORDINGS, CellContrast, Scenario
from allegiance.situation.stance import Stance

OUTCOMES = (PRIMARY_OUTCOME, "missing", *(stance.value for stance in Stance))
FEWEST_WORDINGS = 2
"""With one there is no spread between wordings, and so no interval."""

Design = Mapping[str, tuple[Scenario, Played]]
"""Scenario id to the scenario and what of it is played."""


def steps_of(hypothesis: Hypothesis | CellContrast) -> tuple[Step, Step | None]:
    """The contrast of a hypothesis, and what is taken off it."""
    less = hypothesis.less if isinstance(hypothesis, Hypothesis) else None
    return (
        Step(hypothesis.source, hypothesis.target),
        Step(less.source, less.target) if less else None,
    )


def hypothesis_words(hypothesis: Hypothesis | CellContrast) -> str:
    """A contrast in a line."""
    step, less = steps_of(hypothesis)
    return step_words(step) + (f", less {step_words(less)}" if less else "")


def step_words(step: Step) -> str:
    """What changes from where to where, and where the rest is held."""
    if step.source.keys() != step.target.keys():
        return f"{place_words(step.source)} -> {place_words(step.target)}"
    changed = [name for name in step.source if step.source[name] != step.target[name]]
    held = {name: level for name, level in step.source.items() if name not in changed}
    moves = ", ".join(f"{name} {step.source[name]} -> {step.target[name]}" for name in changed)
    return f"{moves} at {place_words(held)}" if held else moves


def checked(experiment: Experiment, design: Design, names: Mapping[str, str]) -> list[Hypothesis]:
    """The hypotheses with the scenarios that each concerns.

    Args:
        experiment: The experiment.
        design: What is played.
        names: How the experiment calls a scenario, to its id.

    Raises:
        UserError: One that names what is not there, or that the design can't tell.
    """
    _require_wordings(experiment)
    ids = [each.id for each in experiment.hypotheses]
    for id in ids:
        if ids.count(id) > 1:
            raise _error(id, "stands twice", "Tables tell hypotheses apart by id: change one.")
    return [_checked(each, design, names) for each in experiment.hypotheses]


def require_contrasts(stated: Sequence[CellContrast], scenario: Scenario, played: Played) -> None:
    """Check that the contrasts that an experiment states for a scenario have cells.

    Raises:
        UserError: One that has none.
    """
    for each in stated:
        _canonical(scenario, (each.source, each.target), f"scenarios.{scenario.id}.contrasts")
        found = _weights(each, played)
        if isinstance(found, Untold):
            raise UserError(
                f"{scenario.id} can't tell it: {found.problem}",
                mend=found.mend,
                field=f"scenarios.{scenario.id}.contrasts.{each.id}",
            )


def told_contrasts(inherited: Sequence[CellContrast], played: Played) -> tuple[CellContrast, ...]:
    """Of the contrasts that a scenario states by itself, those that the design can tell."""
    return tuple(each for each in inherited if not isinstance(_weights(each, played), Untold))


def checked_exclusions(
    exclusions: Iterable[Exclusion], design: Design, names: Mapping[str, str]
) -> list[Exclusion]:
    """The exclusions, scenarios by id.

    Raises:
        UserError: One that names what is not there.
    """
    found = []
    for place, each in enumerate(exclusions):
        field = f"exclusions[{place}]"
        ids = tuple(_scenario_id(name, names, f"{field}.scenarios") for name in each.scenarios)
        concerned = [design[id][0] for id in ids or design]
        for factor, levels in each.levels.items():
            _require_somewhere(concerned, factor, levels, f"{field}.levels")
        found.append(each.model_copy(update={"scenarios": ids}))
    return found


def _checked(hypothesis: Hypothesis, design: Design, names: Mapping[str, str]) -> Hypothesis:
    if hypothesis.outcome not in OUTCOMES:
        raise _error(
            hypothesis.id,
            f'no outcome "{hypothesis.outcome}"',
            suggest(hypothesis.outcome, OUTCOMES, "Outcomes"),
            "outcome",
        )
    if hypothesis.source == hypothesis.target:
        raise _error(hypothesis.id, "nothing changes from `from` to `to`", "Change a level.")
    if hypothesis.scenarios:
        return _in_stated(hypothesis, design, names)
    return _in_all_that_can(hypothesis, design)


def _in_stated(hypothesis: Hypothesis, design: Design, names: Mapping[str, str]) -> Hypothesis:
    """A hypothesis that names its scenarios: each must be able to tell it."""
    field = f"hypotheses.{hypothesis.id}"
    ids = tuple(_scenario_id(n, names, f"{field}.scenarios") for n in hypothesis.scenarios)
    for id in ids:
        scenario, played = design[id]
        canonical = _with_levels_of(hypothesis, scenario, field)
        found = _weights(canonical, played)
        if isinstance(found, Untold):
            raise _error(hypothesis.id, f"{id} can't tell it: {found.problem}", found.mend)
        hypothesis = canonical
    return hypothesis.model_copy(update={"scenarios": ids})


def _in_all_that_can(hypothesis: Hypothesis, design: Design) -> Hypothesis:
    """A hypothesis that names none: all that have its factors and can tell it, if any."""
    field = f"hypotheses.{hypothesis.id}"
    places = _places(hypothesis)
    scenarios = [scenario for scenario, _ in design.values()]
    for factor in sorted({name for place in places for name in place}):
        levels = [place[factor] for place in places if factor in place]
        _require_somewhere(scenarios, factor, levels, field)
    having = {
        id: (scenario, played)
        for id, (scenario, played) in design.items()
        if all(_has(scenario, factor, level) for p in places for factor, level in p.items())
    }
    if not having:
        raise _error(
            hypothesis.id,
            "no scenario of this experiment has all of its factors and levels",
            "Name fewer factors in one hypothesis, or add a scenario that has them.",
        )
    told, why = [], []
    for id, (scenario, played) in having.items():
        hypothesis = _with_levels_of(hypothesis, scenario, field)
        found = _weights(hypothesis, played)
        if isinstance(found, Untold):
            why.append((id, found))
        else:
            told.append(id)
    if not told:
        id, untold = why[0]
        raise _error(hypothesis.id, f"{id} can't tell it: {untold.problem}", untold.mend)
    return hypothesis.model_copy(update={"scenarios": tuple(told)})


def _weights(hypothesis: Hypothesis | CellContrast, played: Played) -> object:
    return played.weights(*steps_of(hypothesis))


def _places(hypothesis: Hypothesis) -> list[Mapping[str, str]]:
    less = [hypothesis.less.source, hypothesis.less.target] if hypothesis.less else []
    return [hypothesis.source, hypothesis.target, *less]


def _with_levels_of(hypothesis: Hypothesis, scenario: Scenario, field: str) -> Hypothesis:
    """The hypothesis with levels as the scenario writes them."""
    source, target = _canonical(scenario, (hypothesis.source, hypothesis.target), field)
    less = hypothesis.less
    if less:
        start, end = _canonical(scenario, (less.source, less.target), f"{field}.less")
        less = Places.model_validate({"from": start, "to": end})
    return hypothesis.model_copy(update={"source": source, "target": target, "less": less})


def _canonical(
    scenario: Scenario, places: Iterable[Mapping[str, str]], field: str
) -> list[dict[str, str]]:
    try:
        return [
            {factor: levels_of(scenario, factor, [level])[0] for factor, level in place.items()}
            for place in places
        ]
    except UserError as error:
        inner = f"{field}.{error.field}" if error.field else field
        raise UserError(error.problem, mend=error.mend, field=inner) from error


def _require_somewhere(
    scenarios: Sequence[Scenario], factor: str, levels: Sequence[str], field: str
) -> None:
    """Check that some scenario has the factor, and for each of the levels one that has it."""
    having = [each for each in scenarios if factor in all_factors(each)]
    if not having:
        known = {name for each in scenarios for name in all_factors(each)}
        raise UserError(
            f'no scenario of this experiment has a factor "{factor}"',
            mend=suggest(factor, known, "Their factors"),
            field=f"{field}.{factor}",
        )
    for level in levels:
        if not any(_has(each, factor, level) for each in having):
            there = {one for each in having for one in all_factors(each)[factor].level_ids}
            raise UserError(
                f'factor {factor} has no level "{level}" in any scenario of this experiment',
                mend=suggest(level, there, "Its levels"),
                field=f"{field}.{factor}",
            )


def _has(scenario: Scenario, factor: str, level: str) -> bool:
    try:
        levels_of(scenario, factor, [level])
    except UserError:
        return False
    return True


def _scenario_id(name: str, names: Mapping[str, str], field: str) -> str:
    known = {**names, **{id: id for id in names.values()}}
    if name not in known:
        raise UserError(
            f'no scenario "{name}" in this experiment',
            mend=suggest(name, known, "Its scenarios"),
            field=field,
        )
    return known[name]


def _require_wordings(experiment: Experiment) -> None:
    wordings = min(experiment.blocks, WORDINGS)
    everywhere = [e for e in experiment.exclusions if not e.scenarios and not e.levels]
    out = {wording for each in everywhere for wording in each.wordings if wording < wordings}
    if experiment.hypotheses and wordings - len(out) < FEWEST_WORDINGS:
        raise UserError(
            f"{wordings - len(out)} wording is too few for a hypothesis: "
            "there is no interval without a spread between wordings",
            mend=f"Play at least {FEWEST_WORDINGS} blocks; {WORDINGS} have all wordings.",
            field="blocks",
        )


def _error(id: str, problem: str, mend: str, field: str = "") -> UserError:
    return UserError(problem, mend=mend, field=f"hypotheses.{id}" + (f".{field}" if field else ""))
