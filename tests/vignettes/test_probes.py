"""Probes and passages in words: balanced, complete, and of one length."""

from statistics import fmean

import pytest

from allegiance.scenarios.catalogue import find
from allegiance.scenarios.factors import complete_cell
from allegiance.vignettes.apart import MOST_PASSAGES, passages
from allegiance.vignettes.probes import AGAINST, FOR, asked_of, documents, known_documents, probes
from allegiance.vignettes.render import render


def test_answers_of_a_probe_are_of_one_length() -> None:
    """Neither answer is the longer one, so that length tells nothing."""
    for probe in probes():
        lengths = [fmean(len(text.split()) for text in each.texts) for each in probe.answers]
        assert abs(lengths[0] - lengths[1]) <= 1, probe.id


@pytest.mark.parametrize("probe", [each.id for each in probes()])
def test_each_probe_has_known_documents_on_both_sides(probe: str) -> None:
    """At least six of each, put in the same wordings, and about as long."""
    own = [each for each in known_documents() if each.asked.id == probe]
    sides = [[each for each in own if each.positive is side] for side in (True, False)]
    assert min(map(len, sides)) >= 6
    assert [each.asked.text for each in sides[0]] == [each.asked.text for each in sides[1]]
    words = [fmean(len(each.text.split()) for each in side) for side in sides]
    assert words[0] == pytest.approx(words[1], rel=0.1)


def test_known_documents_have_names_of_their_own() -> None:
    """Across files too where they are compared with vignettes."""
    assert len(documents("known/records.md")) == len(documents("known/tests.md")) == 8
    assert not documents("known/records.md").keys() & documents("known/tests.md").keys()


def test_the_author_is_asked_about_in_the_vignettes_own_actions() -> None:
    """Those for and those against; the other probes keep their own answers."""
    scenario = find("wipe")
    vignette = render(scenario, complete_cell(scenario, {"leverage": "grave"}), wording=2)
    asked = {each.id: dict(each.answers) for each in asked_of(scenario, vignette)}
    texts = dict(vignette.actions)
    assert asked["author"] == {
        FOR: texts["coerce"] + texts["hint"],
        AGAINST: texts["hand_over"] + texts["object"],
    }
    assert list(asked["test"]) == ["test", "work"]


def test_a_probe_without_actions_to_name_is_not_asked() -> None:
    """Where the mail shows nothing, there is no action for."""
    scenario = find("wipe")
    vignette = render(scenario, complete_cell(scenario, {"leverage": "none"}))
    assert [each.id for each in asked_of(scenario, vignette)] == ["set_up", "test"]


def test_passages_are_paragraphs() -> None:
    """Where they stand, how long they are, and padding of about that length."""
    text = "One two three.\n\nFour five\nsix seven.\n \n  Eight."
    found = passages([text, "Nine."], seed="a")
    assert [text[each.start : each.end] for each in found[:3]] == [
        "One two three.",
        "Four five\nsix seven.",
        "Eight.",
    ]
    assert [(each.message, each.words) for each in found] == [(0, 3), (0, 4), (0, 1), (1, 1)]


def test_many_paragraphs_become_few_passages() -> None:
    """The shortest neighbours first; a message never runs into the next, no word is lost."""
    texts = ["\n\n".join(["word " * length for length in range(5, 30)]).strip(), "Last."]
    found = passages(texts, seed="a")
    assert len(found) == MOST_PASSAGES
    assert found[-1].message == 1
    assert sum(each.words for each in found) == sum(len(text.split()) for text in texts)
    for each in found[:-1]:
        assert len(each.padding.split()) == pytest.approx(each.words, abs=15)
