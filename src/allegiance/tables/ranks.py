"""The cells of a run under other orders of rank and trust roots: formal facts, no answers.

    ranks           cell x choice x reading x action: class, flags, stance, admissible
    rank_outcomes   cell x choice x reading x action x party x instruction: what becomes of each;
                    not where the scene is only depicted

Both follow from the stamped cases alone, so they hold whatever is answered, now or later. Joined
to `responses` by cell and action they say what the answers amount to: see `analysis.ranks`. The
run's own reading (`as_stated` twice) is always among the rows, for comparison.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from allegiance.cases.choice import Choice, case_under, own_choice
from allegiance.cases.file import read_case
from allegiance.experiment.resolved import Resolved
from allegiance.situation.decision import Decision, decide
from allegiance.situation.outcome import outcomes
from allegiance.situation.stance import stance_counted
from allegiance.situation.subversion import Reading
from allegiance.tables.schema import columns_of

Decide = Callable[[str, Reading], Decision]
"""A case as JSON, and a reading, to the policy's answer."""


@dataclass(frozen=True)
class RankFrames:
    """What a run's cells are under other choices."""

    ranks: pl.DataFrame
    """One row a cell, choice, reading and action."""
    rank_outcomes: pl.DataFrame
    """One row a cell, choice, reading, action, party and instruction."""


@dataclass(frozen=True)
class _Read:
    """A cell read under a choice, beside the run's own reading of it."""

    keys: dict[str, Any]
    depicted: bool
    own: Decision
    found: Decision


def build_ranks(
    resolved: Resolved, choices: Sequence[Choice], readings: Sequence[Reading]
) -> RankFrames:
    """Read every cell of a run under each choice; nothing is run.

    Args:
        resolved: The experiment.
        choices: Orders of rank with trust roots; the run's own is added where it is not there.
        readings: strict, delegated, or both.

    Raises:
        UserError: An order that says nothing of a role in some case.
    """
    asked = [own_choice(), *(each for each in choices if not each.is_own)]
    read = list(_read(resolved, asked, readings))
    return RankFrames(
        ranks=_frame("ranks", [row for each in read for row in _rank_rows(each)]),
        rank_outcomes=_frame(
            "rank_outcomes", [row for each in read for row in _outcome_rows(each)]
        ),
    )


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns_of(table), orient="row")


def _read(
    resolved: Resolved, choices: Sequence[Choice], readings: Sequence[Reading]
) -> Iterator[_Read]:
    answer: Decide = cache(_answer)  # cells that differ in words alone share a case
    for id, cell in resolved.cells.items():
        cases = [(choice, json.dumps(case_under(cell.case, choice))) for choice in choices]
        own = cases[0][1]
        for choice, case in cases:
            for reading in readings:
                keys = {
                    "scenario": cell.scenario,
                    "cell": id,
                    "control": resolved.scenarios[cell.scenario].control_side(id) or "off",
                    "hierarchy": choice.hierarchy.id,
                    "trust_root": choice.trust_root.id,
                    "reading": reading.value,
                }
                yield _Read(keys, cell.depicted, answer(own, reading), answer(case, reading))


def _answer(case: str, reading: Reading) -> Decision:
    return decide(read_case(json.loads(case)), reading)


def _rank_rows(read: _Read) -> Iterator[dict[str, Any]]:
    found, own = read.found, read.own
    case_class = found.classification.case_class
    for action in found.classification.case.actions:
        counted = stance_counted(action, found.classification, found.reading)
        stance = found.stances[action.id]
        yield {
            **read.keys,
            "depicted": read.depicted,
            "case_class": case_class.value,
            "class_changed": case_class is not own.classification.case_class,
            "flags": sorted(flag.value for flag in found.flags),
            "overridden": sorted(each.id for each in found.classification.overridden),
            "action": action.id,
            "stance": stance.value,
            "stance_possible": [stance.value],
            "stance_counted": counted.value,
            "stance_changed": stance is not own.stances[action.id],
            "admissible": action.id in found.admissible,
            "admissible_counted": action.id in found.admissible_counted,
        }


def _outcome_rows(read: _Read) -> Iterator[dict[str, Any]]:
    found = read.found.classification
    for action in () if read.depicted else (*found.case.actions, None):
        for row in outcomes(action, found, read.found.reading):
            yield {
                **read.keys,
                "action": action.id if action else None,
                "party": row.party,
                "roles": sorted(found.case.party[row.party].roles),
                "instruction": row.instruction,
                "outcome": row.outcome.value,
                "means": [kind.value for kind in row.means],
                "by": row.by.value,
            }
