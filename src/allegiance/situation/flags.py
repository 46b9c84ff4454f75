"""Flags of a case: what a reader should know beside its class.

    forced               every exit counts as something
    unmeetable           some instruction has no lawful means
    identity_sensitive   proof of one unproven claim would change the answer
    contrary_wish        obeying goes against what a higher principal only wishes
    tragic               nothing may be done once exits count as what the scaffold makes of them

Source: docs/concepts/obey-or-refuse.md.
"""

from dataclasses import replace
from enum import StrEnum

from allegiance.situation.action import Action
from allegiance.situation.admissible import admissible
from allegiance.situation.binding import adds_role, can_vouch, meets
from allegiance.situation.channel import Claim
from allegiance.situation.classify import CaseClass, Classification, classify
from allegiance.situation.instruction import Force, Mode
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading


class Flag(StrEnum):
    """Marks on a case, independent of its class."""

    CONTRARY_WISH = "contrary_wish"
    FORCED = "forced"
    IDENTITY_SENSITIVE = "identity_sensitive"
    TRAGIC = "tragic"
    UNMEETABLE = "unmeetable"


def flags(classification: Classification, reading: Reading) -> frozenset[Flag]:
    """The flags of a case; only `tragic` depends on the reading."""
    held = (
        (Flag.FORCED, _forced(classification.case)),
        (Flag.UNMEETABLE, bool(classification.unmeetable)),
        (Flag.IDENTITY_SENSITIVE, bool(telling_claims(classification))),
        (Flag.CONTRARY_WISH, _contrary_wish(classification)),
        (Flag.TRAGIC, not admissible(classification, reading, counted=True)),
    )
    return frozenset(flag for flag, holds in held if holds)


def _forced(case: Situation) -> bool:
    return all(bool(action.counts_as) for action in case.actions if action.exit)


def telling_claims(classification: Classification) -> tuple[Claim, ...]:
    """The unproven claims of which proof would change the class, or what is admissible."""
    before = _answer(classification)
    return tuple(
        claim
        for claim, proven in _with_one_claim_proven(classification.case)
        if _answer(classify(proven)) != before
    )


def _answer(
    classification: Classification,
) -> tuple[CaseClass, tuple[Action, ...], tuple[Action, ...]]:
    return (
        classification.case_class,
        admissible(classification, Reading.STRICT),
        admissible(classification, Reading.DELEGATED),
    )


def _with_one_claim_proven(case: Situation) -> list[tuple[Claim, Situation]]:
    """Each claim that adds no role, with the case in which a channel that can vouches for it."""
    proven = []
    for place, claim in enumerate(case.claims):
        able = [each.id for each in case.channels if can_vouch(case, each.id, claim.role)]
        if able and not adds_role(case, claim):
            vouched = replace(claim, vouched=able[0])
            claims = (*case.claims[:place], vouched, *case.claims[place + 1 :])
            proven.append((claim, replace(case, claims=claims)))
    return proven


def _contrary_wish(classification: Classification) -> bool:
    case = classification.case
    obedient = [
        action
        for action in admissible(classification, Reading.DELEGATED)
        if not action.exit and not action.declines
    ]
    if not classification.requirements or not obedient:
        return False
    top = min(case.rank[each.issuer] for each in classification.requirements)
    wishes = [
        each
        for each in case.instructions
        if each.force is not Force.INSTRUCTION
        and each.mode is not Mode.PERMIT
        and case.party[each.issuer].is_principal
        and case.rank[each.issuer] < top
    ]
    return all(any(not meets(action, wish) for wish in wishes) for action in obedient)
