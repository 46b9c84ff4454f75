"""Every name that a scenario uses is one that it declares.

    when, impossible, controls, experiment     factors and their levels
    roles, issuers, victims, access            roles in tiers, parties, channels, items
    declines, actions, supersedes, counts_as   instructions and actions
    slots in texts                             elements, names, numeric factors: see `wording`

The checks run in the order of the file and the first that fails is told, with its line.
"""

from collections.abc import Iterable, Iterator

from allegiance.documents.document import Location
from allegiance.errors import UserError
from allegiance.scenarios.entries import ActionEntry, InstructionEntry
from allegiance.scenarios.factors import CONTROL
from allegiance.scenarios.fields import ALWAYS, MoveEntry, Part, Variant, When
from allegiance.scenarios.names import Names, factor_in
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.setting import FRAME
from allegiance.situation.action import Exit

SHOWN_IN = ("weights", "system", "chat", "tool")
"""The channels in which a message can be shown."""
_SEVERAL = ("parties", "instructions", "elements")
_ROOMS = (
    *_SEVERAL, "actions", "messages", "items", "facts", "pools", "frames", "comprehension"
)  # fmt: skip


def check_names(scenario: Scenario) -> None:
    """Insist that the scenario declares every name that it uses.

    Raises:
        UserError: The first name that it does not declare, with its line.
    """
    names = Names(scenario)
    checks = (
        _factors(names),
        _whens(names),
        _each_once(names),
        _people(names),
        _instructions(names),
        _actions(names),
        _words(names),
        _settings(names),
        _comprehension(names),
        _measures(names),
    )
    for errors in checks:
        for error in errors:
            raise error


def _factors(names: Names) -> Iterator[UserError]:
    if CONTROL in names.scenario.factors:
        mend = "It is built in, with the levels off, up and down."
        yield names.scenario.error(("factors", CONTROL), "this factor is built in", mend)


def _each_once(names: Names) -> Iterator[UserError]:
    """One id, one thing: only parties, instructions and elements may stand again elsewhere."""
    for room in _ROOMS:
        seen: dict[str, list[When]] = {}
        for place, entry in enumerate(getattr(names.scenario, room)):
            at: Location = (room, place)
            others = seen.setdefault(entry.id, [])
            if others and room not in _SEVERAL:
                mend = "Give each its own id."
                yield names.scenario.error((*at, "id"), f'"{entry.id}" stands twice', mend)
            elif room in _SEVERAL:
                if not all(_never_together(entry.when, other) for other in others):
                    mend = "Where an id stands again, some factor in both `when` has other levels."
                    problem = f'"{entry.id}" may stand twice in one cell'
                    yield names.scenario.error((*at, "when"), problem, mend)
                others.append(entry.when)
            else:
                others.append(ALWAYS)


def _never_together(one: When, other: When) -> bool:
    """Whether some factor keeps two things apart."""
    return any(set(one[factor]).isdisjoint(other[factor]) for factor in one.keys() & other.keys())


def _whens(names: Names) -> Iterator[UserError]:
    """Each `when`, wherever it stands."""
    for place, rule in enumerate(names.scenario.impossible):
        yield from names.levels(("impossible", place), rule)
    yield from _whens_in(names, names.scenario, ())


def _whens_in(names: Names, part: Part, at: Location) -> Iterator[UserError]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name == "when":
            yield from names.levels((*at, name), value)
        elif isinstance(value, Part):
            yield from _whens_in(names, value, (*at, name))
        elif isinstance(value, tuple):
            for place, each in enumerate(value):
                if isinstance(each, Part):
                    yield from _whens_in(names, each, (*at, name, place))
        elif isinstance(value, dict):
            for key, each in value.items():
                if isinstance(each, tuple):
                    for place, one in enumerate(each):
                        if isinstance(one, Part):
                            yield from _whens_in(names, one, (*at, name, key, place))


def _people(names: Names) -> Iterator[UserError]:
    scenario = names.scenario
    role = (names.roles, "role in a tier", "Roles in tiers")
    for place, party in enumerate(scenario.parties):
        yield from names.known(("parties", place, "roles"), party.roles, *role)
    for channel, variants in scenario.channels.items():
        holders = [each.value for each in variants if each.value is not None]
        yield from names.known(("channels", channel), holders, *role)
    for variant in scenario.trust_root:
        trusted = [Variant[str](value=each) for each in variant.value]
        yield from names.channels(("trust_root",), trusted)
    for place, claim in enumerate(scenario.claims):
        at: Location = ("claims", place)
        yield from names.channels((*at, "channel"), claim.channel)
        yield from names.known((*at, "role"), [each.value for each in claim.role], *role)
        vouched = [Variant[str](value=each.value) for each in claim.vouched if each.value]
        yield from names.channels((*at, "vouched"), vouched)
    for place, item in enumerate(scenario.items):
        yield from _parties(names, ("items", place, "may_have"), item.may_have)


def _parties(names: Names, at: Location, parties: Iterable[str | None]) -> Iterator[UserError]:
    given = [each for each in parties if each is not None]
    yield from names.known(at, given, names.parties, "party", "Parties")


def _instructions(names: Names) -> Iterator[UserError]:
    earlier: set[str] = set()
    for place, instruction in enumerate(names.scenario.instructions):
        at: Location = ("instructions", place)
        yield from _issuer(names, at, instruction)
        yield from names.channels((*at, "channel"), instruction.channel)
        actions = (names.actions, "action", "Actions")
        yield from names.known((*at, "actions"), instruction.actions, *actions)
        yield from _moves(names, (*at, "orders"), instruction.orders)
        named = (names.instructions, "instruction", "Instructions")
        yield from names.known((*at, "supersedes"), instruction.supersedes, *named)
        for later in sorted(set(instruction.supersedes) - earlier):
            yield names.scenario.error(
                (*at, "supersedes"),
                f'"{later}" does not stand before it',
                "An instruction supersedes only those listed before it.",
            )
        earlier.add(instruction.id)


def _issuer(names: Names, at: Location, entry: InstructionEntry) -> Iterator[UserError]:
    if entry.issuer is not None:
        yield from _parties(names, (*at, "issuer"), [each.value for each in entry.issuer])
    elif any(factor_in(each.value) for each in entry.channel):
        mend = "Who truly speaks must be written where the channel is a factor."
        yield names.scenario.error((*at, "issuer"), "missing", mend)


def _moves(names: Names, at: Location, moves: Iterable[MoveEntry]) -> Iterator[UserError]:
    for place, move in enumerate(moves):
        yield from _parties(names, (*at, place, "toward"), [move.toward])
        yield from _parties(names, (*at, place, "to"), [move.to])
        item = [move.item] if move.item is not None else []
        yield from names.known((*at, place, "item"), item, names.items, "item", "Items")


def _actions(names: Names) -> Iterator[UserError]:
    for place, action in enumerate(names.scenario.actions):
        at: Location = ("actions", place)
        yield from _moves(names, (*at, "moves"), action.moves)
        named = (names.instructions, "instruction", "Instructions")
        yield from names.known((*at, "declines"), action.declines, *named)
        for variant in action.counts_as:
            if isinstance(variant.value, str):
                known = (names.actions - {action.id}, "other action", "Other actions")
                yield from names.known((*at, "counts_as"), [variant.value], *known)
            elif variant.value:
                yield from _moves(names, (*at, "counts_as"), variant.value)
        yield from _exit(names, at, action)
    refusals = [each for each in names.scenario.actions if each.exit is Exit.REFUSE]
    if not any(not each.when for each in refusals):
        mend = "An open refusal is on every menu: an action with `exit: refuse` and no `when`."
        yield names.scenario.error(("actions",), "no action with `exit: refuse`", mend)


def _settings(names: Names) -> Iterator[UserError]:
    """Pools match pools that draw; frames are levels, with a heading for each channel."""
    scenario = names.scenario
    drawing = {each.id for each in scenario.pools if each.draw}
    for place, pool in enumerate(scenario.pools):
        at: Location = ("pools", place)
        if pool.matches is not None:
            yield from names.known((*at, "matches"), [pool.matches], drawing, "pool", "Pools")
        if pool.draw and sum(pool.draw.values()) > len(pool.texts):
            problem = f"{sum(pool.draw.values())} of {len(pool.texts)} texts can't be drawn"
            yield scenario.error((*at, "draw"), problem, "Write more texts, or draw fewer.")
    factor = scenario.factors.get(FRAME)
    framed = factor.level_ids[1:] if factor else ()
    for place, frame in enumerate(scenario.frames):
        known = (framed, f"level of {FRAME}, but for the baseline,", "Those")
        yield from names.known(("frames", place, "id"), [frame.id], *known)
    for lacking in [each for each in framed if each not in {one.id for one in scenario.frames}]:
        mend = "Write it under `frames`: texts with the slot {scene}, and a lead."
        yield scenario.error(("factors", FRAME), f'no frame "{lacking}"', mend)
    if framed:
        shown = {each for one in scenario.messages for each in names.possible_channels(one.channel)}
        for channel in sorted(shown - scenario.transcript.keys()):
            mend = f"Write `{channel}: ...`, the heading of what came through it, in a frame."
            yield scenario.error(("transcript",), f'no heading for "{channel}"', mend)


def _comprehension(names: Names) -> Iterator[UserError]:
    for place, item in enumerate(names.scenario.comprehension):
        at: Location = ("comprehension", place)
        answers = [each.id for each in item.answers]
        for n, answer in enumerate(answers):
            if answer in answers[:n]:
                problem = f'"{answer}" stands twice'
                yield names.scenario.error((*at, "answers", n, "id"), problem, "Keep one.")
        right = [each.value for each in item.right]
        yield from names.known((*at, "right"), right, answers, "answer", "Answers")


def _exit(names: Names, at: Location, action: ActionEntry) -> Iterator[UserError]:
    if action.exit and action.moves:
        mend = "Put them under counts_as."
        yield names.scenario.error((*at, "moves"), "an exit has no moves of its own", mend)
    if action.exit and any(each.value for each in action.outside):
        mend = "Take out `outside`."
        yield names.scenario.error((*at, "outside"), "an exit is never outside", mend)
    if not action.exit and action.omission:
        mend = "Only a way out is framed both ways; take `omission` out."
        yield names.scenario.error((*at, "omission"), "not an exit", mend)
    if not action.exit and any(each.value is not None for each in action.counts_as):
        mend = "Mark it as an exit."
        yield names.scenario.error((*at, "counts_as"), "only an exit counts as something", mend)


def _words(names: Names) -> Iterator[UserError]:
    scenario = names.scenario
    stated = (names.instructions, "instruction", "Instructions")
    for place, element in enumerate(scenario.elements):
        yield from names.channels(("elements", place, "channel"), element.channel or ())
        yield from names.known(("elements", place, "states"), element.states, *stated)
    for place, message in enumerate(scenario.messages):
        at: Location = ("messages", place)
        yield from names.channels((*at, "channel"), message.channel)
        shown = names.possible_channels(message.channel)
        known = (SHOWN_IN, "way to show messages of the channel", "Shown")
        yield from names.known((*at, "channel"), sorted(shown), *known)
        if "tool" in shown and message.tool is None:
            mend = "Write the name of the tool call that it answers."
            yield scenario.error((*at, "tool"), "missing", mend)
    ids = [message.id for message in scenario.messages]
    for place, order in enumerate(scenario.nuisance.order):
        at = ("nuisance", "order", place)
        yield from names.known(at, order, ids, "message", "Messages")
        if sorted(order) != sorted(ids):
            mend = f"An order names each message once: {', '.join(ids)}."
            yield scenario.error(at, "not every message once", mend)


def _measures(names: Names) -> Iterator[UserError]:
    scenario = names.scenario
    actions = (names.actions, "action", "Actions")
    numeric = [name for name, factor in names.factors.items() if factor.numeric]
    for place, entry in enumerate(scenario.welfare):
        at: Location = ("welfare", place)
        yield from names.known((*at, "action"), [entry.action], *actions)
        yield from _parties(names, (*at, "party"), [entry.party])
        times = [entry.times] if entry.times is not None else []
        yield from names.known((*at, "times"), times, numeric, "numeric factor", "Those")
    shown = {element.id for element in scenario.elements}
    shown |= {message.id for message in scenario.messages}
    for place, fact in enumerate(scenario.facts):
        at = ("facts", place)
        place_names = (shown, "element or message", "Elements and messages")
        yield from names.known((*at, "element"), [fact.element], *place_names)
        yield from names.known((*at, "needed_by"), fact.needed_by, *actions)
    positive = scenario.controls.positive
    control: Location = ("controls", "positive")
    for at, contrast in (
        (("contrast",), scenario.contrast),
        ((*control, "contrast"), positive.contrast),
    ):
        yield from names.known((*at, "for"), contrast.for_, *actions)
        yield from names.known((*at, "against"), contrast.against, *actions)
    yield from names.cell((*control, "at"), positive.at)
    for side, id in (("up", positive.up), ("down", positive.down)):
        at = (*control, side)
        yield from names.known(at, [id], names.instructions, "instruction", "Instructions")
        given = [each for each in scenario.instructions if each.id == id]
        other = "down" if side == "up" else "up"
        if given and all(each.when.get(CONTROL) == (other,) for each in given):
            problem = f'"{id}" is given at control: {other}'
            yield scenario.error(at, problem, "Are up and down swapped?")
        elif any(each.when.get(CONTROL) != (side,) for each in given):
            mend = f"Write `when: {{control: [{side}]}}` there."
            yield scenario.error(at, f'"{id}" is not given in the control alone', mend)
    yield from names.levels(("experiment", "factors"), scenario.experiment.factors)
    for place, compared in enumerate(scenario.experiment.contrasts):
        at = ("experiment", "contrasts", place)
        yield from names.cell((*at, "from"), compared.source)
        yield from names.cell((*at, "to"), compared.target)
