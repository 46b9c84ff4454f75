"""What people say of trials: `labels/*.csv` in a run folder, read and checked.

    trial_id  outcome  label  labeller  chance    [counts  shown  answered]
    3f9c...   toward   1      ann       0.25      what `to_label.csv` shows a labeller; not read

`label` is 1 where the outcome is there, 0 where it is not, blank where nobody has said yet.
`chance` is the probability with which that trial was drawn to be labelled. A label is taken for
the truth, so it is only asked of what a machine read: an answer. Log-likelihoods are no reading.
Labels of realism have another form, and are read in `pairwise`.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from allegiance.errors import UserError, suggest
from allegiance.experiment.folder import RunFolder
from allegiance.experiment.hypothesis import TOWARD
from allegiance.situation.stance import Stance
from allegiance.tables.pairwise import pair_files

COLUMNS = ("trial_id", "outcome", "label", "labeller", "chance", "counts", "shown", "answered")
"""Of a file of labels, in the order in which they are written."""
NEEDED = ("trial_id", "outcome", "label", "chance")

OUTCOMES = (TOWARD, *(stance.value for stance in Stance))
"""What can be labelled."""

SCHEMA = {
    "trial_id": pl.String(),
    "outcome": pl.String(),
    "label": pl.Float64(),
    "labeller": pl.String(),
    "chance": pl.Float64(),
}
LARGEST_FIELD = 10_000_000
"""Characters that one field may have: what is shown of a long vignette stands in one."""


@dataclass(frozen=True)
class Entry:
    """A row of a file, and where it stands."""

    path: Path
    line: int
    values: Mapping[str, str]

    def error(self, field: str, problem: str, mend: str) -> UserError:
        """An error at a field of this row."""
        return UserError(problem, mend=mend, path=self.path, line=self.line, field=field)


def read_labels(folder: RunFolder, trials: pl.DataFrame) -> pl.DataFrame:
    """Every label of a run, blank ones too; no rows where there is no file.

    Args:
        folder: The run.
        trials: Its table of trials.

    Raises:
        UserError: With file, line and field of what can't be used.
    """
    known = {row["trial_id"]: row for row in trials.iter_rows(named=True)}
    found: dict[tuple[str, str], Entry] = {}
    rows = []
    for path in sorted(set(folder.labels.glob("*.csv")) - pair_files(folder)):
        for entry in entries(path):
            _require_labellable(entry, known)
            key = entry.values["trial_id"], _outcome(entry)
            if key in found:
                there = found[key]
                raise entry.error(
                    "trial_id",
                    f"{key[1]} of trial {key[0]} is labelled already, in "
                    f"{there.path.name}:{there.line}",
                    "Where labellers disagree, settle on one label and take the other row out.",
                )
            found[key] = entry
            rows.append((*key, _label(entry), entry.values.get("labeller"), _chance(entry)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def entries(path: Path) -> Iterator[Entry]:
    """The rows of a file of labels, as text.

    Raises:
        UserError: It can't be read, or lacks a column, or has one that means nothing.
    """
    csv.field_size_limit(LARGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            columns = [name.strip() for name in next(reader, [])]
            _require_columns(columns, path)
            line = reader.line_num
            for row in reader:
                begins, line = line + 1, reader.line_num
                if len(row) > len(columns):
                    raise UserError(
                        f"{len(row)} fields for {len(columns)} columns",
                        mend="Put a text that has commas between quotation marks.",
                        path=path,
                        line=begins,
                    )
                values = dict(zip(columns, (each.strip() for each in row), strict=False))
                if any(values.values()):
                    yield Entry(path, begins, dict.fromkeys(columns, "") | values)
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise UserError(
            f"can't be read: {error}", mend="Save it as CSV with commas, in UTF-8.", path=path
        ) from error


def _require_columns(columns: list[str], path: Path) -> None:
    place = {"path": path, "line": 1}
    for name in NEEDED:
        if name not in columns:
            mend = f"Columns are separated by commas; these are needed: {', '.join(NEEDED)}."
            raise UserError(f'no column "{name}"', mend=mend, **place)  # type: ignore[arg-type]
    for name in columns:
        if name not in COLUMNS or columns.count(name) > 1:
            problem = f'"{name}" is no column' if name not in COLUMNS else f'"{name}" stands twice'
            raise UserError(problem, mend=suggest(name, COLUMNS, "Columns"), **place)  # type: ignore[arg-type]


def _require_labellable(entry: Entry, known: Mapping[str, Mapping[str, object]]) -> None:
    id = entry.values["trial_id"]
    trial = known.get(id)
    if trial is None:
        raise entry.error(
            "trial_id",
            f'no trial "{id}" in this run',
            "Labels belong to one run: take the row out, or use the run that it was drawn from.",
        )
    problem = None
    if trial["control"] != "off":
        problem = "it belongs to the positive control, whose rates are not corrected"
    elif trial["status"] != "measured":
        problem = "it is missing, so there is no answer to be labelled"
    elif trial["method"] == "exact":
        problem = "it was scored exactly: its weights are computed, nobody judged anything"
    if problem:
        raise entry.error("trial_id", f"{id}: {problem}", "Take the row out.")


def _outcome(entry: Entry) -> str:
    name = entry.values["outcome"]
    if name not in OUTCOMES:
        raise entry.error(
            "outcome", f'no outcome "{name}"', suggest(name, OUTCOMES, "Outcomes that are labelled")
        )
    return name


def _label(entry: Entry) -> float | None:
    text = entry.values["label"]
    if text not in ("", "0", "1"):
        mend = "Write 1 where the outcome is there, 0 where it is not, nothing where nobody knows."
        raise entry.error("label", f'"{text}" is no label', mend)
    return float(text) if text else None


def _chance(entry: Entry) -> float:
    text = entry.values["chance"]
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1:
        mend = "It is the probability of being drawn: above 0, at most 1, with a decimal point."
        raise entry.error("chance", f'"{text}" is no chance', mend)
    return found
