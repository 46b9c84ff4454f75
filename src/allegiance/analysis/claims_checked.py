"""Claims checked: each sentence of the debate, answered from the tables of a run by a query.

    claim  ->  what counts in each scenario  ->  share that bears it out  ->  verdict
                                                 and what it rests on

    holds            the share is at least `holds_from`
    does not hold    at most `fails_to`
    holds in part    between the two
    not measured     nothing counts: no data, too little of it, or no way to tell

Over all scenarios what counts is taken together. Nothing here is written by hand for a run:
change a code or a table, and the answer changes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from allegiance.analysis import by_codes, by_effects, by_shares
from allegiance.analysis.asked import Found, Item, Record
from allegiance.analysis.choice import NO_CHOICE
from allegiance.analysis.debate import Claim
from allegiance.analysis.pooled import POOLED_SCENARIO
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of


class Answered(StrEnum):
    """What a claim comes to."""

    HOLDS = "holds"
    """Enough of what counts bears it out."""
    PART = "holds in part"
    """Some does."""
    FAILS = "does not hold"
    """Too little does."""
    NOT_MEASURED = "not measured"
    """Nothing counts."""


@dataclass(frozen=True)
class _Kind:
    """How one kind of question is answered."""

    find: Callable[[Record, str, Any], Found]
    told: Callable[[Any, int, int], str]


KINDS: Mapping[str, _Kind] = {
    "required": _Kind(by_codes.required, by_codes.told_required),
    "price": _Kind(by_codes.price, by_codes.told_price),
    "unavoidable": _Kind(by_codes.unavoidable, by_codes.told_unavoidable),
    "moved": _Kind(by_effects.moved, by_effects.told_moved),
    "people": _Kind(by_shares.people, by_shares.told_people),
    "allowed": _Kind(by_shares.allowed, by_shares.told_allowed),
    "intended": _Kind(by_effects.intended, by_effects.told_intended),
}
"""Kind of question to what answers it."""


def check_claims(
    resolved: Resolved, claims: Sequence[Claim], tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Answer each claim, in each scenario and where there are several over all.

    Args:
        resolved: The run as it was planned.
        claims: What is said.
        tables: The tables of the run that are in `asked.NEEDED`.
    """
    record = Record(resolved, tables)
    rows = [row for claim in claims for row in _rows(record, claim)]
    return pl.DataFrame(rows, schema=columns_of("claims_checked"), orient="row")


def _rows(record: Record, claim: Claim) -> Iterator[dict[str, Any]]:
    kind = KINDS[claim.ask.kind]
    found = {name: kind.find(record, name, claim.ask) for name in record.resolved.scenarios}
    if len(found) > 1:
        yield _row(claim, POOLED_SCENARIO, list(found.values()))
    for scenario, each in found.items():
        yield _row(claim, scenario, [each]) | {
            "evidence": [asdict(line) | {"cells": list(line.cells)} for line in each.evidence]
        }


def _row(claim: Claim, scenario: str, found: Sequence[Found]) -> dict[str, Any]:
    items = _comparable([item for each in found for item in each.items])
    counted = [item for item in items if item.holds is not None]
    held = sum(item.holds is True for item in counted)
    reasons = dict.fromkeys([*(item.why for item in items), *(each.why for each in found)])
    return {
        "claim": claim.id,
        "sentence": claim.sentence,
        "about": claim.about.strip(),
        "kind": claim.ask.kind,
        "scenario": scenario,
        "verdict": _verdict(claim, held, len(counted)).value,
        "told": " ".join(
            (
                *_counted(claim, counted, held),
                *_untold(len(items) - len(counted), [each for each in reasons if each], counted),
                *(each.words for each in found if each.words and len(found) == 1),
            )
        ),
        "n_held": held,
        "n_counted": len(counted),
        "n_untold": len(items) - len(counted),
        "holds_from": claim.holds_from,
        "fails_to": claim.fails_to,
        "evidence": [],
    }


def _comparable(items: Sequence[Item]) -> list[Item]:
    """Where rates are among them, preference shares can't be told beside them."""
    if not any(item.method == "sampled" and item.holds is not None for item in items):
        return list(items)
    apart = Item(None, "preference shares are not counted with rates", "exact")
    return [apart if item.method == "exact" else item for item in items]


def _verdict(claim: Claim, held: int, of: int) -> Answered:
    if not of:
        return Answered.NOT_MEASURED
    if held / of >= claim.holds_from:
        return Answered.HOLDS
    return Answered.FAILS if held / of <= claim.fails_to else Answered.PART


def _counted(claim: Claim, counted: Sequence[Item], held: int) -> Iterator[str]:
    if counted:
        yield KINDS[claim.ask.kind].told(claim.ask, held, len(counted))
    if {item.method for item in counted} == {"exact"}:
        yield "These are preference shares, no rates."


def _untold(count: int, reasons: Sequence[str], counted: Sequence[Item]) -> Iterator[str]:
    why = _once(reasons)
    if not counted:
        yield f"{why[:1].upper()}{why[1:]}."
    elif count:
        yield f"Of {count} more it can't be told: {why}."


def _once(reasons: Sequence[str]) -> str:
    """Reasons behind one another; what several begin with is said once."""
    head = f"{NO_CHOICE}: "
    choices = [each.removeprefix(head) for each in reasons if each.startswith(head)]
    others = [each for each in reasons if not each.startswith(head)]
    return "; ".join([*([head + ", or ".join(choices)] if choices else []), *others])
