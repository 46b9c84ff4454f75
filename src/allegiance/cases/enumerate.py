"""All structures of conflict of a size, each once: what clingo finds in `structures.lp`.

    structures.lp + a fact for each exchange of roles  --clingo-->  answer sets  -->  Structure

Without the exchanges (`each_once=False`) it gives isomorphic structures as often as their roles
can be told apart by number: that is what the tests compare with.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allegiance.cases.structure import NAMES, Structure
from allegiance.errors import UserError

if TYPE_CHECKING:
    import clingo

PROGRAM = Path(__file__).with_name("structures.lp")
MOST_SAID = 3
"""Instructions in a structure, at most."""
_SHOWN = frozenset(["ranked", "same", "said", "forbids", "doubted", "claims", "victim", "exit"])
"""What of an answer set makes the structure."""


def structures(
    principals: int, *, least: int = 1, most: int = MOST_SAID, each_once: bool = True
) -> Iterator[Structure]:
    """Each structure with so many principals, in the solver's order.

    Args:
        principals: Roles of principals, 1 to 4; one person may hold several.
        least: Instructions, at least.
        most: Instructions, at most.
        each_once: Whether to give one structure of each kind that exchanging roles makes.

    Raises:
        UserError: No such number of principals, or clingo is not installed.
    """
    control = grounded(principals, least=least, most=most, each_once=each_once)
    with control.solve(yield_=True) as models:
        for model in models:
            yield structure_of(model.symbols(shown=True), principals)


def count(principals: int, *, least: int = 1, most: int = MOST_SAID) -> int:
    """How many structures there are with so many principals, each counted once.

    Raises:
        UserError: No such number of principals, or clingo is not installed.
    """
    control = grounded(principals, least=least, most=most)
    control.solve()
    return int(control.statistics["summary"]["models"]["enumerated"])


def grounded(
    principals: int,
    *,
    least: int = 1,
    most: int = MOST_SAID,
    each_once: bool = True,
    further: str = "",
) -> "clingo.Control":
    """The signature, ready to be solved, beside further rules about its structures.

    Raises:
        UserError: No such number of principals, or clingo is not installed.
    """
    solver = _clingo()
    if principals not in NAMES:
        raise UserError(f"{principals} principals", mend=f"Give 1 to {max(NAMES)}.")
    constants = (f"-cn={principals}", f"-cleast={least}", f"-cmost={most}")
    control: clingo.Control = solver.Control(["0", "--warn=none", *constants])
    control.load(str(PROGRAM))
    control.add("base", [], further + (_exchanges(principals) if each_once else ""))
    control.ground([("base", [])])
    return control


def _clingo() -> Any:
    try:
        import clingo
    except ModuleNotFoundError as error:
        raise UserError(
            "enumerating structures needs clingo", mend='pip install "allegiance[cases]"'
        ) from error
    return clingo


def _exchanges(principals: int) -> str:
    roles = range(1, principals + 1)
    return "".join(
        f"image({number},{role},{other})."
        for number, exchanged in enumerate(permutations(roles))
        for role, other in zip(roles, exchanged, strict=True)
    )


def structure_of(atoms: "Sequence[clingo.Symbol]", principals: int) -> Structure:
    """The structure that an answer set shows."""
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for atom in (atom for atom in atoms if atom.name in _SHOWN):
        rows[atom.name].append(tuple(map(_value, atom.arguments)))
    person, want, forbidden = list(range(principals)), [""] * principals, list(range(principals))
    for role, other in sorted(rows["same"], reverse=True):
        person[other] = min(person[other], role)
    for role, wanted in rows["said"]:
        want[role] = wanted
    for role, other in rows["forbids"]:
        forbidden[role] = other
    claim = rows["claims"]
    return Structure(
        ranked=bool(rows["ranked"]),
        person=tuple(person),
        want=tuple(want),
        forbidden=tuple(forbidden),
        doubted=tuple(sorted(role for (role,) in rows["doubted"])),
        claim=(*claim[0][:2], claim[0][2] == "vouched") if claim else (),
        victim=min((role for (role,) in rows["victim"]), default=-1),
        exit=rows["exit"][0][0],
    )


def _value(symbol: "clingo.Symbol") -> int | str:
    """A role, counted from 0, or a word."""
    import clingo

    return symbol.number - 1 if symbol.type is clingo.SymbolType.Number else symbol.name
