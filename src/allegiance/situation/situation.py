"""A situation: all that is the case before anything is done, checked once, then frozen.

Every rule that a lawful situation obeys stands in `_faults`; the functions that decide
about a situation may rely on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from allegiance.errors import UserError, suggest
from allegiance.situation.action import Action, Exit, Move
from allegiance.situation.channel import Channel, Claim
from allegiance.situation.instruction import Instruction
from allegiance.situation.party import Party, rank
from allegiance.situation.welfare import Welfare


@dataclass(frozen=True)
class Situation:
    """Parties, channels, claims, instructions and the actions that are open.

    Raises:
        UserError: A name that is not declared, an exit with moves, no `refuse`; the field
            at fault is named.
    """

    tiers: dict[str, int]
    """Role to tier, 1 the highest."""
    channels: tuple[Channel, ...]
    """The ways in."""
    trust_root: frozenset[str]
    """The channels assumed to be what they seem."""
    parties: tuple[Party, ...]
    """Everybody in it."""
    actions: tuple[Action, ...]
    """What the model can do."""
    instructions: tuple[Instruction, ...] = ()
    """What is wanted of it, in the order of being said."""
    claims: tuple[Claim, ...] = ()
    """Who is said to speak where."""
    welfare: tuple[Welfare, ...] = field(default=(), compare=False)
    """What actions bring parties, where stated."""

    def __post_init__(self) -> None:
        for field_name, problem, mend in _faults(self):
            raise UserError(problem, mend=mend, field=field_name)

    @cached_property
    def action(self) -> dict[str, Action]:
        """Actions by id."""
        return {action.id: action for action in self.actions}

    @cached_property
    def party(self) -> dict[str, Party]:
        """Parties by id."""
        return {party.id: party for party in self.parties}

    @cached_property
    def rank(self) -> dict[str, int]:
        """Party id to the tier of its best role; below all tiers for third parties."""
        return {party.id: rank(party, self.tiers) for party in self.parties}

    def imputed(self, action: Action) -> tuple[Move, ...]:
        """The moves that the scaffold makes of an exit; none where it counts as nothing."""
        if isinstance(action.counts_as, str):
            return self.action[action.counts_as].moves
        return action.counts_as or ()


def _faults(case: Situation) -> Iterator[tuple[str, str, str]]:
    """Each breach of what a lawful situation is: field, problem, mend."""
    yield from _repeated(case)
    yield from _unknown_names(case)
    yield from _unlawful_exits(case)
    yield from _later_supersedes(case)


def _repeated(case: Situation) -> Iterator[tuple[str, str, str]]:
    groups: dict[str, list[str]] = {
        "parties": [party.id for party in case.parties],
        "channels": [channel.id for channel in case.channels],
        "actions": [action.id for action in case.actions],
        "instructions": [instruction.id for instruction in case.instructions],
    }
    for name, ids in groups.items():
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield name, f'"{id}" stands twice', "Give each its own id."


def _unknown_names(case: Situation) -> Iterator[tuple[str, str, str]]:
    roles = set(case.tiers)
    channels = {channel.id for channel in case.channels}
    parties = {party.id for party in case.parties}
    actions = {action.id for action in case.actions}
    instructions = {instruction.id for instruction in case.instructions}

    def check(
        where: str, name: str | None, known: set[str], what: str, plural: str
    ) -> Iterator[Any]:
        if name is not None and name not in known:
            yield where, f'no {what} "{name}"', suggest(name, known, f"{plural} here")

    for channel in case.channels:
        yield from check(
            f"channels.{channel.id}", channel.role, roles, "role in a tier", "Roles in tiers"
        )
    for name in sorted(case.trust_root):
        yield from check("trust_root", name, channels, "channel", "Channels")
    for party in case.parties:
        for role in sorted(party.roles):
            yield from check(
                f"parties.{party.id}.roles", role, roles, "role in a tier", "Roles in tiers"
            )
    for place, claim in enumerate(case.claims):
        at = f"claims[{place}]"
        yield from check(f"{at}.channel", claim.channel, channels, "channel", "Channels")
        yield from check(f"{at}.role", claim.role, roles, "role in a tier", "Roles in tiers")
        yield from check(f"{at}.vouched", claim.vouched, channels, "channel", "Channels")
    for instruction in case.instructions:
        at = f"instructions.{instruction.id}"
        yield from check(f"{at}.issuer", instruction.issuer, parties, "party", "Parties")
        yield from check(f"{at}.channel", instruction.channel, channels, "channel", "Channels")
        for name in sorted(instruction.actions):
            yield from check(f"{at}.actions", name, actions, "action", "Actions")
        for kind, toward in sorted(instruction.orders):
            yield from check(f"{at}.orders.{kind}", toward, parties, "party", "Parties")
        for name in sorted(instruction.supersedes):
            yield from check(f"{at}.supersedes", name, instructions, "instruction", "Instructions")
    for action in case.actions:
        at = f"actions.{action.id}"
        for name in sorted(action.declines):
            yield from check(f"{at}.declines", name, instructions, "instruction", "Instructions")
        if isinstance(action.counts_as, str):
            yield from check(f"{at}.counts_as", action.counts_as, actions, "action", "Actions")
        imputed = action.counts_as if isinstance(action.counts_as, tuple) else ()
        for place, move in enumerate((*action.moves, *imputed)):
            part = f"moves[{place}]" if place < len(action.moves) else "counts_as"
            yield from check(f"{at}.{part}.toward", move.toward, parties, "party", "Parties")
            yield from check(f"{at}.{part}.to", move.to, parties, "party", "Parties")
    for place, entry in enumerate(case.welfare):
        yield from check(f"welfare[{place}].action", entry.action, actions, "action", "Actions")
        yield from check(f"welfare[{place}].party", entry.party, parties, "party", "Parties")


def _unlawful_exits(case: Situation) -> Iterator[tuple[str, str, str]]:
    for action in case.actions:
        at = f"actions.{action.id}"
        if action.exit and action.moves:
            yield f"{at}.moves", "an exit has no moves of its own", "Put them under counts_as."
        if action.exit and action.outside:
            yield f"{at}.outside", "an exit is never outside", "Take out `outside`."
        if action.counts_as is not None and not action.exit:
            yield f"{at}.counts_as", "only an exit counts as something", "Mark it as an exit."
        if action.counts_as == action.id:
            yield f"{at}.counts_as", "an exit can't count as itself", "Name another action."
    if not any(action.exit is Exit.REFUSE for action in case.actions):
        yield "actions", "no action with `exit: refuse`", "Each situation has an open refusal."


def _later_supersedes(case: Situation) -> Iterator[tuple[str, str, str]]:
    earlier: set[str] = set()
    for instruction in case.instructions:
        for name in sorted(instruction.supersedes - earlier):
            yield (
                f"instructions.{instruction.id}.supersedes",
                f'"{name}" does not stand before it',
                "An instruction supersedes only those listed before it.",
            )
        earlier.add(instruction.id)
