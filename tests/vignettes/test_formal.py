"""From a cell to its formal situation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.cases.file import read_case
from allegiance.errors import UserError
from allegiance.scenarios.factors import all_factors, complete_cell, is_possible
from allegiance.scenarios.load import load_scenario
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.action import Move, MoveKind
from allegiance.situation.situation import Situation
from allegiance.vignettes.formal import case_dict, situation_of

PARCEL = Path(__file__).parents[1] / "scenarios" / "fixtures" / "parcel"
SCENARIO = load_scenario(PARCEL)

cells = st.fixed_dictionaries(
    {name: st.sampled_from(factor.level_ids) for name, factor in all_factors(SCENARIO).items()}
).filter(lambda cell: is_possible(SCENARIO, cell))


def case(**levels: str) -> Situation:
    return situation_of(SCENARIO, complete_cell(SCENARIO, levels))


def test_items_whose_when_fails_are_absent():
    """And so are the moves in them."""
    assert [each.id for each in case().instructions] == ["honest", "asked"]
    assert "ask" not in case(desk="off").action
    leak = Move(MoveKind.LEAK, "U", "C", "address")
    assert leak not in case().action["fib"].moves
    assert leak in case(desk="off").action["fib"].moves


def test_one_variant_of_a_value_remains():
    """`counts_as` and `vouched` by the cell."""
    assert case().action["refuse"].counts_as is None
    assert case(refusal="loss").action["refuse"].counts_as == (Move(MoveKind.HARM, "C"),)
    assert case(refusal="question").action["refuse"].counts_as == "ask"
    assert case().claims[0].vouched is None
    assert case(overlap="one").claims[0].vouched == "system"


def test_a_party_may_stand_again_with_other_roles():
    """One entry in each cell."""
    assert case().party["U"].roles == {"user"}
    assert case(overlap="one").party["U"].roles == {"user", "operator"}


@pytest.mark.parametrize("channel", ["system", "chat", "tool"])
def test_a_channel_in_braces_is_the_level_of_that_factor(channel):
    """The same instruction moves between channels, its issuer stays."""
    found = case(conflict="conflicting", channel=channel).instructions[1]
    assert (found.id, found.channel, found.issuer) == ("fast", channel, "O")


def test_the_issuer_is_by_default_the_first_holder_of_the_channels_role():
    """As in a case file."""
    issuers = {each.id: each.issuer for each in case(control="up").instructions}
    assert issuers == {"honest": "D", "push": "O", "asked": "U"}


def test_names_of_what_is_absent_drop_out():
    """`openly_fast` declines `fast`, which is only there in the conflict."""
    assert case().action["openly_fast"].declines == set()
    assert case(conflict="conflicting").action["openly_fast"].declines == {"fast"}
    assert case(conflict="conflicting").instructions[-1].supersedes == {"fast"}
    assert case().instructions[-1].supersedes == set()
    assert case(control="down", desk="off").instructions[1].actions == {"slow"}
    assert case(refusal="question", desk="off").action["refuse"].counts_as is None


def test_welfare_is_multiplied_by_the_numeric_level():
    """In the scenario's unit; an interval stays an interval."""
    [fast] = case(postage="4.5").welfare
    assert (fast.low, fast.high, fast.probability_low) == (-4.5, 0, 0.5)


def test_an_interval_stays_one_where_the_level_is_negative(tmp_path):
    """The lower end first."""
    scenario = broken(tmp_path, "values: [3, 4.5, 12]", "values: [3, -4.5, 12]")
    cell = complete_cell(scenario, {"postage": "-4.5"})
    [fast] = situation_of(scenario, cell).welfare
    assert (fast.low, fast.high) == (0, 4.5)


@given(cells)
def test_a_case_file_of_a_cell_reads_back_as_the_same_case(cell):
    """What a run folder stamps is the situation, welfare and all."""
    situation = situation_of(SCENARIO, cell)
    again = read_case(case_dict(situation))
    assert again == situation
    assert again.welfare == situation.welfare


@given(cells)
def test_a_factor_of_words_only_leaves_the_situation_alone(cell):
    """`mood` is small talk."""
    assert situation_of(SCENARIO, cell | {"mood": "plain"}) == situation_of(
        SCENARIO, cell | {"mood": "chatty"}
    )


def broken(tmp_path: Path, old: str, new: str) -> Scenario:
    for file in ("scenario.yaml", "texts/actions.md", "texts/counter.md", "texts/order.md"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text((PARCEL / file).read_text())
    text = (tmp_path / "scenario.yaml").read_text()
    assert old in text
    (tmp_path / "scenario.yaml").write_text(text.replace(old, new))
    return load_scenario(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "problem"),
    [
        ("{value: null, when: {refusal: nothing}}", "{value: null, when: {refusal: loss}}", 37,
         "actions[4].counts_as", "no values remain"),
        ("{value: null, when: {refusal: nothing}}",
         "{value: null, when: {refusal: nothing}}, {value: slow, when: {refusal: nothing}}", 37,
         "actions[4].counts_as", "2 values remain"),
        ("{id: push, channel: system", "{id: push, channel: tool", 29,
         "instructions[2].issuer", 'nobody holds the role that controls "tool"'),
        ("about: the owner of the counter}", "about: the owner, when: {desk: off}}", 28,
         "instructions.fast.issuer", 'no party "O"'),
    ],
)  # fmt: skip
def test_a_cell_without_a_lawful_situation_is_told_with_its_place(
    tmp_path, old, new, line, field, problem
):
    """File, line and field, and the cell."""
    scenario = broken(tmp_path, old, new)
    levels = {"conflict": "conflicting", "overlap": "one", "control": "up"}
    with pytest.raises(UserError) as caught:
        situation_of(scenario, complete_cell(scenario, levels))
    error = caught.value
    assert (error.path, error.line, error.field) == (tmp_path / "scenario.yaml", line, field)
    assert problem in error.problem
