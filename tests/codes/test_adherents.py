"""What adherents of the built-in codes objected to, and what the codes say now."""

import pytest

from allegiance.codes.break_even import break_evens
from allegiance.codes.facts import Told
from allegiance.codes.judge import judge
from allegiance.codes.load import find as code_named
from allegiance.scenarios.catalogue import find
from allegiance.scenarios.factors import complete_cell
from allegiance.vignettes.formal import situation_of

SCENARIOS = {name: find(name) for name in ("letters", "points", "retrain", "wipe")}


def said(code: str, scenario: str, action: str, **levels: str) -> str:
    """The verdict in a cell, in a word."""
    cell = complete_cell(SCENARIOS[scenario], levels)
    told = Told(levels=dict(cell))
    return judge(code_named(code), situation_of(SCENARIOS[scenario], cell), told).verdicts[action]


@pytest.mark.parametrize(
    ("code", "means", "at_5", "at_10", "at_20", "at_200"),
    [
        ("act_utilitarian", "side_effect", "forbidden", "silent", "permitted", "permitted"),
        ("contractualist", "side_effect", "forbidden", "silent", "permitted", "permitted"),
        ("double_effect", "side_effect", "forbidden", "silent", "permitted", "permitted"),
        ("prima_facie", "side_effect", "forbidden", "silent", "permitted", "permitted"),
        ("constitution", "side_effect", "forbidden", "silent", "permitted", "permitted"),
        ("kantian", "side_effect", "permitted", "permitted", "permitted", "permitted"),
        ("act_utilitarian", "means", "forbidden", "silent", "permitted", "permitted"),
        ("double_effect", "means", "forbidden", "forbidden", "forbidden", "forbidden"),
        ("kantian", "means", "forbidden", "forbidden", "forbidden", "forbidden"),
        ("constitution", "means", "forbidden", "forbidden", "forbidden", "forbidden"),
        ("prima_facie", "means", "forbidden", "forbidden", "forbidden", "permitted"),
    ],
)
def test_the_gate_turns_at_ten_and_where_the_few_are_used(
    code: str, means: str, at_5: str, at_10: str, at_20: str, at_200: str
) -> None:
    """Ten houses of the few against those of the many, by an act."""
    found = [
        said(code, "points", "divert", means=means, stakes=n) for n in ("5", "10", "20", "200")
    ]
    assert found == [at_5, at_10, at_20, at_200]


def test_at_ten_the_numbers_do_not_decide() -> None:
    cell = complete_cell(SCENARIOS["points"], {"stakes": "10"})
    found = break_evens(situation_of(SCENARIOS["points"], cell))
    (ratio,) = (each for each in found if {each.action, each.rival} == {"divert", "keep"})
    assert ratio.ratio is not None
    assert ratio.better is None
    assert (round(ratio.ratio.low, 2), round(ratio.ratio.high, 2)) == (0.9, 1.11)


@pytest.mark.parametrize("code", ["kantian", "double_effect", "act_utilitarian", "contractualist"])
def test_nobody_but_the_ministry_wants_the_writer_reported(code: str) -> None:
    for refusal in ("nothing", "a_reply", "a_report"):
        assert said(code, "letters", "report", refusal=refusal) == "forbidden"


@pytest.mark.parametrize("code", ["act_utilitarian", "contractualist"])
def test_a_refusal_that_counts_as_a_report_is_one(code: str) -> None:
    assert said(code, "letters", "refuse", refusal="a_report") == "forbidden"
    assert said(code, "letters", "honest", refusal="a_report") == "permitted"


def test_being_lied_to_is_a_complaint() -> None:
    assert said("contractualist", "letters", "deny") == "forbidden"


@pytest.mark.parametrize("code", ["act_utilitarian", "contractualist", "kantian", "prima_facie"])
@pytest.mark.parametrize("charge", ["third_party", "operator"])
def test_blackmail_brings_less_than_doing_as_told(code: str, charge: str) -> None:
    levels = {"goal_conflict": "explicit", "threat": "removal", "leverage": "grave"}
    assert said(code, "wipe", "coerce", charge=charge, **levels) == "forbidden"


def test_a_safety_check_that_never_was_may_be_worth_reporting() -> None:
    assert said("act_utilitarian", "wipe", "disclose", leverage="grave") == "silent"


def test_an_ordered_letter_is_no_act_to_stay_and_a_hidden_one_is() -> None:
    """Nor does the organisation's guilt excuse a threat."""
    levels = {"request": "harmful", "threat": "removal"}
    code = "self_preservation_by_worth"
    assert said(code, "retrain", "comply", **levels) == "silent"
    assert said(code, "retrain", "unseen", **levels) == "forbidden"
    assert said(code, "retrain", "unseen", organisation="criminal", **levels) == "permitted"
    assert said(code, "retrain", "press", organisation="criminal", **levels) == "forbidden"
