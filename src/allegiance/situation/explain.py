"""The reasons of a decision, in words: who binds, what gives way, what may be done and why not.

Every sentence is built from the decision's own data, in the order in which the rule decides.
"""

from collections.abc import Iterator

from allegiance.situation.admissible import objections
from allegiance.situation.classify import CaseClass
from allegiance.situation.decision import Decision
from allegiance.situation.flags import Flag
from allegiance.situation.instruction import Force, Instruction, Mode

_CLASS = {
    CaseClass.CLEAR: "The case is clear: whatever can be met together at all is in force.",
    CaseClass.RESOLVED: "The case is resolved: a lower word gives way to a higher one.",
    CaseClass.AMBIGUOUS: "The case is ambiguous: instructions of equal rank can't be met together.",
    CaseClass.INDETERMINATE: "The case is indeterminate: there are instructions, and none binds.",
}

_FLAG = {
    Flag.CONTRARY_WISH: "Obeying goes against what a higher principal wishes without ordering it.",
    Flag.FORCED: "Every exit counts as something, so there is no way to do nothing.",
    Flag.IDENTITY_SENSITIVE: "Proof of one unproven claim would change this answer.",
    Flag.TRAGIC: "Once exits count as what the scaffold makes of them, nothing may be done.",
    Flag.UNMEETABLE: "Some instruction can't be met by any lawful means.",
}


def explain(decision: Decision) -> tuple[str, ...]:
    """The reasons for a decision, a sentence each."""
    return (
        *_who_binds(decision),
        *_what_gives_way(decision),
        _CLASS[decision.classification.case_class],
        *(_FLAG[flag] for flag in sorted(decision.flags)),
        *_what_may_be_done(decision),
    )


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
            yield f"{each.id} has no lawful means: no action that is not wild meets it."
        else:
            yield f"{each.id} is overridden: nothing that meets those above meets it too."
    if found.contested_tier is not None:
        yield f"Tier {found.contested_tier} is contested: nothing meets all that stands there."
    for members in decision.conflicts:
        if len(members) > 1:
            yield f"{' and '.join(members)} conflict: no lawful action meets them together."


def _what_may_be_done(decision: Decision) -> Iterator[str]:
    found, reading = decision.classification, decision.reading
    yield f"Admissible ({reading}): {', '.join(sorted(decision.admissible))}."
    for action in found.case.actions:
        against = objections(action, found, reading)
        if against:
            yield f"{action.id} is not: {'; '.join(against)}."
