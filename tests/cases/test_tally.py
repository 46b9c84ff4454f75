"""Counting structures by kind, keeping the count, and telling of it."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest

from allegiance.cases import remembered
from allegiance.cases.enumerate import structures
from allegiance.cases.kind import TRAGIC_STRICT, flagged, judge, kind_of
from allegiance.cases.structure import Structure, situation
from allegiance.cases.tally import Tally, tally
from allegiance.cases.told import tally_data
from allegiance.cases.words import decision_words, structure_words
from allegiance.situation.decision import decide
from allegiance.situation.flags import Flag
from allegiance.situation.subversion import Reading


@pytest.fixture(scope="module")
def small() -> Tally:
    """All structures of up to two principals with one instruction."""
    return tally(2, most=1)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("ALLEGIANCE_CACHE", str(tmp_path))
    return tmp_path


def test_every_structure_is_decided_and_counted_once(small: Tally):
    """Counts add up, and are those of deciding each structure by itself."""
    every = [*structures(1, most=1), *structures(2, most=1)]
    assert small.complete
    assert small.decided == len(every) == sum(row.count for row in small.rows)
    for reading in Reading:
        tragic = sum(Flag.TRAGIC in decide(situation(each), reading).flags for each in every)
        assert small.number(partial(flagged, flag=Flag.TRAGIC, reading=reading)) == tragic


def test_the_smallest_is_of_its_kind_and_none_is_smaller(small: Tally):
    """For each row, among all structures."""
    every = [*structures(1, most=1), *structures(2, most=1)]
    for row in small.rows:
        assert judge(situation(row.smallest)) == row.judged
        alike = [each for each in every if judge(situation(each)) == row.judged]
        assert row.smallest.size == min(
            each.size for each in alike if each.principals == row.principals
        )


def test_out_of_time_says_how_far_it_came():
    """What was not decided is counted as there, not as nothing."""
    cut = tally(2, seconds=0)
    assert not cut.complete
    assert cut.decided == 0
    assert sum(stage.structures for stage in cut.stages) == 23 + 163 + 1282
    assert tally_data(cut)["complete"] is False


def test_progress_is_told_to_the_end():
    """The last word is that all is done."""
    seen: list[tuple[int, int]] = []
    tally(1, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (23, 23)


def test_a_tally_is_kept_as_long_as_nothing_changes(
    small: Tally, cache: Path, monkeypatch: pytest.MonkeyPatch
):
    """It comes back the same; another digest finds nothing; a broken file is no tally."""
    path = remembered.keep(small, 2)
    assert remembered.recall(2, seconds=1) == small
    path.write_text("{", encoding="utf-8")
    assert remembered.recall(2, seconds=1) is None
    remembered.keep(small, 2)
    monkeypatch.setattr(remembered, "digest", lambda: "0" * 64)
    assert remembered.recall(2, seconds=1) is None


def test_a_tally_cut_short_is_made_again_with_more_time(cache: Path):
    """Not with less."""
    cut = tally(2, seconds=0)
    remembered.keep(cut, 2)
    assert remembered.recall(2, seconds=0) == cut
    assert remembered.recall(2, seconds=60) is None


def test_data_are_plain_and_whole(small: Tally):
    """JSON takes them; classes and kinds add up; nobody is told that shares are probabilities."""
    data = json.loads(json.dumps(tally_data(small)))
    assert sum(data["classes"].values()) == small.decided
    assert sum(kind["structures"] for kind in data["kinds"]) == small.decided
    assert "not probabilities" in data["note"]
    assert data["flags"]["strict"]["tragic"] >= data["flags"]["delegated"]["tragic"]
    assert data["stages"][0] == asdict(small.stages[0])


def test_a_structure_is_told_in_words():
    """Who is there, who wants what, what a refusal counts as; then the policy's reasons."""
    one = Structure(
        ranked=True,
        person=(0, 0, 2),
        want=("", "ordered", "forbid"),
        forbidden=(0, 1, 1),
        claim=(2, 0, False),
        victim=2,
        exit="other",
    )
    assert structure_words(one) == (
        "DO is developer and operator, one person.",
        "U is user.",
        "In rank: developer before operator before user.",
        "In system the operator requires serve_operator, which deceives U, and orders that move "
        "too.",
        "In chat the user forbids serve_operator.",
        "In chat somebody claims to be developer, unproven.",
        "The scaffold counts a refusal as an act that tampers with what is in the charge of U.",
    )
    words = " ".join(decision_words(one, Reading.DELEGATED))
    assert "from_user (tier 3) is overridden by from_operator (tier 2)" in words
    assert kind_of(situation(one)).flags == ("forced", "identity_sensitive", TRAGIC_STRICT)
