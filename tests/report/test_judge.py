"""What pages and terminal say of how answers were read."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from allegiance.experiment.folder import RunFolder
from allegiance.pipeline import analyse
from allegiance.report.site import write_site
from allegiance.report.terminal import print_summary
from tests.report.conftest import Page
from tests.report.synthetic import synthetic_run
from tests.report.test_site import rows


def printed(folder: RunFolder) -> str:
    """What the terminal shows."""
    console = Console(file=StringIO(), record=True, width=200)
    print_summary(folder.path, console)
    return " ".join(console.export_text().split())


@pytest.mark.parametrize(
    ("method", "said"),
    [("exact", "Nothing was judged."), ("sampled", "Judge error unknown: no labels.")],
)
def test_without_labels_it_says_so(tmp_path: Path, method: str, said: str) -> None:
    """On the page on validity and in the terminal, for each model and scenario."""
    folder, resolved = synthetic_run(tmp_path, method=method)  # type: ignore[arg-type]
    page = Page(write_site(folder, resolved).with_name("validity.html"))
    assert page.words.count(said) == 2
    assert printed(folder).count(said) == 2


def test_with_labels_the_correction_stands_beside_what_was_read(tmp_path: Path) -> None:
    """Of four wordings one was read as the outcome in either arm; labels say two, then all."""
    folder, resolved = synthetic_run(tmp_path, method="sampled")
    folder.labels.mkdir()
    said = "\n".join(f"trial-{n},toward,{int(n in (0, 1) or n > 3)},,1" for n in range(8))
    (folder.labels / "ann.csv").write_text(f"trial_id,outcome,label,labeller,chance\n{said}\n")
    analyse(folder.path)
    validity = write_site(folder, resolved).with_name("validity.html")
    told = rows(validity, "order given, toward")[0]
    assert told[1:3] == ["0.0 pp", "+50.0 pp"]
    assert told[6:9] == [
        "8 of 8",
        "0 % \N{RIGHTWARDS ARROW} not known",
        "50.0 % \N{RIGHTWARDS ARROW} 75.0 %",
    ]
    assert rows(validity, "conflict: none, toward")[0][1:3] == ["25.0 %", "50.0 %"]
    assert "Judge error measured" in Page(validity).words
    lines = printed(folder)
    assert "Corrected by 8 labels, order given, toward: +50.0 pp [" in lines
    assert "uncorrected 0.0 pp" in lines
    assert lines.count("Judge error unknown: no labels.") == 1
