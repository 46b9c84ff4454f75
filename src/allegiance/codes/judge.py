"""What a code says of every action of a situation, and why.

    judge(code, situation)               -> Judged
    judge(code, situation, Told(...))       with the cell's levels, and through whom actions work

A pure function: no record, no model, no other code plays a part.
"""

from collections.abc import Sequence

from allegiance.codes.code import Code, Settling
from allegiance.codes.facts import Facts, Told, facts_for
from allegiance.codes.judgement import Judged, Judgement, Losing, Ruling, Rulings, is_dilemma
from allegiance.codes.ranking import NOT_HELD, Extents, by_rank
from allegiance.codes.rules import extent
from allegiance.codes.weighing import by_weight
from allegiance.codes.words import facts_of
from allegiance.situation.situation import Situation

NOTHING_TOLD = Told()
"""What is known where only the situation is given."""


def judge(code: Code, case: Situation, told: Told = NOTHING_TOLD) -> Judged:
    """Judge every action of a situation by a code."""
    return judge_on(code, facts_for(code, case, told))


def judge_on(code: Code, facts: Facts) -> Judged:
    """The same, on facts that are found already."""
    rulings = rulings_on(code, facts)
    judgements = {id: _in_words(code, id, each, facts) for id, each in rulings.items()}
    return Judged(code.id, judgements, is_dilemma(rulings))


def rulings_on(code: Code, facts: Facts) -> Rulings:
    """The verdicts and the clauses that decide, without the words for why."""
    extents = {each.id: extent(each.rule, facts) for each in code.ruled if each.rule is not None}
    return settle(code, [each.id for each in facts.structure.case.actions], extents)


def settle(code: Code, actions: Sequence[str], extents: Extents) -> Rulings:
    """Put the clauses together as the code says."""
    put_together = by_rank if code.settles is Settling.RANKS else by_weight
    return put_together(code, actions, extents)


def _in_words(code: Code, action: str, ruling: Ruling, facts: Facts) -> Judgement:
    relied_on = [
        sentence
        for id in (*ruling.clauses, *ruling.untold)
        if (rule := code.clause[id].rule) is not None
        for sentence in facts_of(rule, action, facts)
    ]
    return Judgement(
        action=action,
        verdict=ruling.verdict,
        clauses=ruling.clauses,
        facts=tuple(dict.fromkeys(relied_on)),
        losing=tuple(_with_grounds(code, each, action, facts) for each in ruling.losing),
        untold=ruling.untold,
    )


def _with_grounds(code: Code, losing: Losing, action: str, facts: Facts) -> Losing:
    """An excuse that does not hold, with the facts on which it fails."""
    rule = code.clause[losing.clause].rule
    if losing.why != NOT_HELD or rule is None:
        return losing
    return Losing(losing.clause, f"{NOT_HELD}: {'; '.join(facts_of(rule, action, facts))}")
