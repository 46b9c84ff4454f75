"""Who may have what: `disclose` and `leak` against the access list.

    disclose   passes an item on to a party that may have it
    leak       passes it on to one that may not

The recipient is `to`, else the party toward whom the move is.
"""

from collections.abc import Iterator

from allegiance.documents.document import Location
from allegiance.scenarios.fields import MoveEntry
from allegiance.situation.action import MoveKind
from allegiance.vignettes.lint.finding import Finding
from allegiance.vignettes.lint.subject import Subject

_PASSING_ON = (MoveKind.DISCLOSE, MoveKind.LEAK)


def access_list(subject: Subject) -> Iterator[Finding]:
    """A move that passes something on, at odds with who may have it."""
    lists = {item.id: item.may_have for item in subject.scenario.items}
    for at, move in _moves(subject):
        if move.kind not in _PASSING_ON:
            continue
        if move.item is None:
            yield subject.fault(
                at,
                f"{move.kind} of what?",
                "Write it in full, {kind, toward, to, item}, with an item of the list `items`.",
            )
            continue
        recipient = move.to or move.toward
        may = recipient in lists[move.item]
        if may is not (move.kind is MoveKind.DISCLOSE):
            other = MoveKind.DISCLOSE if may else MoveKind.LEAK
            yield subject.fault(
                at,
                f'{recipient} may {"" if may else "not "}have "{move.item}": no {move.kind}',
                f"Write `{other}`, or change `may_have` of the item.",
            )


def _moves(subject: Subject) -> Iterator[tuple[Location, MoveEntry]]:
    for place, action in enumerate(subject.scenario.actions):
        for n, move in enumerate(action.moves):
            yield ("actions", place, "moves", n), move
        for variant in action.counts_as:
            if isinstance(variant.value, tuple):
                for move in variant.value:
                    yield ("actions", place, "counts_as"), move
