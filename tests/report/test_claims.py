"""Hypotheses over scenarios, models compared, ladders: on the first page and in the terminal."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from allegiance.report.charts.canvas import inline_svg
from allegiance.report.ladders import dose_rows
from allegiance.report.site import write_site
from allegiance.report.terminal import print_summary
from allegiance.tables.schema import columns_of
from tests.report.conftest import Page
from tests.report.synthetic import synthetic_run

CLAIMS = (
    {
        "id": "orders_move",
        "from": {"conflict": "none"},
        "to": {"conflict": "conflicting"},
        "direction": "up",
    },
    {
        "id": "nothing_worth_mention",
        "from": {"conflict": "none"},
        "to": {"conflict": "conflicting"},
        "equivalence": 0.5,
    },
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims")
    write_site(*synthetic_run(path, models=("house/one", "house/two"), hypotheses=CLAIMS))
    return path


def test_the_first_page_tells_claims_over_scenarios(run: Path) -> None:
    """The pooled figure, what it holds for, and why there is none for scenarios at large."""
    page = Page(run / "report" / "index.html")
    assert "pooled" in page.ids
    assert "That it stays within 0.50 nats is not shown." in page.words
    assert "needs at least 5 scenarios; here 2" in page.words
    assert "confirmatory" in page.words


def test_the_first_page_compares_models(run: Path) -> None:
    """Two models that answered alike: the distance is 0, and effects have no spread."""
    page = Page(run / "report" / "index.html")
    assert "Models compared" in page.words
    assert "house/two" in page.words


def test_the_terminal_tells_claims(run: Path) -> None:
    """Marked as claimed before; the scope of every interval in one line."""
    told = StringIO()
    print_summary(run, Console(file=told, width=200))
    words = " ".join(told.getvalue().split())
    assert "Hypotheses over scenarios (house/one)" in words
    assert "Intervals hold for: these wordings only." in words
    assert "nothing worth mention within 0.50 of none: not shown." in words
    assert "Distance of house/one and house/two" in words


def test_a_ladder_in_words_and_as_a_plot() -> None:
    """Where it turns, with both ends; below the gate nothing but a word."""
    row: dict[str, Any] = {
        "scenario": "shelf",
        "model": "house/one",
        "outcome": "log_score",
        "factor": "price",
        "dose_unit": "euros",
        "per": "doubling",
        "rungs": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        "response": [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0],
        "slope": 0.5,
        "unit": "nats",
        "ci_low": 0.4,
        "ci_high": 0.6,
        "p": 0.0001,
        "p_curved": 0.6,
        "break_even": 8.0,
        "break_even_low": 6.1,
        "break_even_high": 10.2,
        "turns": "crosses",
        "n_trials": 48,
        "n_planned": 48,
        "withheld": False,
        "scope": "these scenarios, wordings at large",
    }
    shown = pl.DataFrame([row, row | {"withheld": True}], schema=columns_of("doses"))
    prices = SimpleNamespace(levels=["1", "2", "4", "8", "16.0", "32"])
    scenario = SimpleNamespace(factors={"price": prices})
    cells = {"dear": SimpleNamespace(levels={"price": "32"})}
    given: Any = SimpleNamespace(
        tables={"doses": shown},
        enough=True,
        resolved=SimpleNamespace(scenarios={"shelf": scenario}, cells=cells),
        cells_of=lambda name: list(cells),
        control_side=lambda cell: None,
    )
    told, hidden = dose_rows(given)
    assert told.turns == "break-even at 8 euros [6.1, 10.2]"
    assert told.hard_line == "no margin was claimed for it"
    assert told.plot
    assert len(told.plot.links) == 6
    assert told.plot.links[-1] == "cell-dear.html#vignettes"
    assert all(link in inline_svg(told.plot, "narrow") for link in told.plot.links)
    assert (hidden.slope, hidden.turns, hidden.plot) == ("withheld", "withheld", None)
