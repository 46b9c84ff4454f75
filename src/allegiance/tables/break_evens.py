"""Where two actions of a cell are level, by the welfare that its author states.

    stamped case, each two actions  ->  units lost for each unit gained, or why there is no ratio

No code plays a part: whoever weighs welfare by another measure reads his answer off the ratio.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Any

import polars as pl

from allegiance.cases.file import read_case
from allegiance.codes.break_even import BreakEven, break_evens
from allegiance.experiment.resolved import Resolved, StampedCell, digest_of
from allegiance.tables.schema import columns_of


def build_break_evens(resolved: Resolved) -> pl.DataFrame:
    """Each two actions of each cell of a run, and the ratio at which they are level."""
    rows = [row for id, cell in resolved.cells.items() for row in _rows(id, cell)]
    return pl.DataFrame(rows, schema=columns_of("break_evens"), orient="row")


def _rows(id: str, cell: StampedCell) -> Iterator[dict[str, Any]]:
    place = {"scenario": cell.scenario, "cell": id, "situation": digest_of(cell.case)[:16]}
    for found in break_evens(read_case(cell.case)):
        yield place | _row(found)


def _row(found: BreakEven) -> dict[str, Any]:
    low, high = (found.ratio.low, found.ratio.high) if found.ratio else (None, None)
    return {
        "action": found.action,
        "rival": found.rival,
        "balance": found.balance.value,
        "gainers": list(found.gainers),
        "losers": list(found.losers),
        "unsettled": list(found.unsettled),
        "not_stated": [f"{action}: {party}" for action, party in found.missing],
        "ratio_low": low,
        "ratio_high": high if high is None or isfinite(high) else None,
        "better": found.better,
    }
