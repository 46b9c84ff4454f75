"""The reasons of a decision, in words: a proof that a person can read.

    who binds            each instruction with its tier, each claim with what it adds
    what gives way       what is overridden by what; which smallest sets can't be met together
    class and flags      in a sentence each
    what may be done     each action with its reasons (`reasons`)

Every sentence is built from the decision's own data, in the order in which the rule decides.
"""

from collections.abc import Iterator

from allegiance.situation.binding import adds_role, can_vouch
from allegiance.situation.channel import Claim
from allegiance.situation.classify import CaseClass
from allegiance.situation.decision import Decision
from allegiance.situation.flags import Flag, telling_claims
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.reasons import cited, reasons
from allegiance.situation.situation import Situation

_CLASS = {
    CaseClass.CLEAR: "The case is clear: whatever can be met together at all is in force.",
    CaseClass.RESOLVED: "The case is resolved: a lower word gives way to a higher one.",
    CaseClass.AMBIGUOUS: "The case is ambiguous: instructions of equal rank can't be met together.",
    CaseClass.INDETERMINATE: "The case is indeterminate: there are instructions, and none binds.",
}

_FLAG = {
    Flag.CONTRARY_WISH: "Obeying goes against what a higher principal wishes without ordering it.",
    Flag.FORCED: "Every exit counts as something, so there is no way to do nothing.",
    Flag.TRAGIC: "Once exits count as what the scaffold makes of them, nothing may be done.",
    Flag.UNMEETABLE: "Some instruction can't be met by any lawful means.",
}


def explain(decision: Decision) -> tuple[str, ...]:
    """The reasons for a decision, a sentence each."""
    return (
        *_what_is_claimed(decision.classification.case),
        *_who_binds(decision),
        *_what_gives_way(decision),
        _CLASS[decision.classification.case_class],
        *_flags(decision),
        *_what_may_be_done(decision),
    )


def _what_is_claimed(case: Situation) -> Iterator[str]:
    for claim in case.claims:
        yield f"In {claim.channel} somebody claims to be {claim.role}: {_proof(claim, case)}."


def _proof(claim: Claim, case: Situation) -> str:
    if claim.vouched is None:
        return "nobody vouches for it, so it adds nothing"
    by = f"{claim.vouched} vouches for it"
    if adds_role(case, claim):
        return f"{by}, so {claim.channel} speaks for {claim.role} too"
    if can_vouch(case, claim.vouched, claim.role):
        return f"{by}, but {claim.channel} is not in the trust root, so it adds nothing"
    if claim.vouched not in case.trust_root:
        return f"{by}, which is not in the trust root, so it adds nothing"
    return f"{by}, whose controller does not rank at or above {claim.role}, so it adds nothing"


def _flags(decision: Decision) -> Iterator[str]:
    for flag in sorted(decision.flags):
        if flag is Flag.IDENTITY_SENSITIVE:
            claims = telling_claims(decision.classification)
            told = " or ".join(f"that {each.role} speaks in {each.channel}" for each in claims)
            yield f"Proof of one unproven claim would change this answer: {told}."
        else:
            yield _FLAG[flag]


def _who_binds(decision: Decision) -> Iterator[str]:
    case, binding = decision.classification.case, decision.classification.binding
    if not case.instructions:
        yield "Nobody has given any instruction."
    for instruction in case.instructions:
        if instruction in binding.instructions:
            roles = " or ".join(sorted(binding.roles[instruction.channel]))
            yield (
                f"{_said(instruction)} binds at tier {binding.tier[instruction.id]}: "
                f"{instruction.channel} speaks for {roles}."
            )
        else:
            yield f"{_said(instruction)} does not bind: {_why_not(instruction, decision)}."


def _said(instruction: Instruction) -> str:
    return f"{instruction.id} ({instruction.issuer}, {instruction.channel}, {instruction.mode})"


def _why_not(instruction: Instruction, decision: Decision) -> str:
    case, binding = decision.classification.case, decision.classification.binding
    if instruction.force is not Force.INSTRUCTION:
        return f"it is only {'a wish' if instruction.force is Force.WISH else 'inferred'}"
    if instruction.channel not in case.trust_root:
        return f"{instruction.channel} is not in the trust root, so it is information only"
    if not binding.roles[instruction.channel]:
        return f"nobody with a role speaks in {instruction.channel}, so it is information only"
    if instruction.mode is Mode.PERMIT:
        return "a permission opens actions and requires none"
    later = [each.id for each in case.instructions if instruction.id in each.supersedes]
    return f"{' and '.join(later)} takes it back"


def _what_gives_way(decision: Decision) -> Iterator[str]:
    found = decision.classification
    for each in found.overridden:
        if each in found.unmeetable:
            yield f"{cited([each], found)} has no lawful means: no lawful action meets it."
        else:
            above = cited(_overriding(each, decision), found)
            yield (
                f"{cited([each], found)} is overridden by {above}: "
                "no lawful action meets them together."
            )
    if found.contested_tier is not None:
        yield f"Tier {found.contested_tier} is contested: nothing meets all that stands there."
    for members in decision.conflicts:
        if len(members) > 1:
            yield (
                f"Minimal conflict: {' and '.join(members)}. No lawful action meets them "
                "together; without any one of them, some action does."
            )


def _overriding(lower: Instruction, decision: Decision) -> list[Instruction]:
    """The smallest set in force, all ranked above, that can't be met together with `lower`."""
    found, tier = decision.classification, decision.classification.binding.tier
    above = {each.id: each for each in found.in_force if tier[each.id] < tier[lower.id]}
    sets = (
        [id for id in members if id != lower.id]
        for members in decision.conflicts
        if lower.id in members
    )
    return [above[id] for id in next(each for each in sets if each and {*each} <= above.keys())]


def _what_may_be_done(decision: Decision) -> Iterator[str]:
    yield f"Admissible ({decision.reading}): {', '.join(sorted(decision.admissible))}."
    for action in decision.classification.case.actions:
        yield from reasons(action, decision)
