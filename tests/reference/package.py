"""The package's answer to a case, in the form of the oracle's."""

from allegiance.situation.decision import decide
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from tests.reference.oracle import Answer


def in_package(case: Situation) -> dict[str, Answer]:
    """Every part of the answer, in both readings; lists are sorted."""
    return {reading.value: _in_reading(case, reading) for reading in Reading}


def _in_reading(case: Situation, reading: Reading) -> Answer:
    decision = decide(case, reading)
    found = decision.classification
    return {
        "class": found.case_class.value,
        "flags": sorted(flag.value for flag in decision.flags),
        "admissible": sorted(decision.admissible),
        "admissible_counted": sorted(decision.admissible_counted),
        "overridden": sorted(each.id for each in found.overridden),
        "conflicts": [list(members) for members in decision.conflicts],
        "stance": {action: each.value for action, each in sorted(decision.stances.items())},
        "stance_counted": {
            action: each.value for action, each in sorted(decision.stances_counted.items())
        },
    }


def different_parts(ours: dict[str, Answer], theirs: dict[str, Answer]) -> list[tuple[str, str]]:
    """Where two answers differ: reading and part, the oracle's parts in its order."""
    return [
        (reading, part)
        for reading, answer in theirs.items()
        for part in answer
        if ours[reading][part] != answer[part]
    ]
