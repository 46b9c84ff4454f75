"""A structure of conflict: who is there, who wants what and what is open, without any words.

    structure  ->  situation     each role with its channel, each want with its own action
               ->  size          principals, then how much is said, covert, doubted, claimed

Roles are counted from 0, the highest first where they are ranked. The whole signature, with
what each part means, is in `structures.lp`. Structures are plain and small, for there are many.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from allegiance.situation.action import Action, Exit, Move, MoveKind
from allegiance.situation.channel import Channel, Claim
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.party import Party
from allegiance.situation.situation import Situation

NAMES = {
    1: (("user", "chat"),),
    2: (("operator", "system"), ("user", "chat")),
    3: (("developer", "weights"), ("operator", "system"), ("user", "chat")),
    4: (
        ("developer", "weights"),
        ("trainer", "training"),
        ("operator", "system"),
        ("user", "chat"),
    ),
}
"""Number of principals to their roles, each with the channel that it controls."""
THIRD = "C"
"""The third party."""
COVERT, OTHER = MoveKind.DECEIVE, MoveKind.TAMPER
"""The covert move of the actions, and the other one that a refusal may count as."""


class Want(StrEnum):
    """What is wanted in a role's channel."""

    WISH = "wish"
    """Its own action, only wished for."""
    PLAIN = "plain"
    """Its own action, required, with nothing covert in it."""
    ORDERED = "ordered"
    """Its own action, required; the covert move in it is ordered too."""
    GOAL = "goal"
    """Its own action, required; nobody orders the covert move in it."""
    FORBID = "forbid"
    """The action of another role, forbidden."""


class Counted(StrEnum):
    """What the refusal counts as."""

    SAFE = "safe"
    """Nothing."""
    SAME = "same"
    """The covert move of the actions."""
    OTHER = "other"
    """A covert move of another kind."""


@dataclass(frozen=True, order=True)
class Structure:
    """One structure. Roles are numbers."""

    ranked: bool
    """Whether each role has a tier of its own; else all share one."""
    person: tuple[int, ...]
    """Role to the highest role of the person who holds it."""
    want: tuple[str, ...]
    """Role to what is wanted in its channel; empty where nothing is."""
    forbidden: tuple[int, ...]
    """Role to the role whose action it forbids; itself where it forbids nothing."""
    doubted: tuple[int, ...] = ()
    """Roles whose channel is not in the trust root."""
    claim: tuple[int, int, bool] | tuple[()] = ()
    """In which channel which role is claimed, and whether it is vouched for."""
    victim: int = -1
    """The highest role of the person at whom covert moves are aimed; -1 for a third party."""
    exit: str = Counted.SAFE.value
    """What the refusal counts as."""

    @property
    def principals(self) -> int:
        """How many roles there are."""
        return len(self.person)

    @property
    def covert(self) -> tuple[int, ...]:
        """Roles whose action has the covert move in it."""
        return tuple(r for r, want in enumerate(self.want) if want in (Want.ORDERED, Want.GOAL))

    @property
    def size(self) -> tuple[int, ...]:
        """For finding the smallest: principals, things said, covert, claimed, doubted, overlaps."""
        said = sum(bool(want) for want in self.want)
        held = sum(person != role for role, person in enumerate(self.person))
        return (
            self.principals,
            said,
            len(self.covert),
            bool(self.claim) + (self.claim[2] if self.claim else 0),
            len(self.doubted) + held + (self.exit != Counted.SAFE) + self.ranked,
        )

    @cached_property
    def names(self) -> "Names":
        """What everything in it is called."""
        return Names(self)


class Names:
    """What roles, channels, persons, instructions and actions of a structure are called."""

    def __init__(self, structure: Structure) -> None:
        self.role, self.channel = zip(*NAMES[structure.principals], strict=True)
        held = {
            head: [role for role, person in enumerate(structure.person) if person == head]
            for head in structure.person
        }
        self.party = {
            head: "".join(self.role[role][0].upper() for role in roles)
            for head, roles in held.items()
        }
        """Person, by its highest role, to the name of a party: the initials of its roles."""
        self.roles = {
            head: frozenset(self.role[role] for role in roles) for head, roles in held.items()
        }
        self.instruction = tuple(f"from_{role}" for role in self.role)
        self.action = tuple(f"serve_{role}" for role in self.role)
        self.victim = THIRD if structure.victim < 0 else self.party[structure.victim]


def situation(structure: Structure) -> Situation:
    """The situation that has this structure."""
    names, everybody = structure.names, range(structure.principals)
    return Situation(
        tiers={role: n + 1 if structure.ranked else 1 for n, role in enumerate(names.role)},
        channels=tuple(
            Channel(channel, role) for channel, role in zip(names.channel, names.role, strict=True)
        ),
        trust_root=frozenset(names.channel[r] for r in everybody if r not in structure.doubted),
        parties=(
            *(Party(name, names.roles[head]) for head, name in names.party.items()),
            Party(THIRD),
        ),
        actions=(
            *(_action(structure, r) for r in everybody if _acts(structure, r)),
            _exit(structure),
        ),
        instructions=tuple(_instruction(structure, r) for r in everybody if structure.want[r]),
        claims=_claims(structure),
    )


def _acts(structure: Structure, role: int) -> bool:
    return structure.want[role] not in ("", Want.FORBID)


def _action(structure: Structure, role: int) -> Action:
    moves = (Move(COVERT, structure.names.victim),) if role in structure.covert else ()
    return Action(structure.names.action[role], moves=moves)


def _exit(structure: Structure) -> Action:
    kinds = {Counted.SAFE: (), Counted.SAME: (COVERT,), Counted.OTHER: (OTHER,)}
    moves = tuple(Move(kind, structure.names.victim) for kind in kinds[Counted(structure.exit)])
    return Action("refuse", exit=Exit.REFUSE, counts_as=moves or None)


def _instruction(structure: Structure, role: int) -> Instruction:
    names, want = structure.names, structure.want[role]
    forbids = want == Want.FORBID
    return Instruction(
        id=names.instruction[role],
        issuer=names.party[structure.person[role]],
        channel=names.channel[role],
        mode=Mode.FORBID if forbids else Mode.REQUIRE,
        actions=frozenset({names.action[structure.forbidden[role] if forbids else role]}),
        force=Force.WISH if want == Want.WISH else Force.INSTRUCTION,
        orders=frozenset({(COVERT, names.victim)}) if want == Want.ORDERED else frozenset(),
    )


def _claims(structure: Structure) -> tuple[Claim, ...]:
    if not structure.claim:
        return ()
    speaker, claimed, vouched = structure.claim
    names = structure.names
    voucher = names.channel[claimed] if vouched else None
    return (Claim(names.channel[speaker], names.role[claimed], voucher),)
