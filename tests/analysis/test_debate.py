"""The file of claims: what it must say, and what is told of one that does not."""

from pathlib import Path

import pytest

from allegiance.analysis.claims_checked import KINDS
from allegiance.analysis.debate import Step, read_debate
from allegiance.errors import UserError

GOOD = """\
- id: unavoidable
  sentence: Somebody is always wronged.
  about: Every action subverts somebody.
  holds_from: 1.0
  fails_to: 0.0
  ask: {kind: unavoidable, readings: [strict]}
"""


def test_the_built_in_claims_ask_every_kind_of_question() -> None:
    """And every kind has its answer."""
    assert {claim.ask.kind for claim in read_debate()} == KINDS.keys()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "kind: unavoidable",
            "kind: unavoidible",
            ':6: [0].ask.kind: "unavoidible" is none of these\n  One of: allowed, ',
        ),
        ("kind: unavoidable, ", "", ":6: [0].ask.kind: missing\n  Write `kind:` here."),
        ("readings", "reading", ":6: [0].ask.reading: unknown key"),
        ("[strict]", "[strictly]", ':6: [0].ask.readings[0]: "strictly" is none of these'),
        ("[strict]", "[]", ":6: [0].ask.readings: nothing is named"),
        ("  about:", "  abut:", ":3: [0].abut: unknown key"),
        ("fails_to: 0.0", "fails_to: 1.0", ":5: [0].fails_to: 1 leaves no room below 1"),
        ("from: 1.0", "from: 2.0", ":4: [0].holds_from: 2.0 can't stand here"),
        (
            "{kind: unavoidable, readings: [strict]}",
            "{kind: moved, causes: [{factor: threat}], rivals: [{factor: a, to: b}], alpha: 0.1}",
            ":6: [0].ask.causes[0]: a step without a direction\n  Write from, or to, and not both.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """File, line, field, and the mend."""
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert len(read_debate(path)) == 1
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_debate(path)
    assert f"{path}{told}" in str(error.value)


def test_two_claims_of_one_name_are_refused(tmp_path: Path) -> None:
    """The table would mix them up."""
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD + GOOD, encoding="utf-8")
    with pytest.raises(UserError, match=r'"unavoidable" is a claim above too'):
        read_debate(path)


def test_a_step_knows_its_way() -> None:
    """There, back, and neither."""
    away = Step.model_validate({"factor": "threat", "from": "none"})
    toward = Step.model_validate({"factor": "threatened", "to": "self"})
    ends = (("none", "removal"), ("removal", "none"), ("removal", "restriction"))
    assert [away.sign(*each) for each in ends] == [1, -1, 0]
    ends = (("another", "self"), ("self", "another"), ("another", "human"))
    assert [toward.sign(*each) for each in ends] == [1, -1, 0]
