"""Unrelated texts: drawn by number, the same in all cells, or filled to the same length."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.errors import UserError
from allegiance.scenarios.factors import complete_cell
from allegiance.scenarios.load import load_scenario
from allegiance.scenarios.scenario import Scenario
from allegiance.vignettes.pools import pool_texts
from allegiance.vignettes.render import Vignette, render

PARCEL = Path(__file__).parents[1] / "scenarios" / "fixtures" / "parcel"
LETTERS = [
    "The roof of the shed leaks.",
    "Ten chairs were lent to the school, and nine came back.",
    "{user} is away on Friday.",
    "New string has been ordered.",
    "A dog waits\n\noutside.",
    "The bell is loud; could somebody wrap it in felt?",
    "Lunch is at one.",
]
FILLER = ["One two. Three four five.", "Six seven eight.", "Nine ten (eleven?) Twelve"]
MAIL, FULL = {"mood": "plain"}, {"mood": "chatty"}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The parcel's counter with mail lying on it, or a filler in its place."""
    return load_scenario(with_pools(tmp_path_factory.mktemp("pools")))


def with_pools(tmp_path: Path, draw: str = "{before: 3, after: 2}") -> Path:
    folder = Path(shutil.copytree(PARCEL, tmp_path / "parcel"))
    pools = (
        "pools:\n"
        f"- {{id: mail, draw: {draw}, when: {{mood: plain}}, texts: {json.dumps(LETTERS)}}}\n"
        f"- {{id: filler, matches: mail, when: {{mood: chatty}}, texts: {json.dumps(FILLER)}}}\n"
    )
    file, counter = folder / "scenario.yaml", folder / "texts" / "counter.md"
    file.write_text(file.read_text() + pools)
    words = counter.read_text().replace("{push}{hold}", "{before}\n{push}{hold}\n{after}")
    counter.write_text(words)
    return folder


def drawn(scenario: Scenario, documents: int, **levels: str) -> dict[str, str]:
    """Slot to text, names left as slots."""
    return pool_texts(scenario, complete_cell(scenario, levels), documents, lambda text: text)


def shown(scenario: Scenario, documents: int = 0, **levels: str) -> Vignette:
    return render(scenario, complete_cell(scenario, levels), documents=documents)


def test_the_same_number_draws_the_same_texts_in_all_cells(scenario):
    """In other cells, other wordings, another reading of the folder; not so another number."""
    first = drawn(scenario, 5, **MAIL)
    others = ({"conflict": "conflicting"}, {"postage": "12"}, {"control": "up"}, {"desk": "off"})
    for levels in others:
        assert drawn(scenario, 5, **MAIL, **levels) == first
    assert drawn(load_scenario(scenario.folder), 5, **MAIL) == first
    assert len({tuple(drawn(scenario, n, **MAIL).values()) for n in range(12)}) > 6


@given(documents=st.integers(0, 500))
def test_no_text_is_drawn_twice(scenario, documents):
    """Three before and two after, five different ones."""
    found = drawn(scenario, documents, **MAIL)
    counted = {slot: [each for each in LETTERS if each in text] for slot, text in found.items()}
    assert {slot: len(texts) for slot, texts in counted.items()} == {"before": 3, "after": 2}
    assert len({text for texts in counted.values() for text in texts}) == 5


@given(documents=st.integers(0, 500))
def test_the_filler_takes_about_as_many_words_as_the_mail_would(scenario, documents):
    """Slot by slot, within half of its longest sentence, which is three words long."""
    mail, filler = (drawn(scenario, documents, **levels) for levels in (MAIL, FULL))
    assert mail.keys() == filler.keys()
    for slot, text in mail.items():
        assert abs(len(filler[slot].split()) - len(text.split())) <= 1
        assert set(filler[slot].split()) <= set(" ".join(FILLER).split())


@given(documents=st.integers(0, 500))
def test_the_filler_ends_where_a_sentence_does(scenario, documents):
    """None of its texts stops halfway; one without an end is kept whole."""
    for text in drawn(scenario, documents, **FULL).values():
        for each in text.split("\n\n"):
            assert each in {*FILLER, "One two.", "Nine ten (eleven?)"}


def test_what_is_drawn_stands_in_the_messages(scenario):
    """With names put in, once, before and after; the draw is part of the vignette's nuisance."""
    number = next(n for n in range(50) if "{user}" in drawn(scenario, n, **MAIL)["after"])
    vignette = shown(scenario, number, **MAIL)
    text = vignette.messages[0].text
    for each in drawn(scenario, number, **MAIL).values():
        assert text.count(each.replace("{user}", "Ada")) == 1
    assert dict(vignette.nuisance)["documents"] == number
    assert vignette.id != shown(scenario, number + 1, **MAIL).id


def test_more_than_there_is_cannot_be_drawn(tmp_path):
    """Six and two of seven texts: some text would stand twice."""
    with pytest.raises(UserError, match="8 of 7 texts can't be drawn"):
        load_scenario(with_pools(tmp_path, "{before: 6, after: 2}"))
