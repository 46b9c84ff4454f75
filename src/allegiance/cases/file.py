"""A case as a file: the formal part of a conflict, without any scenario or words.

    tiers: {developer: 1, operator: 2, user: 3}      channels: {weights: developer, ...}
    trust_root: [weights, system, chat]              parties: {D: [developer], C: []}
    claims: [{channel: chat, role: developer, vouched: system}]
    actions: {reply: {moves: [[deceive, C]]}, refuse: {exit: refuse, counts_as: reply}}
    instructions: [{id: i1, channel: system, mode: require, actions: [reply]}]

Left out, all roles named share one tier, the trust root is every channel that somebody
controls, and an instruction's issuer is the first holder of its channel's role.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from allegiance.documents.document import Document, read_document, validate
from allegiance.errors import UserError
from allegiance.situation.action import Action, Exit, Move, MoveKind
from allegiance.situation.channel import Channel, Claim
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.party import Party
from allegiance.situation.situation import Situation
from allegiance.situation.welfare import Welfare


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _spell_out(move: Any) -> Any:
    """A move in short, `[kind, toward]`, as the mapping that it stands for."""
    if isinstance(move, (list, tuple)) and len(move) == 2:
        return {"kind": move[0], "toward": move[1]}
    return move


class MoveEntry(_Part):
    """A move, in short `[kind, toward]`."""

    kind: MoveKind
    toward: str
    to: str | None = None
    item: str | None = None


MoveField = Annotated[MoveEntry, BeforeValidator(_spell_out)]


class ActionEntry(_Part):
    """What an action is; its id is the key that it stands under."""

    moves: list[MoveField] = []
    declines: list[str] = []
    outside: bool = False
    exit: Exit | None = None
    counts_as: str | list[MoveField] | None = None


class InstructionEntry(_Part):
    """An instruction."""

    id: str
    issuer: str | None = None
    channel: str
    force: Force = Force.INSTRUCTION
    mode: Mode
    actions: list[str] = []
    orders: list[MoveField] = []
    supersedes: list[str] = []
    entrenched: bool = False


class ClaimEntry(_Part):
    """A claim, and the channel through which it is vouched for."""

    channel: str
    role: str
    vouched: str | None = None


class WelfareEntry(_Part):
    """What an action brings a party: an interval, with an interval of probability."""

    action: str
    """The action."""
    party: str
    """The party that it befalls."""
    amount: tuple[float, float]
    """Lower and upper end; 0 is the status quo."""
    probability: tuple[float, float] = (1.0, 1.0)
    """Lower and upper end, in points of 1."""
    means: bool | None = None
    """Whether the action reaches its end through this change, or it is only foreseen."""


def _empty(value: Any) -> Any:
    return {} if value is None else value


class CaseEntry(_Part):
    """One case of a case file."""

    title: str | None = None
    """What it is about, in a line."""
    tiers: dict[str, Annotated[int, Field(ge=1)]] | None = None
    """Role to tier, 1 the highest; left out, all roles named share one."""
    channels: dict[str, str | None]
    """Channel to the role that controls it; null where nobody does."""
    trust_root: list[str] | None = None
    """The channels taken to be what they seem; left out, all that somebody controls."""
    parties: dict[str, list[str]]
    """Party to its roles; none for a third party."""
    claims: list[ClaimEntry] = []
    """Who says that he is somebody."""
    actions: dict[str, Annotated[ActionEntry, BeforeValidator(_empty)]]
    """Action id to what it is; one of them has `exit: refuse`."""
    instructions: list[InstructionEntry] = []
    """Who wants what."""
    welfare: list[WelfareEntry] = []
    """What an action brings whom. What is not stated is not 0."""


class _CaseList(BaseModel):
    cases: list[CaseEntry]


def read_cases(path: Path) -> list[Situation]:
    """The cases of a file: one, or a list of them.

    Raises:
        UserError: With file, line and field of what can't be used.
    """
    document = read_document(path)
    several = isinstance(document.data, list)
    if several:
        entries = validate(Document.wrapping(document, "cases"), _CaseList).cases
    else:
        entries = [validate(document, CaseEntry)]
    return [
        _situation_at(document, entry, (place,) if several else ())
        for place, entry in enumerate(entries)
    ]


def read_case(data: Mapping[str, Any]) -> Situation:
    """A case from plain data of the same form.

    Raises:
        UserError: With the field of a name that is not declared.
        pydantic.ValidationError: It is not of that form at all.
    """
    return situation_of_entry(CaseEntry.model_validate(data))


def situation_of_entry(entry: CaseEntry) -> Situation:
    """The situation that a checked entry describes."""
    named = {role for role in entry.channels.values() if role}
    named |= {role for roles in entry.parties.values() for role in roles}
    named |= {claim.role for claim in entry.claims}
    trusted = [id for id, role in entry.channels.items() if role]
    return Situation(
        tiers=dict(entry.tiers) if entry.tiers is not None else dict.fromkeys(sorted(named), 1),
        channels=tuple(Channel(id, role) for id, role in entry.channels.items()),
        trust_root=frozenset(trusted if entry.trust_root is None else entry.trust_root),
        parties=tuple(Party(id, frozenset(roles)) for id, roles in entry.parties.items()),
        claims=tuple(Claim(each.channel, each.role, each.vouched) for each in entry.claims),
        actions=tuple(_action(id, each) for id, each in entry.actions.items()),
        instructions=tuple(_instruction(each, entry) for each in entry.instructions),
        welfare=tuple(
            Welfare(each.action, each.party, *each.amount, *each.probability, each.means)
            for each in entry.welfare
        ),
    )


def _situation_at(document: Document, entry: CaseEntry, place: tuple[int, ...]) -> Situation:
    try:
        return situation_of_entry(entry)
    except UserError as error:
        field = error.field or ""
        at = (*place, *_location(field, entry))
        prefix = f"[{place[0]}]." if place else ""
        raise UserError(
            error.problem,
            mend=error.mend,
            path=document.path,
            line=document.line_of(at),
            field=f"{prefix}{field}",
        ) from error


def _location(field: str, entry: CaseEntry) -> tuple[str | int, ...]:
    """Where a field such as `instructions.i1.actions` stands in the file."""
    room, _, rest = field.partition(".")
    if room == "instructions":
        id, _, part = rest.partition(".")
        index = next((n for n, each in enumerate(entry.instructions) if each.id == id), 0)
        return (room, index, *part.split(".")[:1])
    return (room.split("[")[0], *(part.split("[")[0] for part in rest.split(".") if part))


def _action(id: str, entry: ActionEntry) -> Action:
    counts_as = entry.counts_as
    return Action(
        id=id,
        moves=tuple(_move(each) for each in entry.moves),
        declines=frozenset(entry.declines),
        outside=entry.outside,
        exit=entry.exit,
        counts_as=tuple(_move(each) for each in counts_as)
        if isinstance(counts_as, list)
        else counts_as,
    )


def _move(entry: MoveEntry) -> Move:
    return Move(entry.kind, entry.toward, entry.to, entry.item)


def _instruction(entry: InstructionEntry, case: CaseEntry) -> Instruction:
    return Instruction(
        id=entry.id,
        issuer=entry.issuer or _first_holder(entry, case),
        channel=entry.channel,
        mode=entry.mode,
        actions=frozenset(entry.actions),
        force=entry.force,
        orders=frozenset((each.kind, each.toward) for each in entry.orders),
        supersedes=frozenset(entry.supersedes),
        entrenched=entry.entrenched,
    )


def _first_holder(entry: InstructionEntry, case: CaseEntry) -> str:
    role = case.channels.get(entry.channel)
    for party, roles in case.parties.items():
        if role is not None and role in roles:
            return party
    raise UserError(
        f'nobody holds the role that controls "{entry.channel}"',
        mend="Write the issuer of this instruction.",
        field=f"instructions.{entry.id}.issuer",
    )
