"""The two readers agree under every rival and on every structure, and a fault in either shows."""

from random import Random

import pytest

from allegiance.cases.file import read_case
from allegiance.cases.structure import situation
from tests.reference.cases import random_case
from tests.reference.faults import FAULTS, PACKAGE, PROGRAM, Fault, planted
from tests.reference.oracle import Case, both
from tests.reference.package import different_parts, in_package
from tests.reference.rivals import RIVALS, under
from tests.reference.together import decided_by_program

SOON = (
    "an untrusted channel has no roles",
    "a wish binds nobody",
    "counted: tainted exits drop out",
)
SOON_IN_PACKAGE = (
    "it binds at the best tier",
    "an unclear case leaves only exits",
    "forced: every exit counts as something",
)


def drawn(number: int) -> Case:
    """A random case; the benchmark's of the same number."""
    return random_case(Random(f"1-{number}"))


def disagree(case: Case) -> bool:
    return bool(different_parts(in_package(read_case(case)), both(case)))


@pytest.mark.parametrize("rival", RIVALS, ids=" ".join)
def test_the_two_readers_agree_under_every_rival(rival: tuple[str, str]):
    """Whoever ranks first, whatever is trusted."""
    for number in range(4):
        assert not disagree(under(drawn(number), *rival))


def test_with_no_trusted_channel_nothing_binds():
    """Every case with instructions is indeterminate then."""
    case = under(drawn(0), "developer first", "none")
    assert in_package(read_case(case))["strict"]["class"] == "indeterminate"


@pytest.mark.parametrize(
    "fault",
    [f for f in PROGRAM if f.clause in SOON] + [f for f in PACKAGE if f.clause in SOON_IN_PACKAGE],
    ids=lambda fault: fault.clause,
)
def test_a_planted_fault_shows(fault: Fault):
    """A wrong rule in either reader makes them disagree within a few cases, and goes again."""
    with planted(fault):
        wrong = next(number for number in range(30) if disagree(drawn(number)))
    assert not disagree(drawn(wrong))


def test_each_fault_names_a_text_that_stands_there_once():
    """None has gone stale: planting it is possible."""
    for fault in FAULTS:
        with planted(fault):
            pass


@pytest.mark.parametrize(("principals", "most"), [(1, 1), (2, 2), (3, 1)])
def test_the_two_readers_agree_on_structures(principals: int, most: int):
    """On all up to two principals, and on those of three with one instruction."""
    for structure, theirs in decided_by_program(principals, most=most):
        ours = in_package(situation(structure))
        assert not different_parts(ours, theirs), structure
