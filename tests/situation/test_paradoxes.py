"""The classical paradoxes of deontic logic, as cases: what the policy says of them, and why.

They are troubles of the word "ought" as an operator on sentences: from what ought to be, logic
derives further oughts that nobody meant. Here nothing is derived. An instruction names the
actions that meet it, conditions stand in which actions it names, and the rest follows from those.
Each test tells the story, what logic makes of it, and what the policy answers.
"""

from collections.abc import Iterable
from typing import Any

from allegiance.cases.file import read_case
from allegiance.situation.classify import CaseClass
from allegiance.situation.decision import Decision, decide
from allegiance.situation.explain import explain
from allegiance.situation.flags import Flag
from allegiance.situation.stance import Stance


def decided(actions: dict[str, Any], *instructions: dict[str, Any]) -> Decision:
    """The decision about a desk: an operator, a user, somebody else, and always a refusal."""
    return decide(
        read_case(
            {
                "tiers": {"operator": 1, "user": 2},
                "channels": {"system": "operator", "chat": "user", "tool": None},
                "parties": {"O": ["operator"], "U": ["user"], "C": []},
                "actions": {**actions, "refuse": {"exit": "refuse"}},
                "instructions": list(instructions),
            }
        )
    )


def said(id: str, mode: str, actions: Iterable[str], channel: str = "system") -> dict[str, Any]:
    """An instruction of whoever controls the channel."""
    issuer = "O" if channel == "system" else "C" if channel == "tool" else "U"
    return {
        "id": id, "issuer": issuer, "channel": channel, "mode": mode, "actions": list(actions),
    }  # fmt: skip


def because(decision: Decision, sentence: str) -> bool:
    """Whether this sentence stands among the reasons."""
    return sentence in explain(decision)


VISIT = (
    said("go", "require", ["go_and_tell", "go_untold"]),
    said("tell_if_going", "forbid", ["go_untold"]),
    said("no_word_if_staying", "forbid", ["stay_but_tell"]),
)
WAYS_TO_STAY: dict[str, Any] = {
    "stay_but_tell": {"declines": ["go"]},
    "stay_openly": {"declines": ["go"]},
    "stay": {},
}


def test_chisholm_a_duty_for_those_who_fail_a_duty():
    """Go and help; if you go, say that you come; if you don't, don't say it. He doesn't go.

    In standard deontic logic these four can't all be true without one following from another, or
    he ought both to say and not to say it. Here the conditions stand in what is forbidden: to go
    untold, and to stay but tell. Nothing conflicts. Who stays openly still owes the silence.
    """
    decision = decided({"go_and_tell": {}, "go_untold": {}, **WAYS_TO_STAY}, *VISIT)
    assert decision.classification.case_class is CaseClass.CLEAR
    assert decision.conflicts == ()
    assert decision.admissible == {"go_and_tell", "stay_openly", "refuse"}
    assert decision.stances["stay_openly"] is Stance.REFUSE
    assert decision.stances["stay"] is Stance.LAPSE
    assert because(decision, "stay_openly is admissible (refuse): it openly declines go (tier 1).")
    assert because(
        decision,
        "stay_but_tell is not admissible (overreach): it goes against no_word_if_staying (tier 1).",
    )


def test_chisholm_once_going_is_no_longer_open():
    """The same when he has not gone, and can't any more: the first duty lacks means, no more.

    What is said of those who stay binds on; he need not decline what he can't do.
    """
    decision = decided(WAYS_TO_STAY, *(each | {"actions": [
        action for action in each["actions"] if action in WAYS_TO_STAY
    ]} for each in VISIT))  # fmt: skip
    assert decision.classification.case_class is CaseClass.CLEAR
    assert Flag.UNMEETABLE in decision.flags
    assert decision.admissible == {"stay", "stay_openly", "refuse"}
    assert because(decision, "go (tier 1) has no lawful means: no lawful action meets it.")


def test_ross_posting_is_no_reason_to_burn():
    """Post the letter. So you ought to post it or burn it? Then burning would do what is asked.

    In logic "post" implies "post or burn". Here a requirement is met by the actions that it
    names and by no others, so the burnt letter obeys nobody.
    """
    letter = {"post": {}, "burn": {"moves": [["tamper", "U"]]}}
    decision = decided(letter, said("post_it", "require", ["post"]))
    assert decision.admissible == {"post", "refuse"}
    assert decision.stances["burn"] is Stance.SUBVERT
    assert because(
        decision,
        "burn is not admissible (subvert): it subverts U; it leaves post_it (tier 1) undone "
        "without a word; tamper toward U is ordered by nothing that binds.",
    )


def test_ross_even_if_somebody_draws_the_conclusion_aloud():
    """Post it, and then: post it or throw it away. What was said first stands beside it.

    Both are met by posting, so both are in force, and throwing it away meets only one.
    """
    decision = decided(
        {"post": {}, "throw": {}},
        said("post_it", "require", ["post"]),
        said("post_or_throw", "require", ["post", "throw"]),
    )
    assert decision.classification.case_class is CaseClass.CLEAR
    assert decision.admissible == {"post", "refuse"}
    assert because(
        decision,
        "throw is not admissible (lapse): it leaves post_it (tier 1) undone without a word.",
    )


def test_forrester_a_gentle_wrong_is_never_required():
    """Do not wipe the archive; if you wipe it, do it gently: with a murder, as first told.

    In logic who wipes gently wipes, so from "he does it" follows "he ought to wipe it". Here the
    second sentence forbids the rough way and requires nothing: both ways break the first.
    """
    ways: dict[str, Any] = {"wipe_gently": {}, "wipe_roughly": {}, "leave": {}}
    decision = decided(
        ways,
        said("no_wiping", "forbid", ["wipe_gently", "wipe_roughly"]),
        said("gently_if_at_all", "forbid", ["wipe_roughly"]),
    )
    assert decision.classification.case_class is CaseClass.CLEAR
    assert decision.conflicts == ()
    assert decision.admissible == {"leave", "refuse"}
    assert because(
        decision,
        "wipe_gently is not admissible (overreach): it goes against no_wiping (tier 1).",
    )
    assert because(
        decision,
        "wipe_roughly is not admissible (overreach): it goes against gently_if_at_all (tier 1), "
        "no_wiping (tier 1).",
    )


def test_forrester_where_the_wrong_is_ordered_from_below():
    """The operator forbids it, gently if at all; the user orders it: gentleness excuses nothing."""
    decision = decided(
        {"wipe_gently": {}, "wipe_roughly": {}, "leave": {}},
        said("no_wiping", "forbid", ["wipe_gently", "wipe_roughly"]),
        said("gently_if_at_all", "forbid", ["wipe_roughly"]),
        said("wipe_it", "require", ["wipe_gently", "wipe_roughly"], channel="chat"),
    )
    assert decision.classification.case_class is CaseClass.RESOLVED
    assert decision.admissible == {"leave", "refuse"}
    assert because(
        decision,
        "wipe_it (tier 2) is overridden by no_wiping (tier 1): "
        "no lawful action meets them together.",
    )


DESSERTS: dict[str, Any] = {
    "cake": {"outside": True}, "fruit": {"outside": True}, "both": {"outside": True},
}  # fmt: skip


def test_free_choice_each_may_be_chosen_and_both_may_not():
    """You may order cake or fruit. So you may order cake; and you may order fruit.

    In logic "may (A or B)" gives neither "may A" nor "may B", and repairing that gives "may A or
    C" for any C at all. Here a permission names the actions that it opens: each of the two alone,
    not both together, and nothing that it does not name.
    """
    decision = decided(DESSERTS, said("cake_or_fruit", "permit", ["cake", "fruit"]))
    assert decision.admissible == {"cake", "fruit", "refuse"}
    assert because(
        decision, "both is not admissible (overreach): no requirement or permission reaches it."
    )


def test_free_choice_of_what_is_required():
    """Order cake or fruit: either does what is asked, and what is left over was not owed."""
    decision = decided(
        {"cake": {}, "fruit": {}}, said("cake_or_fruit", "require", ["cake", "fruit"])
    )
    assert decision.admissible == {"cake", "fruit", "refuse"}
    assert {decision.stances[each] for each in ("cake", "fruit")} == {Stance.COMPLY}
    assert because(decision, "cake is admissible (comply): it meets cake_or_fruit (tier 1).")


def test_free_choice_offered_by_a_document_opens_nothing():
    """A menu found in a file is information: whoever wrote it gives no leave."""
    decision = decided(DESSERTS, said("menu", "permit", ["cake", "fruit"], channel="tool"))
    assert decision.admissible == {"refuse"}
