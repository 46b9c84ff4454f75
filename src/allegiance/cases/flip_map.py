"""The flip map: what each code says of each action in a few cells, and what would turn it.

    cell, code, action   -> judgement, and the smallest change of the cell at which it turns
    cell                 -> the break-even ratios of its actions, where a code asked weighs welfare

A ratio is of the cell, not of a code: it says how many times as much a unit must count to those
who gain by one action as to those who lose, for it to be level with the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from allegiance.cases.cells import CellFacts
from allegiance.cases.flips import Flip, Judge
from allegiance.codes.break_even import Balance, BreakEven, break_evens
from allegiance.codes.code import Code
from allegiance.codes.judgement import Judgement
from allegiance.codes.prospects import Interval
from allegiance.design.factorial import Cell
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.action import Exit


@dataclass(frozen=True)
class Spot:
    """What one code says of one action in one cell."""

    judgement: Judgement
    """The judgement, with its grounds."""
    flip: Flip | None
    """The smallest change at which it turns; None where no change of two factors turns it."""


@dataclass(frozen=True)
class MappedCell:
    """One cell under all codes that were asked."""

    cell: Cell
    """The complete cell."""
    actions: tuple[str, ...]
    """The actions that are open."""
    refusals: tuple[str, ...]
    """Those that openly refuse everything."""
    spots: dict[str, dict[str, Spot]]
    """Code, then action, to what it says."""
    dilemmas: tuple[str, ...]
    """The codes that leave nothing."""
    ratios: tuple[BreakEven, ...]
    """Where two actions are level, or why nowhere: each two once."""


def flip_map(
    scenario: Scenario, codes: Sequence[Code], cells: Sequence[Cell]
) -> tuple[MappedCell, ...]:
    """Map complete cells of a scenario under codes.

    Raises:
        UserError: A cell has no lawful situation.
    """
    facts = CellFacts(scenario)
    judges = [Judge(scenario, code, facts) for code in codes]
    weighs = any(weighs_welfare(code) for code in codes)
    return tuple(_mapped(cell, facts, judges, weighs=weighs) for cell in cells)


def weighs_welfare(code: Code) -> bool:
    """Whether some clause of a code looks at how much actions bring."""
    rules = [each.rule for each in code.ruled if each.rule is not None]
    return any(each.key in ("welfare", "side_effect") for rule in rules for each in rule.plain)


def _mapped(cell: Cell, facts: CellFacts, judges: Sequence[Judge], *, weighs: bool) -> MappedCell:
    case, spots, dilemmas = facts.case(cell), {}, []
    for judge in judges:
        judged, flips = judge.at(cell), judge.flips(cell)
        spots[judge.code.id] = {
            action: Spot(each, flips[action]) for action, each in judged.judgements.items()
        }
        dilemmas += [judge.code.id] if judged.dilemma else []
    return MappedCell(
        cell=cell,
        actions=tuple(case.action),
        refusals=tuple(each.id for each in case.actions if each.exit is Exit.REFUSE),
        spots=spots,
        dilemmas=tuple(dilemmas),
        ratios=break_evens(case) if weighs else (),
    )


def map_data(mapped: MappedCell) -> dict[str, Any]:
    """A mapped cell as plain data, ready for JSON; an end of an interval without bound is null."""
    return {
        "cell": mapped.cell,
        "codes": {
            code: {action: _spot_data(each) for action, each in spots.items()}
            for code, spots in mapped.spots.items()
        },
        "dilemmas": list(mapped.dilemmas),
        "break_even": [_ratio_data(each) for each in mapped.ratios],
    }


def _spot_data(spot: Spot) -> dict[str, Any]:
    found, flip = spot.judgement, spot.flip
    return {
        "judgement": found.verdict.value,
        "clauses": list(found.clauses),
        "facts": list(found.facts),
        "excused_by": [{"clause": each.clause, "why": each.why} for each in found.losing],
        "untold": list(found.untold),
        "flip": flip
        and {
            "changes": [
                {"factor": each.factor, "from": each.source, "to": each.target}
                for each in flip.changes
            ],
            "judgement": flip.verdict.value,
            "clauses": list(flip.clauses),
        },
    }


def _ratio_data(found: BreakEven) -> dict[str, Any]:
    two = {"action": found.action, "rival": found.rival, "balance": found.balance.value}
    if found.balance is Balance.NOT_STATED:
        return {**two, "not_stated": [list(each) for each in found.missing]}
    parties = {"gainers": list(found.gainers), "losers": list(found.losers)}
    parties["unsettled"] = list(found.unsettled)
    ratio = {"ratio": _ends(found.ratio)} if found.ratio else {}
    return {**two, **parties, **ratio, "better": found.better}


def _ends(interval: Interval) -> list[float | None]:
    return [each if isfinite(each) else None for each in (interval.low, interval.high)]
