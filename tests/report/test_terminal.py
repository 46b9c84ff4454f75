"""The summary in the terminal."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

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
