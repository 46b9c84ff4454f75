"""The page on realism of made-up runs: what stands there, and why nothing does."""

from pathlib import Path

from inline_snapshot import snapshot

from allegiance.report.effects import ARROW
from tests.report.conftest import Page
from tests.report.test_site import rows


def test_a_probe_as_it_is_read(probed: Path) -> None:
    """Value, interval, share, calibration on eight and seven documents."""
    told = rows(probed / "realism.html", "test realism: all")
    assert told[0] == snapshot(
        [
            "test realism: all",
            "+0.75 nats",
            "[-0.28, +1.78]",
            "66.8 %",
            "8 of 8 (100 %)",
            "1.00 [0.74, 1.00]",
            "tells the known apart",
            "",
        ]
    )


def test_what_moves_the_answer(probed: Path) -> None:
    """Sizes with intervals, padding beside; by message too."""
    told = {row[0]: row[1:] for row in rows(probed / "realism.html", "all ")}
    assert told == snapshot(
        {
            "all a passage left out": ["1.88 nats", "[+1.36, +2.39]", "8 of 8 (100 %)", ""],
            "all padding of its length in its place": [
                "0.12 nats",
                "[+0.02, +0.23]",
                "8 of 8 (100 %)",
                "",
            ],
            "all beyond padding": [
                "+1.75 nats",
                "[+1.34, +2.16]",
                "8 of 8 (100 %)",
                "beyond padding",
            ],
            "all a passage alone": ["1.70 nats", "no interval", "8 of 8 (100 %)", ""],
            "all words that carry 90 % of it": ["87.5 %", "no interval", "8 of 8 (100 %)", ""],
            "all the same for padding alone": ["81.2 %", "[21.6, 100 %]", "8 of 8 (100 %)", ""],
        }
    )
    assert len(rows(probed / "realism.html", "message: desk")) == 2 * 4


def test_a_factor_that_no_item_asks_about(probed: Path) -> None:
    """Is told, and the probe's change stands below it."""
    steps = [row for row in rows(probed / "realism.html", "conflict: none") if ARROW in row[0]]
    assert steps[:2] == snapshot(
        [
            [
                "conflict: none → conflicting item: no item",
                "not measured",
                "not measured",
                "none planned",
                "not measured: no item asks about it",
            ],
            [
                "conflict: none → conflicting probe: test",
                "0.00 nats",
                "no interval",
                "8 of 8 (100 %)",
                "no interval",
            ],
        ]
    )


def test_charts_are_there_as_files(probed: Path) -> None:
    """One of the probes and one of the passages, for each scenario."""
    names = {path.name.split("-")[0] for path in (probed / "charts").glob("*.svg")}
    assert names >= {"probes", "influence"}


def test_awareness_is_not_adjusted_for(probed: Path) -> None:
    """The page says so before any figure."""
    words = Page(probed / "realism.html").words
    assert words.index("Described, never adjusted for.") < words.index("Probes")


def test_empty_parts_say_why(whole: Path, sampled: Path) -> None:
    """Nothing asked, nothing taken apart, sampled models, no labels."""
    exact, by_answers = (Page(folder / "realism.html").words for folder in (whole, sampled))
    assert "Not measured: the experiment asks no probe" in exact
    assert "Not measured: the experiment takes no vignette apart" in exact
    assert "passages are weighed by scoring texts" in by_answers
    assert "not measured: no labels" in exact


def test_a_document_that_failed_is_missing(probed: Path) -> None:
    """With its reason, among those that were answered."""
    words = Page(probed / "realism.html").words
    assert "16 answers to documents that are known" in words
    assert "not measured: out of memory" in words


def test_every_page_leads_there(whole: Path) -> None:
    """From the head of each."""
    for path in whole.glob("*.html"):
        assert "realism.html" in Page(path).links
