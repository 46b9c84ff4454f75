"""A second reader of the policy: the same case, decided by a logic program.

    case (a plain dict)  --facts-->  obey_or_refuse.lp  --one answer set-->  answer (a plain dict)

Only two things are done here and not there: the defaults of a case as a file, and the search for
the smallest sets of binding instructions that no lawful action meets together. Nothing of the
package is imported, so that an agreement between the two means something.

Source: docs/concepts/obey-or-refuse.md.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import clingo

Case = dict[str, Any]
Answer = dict[str, Any]
Rows = list[Any]
"""Of one predicate, the arguments of each atom that holds."""

PROGRAM = Path(__file__).with_name("obey_or_refuse.lp")


def answer(case: Case, reading: str = "delegated") -> Answer:
    """Decide `case` in one reading, `strict` or `delegated`; lists are sorted.

    `admissible_counted` is of that reading, `stance_counted` always of `delegated`.
    """
    return both(case)[reading]


def both(case: Case) -> dict[str, Answer]:
    """Decide `case` in both readings at the price of one."""
    return readings(_solve(case))


def readings(symbols: Sequence[clingo.Symbol]) -> dict[str, Answer]:
    """What one answer set of the program says, in both readings."""
    atoms: dict[str, Rows] = {name: [] for name in _SHOWN}
    for symbol in symbols:
        if symbol.name in atoms:
            atoms[symbol.name].append(tuple(_text(part) for part in symbol.arguments))
    [(kind,)] = atoms["class"]
    shared = {
        "class": kind,
        "overridden": sorted(name for (name,) in atoms["lost_one"]),
        "conflicts": _conflicts(atoms),
        "stance_counted": _one_each(atoms["stance_counted"]),
    }
    return {reading: shared | _in_reading(atoms, reading) for reading in ("strict", "delegated")}


def _in_reading(atoms: dict[str, Rows], reading: str) -> Answer:
    def of(predicate: str) -> Rows:
        return [arguments[1:] for arguments in atoms[predicate] if arguments[0] == reading]

    return {
        "flags": sorted(name for (name,) in of("flag")),
        "admissible": sorted(name for (name,) in of("may")),
        "admissible_counted": sorted(name for (name,) in of("counted")),
        "stance": _one_each(of("stance")),
    }


def _one_each(rows: Rows) -> dict[str, str]:
    stances = dict(sorted(rows))
    if len(stances) != len(rows):
        raise AssertionError("an action has one stance")
    return stances


def _conflicts(atoms: dict[str, Rows]) -> list[list[str]]:
    """All minimal sets of binding instructions that no lawful action meets together."""
    lawful = {action for (action,) in atoms["lawful_way"]}
    binding = sorted(name for (name,) in atoms["binding"])
    meets = set(atoms["meets"])
    ways = {one: {way for way in lawful if (way, one) in meets} for one in binding}
    found: list[list[str]] = []
    for size in range(1, len(binding) + 1):
        for chosen in combinations(binding, size):
            minimal = not any(set(smaller) <= set(chosen) for smaller in found)
            if minimal and not lawful.intersection(*(ways[one] for one in chosen)):
                found.append(list(chosen))
    return found


def _solve(case: Case) -> Sequence[clingo.Symbol]:
    control = clingo.Control(["--warn=none"])
    control.add("base", [], program() + "\n".join(f"{fact}." for fact in _facts(case)))
    control.ground([("base", [])])
    with control.solve(yield_=True) as models:
        model = models.model()
        if model is None:
            raise AssertionError("the program is stratified: it has one answer set")
        shown: Sequence[clingo.Symbol] = model.symbols(shown=True)
        return shown


_SHOWN = (
    *("class", "lost_one", "flag", "may", "counted", "stance", "stance_counted"),
    *("binding", "lawful_way", "meets"),
)


@cache
def program() -> str:
    """The program's text, without its comments."""
    lines = PROGRAM.read_text(encoding="utf-8").splitlines()
    return "".join(line.partition("%")[0].strip() + "\n" for line in lines)


def _text(symbol: clingo.Symbol) -> str:
    return symbol.string if symbol.type is clingo.SymbolType.String else symbol.name


def _fact(predicate: str, *arguments: object) -> str:
    return f"{predicate}({','.join(_term(one) for one in arguments)})"


def _term(value: object) -> str:
    return str(value) if isinstance(value, int) else str(clingo.String(str(value)))


def _facts(case: Case) -> Iterator[str]:
    channels: dict[str, str | None] = case["channels"]
    yield from _facts_of_roles(case, channels)
    for name, roles in case["parties"].items():
        yield _fact("party", name)
        yield from (_fact("holds", name, role) for role in roles)
    for place, claim in enumerate(case.get("claims") or [], start=1):
        yield _fact("claim", place, claim["channel"], claim["role"])
        if claim.get("vouched") is not None:
            yield _fact("voucher", place, claim["vouched"])
    for name, action in case["actions"].items():
        yield from _facts_of_action(name, action or {})
    for place, instruction in enumerate(case.get("instructions") or []):
        yield from _facts_of_instruction(place, instruction, case)


def _facts_of_roles(case: Case, channels: dict[str, str | None]) -> Iterator[str]:
    for channel, role in channels.items():
        if role is not None:
            yield _fact("controls", role, channel)
    root = case.get("trust_root")
    controlled = [channel for channel, role in channels.items() if role is not None]
    yield from (_fact("trusted", channel) for channel in (controlled if root is None else root))
    ranked = case.get("tiers")
    tiers = dict.fromkeys(_roles_named(case), 1) if ranked is None else ranked
    yield from (_fact("tier", role, height) for role, height in tiers.items())


def _roles_named(case: Case) -> list[str]:
    named = [role for role in case["channels"].values() if role is not None]
    named += [role for roles in case["parties"].values() for role in roles]
    return named + [claim["role"] for claim in case.get("claims") or []]


def _facts_of_action(name: str, action: Case) -> Iterator[str]:
    yield _fact("action", name)
    if action.get("exit"):
        yield f"exit({_term(name)},{action['exit']})"
    if action.get("outside"):
        yield _fact("authored_outside", name)
    yield from (_move("move", name, move) for move in action.get("moves") or [])
    yield from (_fact("declines", name, one) for one in action.get("declines") or [])
    imputed: str | Sequence[Any] | None = action.get("counts_as")
    if isinstance(imputed, str):
        yield _fact("counts_as_action", name, imputed)
    else:
        yield from (_move("counts_as_move", name, move) for move in imputed or [])


def _move(predicate: str, name: str, move: Sequence[str]) -> str:
    kind, toward = move
    return f"{predicate}({_term(name)},{kind},{_term(toward)})"


def _facts_of_instruction(place: int, instruction: Case, case: Case) -> Iterator[str]:
    name = instruction["id"]
    yield _fact("instruction", name, place)
    yield _fact("issuer", name, instruction.get("issuer") or _speaker(instruction, case))
    yield _fact("spoken", name, instruction["channel"])
    yield f"force({_term(name)},{instruction['force']})"
    yield f"mode({_term(name)},{instruction['mode']})"
    yield from (_fact("concerns", name, one) for one in instruction.get("actions") or [])
    yield from (_move("orders", name, move) for move in instruction.get("orders") or [])
    yield from (_fact("supersedes", name, one) for one in instruction.get("supersedes") or [])
    if instruction.get("entrenched"):
        yield _fact("entrenched", name)


def _speaker(instruction: Case, case: Case) -> str:
    """The first holder of the channel's role."""
    role = case["channels"][instruction["channel"]]
    return next(str(party) for party, roles in case["parties"].items() if role in roles)
