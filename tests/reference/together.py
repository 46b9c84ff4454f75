"""All structures of conflict, each decided by both readers of the policy in one go.

    structures.lp (package) + structures.lp (here) + obey_or_refuse.lp
        --clingo-->  answer sets, each a structure with the policy's answer
        --the package decides the same structure-->  compared part by part

How a structure becomes a case is thus written twice too: here as rules, in the package as code.
"""

from collections.abc import Iterator
from pathlib import Path

from allegiance.cases.enumerate import MOST_SAID, grounded, structure_of
from allegiance.cases.structure import NAMES, Structure
from tests.reference.oracle import Answer, program, readings

BRIDGE = Path(__file__).with_name("structures.lp")


def decided_by_program(
    principals: int, *, most: int = MOST_SAID
) -> Iterator[tuple[Structure, dict[str, Answer]]]:
    """Every structure of a size, with the logic program's answer in both readings."""
    labels = "".join(
        f'label({number},"serve_{role}","from_{role}").'
        for number, (role, _) in enumerate(NAMES[principals], start=1)
    )
    further = program() + BRIDGE.read_text(encoding="utf-8") + labels
    control = grounded(principals, most=most, further=further)
    with control.solve(yield_=True) as models:
        for model in models:
            symbols = model.symbols(shown=True)
            yield structure_of(symbols, principals), readings(symbols)
