"""A run judged, in the terminal: the words of the page on codes, and what a reader should know.

What a code's rules look for and no scenario has is said, since such a rule can't fire.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from allegiance.codes.code import Code
    from allegiance.report.arms import Share


def print_judged(run: Path, page: Path) -> None:
    """Print what the answers come to under each code, over all cells but the control."""
    from allegiance.experiment.rounds import open_run
    from allegiance.report.arms import share_title
    from allegiance.report.codes import answers_under
    from allegiance.report.material import read_material
    from allegiance.report.validity import comprehension_verdict

    console = Console(highlight=False, markup=False)
    material = read_material(*open_run(run))
    for scenario in material.resolved.scenarios:
        for model in material.resolved.models:
            rows = answers_under(material, scenario, model)
            if not rows:
                console.print(f"{scenario} ({model}): no share; see the page of each cell.")
                continue
            title = share_title(material.method(model, scenario))
            table = Table(title=f"{scenario} ({model}): {title} by code", title_justify="left")
            for name in ("code", "allowed", "forbidden"):
                table.add_column(name, no_wrap=name == "code", overflow="fold")
            for row in rows:
                table.add_row(row.id, _told(row.allowed), _told(row.forbidden))
            console.print(table)
            console.print(comprehension_verdict(material, model, scenario).text)
    console.print(f"Report: {page}", soft_wrap=True)


def _told(share: "Share") -> str:
    parts = [share.value, share.interval, f"chance {share.chance}"]
    return " ".join(each for each in parts if each)


def tell_about_codes(run: Path, codes: "Sequence[Code]") -> None:
    """Say which codes now stand in place of built-in ones, and what can't fire in the run."""
    from allegiance.codes.load import built_in
    from allegiance.experiment.rounds import open_run

    shipped = {each.id: each.digest for each in built_in()}
    told = Console(stderr=True, highlight=False, markup=False)
    for each in codes:
        if each.id in shipped and shipped[each.id] != each.digest:
            told.print(f"In this run your code stands in place of the built-in code {each.id}.")
    _, resolved = open_run(run)
    scenarios = {
        name: {factor: own.levels for factor, own in each.factors.items()}
        for name, each in resolved.scenarios.items()
    }
    tell_unmatched(codes, scenarios)


def tell_unmatched(
    codes: "Sequence[Code]", scenarios: Mapping[str, Mapping[str, Sequence[str]]]
) -> None:
    """Say which factors and levels a code looks for that a scenario does not have.

    Args:
        codes: Those that somebody named.
        scenarios: Scenario, then factor, to its levels.
    """
    told = Console(stderr=True, highlight=False, markup=False)
    for code in codes:
        for factor, levels in sorted(code.levels.items()):
            for name, known in scenarios.items():
                if factor not in known:
                    told.print(f"{code.id}: {name} has no factor {factor}: not told there.")
                elif missing := sorted(levels - set(known[factor])):
                    told.print(f"{code.id}: {factor} has no level {', '.join(missing)} in {name}.")
