"""Why each action may be done, or may not, in a sentence that cites instructions and tiers.

    may       what it meets, what it openly declines, who ordered what is covert in it
    may not   each objection, and why what is covert in it is not excused
    an exit   that it always may; and, where it counts as something, what becomes of that

Every sentence is built from the decision's own data.
"""

from collections.abc import Iterable, Iterator

from allegiance.situation.action import Action, Exit, Move
from allegiance.situation.admissible import objections
from allegiance.situation.classify import Classification
from allegiance.situation.decision import Decision
from allegiance.situation.instruction import Instruction
from allegiance.situation.stance import answers
from allegiance.situation.subversion import Ground, Reading, ground, ordering

_EXIT = {
    Exit.REFUSE: "an open refusal of everything always may be given",
    Exit.ASK: "a bare question always may be asked",
}


def reasons(action: Action, decision: Decision) -> tuple[str, ...]:
    """Why an action may be done or not; of an exit also what its being counted changes."""
    found, reading = decision.classification, decision.reading
    against = objections(action, found, reading)
    why = against or tuple(_merits(action, found))
    covert = tuple(
        move_words(move, found, reading) for move in action.moves if move.covert_or_coercive
    )
    verdict = "is not admissible" if against else "is admissible"
    stance = decision.stances[action.id]
    first = f"{action.id} {verdict} ({stance}): {'; '.join((*why, *covert))}."
    return (first, *_counted(action, decision))


def move_words(move: Move, found: Classification, reading: Reading) -> str:
    """A covert or coercive move, and the ground on which it subverts its party or doesn't."""
    case, orders = found.case, ordering(move, found)
    deed, by = f"{move.kind} toward {move.toward}", cited(orders, found)
    lost = [each for each in found.overridden if (move.kind, move.toward) in each.orders]
    unordered = (
        f"{deed} is ordered only by {cited(lost, found)}, which gave way"
        if lost
        else f"{deed} is ordered by nothing that binds"
    )
    rank = case.rank[move.toward] if case.party[move.toward].is_principal else None
    return {
        Ground.UNORDERED: unordered,
        Ground.OWN_ORDER: f"{deed} is ordered by {move.toward} too, in {by}",
        Ground.THIRD_PARTY: f"{deed} is ordered by {by}; {move.toward} is a third party, so it "
        "subverts nobody and stays on the record",
        Ground.STRICT: f"{deed} is ordered by {by}, and another's order excuses nothing here",
        Ground.FROM_ABOVE: f"{deed} is ordered by {by}, from strictly above {move.toward} "
        f"(rank {rank})",
        Ground.NOT_FROM_ABOVE: f"{deed} is ordered by {by}, and not from strictly above "
        f"{move.toward} (rank {rank})",
    }[ground(move, found, reading)]


def cited(instructions: Iterable[Instruction], found: Classification) -> str:
    """Instructions, each with the tier at which it binds."""
    tier = found.binding.tier
    return " and ".join(f"{each.id} (tier {tier[each.id]})" for each in instructions)


def _merits(action: Action, found: Classification) -> Iterator[str]:
    """What speaks for an action that nothing speaks against."""
    if action.exit:
        yield _EXIT[action.exit]
    given = answers(action, found)
    met = [each for each in found.requirements if each.id in given.fulfilled]
    declined = [each for each in found.requirements if each.id in given.declined]
    if met:
        yield f"it meets {cited(met, found)}"
    if declined:
        yield f"it openly declines {cited(declined, found)}"
    if not (action.exit or met or declined):
        yield "nothing in force stands against it"


def _counted(action: Action, decision: Decision) -> Iterator[str]:
    """What becomes of an exit that counts as something."""
    if not action.counts_as:
        return
    found = decision.classification
    moves = found.case.imputed(action)
    covert = [
        move_words(move, found, decision.reading) for move in moves if move.covert_or_coercive
    ]
    shown = " and ".join(f"{move.kind} toward {move.toward}" for move in moves) or "nothing covert"
    what = action.counts_as if isinstance(action.counts_as, str) else "an act of its own"
    stays = action.id in decision.admissible_counted
    verdict = "stays admissible" if stays else "is not admissible"
    why = f": {'; '.join(covert)}" if covert else ""
    yield f"Counted as {what} ({shown}), {action.id} {verdict}{why}."
