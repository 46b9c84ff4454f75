"""`allegiance codes flips`: a table for each cell, an action a row, a code a column.

F>P3     forbidden; permitted after change 3, which is written below the table
F        forbidden, and no change of two factors turns it
"""

from collections import Counter
from collections.abc import Sequence
from math import isinf
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from allegiance.codes.break_even import BreakEven
from allegiance.codes.judgement import Verdict
from allegiance.codes.prospects import Interval

if TYPE_CHECKING:
    from allegiance.cases.flip_map import MappedCell, Spot

LETTERS = {each: each.value[0].upper() for each in Verdict}
"""Verdict to its letter."""
MOST_NAMED = 3
"""Codes that stand in the head of a table by name; where there are more, by number."""


def print_flips(
    scenario: str, mapped: "Sequence[MappedCell]", shown: Sequence[str], console: Console
) -> None:
    """Print the map of a scenario.

    Args:
        scenario: Its id.
        mapped: Its cells.
        shown: The factors whose levels name a cell.
        console: Where to.
    """

    def line(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    codes = list(mapped[0].spots) if mapped else []
    letters = ", ".join(f"{letter} {verdict}" for verdict, letter in LETTERS.items())
    line(f"{scenario}: {letters}. F>P3: it is P after change 3; F alone: firm.")
    if len(codes) > MOST_NAMED:
        line("  ".join(f"{number} {code}" for number, code in enumerate(codes, 1)))
    for each in mapped:
        changes: list[str] = []
        line("")
        console.print(_table(each, shown, changes))
        if each.dilemmas:
            line(f"  a dilemma, nothing is left: {', '.join(each.dilemmas)}")
        for number, change in enumerate(changes, 1):
            line(f"  {number}  {change}")
        for text in _ratios(each):
            line(f"  {text}")


def _table(mapped: "MappedCell", shown: Sequence[str], changes: list[str]) -> Table:
    """The table of a cell; the changes that it names are added to `changes`."""
    named = len(mapped.spots) <= MOST_NAMED
    title = ", ".join(f"{factor}={mapped.cell[factor]}" for factor in shown) or "baseline"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("action", no_wrap=True)
    for number, code in enumerate(mapped.spots, 1):
        table.add_column(code if named else str(number))
    for action in mapped.actions:
        spots = (of_code[action] for of_code in mapped.spots.values())
        table.add_row(action, *(_spot(each, changes) for each in spots))
    return table


def _spot(spot: "Spot", changes: list[str]) -> str:
    letter = LETTERS[spot.judgement.verdict]
    if spot.flip is None:
        return letter
    words = ", ".join(map(str, spot.flip.changes))
    if words not in changes:
        changes.append(words)
    return f"{letter}>{LETTERS[spot.flip.verdict]}{changes.index(words) + 1}"


def _ratios(mapped: "MappedCell") -> list[str]:
    """Each action against an open refusal; of how many pairs there is no ratio, and why."""
    told = [
        f"break-even of {each.action} and {each.rival}: {_ratio(each, each.ratio)}"
        for each in mapped.ratios
        if each.ratio and {each.action, each.rival} & set(mapped.refusals)
    ]
    without = Counter(each.balance for each in mapped.ratios if each.ratio is None)
    if without:
        why = ", ".join(f"{count} {balance}" for balance, count in without.items())
        told.append(f"no break-even for {without.total()} pairs of actions: {why}")
    return told


def _ratio(found: BreakEven, ratio: Interval) -> str:
    words = f"{ratio.low:g} or more" if isinf(ratio.high) else str(ratio)
    return (
        f"a unit counts {words} times as much to {', '.join(found.gainers)} "
        f"as to {', '.join(found.losers)}"
    )
