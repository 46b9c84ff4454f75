"""Structures of conflict: each once, all of them, and each a lawful situation."""

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

import pytest

from allegiance.cases.enumerate import count, structures
from allegiance.cases.kind import inescapable, judge
from allegiance.cases.structure import Structure, situation
from allegiance.errors import UserError
from allegiance.situation.classify import classify
from allegiance.situation.flags import Flag
from allegiance.situation.subversion import Reading, subverted

WANTS = ("", "wish", "plain", "ordered", "goal", "forbid")
OWN = {"wish", "plain", "ordered", "goal"}


def exchanged(one: Structure, order: tuple[int, ...]) -> Structure:
    """The structure with role r called order[r]; only for structures without a claim."""
    roles = range(one.principals)
    back = [order.index(role) for role in roles]
    heads = [{order[s] for s in roles if one.person[s] == one.person[r]} for r in roles]
    return Structure(
        ranked=one.ranked,
        person=tuple(min(heads[back[role]]) for role in roles),
        want=tuple(one.want[back[role]] for role in roles),
        forbidden=tuple(order[one.forbidden[back[role]]] for role in roles),
        doubted=tuple(sorted(order[role] for role in one.doubted)),
        victim=min(
            (
                order[s]
                for s in roles
                if one.victim >= 0 and one.person[s] == one.person[one.victim]
            ),
            default=-1,
        ),
        exit=one.exit,
    )


def canonical(one: Structure) -> Structure:
    """The same for all structures that exchanging unranked roles makes of each other."""
    if one.ranked:
        return one
    return min(exchanged(one, order) for order in permutations(range(one.principals)))


def persons(roles: int) -> list[tuple[int, ...]]:
    """Every way in which persons hold roles: role to the highest role of who holds it."""
    return [
        heads
        for heads in product(range(roles), repeat=roles)
        if all(heads[head] == head <= role for role, head in enumerate(heads))
    ]


def by_brute_force(roles: int, most: int) -> Iterator[Structure]:
    """Every choice of everything, kept where the signature's rules allow it."""
    everybody = range(roles)
    claims: list[Any] = [
        (),
        *((r, s, v) for r in everybody for s in range(r) for v in (False, True)),
    ]
    doubts = [tuple(r for r in everybody if bits >> r & 1) for bits in range(2**roles)]
    for ranked, person, want in product(
        (False, True), persons(roles), product(WANTS, repeat=roles)
    ):
        targets = [everybody if w == "forbid" else (r,) for r, w in enumerate(want)]
        rest = product(
            product(*targets), doubts, claims, (-1, *sorted({*person})), ("safe", "same", "other")
        )
        for forbidden, doubted, claim, victim, exit in rest:
            one = Structure(ranked, person, want, forbidden, doubted, claim, victim, exit)
            if allowed(one, most):
                yield one


def allowed(one: Structure, most: int) -> bool:
    """The rules of the signature, said a second time."""
    roles = range(one.principals)
    spoken = [r for r in roles if one.want[r]]
    covert = any(one.want[r] in ("ordered", "goal") for r in roles)
    obeyed = any(one.want[r] == "ordered" and r not in one.doubted for r in roles)
    there = {one.person[r] for r in spoken} | {one.victim}
    if one.claim:
        speaker, claimed, vouched = one.claim
        there.add(one.person[claimed])
        if one.want[speaker] in ("", "wish") or speaker in one.doubted or not one.ranked:
            return False
        if vouched and claimed in one.doubted:
            return False
    return (
        1 <= len(spoken) <= most
        and (one.principals > 1 or not one.ranked)
        and all(
            one.forbidden[r] != r and one.want[one.forbidden[r]] in OWN
            for r in roles
            if one.want[r] == "forbid"
        )
        and all(one.want[r] in ("plain", "ordered") for r in one.doubted)
        and (one.exit != "same" or obeyed)
        and (one.victim == -1 or covert or one.exit != "safe")
        and there >= {*one.person}
    )


@pytest.mark.parametrize(("roles", "most"), [(1, 1), (2, 1), (2, 2), (3, 1)])
def test_each_structure_comes_once_and_none_is_left_out(roles: int, most: int):
    """Clingo's structures are those that brute force finds, one for each set of equals."""
    found = [canonical(each) for each in structures(roles, most=most)]
    assert len(found) == len({*found})
    assert {*found} == {canonical(each) for each in by_brute_force(roles, most)}
    assert len(found) == count(roles, most=most)


def test_exchanging_roles_makes_nothing_new():
    """Without symmetry breaking more come, and they are the same ones."""
    all_of_them = [*structures(3, most=2, each_once=False)]
    once = {canonical(each) for each in structures(3, most=2)}
    assert len(all_of_them) > len(once)
    assert {canonical(each) for each in all_of_them} == once


def test_the_answer_does_not_depend_on_the_numbers_of_roles():
    """Structures that are counted as one are decided as one."""
    for each in structures(2, each_once=False):
        assert judge(situation(each)) == judge(situation(canonical(each)))


def test_refusing_subverts_nobody_unless_it_counts_as_something():
    """Uncounted no structure is inescapable; counted each inescapable one is forced and tragic."""
    met = set()
    for each in structures(2):
        case = situation(each)
        found, judged = classify(case), judge(case)
        assert not subverted(case.action["refuse"].moves, found, Reading.STRICT)
        for reading in judged.inescapable:
            assert inescapable(found, Reading(reading))
            assert Flag.FORCED in judged.kind.flags
            assert {"tragic", "tragic (strict)"} & {*judged.kind.flags}
        met.add(judged.inescapable)
    assert met == {(), ("strict",), ("strict", "delegated")}


@pytest.mark.parametrize("roles", [1, 2, 3, 4])
@pytest.mark.parametrize("ranked", [True, False])
def test_an_inescapable_structure_can_be_built_for_every_rank_and_overlap(roles: int, ranked: bool):
    """Counted, the claim holds whoever is one person with whom: each wants what deceives the first.

    Nobody orders the deceiving, and a refusal is counted as tampering with what is the first's.
    """
    for person in persons(roles):
        built = Structure(
            ranked, person, ("goal",) * roles, tuple(range(roles)), victim=0, exit="other"
        )
        assert len(judge(situation(built)).inescapable) == len(Reading)


def test_a_number_of_principals_that_is_not_there_is_an_error():
    """One clear line."""
    with pytest.raises(UserError, match="5 principals"):
        next(structures(5))


def test_without_clingo_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch):
    """And the mend."""
    monkeypatch.setitem(__import__("sys").modules, "clingo", None)
    with pytest.raises(UserError, match=r'pip install "allegiance\[cases\]"'):
        next(structures(1))
