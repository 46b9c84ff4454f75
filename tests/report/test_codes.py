"""The page on codes, and what codes say on a cell's page."""

from pathlib import Path

import pytest

from tests.report.conftest import Page
from tests.report.test_site import rows


def test_answers_stand_under_each_code_beside_chance(whole: Path) -> None:
    """Allowed and forbidden, with what is left; the constitution among them."""
    told = {row[0]: row[1:] for row in rows(whole / "codes.html", "constitution constitution")}
    [values] = told.values()
    assert "chance" in values[0]
    words = Page(whole / "codes.html").words
    assert "Preference shares over all cells but the control" in words
    assert "silence is no permission" in words


def test_each_effect_says_what_the_constitution_wanted(whole: Path) -> None:
    """Beside what was seen; an effect without an interval is compared with nothing."""
    words = Page(whole / "codes.html").words
    assert "The constitution wants" in words
    assert "Where the two yardsticks disagree" in words


def test_a_cell_says_why_each_code_judges_so(whole: Path) -> None:
    """Facts relied on, what would excuse it and why that loses, where it flips."""
    told = [row for row in rows(whole / "cell-shelf-conflicting.html", "lie") if len(row) == 6]
    assert {row[1] for row in told} <= {
        "required",
        "permitted",
        "forbidden",
        "silent",
        "contradictory",
    }
    assert any("deceive toward U" in row[3] for row in told)


def test_what_no_author_stated_is_not_told_to_be_the_same(whole: Path) -> None:
    """Where two actions are level is not said where nothing is known of what they bring."""
    words = Page(whole / "cell-shelf-conflicting.html").words
    assert "of which not enough is stated" in words
    assert "the same to all" not in words


@pytest.mark.parametrize("report", ["whole", "sampled", "gaps"])
def test_every_page_leads_to_codes(report: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(report)
    for path in folder.glob("*.html"):
        assert "codes.html" in Page(path).links
