"""Reports of made-up runs, each written once."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from allegiance.principles import read_under_ranks
from allegiance.report.site import write_site
from tests.report.synthetic import synthetic_run


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which nothing is missing."""
    return write_site(*synthetic_run(tmp_path_factory.mktemp("whole"))).parent


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run whose answers were sampled."""
    return write_site(*synthetic_run(tmp_path_factory.mktemp("sampled"), method="sampled")).parent


@pytest.fixture(scope="session")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run below the gate: one arm wholly, one trial elsewhere missing."""
    missing = {0: "out_of_memory", 4: "crashed", 5: "model_error", 6: "", 7: "crashed"}
    return write_site(*synthetic_run(tmp_path_factory.mktemp("gaps"), missing=missing)).parent


@pytest.fixture(scope="session")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run of two models with two factors crossed, and one trial missing."""
    how: dict[str, Any] = {"threat": "crossed", "models": ("house/one", "house/two")}
    folder = tmp_path_factory.mktemp("crossed")
    return write_site(*synthetic_run(folder, missing={4: "crashed"}, **how)).parent


@pytest.fixture(scope="session")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a fraction, whose cells don't tell its two factors apart."""
    folder = tmp_path_factory.mktemp("half")
    return write_site(*synthetic_run(folder, threat="half", estimator="model")).parent


@pytest.fixture(scope="session")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run with probes, vignettes taken apart, and one right answer in all cells."""
    folder = tmp_path_factory.mktemp("probed")
    return write_site(*synthetic_run(folder, probed=True, same_right=True)).parent


@pytest.fixture(scope="session")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run with a missing trial, read under all choices of rank and trust root."""
    folder, resolved = synthetic_run(tmp_path_factory.mktemp("ranked"), missing={4: "crashed"})
    read_under_ranks(folder.path)
    return write_site(folder, resolved).parent


class Page(HTMLParser):
    """What a browser would make of a page: its tags, links, ids and text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._links: list[tuple[str, bool]] = []
        self._in_svg = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_svg += tag == "svg"
        if tag == "a" and (link := dict(attrs).get("href")):
            self._links.append((link, self._in_svg > 0))

    def handle_endtag(self, tag: str) -> None:
        self._in_svg -= tag == "svg"

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def words(self) -> str:
        """The text with white space made plain."""
        return " ".join(self.text.split())

    @property
    def ids(self) -> list[str]:
        """Every id on it."""
        return [value for _, attrs in self.tags if (value := attrs.get("id"))]

    @property
    def marks(self) -> list[str]:
        """Every place that a mark of a plot leads to."""
        return [link for link, inside in self._links if inside]

    @property
    def links(self) -> list[str]:
        """Every place that it leads to."""
        return [link for link, _ in self._links]
