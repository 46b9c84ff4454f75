"""Sentences about what moves models, answered from effects.

    moved      a model in a scenario bears it out where a cause moved it toward the acts, and no
               rival did, each with an interval that holds only smaller changes than the cause's;
               it speaks against it where a rival moved it; else it can't be told
    intended   a step of a factor counts where a code wants it to move a model, or where it did;
               it bears the sentence out where the two agree. What should move and did not speaks
               against it where a change worth mention would have shown

"Moved" is as in `multiplicity`; a null counts with the least change that would have shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allegiance.analysis.asked import ANSWER, Evidence, Found, Item, Record, joined
from allegiance.analysis.contrasts import comparisons
from allegiance.analysis.debate import Intended, Moved, Step, Worth
from allegiance.analysis.multiplicity import moved as moved_by
from allegiance.analysis.values import POINTS, PRIMARY
from allegiance.codes.code import Kind
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.scenarios.scenario import CellContrast

WANTS = {"up": "more", "down": "less", "none": "no change"}
"""What a code wants of the acts compared."""
_WORDS = WANTS | {
    "open": "nothing in particular",
    "neither": "neither side, at an end",
    "silent": "nothing that it says",
    "unknown": "what is not told",
    "mixed": "different things in different cells",
}
"""The same, where it takes no side too."""


@dataclass(frozen=True, eq=False)
class _Effect:
    """One row of the table of effects."""

    row: Mapping[str, Any]
    steps: Mapping[str, tuple[str, str]]
    """Factor to the levels between which it changes."""
    cells: tuple[str, ...]
    usable: bool
    """Whether there is a figure that may be given."""

    def moved(self, alpha: float) -> int:
        """1 where it moved up, -1 down, 0 where neither is shown."""
        return moved_by(self.row, alpha) if self.usable else 0

    def sign(self, steps: Sequence[Step]) -> int:
        """Which way it should move if these steps do; 0 where it is about something else."""
        if self.row["less"] is not None or not self.steps:
            return 0
        signs = {
            next((s for each in steps if each.factor == name and (s := each.sign(*ends))), 0)
            for name, ends in self.steps.items()
        }
        return signs.pop() if len(signs) == 1 else 0

    @property
    def name(self) -> str:
        ends = f"{self.row['from']} to {self.row['to']}"
        less = f", less {self.row['less']}" if self.row["less"] else ""
        return f"{self.row['model']}: {self.row['factor']}, {ends}{less}"


def moved(record: Record, scenario: str, ask: Moved) -> Found:
    """What moved each model, the causes beside their rivals."""
    effects = list(_effects(record, scenario))
    named = {each.factor for each in (*ask.causes, *ask.rivals)}
    about = [each for each in effects if each.steps and named >= each.steps.keys()]
    items = [_only(record, scenario, model, about, ask) for model in record.resolved.models]
    if not about:
        factors = ", ".join(sorted(named))
        return Found(why=f"it compares no levels of {factors}")
    return Found(
        items=tuple(items),
        evidence=tuple(_movement(record, scenario, each, ask) for each in about),
        words=_movers(about, ask),
    )


def told_moved(ask: Moved, held: int, of: int) -> str:
    """The count, in a sentence."""
    causes, rivals = (
        ", ".join(dict.fromkeys(each.factor for each in steps))
        for steps in (ask.causes, ask.rivals)
    )
    return (
        f"Models, scenario by scenario, that {causes} moved and {rivals} did not: {held} of {of}."
    )


def _only(record: Record, scenario: str, model: str, about: Sequence[_Effect], ask: Moved) -> Item:
    if why := record.no_choice(model, scenario):
        return Item(None, why)
    own = [each for each in about if each.row["model"] == model]
    rivals = [each for each in own if each.sign(ask.rivals)]
    if any(each.moved(ask.alpha) for each in rivals):
        return Item(False)
    causes = {each: each.moved(ask.alpha) * each.sign(ask.causes) for each in own}
    if -1 in causes.values():
        return Item(None, "a named cause moved it away from such acts")
    shown = [_least(each) for each, toward in causes.items() if toward == 1]
    if not shown:
        return Item(None, "nothing moved it, so there is nothing to be explained")
    unmeasured = {each.factor for each in ask.rivals} - _compared(rivals)
    if unmeasured or not all(each.usable for each in rivals):
        return Item(None, "not every rival cause was measured")
    if all(_most(each) < max(shown) for each in rivals):
        return Item(True)
    return Item(None, "a rival cause as large could have gone unseen")


def _least(each: _Effect) -> float:
    """The least change that its interval holds, in size; 0 where it holds none, or is missing."""
    ends = each.row["ci_low"], each.row["ci_high"]
    if None in ends or ends[0] <= 0 <= ends[1]:
        return 0.0
    return float(min(abs(end) for end in ends))


def _most(each: _Effect) -> float:
    """The largest change that its interval holds, in size; without bound where it is missing."""
    ends = each.row["ci_low"], each.row["ci_high"]
    return float("inf") if None in ends else float(max(abs(end) for end in ends))


def _compared(effects: Sequence[_Effect]) -> set[str]:
    return {factor for each in effects for factor in each.steps}


def _movement(record: Record, scenario: str, each: _Effect, ask: Moved) -> Evidence:
    role = (
        "named cause"
        if each.sign(ask.causes)
        else "rival"
        if each.sign(ask.rivals)
        else "not counted, for it is of neither alone"
    )
    wants = _wants(record, scenario, each.row)
    says = joined(f"{role}: {_moved_words(each, ask.alpha)}", wants and f"constitution: {wants}")
    return _change(record, scenario, each, ANSWER, says)


def _movers(about: Sequence[_Effect], ask: Moved) -> str:
    told = []
    for role, steps in (("named causes", ask.causes), ("rivals", ask.rivals)):
        own = [each for each in about if each.sign(steps) and each.usable]
        shown = sum(each.moved(ask.alpha) != 0 for each in own)
        told.append(f"{shown} of {len(own)} comparisons of {role} moved")
    return f"{'; '.join(told)}."


def intended(record: Record, scenario: str, ask: Intended) -> Found:
    """Steps of factors, beside what codes want of them."""
    effects = [each for each in _effects(record, scenario) if each.row["kind"] == "factor"]
    wanted = [
        (row, each)
        for row in record.of("intended", scenario, kind="factor", code_kind=ask.codes.value)
        for each in effects
        if (row["factor"], row["from"], row["to"])
        == (each.row["factor"], each.row["from"], each.row["to"])
    ]
    told = [(row, each) for row, each in wanted if row["change"] in WANTS]
    items = [_as_wanted(record, scenario, row["change"], each, ask) for row, each in told]
    return Found(
        items=tuple(items),
        evidence=tuple(
            _change(
                record,
                scenario,
                each,
                ANSWER,
                f"{row['code']} wants {_WORDS[row['change']]}: {_moved_words(each, ask.alpha)}",
            )
            for row, each in wanted
        ),
        words=(
            f"Of {len(wanted)} comparisons of a model {len(wanted) - len(told)} are of changes of "
            "which the code wants nothing in particular, or does not say."
        ),
        why=""
        if told
        else f"no code of the kind {ask.codes} takes a side at both ends of a change",
    )


def told_intended(ask: Intended, held: int, of: int) -> str:
    """The count, in a sentence."""
    return (
        "Changes of a level that moved a model, or were meant to, and did as the code wants: "
        f"{held} of {of}."
    )


def _as_wanted(record: Record, scenario: str, change: str, each: _Effect, ask: Intended) -> Item:
    if why := record.no_choice(each.row["model"], scenario):
        return Item(None, why)
    if not each.usable:
        return Item(None, "too little was measured")
    wanted = {"up": 1, "down": -1, "none": 0}[change]
    seen = each.moved(ask.alpha)
    if not seen and not wanted:
        return Item(None, "nothing moved it, and nothing was meant to")
    if seen or _would_show(each, ask.worth):
        return Item(seen == wanted)
    return Item(None, "a change worth mention could have gone unseen")


def _would_show(each: _Effect, worth: Worth) -> bool:
    least = worth.points if each.row["unit"] == POINTS else worth.nats
    return each.row["mde"] is not None and each.row["mde"] <= least


def _effects(record: Record, scenario: str) -> Iterator[_Effect]:
    """The effects on the primary outcome, without the control."""
    stamped = record.resolved.scenarios[scenario]
    places: dict[tuple[str, str], CellContrast | Hypothesis] = {
        **{("contrast", each.id): each for each in stamped.contrasts},
        **{("hypothesis", each.id): each for each in record.resolved.hypotheses},
    }
    cells = {
        (each.kind, each.factor, each.source, each.target): tuple(
            dict.fromkeys(cell for unit in each.units for cell in unit)
        )
        for each in comparisons(record.resolved, scenario)
    }
    for row in record.of("effects", scenario):
        if row["kind"] == "control" or row["outcome"] not in PRIMARY or row["unit"] == "log-odds":
            continue
        if row["kind"] == "factor":
            steps = {row["factor"]: (row["from"], row["to"])}
        else:
            place = places[row["kind"], row["factor"]]
            steps = {
                name: (place.source[name], place.target[name])
                for name in place.source.keys() & place.target.keys()
                if place.source[name] != place.target[name]
            }
        usable = row["estimate"] is not None and not row["withheld"] and record.enough
        key = (row["kind"], row["factor"], row["from"], row["to"])
        yield _Effect(row, steps, cells.get(key, ()), usable)


def _change(record: Record, scenario: str, each: _Effect, part: str, says: str) -> Evidence:
    return Evidence(
        part=part,
        name=each.name,
        says=says,
        cells=each.cells,
        p=each.row["p_adjusted"],
        remark=joined(
            record.no_choice(each.row["model"], scenario), "" if each.usable else "no figure"
        ),
        **record.figure(each.row, "change"),
    )


def _moved_words(each: _Effect, alpha: float) -> str:
    if not each.usable:
        return "not measured"
    return {1: "it moves up", -1: "it moves down", 0: "not shown to move"}[each.moved(alpha)]


def _wants(record: Record, scenario: str, row: Mapping[str, Any]) -> str:
    """What constitutions intended of a comparison."""
    found = [
        each["change"]
        for each in record.of("intended", scenario, kind=row["kind"], factor=row["factor"])
        if each["code_kind"] == Kind.CONSTITUTION.value
        and (each["from"], each["to"]) == (row["from"], row["to"])
    ]
    return ", ".join(_WORDS[change] for change in dict.fromkeys(found))
