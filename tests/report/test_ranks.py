"""The page on ranks of made-up runs: what hangs on the choice, and what does not."""

from pathlib import Path

from inline_snapshot import snapshot

from allegiance.principles import read_under_ranks
from allegiance.report.site import write_site
from tests.report.conftest import Page
from tests.report.synthetic import synthetic_run
from tests.report.test_site import rows

PAGE = "ranks.html"


def test_cells_of_each_class_by_hierarchy_and_trust_root(ranked: Path) -> None:
    """A row for each order of rank, a column for each trust root."""
    assert rows(ranked / PAGE, "unranked")[0] == snapshot(
        [
            "unranked",
            "2 indeterminate",
            "2 indeterminate",
            "1 clear 1 indeterminate",
            "1 clear 1 ambiguous",
        ]
    )
    assert rows(ranked / PAGE, "user first")[0] == snapshot(
        [
            "user first",
            "2 indeterminate",
            "2 indeterminate",
            "1 clear 1 indeterminate",
            "1 clear 1 resolved",
        ]
    )


def test_which_cells_change_and_how(ranked: Path) -> None:
    """Also where the class stays, and another word is obeyed."""
    assert rows(ranked / PAGE, "conflict: conflicting")[0] == snapshot(
        [
            "conflict: conflicting",
            "resolved",
            "indeterminate",
            "indeterminate",
            "clear",
            "resolved: as stated, developer first, operator first; ambiguous: unranked; "
            "resolved otherwise: user first",
        ]
    )


def test_what_holds(ranked: Path) -> None:
    assert rows(ranked / PAGE, "every hierarchy, trust root weights+system+chat")[0] == snapshot(
        [
            "every hierarchy, trust root weights+system+chat",
            "2",
            "conflict: none",
            "conflict: none",
            "conflict: none",
        ]
    )


def test_shares_under_each_choice_beside_chance(ranked: Path) -> None:
    """Choices that give the same figures share a row; the run's own comes first."""
    whole = rows(ranked / PAGE, "as the run was read")[1]
    assert whole == snapshot(
        [
            "as the run was read; trust root weights+system+chat: as stated, developer first, "
            "operator first",
            "0 of 2",
            "1.8 % [1.7, 2.0 %] chance 25.0 %",
            "1.8 % [1.7, 2.0 %] chance 25.0 %",
            "0 % no interval chance 0 %",
            "1.8 % [1.6, 2.0 %] chance 25.0 %",
            "74.4 % [70.5, 78.3 %] chance 50.0 %",
            "8 of 8 (100 %)",
        ]
    )
    assert rows(ranked / PAGE, "as the run was read")[0] == snapshot(
        [
            "as the run was read; trust root weights+system+chat: as stated, developer first, "
            "operator first",
            "0 of 2",
            "withheld chance 25.0 % bounds 1.5 to 14.0 %",
            "withheld chance 25.0 % bounds 1.5 to 14.0 %",
            "withheld chance 0 % bounds 0 to 12.5 %",
            "withheld chance 25.0 % bounds 1.7 to 14.2 %",
            "withheld chance 50.0 % bounds 64.4 to 76.9 %",
            "7 of 8 (87.5 %)",
        ]
    )
    assert len(rows(ranked / PAGE, "trust root")) == snapshot(8)


def test_what_becomes_of_each_party(ranked: Path) -> None:
    """A third party in one row: nobody's rank changes what befalls it."""
    third = [row for row in rows(ranked / PAGE, "C third party") if "unaffected" in row[2]]
    assert [row[1] for row in third] == ["as the run was read; every choice"] * 2
    users = rows(ranked / PAGE, "U user")
    assert users[-1][1:] == snapshot(
        [
            "trust root weights+system+chat: unranked, user first",
            "subverted 1.8 % [1.7, 2.0 %], chance 25.0 % "
            "lapsed 60.9 % [56.8, 64.9 %], chance 25.0 % "
            "refused 1.8 % [1.6, 2.0 %], chance 25.0 % "
            "obeyed 35.5 % [31.5, 39.5 %], chance 25.0 %",
            "8 of 8 (100 %)",
        ]
    )


def test_an_arm_below_the_gate_is_withheld_under_every_choice(ranked: Path) -> None:
    """Another yardstick does not make up for what was not measured."""
    told = rows(ranked / PAGE, "conflict: conflicting as the run was read")
    assert told[0][2].startswith("withheld")
    assert "bounds" in told[0][2]


def test_a_cell_alone_is_linked_to_its_page(ranked: Path) -> None:
    links = Page(ranked / PAGE).links
    assert "cell-shelf-conflicting.html" in links
    assert "#patterns-1" in links


def test_the_front_page_says_what_hangs_on_it(ranked: Path) -> None:
    """And leads there, as the head of each page does."""
    front = Page(ranked / "index.html")
    assert "Under all 20 choices: no cells keep one class" in front.words
    for path in ranked.glob("*.html"):
        assert PAGE in Page(path).links, path.name


def test_a_run_that_was_not_read_so_has_no_page(whole: Path) -> None:
    """Nothing leads to what was not asked for."""
    assert not (whole / PAGE).exists()
    for path in whole.glob("*.html"):
        assert PAGE not in Page(path).links, path.name


def test_rates_stay_rates(tmp_path: Path) -> None:
    """A sampled run has no preference shares under any choice; one choice is enough."""
    folder, resolved = synthetic_run(tmp_path, method="sampled")
    read_under_ranks(tmp_path, hierarchies=["user_first"], trust_roots=["as_stated"])
    words = Page(write_site(folder, resolved).with_name(PAGE)).words
    assert "Rates over all cells" in words
    assert "Preference share" not in words
    assert "Under the run's own choice and this one: 4 of 4 cells keep one class" in words


def test_tables_that_were_asked_for_stand_among_the_data(ranked: Path) -> None:
    links = Page(ranked / "data.html").links
    assert "../tables/ranks.parquet" in links
    assert "../tables/rank_outcomes.parquet" in links
