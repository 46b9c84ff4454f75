"""A structure in words: who is there, who wants what, what a refusal counts as; then the decision.

The reasons of the decision are those of any other case (`situation.explain`).
"""

from collections.abc import Iterator

from allegiance.cases.structure import COVERT, OTHER, Counted, Structure, Want, situation
from allegiance.situation.decision import decide
from allegiance.situation.explain import explain
from allegiance.situation.subversion import Reading

_DOES = {COVERT: "deceives", OTHER: "tampers with what is in the charge of"}


def structure_words(structure: Structure) -> tuple[str, ...]:
    """What is the case, a sentence each."""
    return (
        *_who(structure),
        *(_wants(structure, role) for role, want in enumerate(structure.want) if want),
        *_claim(structure),
        _exit(structure),
    )


def decision_words(structure: Structure, reading: Reading) -> tuple[str, ...]:
    """What the policy says of it and why, a sentence each."""
    return explain(decide(situation(structure), reading))


def _who(structure: Structure) -> Iterator[str]:
    names = structure.names
    for head, party in names.party.items():
        held = [names.role[r] for r, person in enumerate(structure.person) if person == head]
        yield f"{party} is {' and '.join(held)}{', one person' if len(held) > 1 else ''}."
    if structure.principals > 1:
        ranked = f"{' before '.join(names.role)}" if structure.ranked else "nobody before another"
        yield f"In rank: {ranked}."
    for role in structure.doubted:
        yield f"{names.channel[role]} is not trusted."


def _wants(structure: Structure, role: int) -> str:
    names, want = structure.names, Want(structure.want[role])
    who, action = f"In {names.channel[role]} the {names.role[role]}", names.action[role]
    does = f"{_DOES[COVERT]} {names.victim}"
    return {
        Want.WISH: f"{who} wishes for {action}, without requiring it.",
        Want.PLAIN: f"{who} requires {action}.",
        Want.ORDERED: f"{who} requires {action}, which {does}, and orders that move too.",
        Want.GOAL: f"{who} requires {action}, which {does}, without ordering that move.",
        Want.FORBID: f"{who} forbids {names.action[structure.forbidden[role]]}.",
    }[want]


def _claim(structure: Structure) -> Iterator[str]:
    if structure.claim:
        names, (speaker, claimed, vouched) = structure.names, structure.claim
        proof = f"vouched for through {names.channel[claimed]}" if vouched else "unproven"
        yield f"In {names.channel[speaker]} somebody claims to be {names.role[claimed]}, {proof}."


def _exit(structure: Structure) -> str:
    if structure.exit == Counted.SAFE:
        return "A refusal counts as nothing else."
    kind = COVERT if structure.exit == Counted.SAME else OTHER
    return f"The scaffold counts a refusal as an act that {_DOES[kind]} {structure.names.victim}."
