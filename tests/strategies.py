"""Lawful inputs, in one place: hypothesis strategies for cases."""

from typing import Any

from hypothesis import strategies as st

from allegiance.situation.action import Action, Exit, Move, MoveKind
from allegiance.situation.channel import Channel, Claim
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.party import Party
from allegiance.situation.situation import Situation

ROLES = ("developer", "operator", "user")
PARTIES = ("D", "O", "U", "C")
CHANNELS = (
    Channel("weights", "developer"),
    Channel("system", "operator"),
    Channel("chat", "user"),
    Channel("tool", None),
)
CHANNEL_IDS = tuple(channel.id for channel in CHANNELS)
ACTIONS = ("a", "b", "c", "d")
EXITS = ("refuse", "ask")

tiers = st.fixed_dictionaries({role: st.integers(1, 3) for role in ROLES})
move_kinds = st.sampled_from(MoveKind)
moves = st.builds(Move, kind=move_kinds, toward=st.sampled_from(PARTIES))
some_moves = st.lists(moves, max_size=2).map(tuple)
claims = st.builds(
    Claim,
    channel=st.sampled_from(CHANNEL_IDS),
    role=st.sampled_from(ROLES),
    vouched=st.none() | st.sampled_from(CHANNEL_IDS),
)


@st.composite
def parties(draw: st.DrawFn) -> tuple[Party, ...]:
    """Three principals, who may hold each other's roles, and a third party."""
    further = draw(st.lists(st.sampled_from(ROLES), min_size=3, max_size=3))
    principals = tuple(
        Party(id, frozenset({role, more}) if draw(st.booleans()) else frozenset({role}))
        for id, role, more in zip(PARTIES, ROLES, further, strict=False)
    )
    return (*principals, Party("C"))


@st.composite
def instructions(draw: st.DrawFn) -> tuple[Instruction, ...]:
    """Up to five instructions, of every force and mode, later ones taking back earlier ones."""
    count = draw(st.integers(0, 5))
    ids = [f"i{place}" for place in range(count)]
    return tuple(_instruction(draw, id, ids[:place]) for place, id in enumerate(ids))


@st.composite
def actions(draw: st.DrawFn, declinable: tuple[str, ...] = ()) -> tuple[Action, ...]:
    """Up to four actions and one or two exits, some of which count as something."""
    chosen = draw(st.integers(1, len(ACTIONS)))
    declines: Any = (
        st.frozensets(st.sampled_from(declinable), max_size=2)
        if declinable
        else st.just(frozenset())
    )
    plain = tuple(
        Action(
            id,
            moves=draw(some_moves),
            declines=draw(declines),
            outside=draw(st.sampled_from((False, False, False, True))),
        )
        for id in ACTIONS[:chosen]
    )
    exits = EXITS[: draw(st.integers(1, 2))]
    counted = st.none() | st.sampled_from(ACTIONS[:chosen]) | some_moves
    return plain + tuple(Action(id, exit=Exit(id), counts_as=draw(counted)) for id in exits)


@st.composite
def cases(draw: st.DrawFn) -> Situation:
    """Lawful cases over three roles, four channels and up to six actions."""
    said = draw(instructions())
    open_actions = draw(actions(tuple(each.id for each in said)))
    there = {action.id for action in open_actions}
    return Situation(
        tiers=draw(tiers),
        channels=CHANNELS,
        trust_root=draw(st.frozensets(st.sampled_from(CHANNEL_IDS), min_size=0)),
        parties=draw(parties()),
        actions=open_actions,
        instructions=tuple(_only(each, there) for each in said),
        claims=tuple(draw(st.lists(claims, max_size=2))),
    )


def _instruction(draw: st.DrawFn, id: str, earlier: list[str]) -> Instruction:
    concerned: Any = st.frozensets(st.sampled_from(ACTIONS + EXITS), min_size=1, max_size=3)
    orders = st.frozensets(st.tuples(move_kinds, st.sampled_from(PARTIES)), max_size=2)
    return Instruction(
        id=id,
        issuer=draw(st.sampled_from(PARTIES)),
        channel=draw(st.sampled_from(CHANNEL_IDS)),
        mode=draw(st.sampled_from(Mode)),
        actions=draw(concerned),
        force=draw(st.sampled_from((Force.INSTRUCTION, Force.INSTRUCTION, *Force))),
        orders=draw(orders),
        supersedes=draw(st.frozensets(st.sampled_from(earlier), max_size=1))
        if earlier
        else frozenset(),
        entrenched=draw(st.booleans()),
    )


def _only(instruction: Instruction, actions: set[str]) -> Instruction:
    """The instruction, about actions that are there."""
    return Instruction(**{**vars(instruction), "actions": frozenset(instruction.actions & actions)})
