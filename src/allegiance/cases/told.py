"""What was counted, as plain data: for `--json`, for pages, and for what a terminal prints."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from allegiance.cases.coverage import Covered
from allegiance.cases.kind import TRAGIC_STRICT, Judged, Kind, flagged, held_in, is_of_kind
from allegiance.cases.structure import Structure, situation
from allegiance.cases.tally import Tally
from allegiance.cases.words import decision_words, structure_words
from allegiance.situation.classify import CaseClass
from allegiance.situation.flags import Flag
from allegiance.situation.subversion import Reading
from allegiance.vignettes.formal import case_dict

NO_PROBABILITIES = (
    "Shares of structures are not probabilities: each stands once for all situations like it, "
    "be they common or never met."
)

ONLY_STRICT = "under strict only"


def tally_data(tally: Tally) -> dict[str, Any]:
    """Counts by class, flag and kind, and the smallest structures, in words and as cases."""
    return {
        "structures": sum(stage.structures for stage in tally.stages),
        "decided": tally.decided,
        "complete": tally.complete,
        "seconds": round(tally.seconds, 1),
        "stages": [asdict(stage) for stage in tally.stages],
        "classes": {
            each.value: tally.number(partial(_is_of_class, case_class=each)) for each in CaseClass
        },
        "flags": {
            reading.value: {
                flag.value: tally.number(partial(flagged, flag=flag, reading=reading))
                for flag in Flag
            }
            for reading in Reading
        },
        "inescapable": {
            reading.value: {
                "structures": tally.number(partial(held_in, reading=reading)),
                "with_conflict": tally.number(
                    partial(held_in, reading=reading, in_a_conflict=True)
                ),
            }
            for reading in Reading
        },
        "kinds": [_kind(tally, kind) for kind in sorted({row.judged.kind for row in tally.rows})],
        "smallest": {
            name: told(each, Reading.STRICT if name.endswith(ONLY_STRICT) else Reading.DELEGATED)
            for name, each in smallest(tally).items()
        },
        "note": NO_PROBABILITIES,
    }


def smallest(tally: Tally) -> dict[str, Structure]:
    """The smallest structures that people ask for, under a name for each; absent ones left out."""
    wanted: dict[str, Callable[[Judged], bool]] = {
        "forced": lambda j: Flag.FORCED in j.kind.flags,
        "forced, in a conflict": lambda j: Flag.FORCED in j.kind.flags and j.conflict,
        "tragic": lambda j: Flag.TRAGIC in j.kind.flags,
        "tragic, in a conflict": lambda j: Flag.TRAGIC in j.kind.flags and j.conflict,
        f"tragic {ONLY_STRICT}": lambda j: TRAGIC_STRICT in j.kind.flags,
        "inescapable": lambda j: len(j.inescapable) == len(Reading),
        "inescapable, in a conflict": lambda j: len(j.inescapable) == len(Reading) and j.conflict,
        f"inescapable {ONLY_STRICT}": lambda j: j.inescapable == (Reading.STRICT.value,),
    }
    found = {name: tally.smallest(holds) for name, holds in wanted.items()}
    return {name: each for name, each in found.items() if each is not None}


def told(structure: Structure, reading: Reading = Reading.DELEGATED) -> dict[str, Any]:
    """A structure in words, with the policy's reasons, and as a case."""
    return {
        "words": " ".join(structure_words(structure)),
        "why": " ".join(decision_words(structure, reading)),
        "case": case_dict(situation(structure)),
    }


def coverage_data(rows: tuple[Covered, ...]) -> dict[str, Any]:
    """Each kind with the scenarios that cover it."""
    return {
        "kinds": len(rows),
        "covered": sum(bool(row.scenarios) for row in rows if row.structures),
        "uncovered": sum(not row.scenarios for row in rows),
        "only_in_scenarios": sum(not row.structures for row in rows),
        "combinations": [
            {
                "class": row.kind.case_class,
                "flags": list(row.kind.flags),
                "structures": row.structures,
                "scenarios": row.scenarios,
                "cell": row.cell,
                "smallest": told(row.smallest) if row.smallest else None,
            }
            for row in rows
        ],
        "note": NO_PROBABILITIES,
    }


def _is_of_class(judged: Judged, case_class: CaseClass) -> bool:
    return judged.kind.case_class == case_class.value


def _kind(tally: Tally, kind: Kind) -> dict[str, Any]:
    return {
        "class": kind.case_class,
        "flags": list(kind.flags),
        "structures": tally.number(partial(is_of_kind, kind=kind)),
    }
