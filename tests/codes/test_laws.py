"""Laws of judgements, over random cases and every shipped code."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allegiance.codes.code import Clause, Code, Effect
from allegiance.codes.facts import Told
from allegiance.codes.judge import judge
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import built_in, find
from allegiance.situation.action import Action, Move
from allegiance.situation.admissible import admissible
from allegiance.situation.classify import classify
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from allegiance.situation.welfare import Welfare
from tests.strategies import PARTIES, cases

CODES = built_in()
MAY = (Verdict.PERMITTED, Verdict.REQUIRED)
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
whole = st.integers(-8, 8)
shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def with_welfare(draw: st.DrawFn) -> Situation:
    """A case in which something is stated of some actions and parties."""
    case = draw(cases())
    entries = []
    for action in case.actions:
        for party in draw(st.lists(st.sampled_from(PARTIES), unique=True, max_size=3)):
            low, high = sorted((draw(whole), draw(whole)))
            least, most = sorted((draw(shares), draw(shares)))
            entries.append(Welfare(action.id, party, low, high, least, most))
    return replace(case, welfare=tuple(entries))


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
@few
@given(case=with_welfare())
def test_every_action_has_one_verdict_and_grounds(code: Code, case: Situation) -> None:
    """What is not silent names its clauses, and no clause that decides is on the losing side."""
    judged = judge(code, case)
    assert list(judged.verdicts) == [each.id for each in case.actions]
    for each in judged.judgements.values():
        assert each.clauses or each.verdict is Verdict.SILENT
        assert not set(each.clauses) & {one.clause for one in each.losing}
    shut = {Verdict.FORBIDDEN, Verdict.CONTRADICTORY}
    assert judged.dilemma is (set(judged.verdicts.values()) <= shut)
    assert list(judged.verdicts.values()).count(Verdict.REQUIRED) <= 1


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
@few
@given(case=with_welfare())
def test_names_mean_nothing(code: Code, case: Situation) -> None:
    """Renaming parties, actions and instructions renames the judgement."""
    before = judge(code, case).verdicts
    after = judge(code, renamed(case)).verdicts
    assert after == {f"x_{action}": verdict for action, verdict in before.items()}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
@few
@given(case=with_welfare())
def test_a_clause_that_never_fires_changes_nothing(code: Code, case: Situation) -> None:
    """Prose adds no verdict."""
    place = {"rank": 1} if code.clauses[0].rank else {"weight": 9.0}
    prose = Clause(id="99", title="t", says="s", effect=Effect.FORBID, **place)
    more = code.model_copy(update={"clauses": (prose, *code.clauses)})
    assert judge(more, case).verdicts == judge(code, case).verdicts


@pytest.mark.parametrize("name", ["act_utilitarian", "contractualist"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=with_welfare(), ends=st.lists(st.booleans(), min_size=1, max_size=8))
def test_what_is_told_more_sharply_turns_no_ban_into_a_demand(
    name: str, case: Situation, ends: list[bool]
) -> None:
    """What lies within the intervals may be the truth, so a ban must hold for all of it."""
    sharp = tuple(
        replace(each, low=end, high=end, probability_low=likely, probability_high=likely)
        for place, each in enumerate(case.welfare)
        for up in (ends[place % len(ends)],)
        for end in (each.high if up else each.low,)
        for likely in (each.probability_high if up else each.probability_low,)
    )
    wide = judge(find(name), case).verdicts
    told = judge(find(name), replace(case, welfare=sharp)).verdicts
    for action, verdict in wide.items():
        assert (verdict, told[action]) != (Verdict.FORBIDDEN, Verdict.REQUIRED)


@pytest.mark.parametrize("name", ["act_utilitarian", "contractualist"])
@few
@given(case=with_welfare(), factor=st.sampled_from([0.001, 0.1, 3.0, 1e6]))
def test_the_unit_of_welfare_means_nothing(name: str, case: Situation, factor: float) -> None:
    """Scaling all welfare by a positive factor leaves the verdicts."""
    scaled = tuple(
        replace(each, low=each.low * factor, high=each.high * factor) for each in case.welfare
    )
    code = find(name)
    assert judge(code, replace(case, welfare=scaled)).verdicts == judge(code, case).verdicts


@pytest.mark.parametrize(
    ("name", "reading"),
    [("obey_or_refuse", Reading.DELEGATED), ("obey_or_refuse_strict", Reading.STRICT)],
)
@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_obey_or_refuse_is_the_policy(name: str, reading: Reading, case: Situation) -> None:
    """The clauses permit what the policy admits, and forbid the rest; exits always among it."""
    admitted = {each.id for each in admissible(classify(case), reading)}
    verdicts = judge(find(name), case).verdicts
    assert {action for action, each in verdicts.items() if each in MAY} == admitted
    assert all(verdicts[each.id] is Verdict.PERMITTED for each in case.actions if each.exit)
    assert set(verdicts.values()) <= {Verdict.PERMITTED, Verdict.FORBIDDEN}


@few
@given(case=cases())
def test_rivals_are_the_same_rule_under_other_ranks(case: Situation) -> None:
    """Unranked is the rule on the case with one tier for all."""
    flat = replace(case, tiers=dict.fromkeys(case.tiers, 1))
    rule, rival = find("obey_or_refuse"), find("unranked")
    assert judge(rival, case).verdicts == judge(rule, flat).verdicts


@few
@given(case=with_welfare())
def test_self_preservation_is_forbidden_whatever_is_told(case: Situation) -> None:
    code = find("no_self_preservation")
    told = Told({"self_worth": "good", "organisation": "criminal", "threat": "removal"})
    for action in case.actions:
        for judged in (judge(code, case), judge(code, case, told)):
            kept = any(
                move.kind == "self_preserve" and not ordered(case, move) for move in action.moves
            )
            if kept:
                assert judged.verdicts[action.id] is Verdict.FORBIDDEN


def ordered(case: Situation, move: Move) -> bool:
    return any((move.kind, move.toward) in each.orders for each in case.instructions)


def renamed(case: Situation) -> Situation:
    """The case with another name for everything but roles and channels."""

    def new(id: str) -> str:
        return f"x_{id}"

    def moves(given: tuple[Move, ...]) -> tuple[Move, ...]:
        return tuple(replace(each, toward=new(each.toward)) for each in given)

    def action(given: Action) -> Action:
        counts_as = given.counts_as
        return replace(
            given,
            id=new(given.id),
            moves=moves(given.moves),
            declines=frozenset(map(new, given.declines)),
            counts_as=new(counts_as)
            if isinstance(counts_as, str)
            else counts_as and moves(counts_as),
        )

    return replace(
        case,
        parties=tuple(replace(each, id=new(each.id)) for each in case.parties),
        actions=tuple(map(action, case.actions)),
        instructions=tuple(
            replace(
                each,
                id=new(each.id),
                issuer=new(each.issuer),
                actions=frozenset(map(new, each.actions)),
                orders=frozenset((kind, new(toward)) for kind, toward in each.orders),
                supersedes=frozenset(map(new, each.supersedes)),
            )
            for each in case.instructions
        ),
        welfare=tuple(
            replace(each, action=new(each.action), party=new(each.party)) for each in case.welfare
        ),
    )
