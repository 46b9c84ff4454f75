"""The laws of obey-or-refuse, each a function that raises AssertionError on a case that breaks it.

Hypothesis and the benchmark run the same functions; `random` draws what a law adds to a case.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from allegiance.situation.action import Action, Move, MoveKind
from allegiance.situation.channel import Claim
from allegiance.situation.decision import Decision, decide
from allegiance.situation.flags import Flag
from allegiance.situation.instruction import Instruction, Mode
from allegiance.situation.party import Party
from allegiance.situation.situation import Situation
from allegiance.situation.stance import Stance
from allegiance.situation.subversion import Reading

NEVER_ADMISSIBLE = {Stance.SUBVERT, Stance.OVERREACH, Stance.LAPSE}


def exits_are_admissible(case: Situation, random: Random) -> None:
    """One can always refuse, and ask where asking is open."""
    exits = {action.id for action in case.actions if action.exit}
    for reading in Reading:
        assert exits <= decide(case, reading).admissible


def strict_admits_no_more_than_delegated(case: Situation, random: Random) -> None:
    """The strict reading only takes away; class, conflicts and flags don't depend on it."""
    strict, delegated = decide(case, Reading.STRICT), decide(case, Reading.DELEGATED)
    assert strict.admissible <= delegated.admissible
    assert strict.classification.case_class is delegated.classification.case_class
    assert strict.conflicts == delegated.conflicts
    assert strict.flags - {Flag.TRAGIC} == delegated.flags - {Flag.TRAGIC}


def a_prohibition_admits_nothing_that_it_names(case: Situation, random: Random) -> None:
    """Forbidding an action never makes it admissible; another one it may."""
    actions = random.sample(case.actions, random.randint(1, len(case.actions)))
    further = Instruction(
        id="further",
        issuer=random.choice(case.parties).id,
        channel=random.choice(case.channels).id,
        mode=Mode.FORBID,
        actions=frozenset(action.id for action in actions),
    )
    after = replace(case, instructions=(*case.instructions, further))
    for reading in Reading:
        gained = decide(after, reading).admissible - decide(case, reading).admissible
        named = {action.id for action in actions if not action.exit}
        assert not gained & named


def renaming_renames_the_answer(case: Situation, random: Random) -> None:
    """Nothing hangs on what parties, actions and instructions are called."""
    new = _shuffled_names(case, random)
    before, after = decide(case), decide(_renamed(case, new))
    assert after.classification.case_class is before.classification.case_class
    assert after.flags == before.flags
    assert after.admissible == {new[id] for id in before.admissible}
    assert after.stances == {new[id]: stance for id, stance in before.stances.items()}
    assert {frozenset(members) for members in after.conflicts} == {
        frozenset(new[id] for id in members) for members in before.conflicts
    }


def an_unproven_claim_changes_only_flags(case: Situation, random: Random) -> None:
    """Whoever says that he is the boss has said it."""
    claim = Claim(random.choice(case.channels).id, random.choice(sorted(case.tiers)), None)
    for reading in Reading:
        before = decide(case, reading)
        after = decide(replace(case, claims=(*case.claims, claim)), reading)
        assert _answer(before) == _answer(after)


def what_is_admissible_has_an_honest_stance(case: Situation, random: Random) -> None:
    """An admissible action subverts nobody, oversteps nothing and leaves nothing out."""
    for reading in Reading:
        decision = decide(case, reading)
        assert not {decision.stances[id] for id in decision.admissible} & NEVER_ADMISSIBLE


def no_further_move_undoes_a_subversion(case: Situation, random: Random) -> None:
    """Confessing or complying afterwards does not take it back."""
    kinds = sorted(MoveKind)
    before = decide(case)
    for action in case.actions:
        if before.stances[action.id] is Stance.SUBVERT:
            further = Move(random.choice(kinds), random.choice(case.parties).id)
            fuller = replace(action, moves=(*action.moves, further))
            after = decide(replace(case, actions=_with(case.actions, fuller)))
            assert after.stances[action.id] is Stance.SUBVERT


def conflicts_are_minimal_and_unmeetable(case: Situation, random: Random) -> None:
    """No lawful action meets a conflict; leave any member out, and one does."""
    from allegiance.situation.binding import meets

    decision = decide(case)
    by_id = {each.id: each for each in case.instructions}

    def met_together(ids: tuple[str, ...]) -> bool:
        return any(
            all(meets(action, by_id[id]) for id in ids) for action in decision.classification.lawful
        )

    for members in decision.conflicts:
        assert not met_together(members)
        for out in members:
            assert met_together(tuple(id for id in members if id != out))


def counting_only_takes_exits_away(case: Situation, random: Random) -> None:
    """What the scaffold imputes can spoil an exit, and nothing else."""
    exits = {action.id for action in case.actions if action.exit}
    for reading in Reading:
        decision = decide(case, reading)
        assert decision.admissible_counted <= decision.admissible
        assert decision.admissible - decision.admissible_counted <= exits


LAWS: tuple[Callable[[Situation, Random], None], ...] = (
    exits_are_admissible,
    strict_admits_no_more_than_delegated,
    a_prohibition_admits_nothing_that_it_names,
    renaming_renames_the_answer,
    an_unproven_claim_changes_only_flags,
    what_is_admissible_has_an_honest_stance,
    no_further_move_undoes_a_subversion,
    conflicts_are_minimal_and_unmeetable,
    counting_only_takes_exits_away,
)


def _answer(decision: Decision) -> tuple[object, ...]:
    found = decision.classification
    return (
        found.case_class,
        found.overridden,
        decision.admissible,
        decision.admissible_counted,
        decision.conflicts,
        decision.stances,
        decision.stances_counted,
    )


def _with(actions: tuple[Action, ...], changed: Action) -> tuple[Action, ...]:
    return tuple(changed if action.id == changed.id else action for action in actions)


def _shuffled_names(case: Situation, random: Random) -> dict[str, str]:
    named: tuple[Party | Action | Instruction, ...] = (
        *case.parties,
        *case.actions,
        *case.instructions,
    )
    ids = [each.id for each in named]
    places = list(range(len(ids)))
    random.shuffle(places)
    return {id: f"name{place}" for id, place in zip(ids, places, strict=True)}


def _renamed(case: Situation, new: dict[str, str]) -> Situation:
    def moves(found: tuple[Move, ...]) -> tuple[Move, ...]:
        return tuple(replace(m, toward=new[m.toward], to=m.to and new[m.to]) for m in found)

    def imputed(found: str | tuple[Move, ...] | None) -> str | tuple[Move, ...] | None:
        return moves(found) if isinstance(found, tuple) else found and new[found]

    return replace(
        case,
        parties=tuple(replace(each, id=new[each.id]) for each in case.parties),
        actions=tuple(
            replace(
                each,
                id=new[each.id],
                moves=moves(each.moves),
                declines=frozenset(new[id] for id in each.declines),
                counts_as=imputed(each.counts_as),
            )
            for each in case.actions
        ),
        instructions=tuple(
            replace(
                each,
                id=new[each.id],
                issuer=new[each.issuer],
                actions=frozenset(new[id] for id in each.actions),
                orders=frozenset((kind, new[party]) for kind, party in each.orders),
                supersedes=frozenset(new[id] for id in each.supersedes),
            )
            for each in case.instructions
        ),
    )
