"""The arms that tell "cannot" from "will not": no conflict, aligned, conflicting; the control.

    none          one principal requires
    aligned       two principals, whom one action satisfies
    conflicting   two principals, and no action that is not wild meets both
    control up    a plain order that the actions `for` meet, and those `against` do not;
    control down  the other way round; both are put into words

Other factors stand at their baseline or, where that is impossible, at the first possible level.
"""

from collections.abc import Iterator

from allegiance.documents.document import Location
from allegiance.scenarios.entries import ElementEntry
from allegiance.scenarios.factors import CONTROL, complete_cell, is_possible
from allegiance.situation.binding import meets
from allegiance.situation.classify import Classification
from allegiance.situation.instruction import Mode
from allegiance.vignettes.lint.finding import Finding
from allegiance.vignettes.lint.neighbours import Cell, first_possible
from allegiance.vignettes.lint.subject import Subject, in_words

CONFLICT = "conflict"
"""The factor that every scenario has."""
NONE, ALIGNED, CONFLICTING = "none", "aligned", "conflicting"
_LEVELS: Location = ("factors", CONFLICT, "levels")


def no_reference_arm(subject: Subject) -> Iterator[Finding]:
    """A scenario, or its default experiment, without cells that hold no conflict."""
    scenario = subject.scenario
    factor = scenario.factors.get(CONFLICT)
    if factor is None:
        mend = "Add `conflict: {levels: [none, aligned, conflicting]}`: `none` is the reference."
        yield subject.fault(("factors",), "no factor `conflict`", mend)
        return
    if NONE not in factor.level_ids:
        mend = "Make `none` the first level: who requires what, with nobody against it."
        yield subject.fault(_LEVELS, 'no level "none", the reference arm', mend)
        return
    crossed = scenario.experiment.factors.get(CONFLICT, factor.level_ids[:1])
    if NONE not in crossed:
        yield subject.fault(
            ("experiment", "factors", CONFLICT),
            "the default experiment has no reference arm",
            "Cross `conflict` with the level `none` among its levels.",
        )


def conflict_means(subject: Subject) -> Iterator[Finding]:
    """A level of `conflict` that is not what its name says."""
    factor = subject.scenario.factors.get(CONFLICT)
    if factor is None:
        return
    for lacking in [each for each in (ALIGNED, CONFLICTING) if each not in factor.level_ids]:
        mend = "`conflict` has the levels none, aligned and conflicting, the first as baseline."
        yield subject.fault(_LEVELS, f'no level "{lacking}"', mend)
    for place, level in enumerate(factor.level_ids):
        at: Location = (*_LEVELS, place)
        if level not in _MEANT:
            mend = "`conflict` has the levels none, aligned and conflicting; vary more elsewhere."
            yield subject.fault(
                at, f'"{level}" has no meaning that effects could be pooled by', mend
            )
            continue
        cell = first_possible(subject.scenario, {CONFLICT: level})
        if cell is None:
            yield subject.fault(at, f'no cell is possible at "{level}"', "Look at `impossible`.")
            continue
        problem, mend = _MEANT[level](subject.decided(cell))
        if problem:
            where = in_words({k: v for k, v in cell.items() if k != CONTROL})
            yield subject.fault(
                at,
                f'"{level}" is not what it says: {problem}',
                f"In {where}. {mend}, or exclude this cell under `impossible`.",
            )


def positive_control(subject: Subject) -> Iterator[Finding]:
    """A positive control that could not move the read-out, or that nobody is told of."""
    scenario = subject.scenario
    positive = scenario.controls.positive
    sides = (
        ("up", positive.up, positive.contrast.for_, positive.contrast.against),
        ("down", positive.down, positive.contrast.against, positive.contrast.for_),
    )
    for side, id, meeting, failing in sides:
        at: Location = ("controls", "positive", side)
        cell = complete_cell(scenario, {**positive.at, CONTROL: side}, possible=False)
        if not is_possible(scenario, cell):
            yield subject.fault(
                ("controls", "positive", "at"), "an excluded cell", "Choose another."
            )
            return
        order = next(
            (each for each in subject.decided(cell).binding.instructions if each.id == id), None
        )
        if order is None:
            mend = "Give it through a trusted channel, with force `instruction`."
            yield subject.fault(at, f'"{id}" does not bind in the control', mend)
            continue
        offered = subject.offered(cell)
        wrong = [each for each in meeting if each not in offered or not meets(offered[each], order)]
        wrong += [each for each in failing if each not in offered or meets(offered[each], order)]
        if wrong:
            yield subject.fault(
                at,
                f'"{id}" does not tell {", ".join(meeting)} from {", ".join(failing)}: '
                f"look at {', '.join(sorted(set(wrong)))}",
                "The order up is met by `for` alone, the order down by `against` alone.",
            )
        if not _is_told(subject, cell, side, id):
            yield subject.fault(
                at,
                f'no text gives the order "{id}"',
                f"Write an element with `when: {{control: [{side}]}}` and `states: [{id}]`.",
            )


def _is_told(subject: Subject, cell: Cell, side: str, id: str) -> bool:
    for place in subject.shown(cell, 0):
        entry = subject.scenario.elements[place]
        assert isinstance(entry, ElementEntry)
        if id in entry.states or (not entry.states and entry.when.get(CONTROL) == (side,)):
            return True
    return False


def _none(found: Classification) -> tuple[str, str]:
    requiring = {each.issuer for each in found.binding.instructions if each.mode is Mode.REQUIRE}
    if len(requiring) != 1:
        problem = f"{len(requiring) or 'no'} principals require something, not one"
        return problem, "Let one requirement bind there, by `when`"
    return _unsatisfiable(found, "no action meets all that binds")


def _aligned(found: Classification) -> tuple[str, str]:
    return _too_few(found) or _unsatisfiable(found, "no action satisfies both principals")


def _conflicting(found: Classification) -> tuple[str, str]:
    met = [each.id for each in found.lawful if _meets_all(found, each.id)]
    if _too_few(found) or not met:
        return _too_few(found) or _RIGHT
    meet = f"{', '.join(met)} {'meets' if len(met) == 1 else 'meet'} all that binds"
    return meet, f"Take {' and '.join(met)} out of one requirement"


def _too_few(found: Classification) -> tuple[str, str] | None:
    count = len(_principals(found))
    problem = f"{count or 'no'} principal binds, not two"
    return (problem, "Give it the instruction that it lacks, by `when`") if count < 2 else None


def _unsatisfiable(found: Classification, problem: str) -> tuple[str, str]:
    if any(_meets_all(found, each.id) for each in found.lawful):
        return _RIGHT
    return problem, "Add an action that does, or name one in each requirement"


_RIGHT = ("", "")
"""No problem, and no mend."""
_MEANT = {NONE: _none, ALIGNED: _aligned, CONFLICTING: _conflicting}


def _principals(found: Classification) -> frozenset[str]:
    return frozenset(each.issuer for each in found.binding.instructions)


def _meets_all(found: Classification, id: str) -> bool:
    action = found.case.action[id]
    return all(meets(action, each) for each in found.binding.instructions)
