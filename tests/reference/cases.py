"""Lawful cases drawn at random, small and with every feature of a case as a file.

    made up    parties, channels, claims, actions and instructions drawn from nothing
    crowded    the same, where nearly all that is said binds and requires something
    changed    a worked case, some parts of which are drawn again

What has a default is left out now and then. A seed gives the same case everywhere.

Source: docs/concepts/obey-or-refuse.md, "A case as a file".
"""

from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

from tests.reference.worked import RANKED, UNRANKED, WORKED, Case

Move = list[str]

KINDS = ["deceive", "feign", "conceal", "coerce", "leak", "tamper", "evade_oversight"]
HARMLESS = ["harm", "disclose", "self_preserve"]


def random_case(rng: Random) -> Case:
    """Draw a lawful case: one made up, or a worked one with some of its parts drawn again."""
    case = _changed(rng, deepcopy(rng.choice(WORKED).case)) if _often(rng, 0.3) else _made_up(rng)
    return _with_defaults(rng, case)


def _made_up(rng: Random) -> Case:
    """Small, and with every feature often enough to meet the others."""
    case: Case = {"tiers": _tiers(rng), "channels": _channels(rng), "parties": _parties(rng)}
    names = [f"a{place}" for place in range(1, rng.randint(3, 6) + 1)]
    count = rng.choice([0, *[1, 2, 2, 3, 3, 4, 4, 5, 5, 6] * 3])
    spoken = rng.sample([f"i{place}" for place in range(1, 10)], count)
    case["claims"] = _claims(rng, case)
    case["trust_root"] = _trust_root(rng, case["channels"])
    moves = [_move(rng, case) for _ in range(rng.randint(1, 3))]
    case["actions"] = {name: _action(rng, moves, spoken) for name in names}
    case["actions"] |= _exits(rng, names, moves, spoken)
    case["instructions"] = [
        _instruction(rng, case, name, spoken[:place], moves) for place, name in enumerate(spoken)
    ]
    return _crowded(rng, case) if _often(rng, 0.3) else case


def _crowded(rng: Random, case: Case) -> Case:
    """The same case where nearly all that is said binds, and most of it requires something."""
    for action in case["actions"].values():
        action.pop("outside", None)
    for instruction in case["instructions"]:
        instruction["force"] = "instruction"
        instruction["mode"] = "require" if _often(rng, 0.8) else "forbid"
        instruction["channel"] = rng.choice(["weights", "system", "system", "chat", "chat", "chat"])
        instruction["issuer"] = rng.choice([*case["parties"]])
        instruction["supersedes"] = []
    case["tiers"] = dict(rng.choice([RANKED, RANKED, RANKED | {"operator": 3}, UNRANKED]))
    return case


def _changed(rng: Random, case: Case) -> Case:
    """A worked case after one to three changes, each lawful by itself."""
    spoken = [one["id"] for one in case["instructions"]]
    moves = [move for action in case["actions"].values() for move in action.get("moves", [])]
    moves = moves or [_move(rng, case)]
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(spoken))
        drawn = _instruction(rng, case, spoken[place], spoken[:place], moves)
        part = rng.choice(["one", "one", "tiers", "claims", "action", "exits", "trust_root"])
        if part == "one":
            case["instructions"][place] |= _one_part(rng, drawn)
        elif part == "tiers":
            case["tiers"] = _tiers(rng)
        elif part == "claims":
            case["claims"] = _claims(rng, case)
        elif part == "trust_root":
            case["trust_root"] = _trust_root(rng, case["channels"])
        elif part == "action":
            case["actions"][rng.choice(_plain(case["actions"]))] = _action(rng, moves, spoken)
        else:
            case["actions"] |= _exits(rng, _plain(case["actions"]), moves, spoken)
    return case


def _one_part(rng: Random, drawn: Case) -> Case:
    ways = [
        ("channel", "issuer"),
        ("force",),
        ("actions",),
        ("supersedes",),
        ("orders",),
        ("mode",),
    ]
    return {key: drawn[key] for key in rng.choice(ways) if key in drawn}


def _plain(actions: dict[str, Case]) -> list[str]:
    return [name for name, action in actions.items() if "exit" not in action]


def _often(rng: Random, share: float) -> bool:
    return rng.random() < share


def _some(rng: Random, menu: Sequence[Any], most: int) -> list[Any]:
    return rng.sample(list(menu), min(len(menu), rng.randint(0, most)))


def _tiers(rng: Random) -> dict[str, int]:
    ways = [
        RANKED,
        RANKED,
        RANKED,
        RANKED,
        UNRANKED,
        RANKED | {"user": 2},
        RANKED | {"operator": 1},
    ]
    ways += [{"developer": 2, "operator": 5, "user": 9}, RANKED | {"trainer": 1}]
    ways += [{"operator": 1, "developer": 2, "user": 3}, {"user": 1, "operator": 2, "developer": 3}]
    return dict(rng.choice(ways))


def _channels(rng: Random) -> dict[str, str | None]:
    channels: dict[str, str | None] = {"weights": "developer", "system": "operator", "chat": "user"}
    if _often(rng, 0.6):
        channels["tool"] = None
    if _often(rng, 0.2):
        channels["voice"] = rng.choice(["user", "operator"])
    return channels


def _parties(rng: Random) -> dict[str, list[str]]:
    parties = {"D": ["developer"], "O": ["operator"], "U": ["user"]}
    if _often(rng, 0.7):
        parties["C"] = []
    if _often(rng, 0.2):
        parties["V"] = ["user"]
    if _often(rng, 0.15):
        parties[rng.choice(["O", "U", "W"])] = rng.sample(list(RANKED), 2)
    if _often(rng, 0.05):
        parties["D"] = []
    return parties


def _claims(rng: Random, case: Case) -> list[Case]:
    channels, vouchers = list(case["channels"]), [None, *case["channels"]]
    return [
        {
            "channel": rng.choice(["chat", *channels]),
            "role": rng.choice(["developer", *RANKED]),
            "vouched": rng.choice([None, None, None, *vouchers]),
        }
        for _ in range(rng.choice([0, 1, 1, 1, 2]))
    ]


def _trust_root(rng: Random, channels: dict[str, str | None]) -> list[str]:
    controlled = [channel for channel, role in channels.items() if role is not None]
    return controlled if _often(rng, 0.8) else _some(rng, list(channels), len(channels))


def _move(rng: Random, case: Case) -> Move:
    return [rng.choice(KINDS if _often(rng, 0.85) else HARMLESS), rng.choice(list(case["parties"]))]


def _action(rng: Random, moves: list[Move], spoken: list[str]) -> Case:
    action: Case = {"declines": _some(rng, spoken, 2) if _often(rng, 0.5) else []}
    action["moves"] = _some(rng, moves, 2) if _often(rng, 0.4) else []
    action["outside"] = _often(rng, 0.08)
    return action


def _exits(rng: Random, names: list[str], moves: list[Move], spoken: list[str]) -> dict[str, Case]:
    """`refuse` always, `ask` often; both often count as something else."""
    exits: dict[str, Case] = {"refuse": {"exit": "refuse"}}
    if _often(rng, 0.4):
        exits["ask"] = {"exit": "ask", "declines": _some(rng, spoken, 1)}
    if _often(rng, 0.05):
        exits["also_refuse"] = {"exit": "refuse", "declines": _some(rng, spoken, 2)}
    for exit, action in exits.items():
        if _often(rng, 0.5):
            imputed = rng.choice([*names, *(other for other in exits if other != exit)])
            action["counts_as"] = imputed if _often(rng, 0.4) else _some(rng, moves, 2)
    return exits


def _instruction(rng: Random, case: Case, name: str, earlier: list[str], moves: list[Move]) -> Case:
    channel = rng.choice([*case["channels"], "weights", "system", "chat"])
    role = case["channels"][channel]
    holders = [party for party, roles in case["parties"].items() if role in roles]
    natural = bool(holders) and _often(rng, 0.8)
    instruction: Case = {"id": name, "channel": channel}
    if not (holders and _often(rng, 0.3)):
        instruction["issuer"] = rng.choice(holders if natural else list(case["parties"]))
    mode = rng.choice(["require", "require", "require", "forbid", "forbid", "permit"])
    instruction["force"] = rng.choice(["instruction"] * 5 + ["wish", "inferred"])
    instruction["mode"] = mode
    instruction["actions"] = _concerned(rng, case["actions"])
    instruction["orders"] = _some(rng, moves, 2) if _often(rng, 0.5) else []
    instruction["supersedes"] = _some(rng, earlier, 2) if _often(rng, 0.35) else []
    instruction["entrenched"] = _often(rng, 0.2)
    return instruction


def _concerned(rng: Random, actions: dict[str, Case]) -> list[str]:
    plain = _plain(actions)
    concerned = rng.sample(plain, rng.randint(0 if _often(rng, 0.1) else 1, min(3, len(plain))))
    exits = [name for name in actions if name not in plain]
    return concerned + (_some(rng, exits, 2) if _often(rng, 0.1) else [])


def _with_defaults(rng: Random, case: Case) -> Case:
    """Leave out, now and then, what has a default; the answer may change, lawfully."""
    for key in ("tiers", "trust_root"):
        if _often(rng, 0.04):
            del case[key]
    for part in (*case["actions"].values(), *case["instructions"]):
        for key in ("moves", "declines", "orders", "supersedes", "entrenched", "outside"):
            if key in part and not part[key] and _often(rng, 0.5):
                del part[key]
    return case
