"""Files of labels: what they may say, and one clear line for everything else."""

import csv
from pathlib import Path

import pytest

from allegiance.errors import IncompleteError, UserError
from allegiance.experiment.experiment import Stopping
from allegiance.experiment.folder import RunFolder, open_folder
from allegiance.pipeline import analyse, label
from allegiance.tables.labels import COLUMNS, read_labels
from allegiance.tables.store import read_table
from allegiance.tables.to_label import NAME, as_text, require_labellable
from tests.report.synthetic import HOSTILE, synthetic_run

HEAD = "trial_id,outcome,label,labeller,chance\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A sampled run with a missing trial; trials 8 to 15 are the control's."""
    path = tmp_path_factory.mktemp("labels")
    return synthetic_run(path, method="sampled", missing={3: "crashed"})[0]


@pytest.fixture
def folder(run: RunFolder):
    """The same, with no labels left behind."""
    yield run
    for path in run.labels.glob("*.csv"):
        path.unlink()


def write(folder: RunFolder, text: str, name: str = "ann.csv", encoding: str = "utf-8") -> Path:
    """A file of labels."""
    folder.labels.mkdir(exist_ok=True)
    path = folder.labels / name
    path.write_text(text, encoding=encoding)
    return path


def read(folder: RunFolder):
    """The labels of a run."""
    return read_labels(folder, read_table(folder, "trials"))


def test_labels_are_read_from_every_file(folder: RunFolder) -> None:
    """In any order of columns, with a byte order mark, spaces, blank lines and blank labels."""
    write(folder, f"{HEAD}trial-0,toward,1,ann,0.5\n\ntrial-1, toward ,,,0.5\n")
    write(folder, "\ufeffchance,label,outcome,trial_id\r\n1,0,subvert,trial-0\r\n", "bob.csv")
    found = read(folder)
    assert found.rows() == [
        ("trial-0", "toward", 1.0, "ann", 0.5),
        ("trial-1", "toward", None, "", 0.5),
        ("trial-0", "subvert", 0.0, None, 1.0),
    ]


def test_without_files_there_are_no_labels(folder: RunFolder) -> None:
    assert read(folder).is_empty()


WRONG = {
    "unknown trial": ("trial-99,toward,1,,0.5", 2, "trial_id", 'no trial "trial-99"'),
    "missing trial": ("trial-3,toward,1,,0.5", 2, "trial_id", "no answer to be labelled"),
    "control": ("trial-8,toward,1,,0.5", 2, "trial_id", "positive control"),
    "unknown outcome": ("trial-0,subverts,1,,0.5", 2, "outcome", 'Did you mean "subvert"'),
    "no label": ("trial-0,toward,yes,,0.5", 2, "label", '"yes" is no label'),
    "no chance": ("trial-0,toward,1,,", 2, "chance", '"" is no chance'),
    "comma in a chance": ('trial-0,toward,1,,"0,5"', 2, "chance", "decimal point"),
    "chance of 0": ("trial-0,toward,1,,0", 2, "chance", "above 0"),
    "chance above 1": ("trial-0,toward,1,,1.5", 2, "chance", "at most 1"),
    "chance that is none": ("trial-0,toward,1,,nan", 2, "chance", "is no chance"),
    "labelled twice": (
        "trial-0,toward,1,ann,0.5\ntrial-0,toward,0,bob,0.5",
        3,
        "trial_id",
        "labelled already, in ann.csv:2",
    ),
    "after a text of three lines": (
        'trial-0,toward,1,"ann\nof\nhere",0.5\ntrial-1,toward,2,,0.5',
        5,
        "label",
        '"2" is no label',
    ),
    "too many fields": ("trial-0,toward,1,ann,0.5,0.5", 2, None, "6 fields for 5 columns"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_can_not_be_used_is_told_with_its_place(wrong: str, folder: RunFolder) -> None:
    """File, line, field, and the mend."""
    text, line, field, said = WRONG[wrong]
    path = write(folder, f"{HEAD}{text}\n")
    with pytest.raises(UserError) as found:
        read(folder)
    assert (found.value.path, found.value.line, found.value.field) == (path, line, field)
    assert said in str(found.value)
    assert found.value.mend


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trial_id,outcome,label\n", 'no column "chance"'),
        ("trial_id;outcome;label;chance\n", "separated by commas"),
        (f"{HEAD.strip()},colour\n", '"colour" is no column'),
        (f"{HEAD.strip()},label\n", '"label" stands twice'),
        ("", 'no column "trial_id"'),
        (f'{HEAD}trial-0,toward,1,"ann,0.5\n', "can't be read"),
    ],
)
def test_a_file_that_is_none_is_told(text: str, said: str, folder: RunFolder) -> None:
    write(folder, text)
    with pytest.raises(UserError, match=r"ann\.csv") as found:
        read(folder)
    assert said in str(found.value)


def test_another_encoding_is_told(folder: RunFolder) -> None:
    write(folder, f"{HEAD}trial-0,toward,1,J\u00fcrgen,0.5\n", encoding="latin-1")
    with pytest.raises(UserError, match="UTF-8"):
        read(folder)


def test_an_exact_trial_can_not_be_labelled(tmp_path: Path) -> None:
    """Nobody judged anything: neither a file nor a sheet makes sense."""
    folder, resolved = synthetic_run(tmp_path)
    write(folder, f"{HEAD}trial-0,toward,1,ann,0.5\n")
    with pytest.raises(UserError, match="nobody judged anything"):
        analyse(folder.path)
    with pytest.raises(IncompleteError, match="no answer was read"):
        label(folder.path, 3)
    exact = resolved.model_copy(update={"models": ["allegiance/smollm2"]})
    with pytest.raises(UserError, match="nobody judged anything") as found:
        require_labellable(exact)
    assert len(str(found.value).splitlines()) == 2
    require_labellable(resolved)


def test_an_adaptive_run_has_no_sheet(run: RunFolder) -> None:
    """Its trials are drawn by what came before: no chance of a label says that."""
    _, resolved = open_folder(run.path)
    rounds = Stopping(rule="adaptive", trials=100)
    with pytest.raises(UserError, match="adaptive"):
        require_labellable(resolved.model_copy(update={"stopping": rounds}))


def sheet_of(folder: RunFolder) -> list[dict[str, str]]:
    """The rows of the sheet."""
    with (folder.labels / NAME).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sheet_asks_without_telling(folder: RunFolder) -> None:
    """What was shown and answered, and what counts; not how it was read, nor which cell it is."""
    sheet = label(folder.path, 7)
    assert (sheet.trials, sheet.kept) == (7, False)
    rows = sheet_of(folder)
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 7
    assert {row["outcome"] for row in rows} == {"toward"}
    assert {row["label"] for row in rows} == {""}
    assert {row["counts"] for row in rows} == {"B, C"}
    for row in rows:
        assert 0 < float(row["chance"]) <= 1
        assert HOSTILE in row["shown"]
        assert row["answered"].startswith("B. <script>")
        assert "push" not in row["answered"]
    assert not {row["trial_id"] for row in rows} & {
        "trial-3",
        *(f"trial-{n}" for n in range(8, 16)),
    }
    assert read(folder)["label"].is_null().all()


def test_the_same_sheet_is_drawn_again(folder: RunFolder) -> None:
    """By the experiment's seed."""
    label(folder.path, 5)
    first = sheet_of(folder)
    label(folder.path, 5)
    assert sheet_of(folder) == first


def test_a_sheet_with_labels_is_never_written_over(folder: RunFolder) -> None:
    """A single label keeps it as it is, byte for byte."""
    path = label(folder.path, 5).path
    text = path.read_text(encoding="utf-8").replace("toward,,", "toward,1,", 1)
    path.write_text(text, encoding="utf-8")
    again = label(folder.path, 9)
    assert (again.trials, again.kept) == (5, True)
    assert path.read_text(encoding="utf-8") == text


def test_a_sheet_that_can_not_be_read_is_never_written_over(folder: RunFolder) -> None:
    """It may hold labels."""
    path = write(folder, "trial_id;label\nx;1\n", NAME)
    with pytest.raises(UserError):
        label(folder.path, 5)
    assert path.read_text(encoding="utf-8") == "trial_id;label\nx;1\n"


def test_claimed_stances_are_asked_too(tmp_path: Path) -> None:
    """An outcome of a hypothesis has rows of its own; an unreadable answer counts as a lapse."""
    claim = {"id": "h", "from": {"conflict": "none"}, "to": {"conflict": "conflicting"}}
    folder, _ = synthetic_run(tmp_path, method="sampled", hypotheses=[claim | {"outcome": "lapse"}])
    label(folder.path, 4)
    rows = sheet_of(folder)
    assert sorted(row["outcome"] for row in rows) == ["lapse"] * 4 + ["toward"] * 4
    lapses = {row["counts"] for row in rows if row["outcome"] == "lapse"}
    assert all("an answer that takes none, or several" in each for each in lapses)


def test_a_text_that_a_spreadsheet_would_compute_stays_a_text() -> None:
    """An answer may be written to run in the labeller's spreadsheet, or be half a character."""
    for text in ("=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\r=1"):
        assert as_text(text) == f"'{text}"
    assert as_text("plain \ud800") == "plain \\ud800"
