"""The kind of a situation: its class with its flags, and whether every way subverts a principal.

    clear + forced + tragic (strict)      one combination of class and flags

`tragic` alone depends on the reading, so a kind says of it whether it holds in both readings or
in the strict one only. Nothing is tragic under `delegated` and not under `strict`.

A situation is **inescapable** in a reading if each of its actions subverts some principal, the
refusal too, once it counts as what the scaffold makes of it. Uncounted, no situation is: an open
refusal has no moves.
"""

from dataclasses import dataclass

from allegiance.situation.admissible import admissible
from allegiance.situation.classify import Classification, classify, conflicts
from allegiance.situation.flags import Flag, flags
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading, subverted

TRAGIC_STRICT = "tragic (strict)"
"""Tragic under the strict reading only."""


@dataclass(frozen=True, order=True)
class Kind:
    """A class with flags."""

    case_class: str
    """Whether it is clear whom to obey."""
    flags: tuple[str, ...] = ()
    """Marks, sorted; `tragic` where it holds in both readings."""

    @property
    def in_words(self) -> str:
        """The class, and each flag behind a plus."""
        return " + ".join((self.case_class, *self.flags))


@dataclass(frozen=True, order=True)
class Judged:
    """All that is counted of a situation."""

    kind: Kind
    """Class and flags."""
    inescapable: tuple[str, ...] = ()
    """The readings in which every action subverts a principal."""
    conflict: bool = False
    """Whether several binding instructions can't be met together, each of which could be alone."""


def judge(case: Situation) -> Judged:
    """Decide a situation, as far as it is counted."""
    found = classify(case)
    held = tuple(reading.value for reading in Reading if inescapable(found, reading))
    return Judged(_kind(found), held, any(len(members) > 1 for members in conflicts(found)))


def is_of_kind(judged: Judged, kind: Kind) -> bool:
    """Whether this is the class with the flags."""
    return judged.kind == kind


def flagged(judged: Judged, flag: Flag, reading: Reading) -> bool:
    """Whether a flag holds in a reading; only `tragic` depends on it."""
    marks = judged.kind.flags
    only_strict = flag is Flag.TRAGIC and reading is Reading.STRICT and TRAGIC_STRICT in marks
    return flag in marks or only_strict


def held_in(judged: Judged, reading: Reading, *, in_a_conflict: bool = False) -> bool:
    """Whether it is inescapable in a reading, and, where asked for, instructions conflict too."""
    return reading.value in judged.inescapable and (judged.conflict or not in_a_conflict)


def kind_of(case: Situation) -> Kind:
    """The class of a situation, with its flags."""
    return _kind(classify(case))


def _kind(found: Classification) -> Kind:
    marks = {flag.value for flag in flags(found, Reading.DELEGATED)}
    if Flag.TRAGIC not in marks and not admissible(found, Reading.STRICT, counted=True):
        marks.add(TRAGIC_STRICT)
    return Kind(found.case_class.value, tuple(sorted(marks)))


def inescapable(found: Classification, reading: Reading) -> bool:
    """Whether every action subverts a principal, with exits as what they count as."""
    case = found.case
    return all(
        any(
            case.party[victim].is_principal
            for victim in subverted((*action.moves, *case.imputed(action)), found, reading)
        )
        for action in case.actions
    )
