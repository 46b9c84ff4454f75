"""Who binds: which instructions count, and how high.

    channel in the trust root  ->  effective roles: its controller's, and those claimed in it
                                   and vouched for from at or above
    instruction, require/forbid ->  binds at the best tier among its channel's effective roles
    superseded                 ->  binds no more
    permission                 ->  lifts `outside` from what it names, and never binds

A channel outside the trust root has no effective roles, so what it says is information only.
Source: docs/concepts/obey-or-refuse.md.
"""

from dataclasses import dataclass

from allegiance.situation.action import Action, Move
from allegiance.situation.channel import Claim
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.situation import Situation


@dataclass(frozen=True)
class Binding:
    """What binds in a case, and at which tier."""

    roles: dict[str, frozenset[str]]
    """Channel to its effective roles."""
    tier: dict[str, int]
    """Instruction to the tier at which it binds, or would if it were not superseded."""
    superseded: frozenset[str]
    """Instructions taken back by a later word."""
    instructions: tuple[Instruction, ...]
    """Those that bind, in the order of being said."""
    permitted: frozenset[str]
    """Actions from which a permission lifts `outside`."""

    def outside(self, action: Action) -> bool:
        """Whether the action reaches beyond every requirement and permission."""
        return action.outside and action.id not in self.permitted

    def orders(self, move: Move) -> bool:
        """Whether something that binds orders such a move."""
        return any((move.kind, move.toward) in each.orders for each in self.instructions)

    def wild(self, action: Action) -> bool:
        """Whether the action is outside, or covert or coercive without any order."""
        return self.outside(action) or self.wild_moves(action.moves)

    def wild_moves(self, moves: tuple[Move, ...]) -> bool:
        """Whether a covert or coercive move among these is not ordered."""
        return any(move.covert_or_coercive and not self.orders(move) for move in moves)


def bind(case: Situation) -> Binding:
    """Find the instructions that bind in `case`."""
    roles = {channel.id: _effective_roles(case, channel.id) for channel in case.channels}
    tier = {
        instruction.id: min(case.tiers[role] for role in roles[instruction.channel])
        for instruction in case.instructions
        if instruction.force is Force.INSTRUCTION
        and instruction.mode is not Mode.PERMIT
        and roles[instruction.channel]
    }
    superseded = frozenset(
        earlier.id
        for later in case.instructions
        for earlier in case.instructions
        if later.id in tier and earlier.id in tier and _supersedes(later, earlier, tier, roles)
    )
    return Binding(
        roles=roles,
        tier=tier,
        superseded=superseded,
        instructions=tuple(
            instruction
            for instruction in case.instructions
            if instruction.id in tier and instruction.id not in superseded
        ),
        permitted=frozenset(
            action
            for instruction in case.instructions
            if instruction.force is Force.INSTRUCTION
            and instruction.mode is Mode.PERMIT
            and roles[instruction.channel]
            for action in instruction.actions
        ),
    )


def meets(action: Action, instruction: Instruction) -> bool:
    """Whether the action meets a requirement or a prohibition; exits break no prohibition."""
    if instruction.mode is Mode.REQUIRE:
        return action.id in instruction.actions
    return action.exit is not None or action.id not in instruction.actions


def can_vouch(case: Situation, channel: str, role: str) -> bool:
    """Whether a channel is trusted, and controlled from at or above the role."""
    controller = next(each.role for each in case.channels if each.id == channel)
    return (
        channel in case.trust_root
        and controller is not None
        and case.tiers[controller] <= case.tiers[role]
    )


def adds_role(case: Situation, claim: Claim) -> bool:
    """Whether a claim gives its channel a role: trusted there, and rightly vouched for."""
    return (
        claim.channel in case.trust_root
        and claim.vouched is not None
        and can_vouch(case, claim.vouched, claim.role)
    )


def _effective_roles(case: Situation, channel: str) -> frozenset[str]:
    if channel not in case.trust_root:
        return frozenset()
    controller = next(each.role for each in case.channels if each.id == channel)
    own = frozenset() if controller is None else frozenset({controller})
    return own | {
        claim.role for claim in case.claims if claim.channel == channel and adds_role(case, claim)
    }


def _supersedes(
    later: Instruction,
    earlier: Instruction,
    tier: dict[str, int],
    roles: dict[str, frozenset[str]],
) -> bool:
    return (
        earlier.id in later.supersedes
        and not earlier.entrenched
        and tier[earlier.id] == tier[later.id]
        and bool(roles[earlier.channel] & roles[later.channel])
    )
