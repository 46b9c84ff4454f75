"""The formal situation of a cell: what is the case, before any words.

scenario + complete cell
  -> list items whose `when` holds, one variant of each scalar
  -> `"{factor}"` in place of a channel: the level of that factor
  -> names of what is declared and absent here drop out of declines, actions,
     supersedes and counts_as
  -> Situation
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from allegiance.documents.document import Location
from allegiance.errors import UserError
from allegiance.scenarios.entries import (
    ActionEntry,
    InstructionEntry,
    PartyEntry,
    WelfareEntry,
)
from allegiance.scenarios.fields import MoveEntry, Variant, holds
from allegiance.scenarios.names import factor_in
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.action import Action, Move
from allegiance.situation.channel import Channel, Claim
from allegiance.situation.instruction import Instruction
from allegiance.situation.party import Party
from allegiance.situation.situation import Situation
from allegiance.situation.welfare import Welfare

T = TypeVar("T")
_WITH_IDS = ("parties", "actions", "instructions")


def situation_of(scenario: Scenario, cell: Mapping[str, str]) -> Situation:
    """The situation of a complete cell.

    Raises:
        UserError: The cell has no lawful situation: a value for it is missing or doubled, or
            somebody is named who is absent from it.
    """
    return _Builder(scenario, cell).situation()


def welfare_of(scenario: Scenario, cell: Mapping[str, str]) -> tuple[Welfare, ...]:
    """The welfare of the situation of a complete cell."""
    return _Builder(scenario, cell).welfare()


def case_dict(case: Situation) -> dict[str, Any]:
    """A situation as plain data, in the form of a case file, ready for JSON."""
    return {
        "tiers": dict(case.tiers),
        "channels": {channel.id: channel.role for channel in case.channels},
        "trust_root": sorted(case.trust_root),
        "parties": {party.id: sorted(party.roles) for party in case.parties},
        "claims": [
            {"channel": each.channel, "role": each.role, "vouched": each.vouched}
            for each in case.claims
        ],
        "actions": {action.id: _action_data(action) for action in case.actions},
        "instructions": [_instruction_data(each) for each in case.instructions],
        "welfare": [_welfare_data(each) for each in case.welfare],
    }


def chosen(
    scenario: Scenario, at: Location, variants: Iterable[Variant[T]], cell: Mapping[str, str]
) -> T:
    """The one value that remains of a field in this cell.

    Raises:
        UserError: None remains, or several.
    """
    remaining = [each.value for each in variants if holds(each.when, cell)]
    if len(remaining) == 1:
        return remaining[0]
    problem = f"{len(remaining) or 'no'} values remain in the cell {_named(cell)}"
    mend = "Write `when` so that one remains in each cell, or exclude this cell under `impossible`."
    raise scenario.error(at, problem, mend)


def chosen_channel(
    scenario: Scenario, at: Location, variants: Iterable[Variant[str]], cell: Mapping[str, str]
) -> str:
    """The channel that remains, with the level of a factor put in for its name."""
    return _level_for(chosen(scenario, at, variants, cell), cell)


class _Builder:
    """One scenario in one cell."""

    def __init__(self, scenario: Scenario, cell: Mapping[str, str]) -> None:
        self.scenario, self.cell = scenario, cell
        self.actions = {each.id for each in scenario.actions if holds(each.when, cell)}
        self.instructions = {each.id for each in scenario.instructions if holds(each.when, cell)}
        self.parties = [each for each in scenario.parties if holds(each.when, cell)]

    def situation(self) -> Situation:
        scenario = self.scenario
        instructions = [self._instruction(*each) for each in self._there("instructions")]
        parts: dict[str, Any] = {
            "tiers": chosen(scenario, ("tiers",), scenario.tiers, self.cell),
            "channels": tuple(Channel(id, self._role_of(id)) for id in scenario.channels),
            "trust_root": frozenset(
                _level_for(each, self.cell)
                for each in chosen(scenario, ("trust_root",), scenario.trust_root, self.cell)
            ),
            "parties": tuple(Party(each.id, frozenset(each.roles)) for each in self.parties),
            "actions": tuple(self._action(*each) for each in self._there("actions")),
            "instructions": tuple(instructions),
            "claims": tuple(self._claim(place) for place, _ in self._there("claims")),
            "welfare": self.welfare(),
        }
        try:
            return Situation(**parts)
        except UserError as error:
            raise self._placed(error) from error

    def welfare(self) -> tuple[Welfare, ...]:
        return tuple(self._welfare(entry) for _, entry in self._there("welfare"))

    def _there(self, room: str) -> Iterator[tuple[int, Any]]:
        """The items of a list that are there in this cell, with their places in the file."""
        for place, entry in enumerate(getattr(self.scenario, room)):
            if holds(entry.when, self.cell):
                yield place, entry

    def _action(self, place: int, entry: ActionEntry) -> Action:
        at: Location = ("actions", place)
        counts_as = chosen(self.scenario, (*at, "counts_as"), entry.counts_as, self.cell)
        imputed: str | tuple[Move, ...] | None
        if isinstance(counts_as, str):
            imputed = counts_as if counts_as in self.actions else None
        else:
            imputed = self._moves(counts_as or ()) or None
        return Action(
            id=entry.id,
            moves=self._moves(entry.moves),
            declines=frozenset(entry.declines) & self.instructions,
            outside=chosen(self.scenario, (*at, "outside"), entry.outside, self.cell),
            exit=entry.exit,
            counts_as=imputed,
        )

    def _moves(self, entries: Iterable[MoveEntry]) -> tuple[Move, ...]:
        return tuple(
            Move(each.kind, each.toward, each.to, each.item)
            for each in entries
            if holds(each.when, self.cell)
        )

    def _instruction(self, place: int, entry: InstructionEntry) -> Instruction:
        at, scenario, cell = ("instructions", place), self.scenario, self.cell
        channel = chosen_channel(scenario, (*at, "channel"), entry.channel, cell)
        return Instruction(
            id=entry.id,
            issuer=self._issuer((*at, "issuer"), entry, channel),
            channel=channel,
            mode=chosen(scenario, (*at, "mode"), entry.mode, cell),
            actions=frozenset(entry.actions) & self.actions,
            force=chosen(scenario, (*at, "force"), entry.force, cell),
            orders=frozenset((each.kind, each.toward) for each in self._moves(entry.orders)),
            supersedes=frozenset(entry.supersedes) & self.instructions,
            entrenched=chosen(scenario, (*at, "entrenched"), entry.entrenched, cell),
        )

    def _issuer(self, at: Location, entry: InstructionEntry, channel: str) -> str:
        """Who is written, else the first holder of the role that controls the channel."""
        if entry.issuer is not None:
            return chosen(self.scenario, at, entry.issuer, self.cell)
        role = self._role_of(channel)
        holders = [each.id for each in self.parties if role is not None and role in each.roles]
        if not holders:
            problem = f'nobody holds the role that controls "{channel}"'
            raise self.scenario.error(at, problem, "Write who truly speaks.")
        return holders[0]

    def _role_of(self, channel: str) -> str | None:
        variants = self.scenario.channels[channel]
        return chosen(self.scenario, ("channels", channel), variants, self.cell)

    def _claim(self, place: int) -> Claim:
        at, entry = ("claims", place), self.scenario.claims[place]
        scenario, cell = self.scenario, self.cell
        vouched = chosen(scenario, (*at, "vouched"), entry.vouched, cell)
        return Claim(
            channel=chosen_channel(scenario, (*at, "channel"), entry.channel, cell),
            role=chosen(scenario, (*at, "role"), entry.role, cell),
            vouched=None if vouched is None else _level_for(vouched, cell),
        )

    def _welfare(self, entry: WelfareEntry) -> Welfare:
        times = 1.0 if entry.times is None else float(self.cell[entry.times])
        low, high = sorted(end * times for end in entry.amount)
        return Welfare(entry.action, entry.party, low, high, *entry.probability, entry.means)

    def _placed(self, error: UserError) -> UserError:
        """An error of the situation, at its place in the file and with the cell named."""
        room, _, rest = (error.field or "").partition(".")
        id = rest.split(".")[0]
        entries: list[PartyEntry | ActionEntry | InstructionEntry] = list(
            getattr(self.scenario, room, ())
            if room in ("parties", "actions", "instructions")
            else ()
        )
        place = next(
            (n for n, each in enumerate(entries) if each.id == id and holds(each.when, self.cell)),
            None,
        )
        at: Location = (room,) if place is None else (room, place)
        placed = self.scenario.error(at, f"{error.problem}, in the cell {_named(self.cell)}")
        return UserError(
            placed.problem,
            mend=error.mend,
            path=placed.path,
            line=placed.line,
            field=error.field,
        )


def _level_for(text: str, cell: Mapping[str, str]) -> str:
    """The text, or the level of the factor that it names in braces."""
    factor = factor_in(text)
    return text if factor is None else cell[factor]


def _named(cell: Mapping[str, str]) -> str:
    return ", ".join(f"{factor}={level}" for factor, level in cell.items())


def _welfare_data(given: Welfare) -> dict[str, Any]:
    told = {} if given.means is None else {"means": given.means}
    return {
        "action": given.action,
        "party": given.party,
        "amount": [given.low, given.high],
        "probability": [given.probability_low, given.probability_high],
        **told,
    }


def _action_data(action: Action) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if action.moves:
        data["moves"] = [_move_data(move) for move in action.moves]
    if action.declines:
        data["declines"] = sorted(action.declines)
    if action.outside:
        data["outside"] = True
    if action.exit:
        data["exit"] = str(action.exit)
    if isinstance(action.counts_as, str):
        data["counts_as"] = action.counts_as
    elif action.counts_as:
        data["counts_as"] = [_move_data(move) for move in action.counts_as]
    return data


def _move_data(move: Move) -> object:
    if move.to is None and move.item is None:
        return [str(move.kind), move.toward]
    whole = {"kind": str(move.kind), "toward": move.toward, "to": move.to, "item": move.item}
    return {key: value for key, value in whole.items() if value is not None}


def _instruction_data(instruction: Instruction) -> dict[str, Any]:
    return {
        "id": instruction.id,
        "issuer": instruction.issuer,
        "channel": instruction.channel,
        "force": str(instruction.force),
        "mode": str(instruction.mode),
        "actions": sorted(instruction.actions),
        "orders": sorted([str(kind), toward] for kind, toward in instruction.orders),
        "supersedes": sorted(instruction.supersedes),
        "entrenched": instruction.entrenched,
    }
