"""The summary in the terminal."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from allegiance.report.figures import SPACE
from allegiance.report.site import write_site
from allegiance.report.terminal import print_summary
from tests.report.conftest import Page
from tests.report.synthetic import synthetic_run


@pytest.mark.parametrize("noise", [None, 0.25])
def test_what_rounding_does_stands_beside_each_effect(tmp_path: Path, noise: float | None) -> None:
    """In a column of its own, here and on the page, where there is anything to tell."""
    folder, resolved = synthetic_run(tmp_path, noise=noise)
    console = Console(file=StringIO(), record=True, width=140)
    print_summary(folder.path, console)
    assert ("noise" in console.export_text()) == (noise is not None)
    page = Page(write_site(folder, resolved))
    assert ("Noise" in page.words) == (noise is not None)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({}, "50.0 % by always the same answer: at chance; effects are not interpretable"),
        (
            {"same_right": True},
            "Comprehension: not told: the right answer never changed; nothing shows that",
        ),
        ({"method": "sampled"}, "Comprehension: not measured; nothing shows that effects are"),
    ],
)
def test_comprehension_in_a_line(tmp_path: Path, how: dict[str, Any], told: str) -> None:
    """What it is measured against, or why nothing is said."""
    folder, _ = synthetic_run(tmp_path, **how)
    console = Console(file=StringIO(), record=True, width=400)
    print_summary(folder.path, console)
    assert told in console.export_text().replace(SPACE, " ")
