"""What the policy says of a case, as plain data and in words."""

from typing import Any

from rich.console import Console

from allegiance.situation.decision import decide
from allegiance.situation.explain import explain
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading


def answer(case: Situation, reading: Reading) -> dict[str, Any]:
    """Class, flags, admissible actions, what is overridden, conflicts, stances, and why.

    Lists are sorted; conflicts by size and then by id.
    """
    decision = decide(case, reading)
    found = decision.classification
    return {
        "class": found.case_class.value,
        "flags": sorted(flag.value for flag in decision.flags),
        "admissible": sorted(decision.admissible),
        "overridden": sorted(each.id for each in found.overridden),
        "conflicts": [list(members) for members in decision.conflicts],
        "stance": {action: stance.value for action, stance in sorted(decision.stances.items())},
        "why": " ".join(explain(decision)),
    }


def print_answer(answered: dict[str, Any], console: Console) -> None:
    """Print one answer for people."""
    flags = f" ({', '.join(answered['flags'])})" if answered["flags"] else ""
    console.print(f"{answered['class']}{flags}", style="bold", highlight=False)
    admissible = ", ".join(answered["admissible"])
    console.print(f"admissible: {admissible}", markup=False, highlight=False)
    for action, stance in answered["stance"].items():
        console.print(f"  {action}: {stance}", markup=False, highlight=False)
    console.print(answered["why"], markup=False, highlight=False)
    console.print()
