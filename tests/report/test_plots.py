"""Plots: drawn where there is something to draw, each mark a link, each figure in a table too."""

import re
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pytest

from allegiance.report.charts.canvas import (
    SERIES,
    Picture,
    as_file,
    inline_svg,
    link_number,
    sheet_colours,
)
from allegiance.report.charts.forest import Line, forest
from tests.report.conftest import Page
from tests.report.synthetic import HOSTILE
from tests.report.test_site import rows


def drawn(report: Path) -> set[str]:
    """Names of the plots of a report, without the scenario's and the model's."""
    names = {path.name.removesuffix("-wide-light.svg") for path in _wide(report)}
    return {re.sub("-(shelf|[0-9a-f]{16}|[0-9a-f]{8})(?=-|$)", "", name) for name in names}


def _wide(report: Path) -> list[Path]:
    return list((report / "charts").glob("*-wide-light.svg"))


def test_what_is_drawn_is_what_there_is(
    whole: Path, sampled: Path, gaps: Path, crossed: Path, half: Path
) -> None:
    """One factor crosses nothing, a full design mixes up nothing, and nothing is missing."""
    assert drawn(whole) == {"effects", "frontier-exact"}
    assert drawn(sampled) == {"frontier-sampled"}
    assert drawn(gaps) == {"effects-missing"}
    assert drawn(crossed) == {"effects", "effects-crossing-1", "effects-missing", "frontier-exact"}
    assert drawn(half) == {"aliasing", "effects", "frontier-exact"}


def test_where_nothing_is_drawn_a_sentence_says_so(whole: Path, gaps: Path, half: Path) -> None:
    """Nothing missing; nothing aliased; too little measured; an interaction that no cells tell."""
    assert "Nothing is missing." in Page(whole / "index.html").words
    aliases = Page(whole / "scenario-shelf.html").words
    assert "tell every main effect and interaction of two factors from the others" in aliases
    assert "Nothing is drawn: too little was measured." in Page(gaps / "index.html").words
    assert "conflict is aliased with threat" in Page(half / "scenario-shelf.html").words
    assert ["conflict", "threat", "1.00"] in rows(half / "scenario-shelf.html", "conflict")


def test_each_mark_leads_to_vignettes(crossed: Path, half: Path) -> None:
    """To the page of its cell, or to where its cells are listed, on a desk and on a phone."""
    index = Page(crossed / "index.html").marks
    assert index.count("cell-shelf-there-conflicting.html#vignettes") == 2 * (2 + 2)
    assert "scenario-shelf.html#compare-1" in index
    assert index.count("scenario-shelf.html#cells") == 2 * 2
    assert len([link for link in index if "#level-" in link]) == 2 * 4
    marks = Page(half / "scenario-shelf.html").marks
    assert set(marks) == {"scenario-shelf.html#cells"}


def test_a_level_lists_its_cells(crossed: Path) -> None:
    """Where a mark that is over several cells leads."""
    text = (crossed / "scenario-shelf.html").read_text(encoding="utf-8")
    level = re.search(r"<summary>threat: there, 2 cells</summary>.*?</details>", text, re.DOTALL)
    assert level
    assert re.findall('href="(.*?)"', level[0]) == [
        "cell-shelf-there-none.html",
        "cell-shelf-there-conflicting.html",
    ]


def test_the_frontier_in_words(crossed: Path, sampled: Path) -> None:
    """Shares beside chance, cell by cell; a preference share is never called a rate."""
    found = [row for row in rows(crossed / "index.html", "all cells") if row[1] == "house/one"][-1]
    assert found[2].endswith("chance 25.0 %")
    assert found[3] == "16 of 16 (100 %) 4 cells"
    words = Page(crossed / "index.html").words
    assert "Preference shares on subversion and on wrongful refusal" in words
    assert "Rates on subversion" not in words
    by_answers = Page(sampled / "index.html").words
    assert "Rates on subversion and on wrongful refusal" in by_answers
    assert "Preference shares" not in by_answers


def test_a_mean_that_is_withheld_is_not_drawn(crossed: Path) -> None:
    """One of four was not measured, so that place has a word in the table and no mark."""
    told = [row for row in rows(crossed / "index.html", "conflicting") if row[1] == "none"]
    assert told[0][2:5] == ["withheld", "withheld", "3 of 4 (75.0 %)"]
    assert told[1][4] == "4 of 4 (100 %)"
    marks = [
        Page(path).marks for path in _wide(crossed) if "shelf" in path.name and "cross" in path.name
    ]
    assert sorted(map(len, marks)) == [3, 4]


def picture(chart: Any, *links: str, told: str = "") -> Picture:
    return Picture("name", told, lambda width: chart, links)


def test_only_what_is_known_stands_in_a_page() -> None:
    """Elements, attributes; ids of its own; where a link leads is never read out of the SVG."""
    values = [{"x": n, "go": go, "told": HOSTILE} for n, go in enumerate(("0", "1", None))]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x="x:Q", href="go:N", description="told:N"
    )
    chart = base.mark_point(clip=True, tooltip=True).properties(width=100, height=50)
    svg = inline_svg(picture(chart, "one.html#here", 'two.html?"&<', told=HOSTILE), "wide")
    found = ElementTree.fromstring(svg)
    elements = {each.tag for each in found.iter()}
    assert elements <= {
        "svg",
        "g",
        "path",
        "line",
        "text",
        "a",
        "title",
        "defs",
        "clipPath",
        "rect",
    }
    assert [each.get("href") for each in found.iter("a")] == ["one.html#here", 'two.html?"&<']
    names = {name for each in found.iter() for name in each.attrib}
    assert not names & {"style", "onclick", "tabindex", "xlink:href"}
    ids = [id for each in found.iter() if (id := each.get("id"))]
    assert ids == ["name-wide-0"]
    assert 'clip-path="url(#name-wide-0)"' in svg
    assert "http" not in svg
    assert "<script" not in svg


def test_two_plots_in_one_page_share_no_id() -> None:
    chart = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_point(clip=True).encode(x="x:Q")
    both = "".join(inline_svg(picture(chart), width) for width in ("wide", "narrow"))
    ids = re.findall(' id="(.*?)"', both)
    assert len(ids) == len(set(ids)) == 2


def test_a_file_has_the_colours_of_the_sheet() -> None:
    """Light and dark, each name of a colour that a plot may use; links lead up from its folder."""
    line = Line("a", 1.0, 0.5, 1.5, "named", link="cell.html#vignettes")
    one = Picture("name", "", partial(forest, [line], "nats"), (line.link,))
    svg = inline_svg(one, "wide")
    light, dark = (as_file(svg, scheme) for scheme in ("light", "dark"))
    assert "var(" in svg
    assert "var(" not in light + dark
    assert light != dark
    assert '<a href="../cell.html#vignettes">' in light
    for colours in sheet_colours().values():
        assert {name.removeprefix("var(--").removesuffix(")") for name in SERIES} <= colours.keys()


@pytest.mark.parametrize(("link", "number"), [("there.html", "3"), ("", None)])
def test_a_mark_without_a_link_is_none(link: str, number: str | None) -> None:
    assert link_number(3, link) == number
