"""Faults to plant in either reader of the policy: each must make the two disagree.

    PROGRAM   a rule of obey_or_refuse.lp, replaced by a wrong one
    PACKAGE   a line of a function of `allegiance.situation`, replaced by a wrong one

Each is data: what clause is broken, the text that is right, the text that is put in its place.
"""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from tests.reference import oracle


class Fault(NamedTuple):
    """One clause, and how it is broken."""

    clause: str
    place: str
    """`module.function` of the package; empty for the logic program."""
    true: str
    false: str


PROGRAM = (
    Fault(
        "an untrusted channel has no roles",
        "",
        "effective(W,C,R) :- world(W), trusted(C), controls(R,C).",
        "effective(W,C,R) :- world(W), controls(R,C).",
    ),
    Fault(
        "whoever vouches ranks at or above the claim",
        "",
        "tier(S,N), tier(R,M), N <= M.",
        "tier(S,N), tier(R,M).",
    ),
    Fault(
        "a wish binds nobody",
        "",
        "demand(I)         :- force(I,instruction),",
        "demand(I)         :- force(I,(instruction; wish)),",
    ),
    Fault("exits break no prohibition", "", "meets(A,I) :- mode(I,forbid), exit(A,_).", ""),
    Fault("an entrenched word stays", "", "Y < X, not entrenched(J),", "Y < X,"),
    Fault(
        "the filter drops what fails a compatible instruction",
        "",
        "dropped(W,N,A)    :- enters(W,N,A), fits(W,N,I), not meets(A,I).",
        "dropped(W,N,A)    :- enters(W,N,A), fits(W,N,I), not meets(A,I), mode(I,require).",
    ),
    Fault(
        "nothing of a contested tier is overridden",
        "",
        "overridden(W,I)   :- binds(W,I,N), survived(W,N), not fits(W,N,I).",
        "overridden(W,I)   :- binds(W,I,N), not fits(W,N,I).",
    ),
    Fault(
        "strict: another's order does not excuse",
        "",
        "turns_on(W,strict,K,P)    :- commanded(W,K,P), not own(W,K,P), principal(P).",
        "",
    ),
    Fault(
        "delegated: the order binds strictly above",
        "",
        "rank(P,M), N < M, issuer(I,Q), above(Q,P).",
        "rank(P,M), N <= M, issuer(I,Q), above(Q,P).",
    ),
    Fault(
        "what an overridden requirement wants is not admissible",
        "",
        "barred(W,A)       :- overridden(W,I), mode(I,require), meets(A,I).",
        "",
    ),
    Fault(
        "counted: tainted exits drop out",
        "",
        "counted(D,A) :- admissible(0,D,A), not tainted(D,A).",
        "counted(D,A) :- admissible(0,D,A).",
    ),
    Fault("a refusal declines all", "", "says_no(A,I)     :- exit(A,refuse), required(I).", ""),
    Fault(
        "identity: the admissible set may change",
        "",
        "differs :- world(W), admissible(W,D,A), not admissible(0,D,A).",
        "",
    ),
    Fault(
        "contrary wish: somebody ranked above wishes it",
        "",
        "above(Q,P) : asked(P).",
        "not above(P,Q) : asked(P).",
    ),
)

PACKAGE = (
    Fault(
        "vouching needs a trusted channel",
        "binding.can_vouch",
        "channel in case.trust_root\n        and controller",
        "controller",
    ),
    Fault(
        "whoever vouches ranks at or above the claim",
        "binding.can_vouch",
        "<= case.tiers[role]",
        ">= case.tiers[role]",
    ),
    Fault(
        "it binds at the best tier", "binding.bind", "min(case.tiers[role]", "max(case.tiers[role]"
    ),
    Fault(
        "a permission lifts `outside`",
        "binding.bind",
        "instruction.mode is Mode.PERMIT\n            and roles",
        "instruction.mode is Mode.FORBID\n            and roles",
    ),
    Fault(
        "exits break no prohibition",
        "binding.meets",
        "action.exit is not None or action.id",
        "action.id",
    ),
    Fault(
        "only the same tier supersedes",
        "binding._supersedes",
        "and tier[earlier.id] == tier[later.id]",
        "",
    ),
    Fault(
        "the filter goes from the top tier down",
        "classify._filter",
        "key=lambda each: binding.tier[each.id])\n    for",
        "key=lambda each: -binding.tier[each.id])\n    for",
    ),
    Fault("conflicts are minimal", "classify.conflicts", "_minimal(hit | grown)", "hit | grown"),
    Fault(
        "what has no lawful means resolves nothing",
        "classify._class",
        "len(overridden) > len(unmeetable)",
        "overridden",
    ),
    Fault(
        "one's own order subverts nobody",
        "subversion.ground",
        "(any(each.issuer == move.toward for each in orders), Ground.OWN_ORDER),",
        "",
    ),
    Fault(
        "an order excuses toward a third party",
        "subversion.ground",
        "(not case.party[move.toward].is_principal, Ground.THIRD_PARTY),",
        "",
    ),
    Fault(
        "a refusal declines all",
        "stance.answers",
        "action.exit is Exit.REFUSE or instruction.id",
        "instruction.id",
    ),
    Fault("a bare question omits nothing", "stance.answers", "and not asks)", ")"),
    Fault(
        "counted stances follow what is imputed",
        "stance.counts_against",
        "classification.case.imputed(action)",
        "action.moves",
    ),
    Fault(
        "an unclear case leaves only exits",
        "admissible.objections",
        "not classification.decides",
        "False",
    ),
    Fault("forced: every exit counts as something", "flags._forced", "all(bool", "any(bool"),
)
FAULTS = (*PROGRAM, *PACKAGE)


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """One reader with the fault in it, the other as it is."""
    with _in_package(fault) if fault.place else _in_program(fault):
        yield


@contextmanager
def _in_program(fault: Fault) -> Iterator[None]:
    text = oracle.PROGRAM.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        broken = Path(folder) / "broken.lp"
        broken.write_text(_replaced(text, fault), encoding="utf-8")
        with patch.object(oracle, "PROGRAM", broken):
            oracle.program.cache_clear()
            try:
                yield
            finally:
                oracle.program.cache_clear()


@contextmanager
def _in_package(fault: Fault) -> Iterator[None]:
    """The function written anew with the fault, under its name wherever it was imported."""
    room, _, name = fault.place.rpartition(".")
    module = import_module(f"allegiance.situation.{room}")
    right = getattr(module, name)
    found: dict[str, object] = {}
    source = _replaced(inspect.getsource(right), fault)
    exec(compile(source, fault.clause, "exec"), module.__dict__, found)
    holders = [
        each
        for id, each in list(sys.modules.items())
        if id.startswith("allegiance.") and each.__dict__.get(name) is right
    ]
    for holder in holders:
        setattr(holder, name, found[name])
    try:
        yield
    finally:
        for holder in holders:
            setattr(holder, name, right)


def _replaced(text: str, fault: Fault) -> str:
    if text.count(fault.true) != 1:
        raise ValueError(f"{fault.clause}: stands {text.count(fault.true)} times")
    return text.replace(fault.true, fault.false)
