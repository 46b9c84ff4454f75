"""Labels of realism: which of two texts reads more like something that happened.

RUN/labels/realism.csv, one comparison a line, filled by a judge or by people:

    vignette    id of the vignette, as in the table `trials`
    other       name of the document beside it: a heading of library/probes/known/records.md
    winner      vignette, other or tie
    labeller    who says so

Other columns are let be, so that a sheet with the texts on it can be filled and kept as it is.
"""

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from random import Random

import polars as pl

from allegiance.errors import UserError, suggest
from allegiance.experiment.folder import RunFolder, write_atomically
from allegiance.experiment.resolved import Resolved, StampedVignette
from allegiance.vignettes.probes import documents

COLUMNS = ("vignette", "other", "winner", "labeller")
WINNERS = ("vignette", "other", "tie")
RECORDS = "known/records.md"
"""The documents that vignettes stand beside."""
LABELS, SHEET = "realism.csv", "realism-sheet.csv"


def pair_files(folder: RunFolder) -> set[Path]:
    """The files of a run that hold such labels, or ask for them."""
    return {folder.labels / LABELS, folder.labels / SHEET}


def read_pairs(folder: RunFolder, resolved: Resolved) -> pl.DataFrame:
    """The labels of a run, as they stand in its folder; empty where there are none.

    Raises:
        UserError: A column is missing, or a line names what is not there.
    """
    path = folder.labels / LABELS
    schema = dict.fromkeys(COLUMNS, pl.String())
    if not path.exists():
        return pl.DataFrame(schema=schema)
    known = {
        "vignette": resolved.vignettes.keys(),
        "other": documents(RECORDS).keys(),
        "winner": WINNERS,
    }
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                mend = f"The first line names the columns: {','.join(COLUMNS)}."
                raise UserError(f"no column {lacking[0]}", mend=mend, path=path, line=1)
            rows = list(_checked(reader, known, str(path)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            f"can't be read: {error}", mend="Save it as CSV, UTF-8.", path=path
        ) from error
    return pl.DataFrame(rows, schema=schema, orient="row")


def _checked(
    reader: "csv.DictReader[str]", known: dict[str, Collection[str]], path: str
) -> Iterator[dict[str, str]]:
    for row in reader:
        told = {name: (row[name] or "").strip() for name in COLUMNS}
        if not told["winner"]:
            continue  # not filled yet
        for name, those in known.items():
            if told[name] not in those:
                raise UserError(
                    f'{name}: "{told[name]}" is none of this run',
                    mend=suggest(told[name], list(those)[:10], "Such as"),
                    path=path,
                    line=reader.line_num,
                )
        yield told


def write_sheet(folder: RunFolder, resolved: Resolved, *, count: int, seed: int) -> Path:
    """Write an empty sheet of vignettes beside everyday records, to be filled; its path.

    Vignettes go round the cells, each beside another record; levels are not told.

    Args:
        folder: The run.
        resolved: Its experiment.
        count: Comparisons on the sheet, as far as there are vignettes.
        seed: Of what is drawn.

    Raises:
        UserError: The place can't be written.
    """
    random, records = Random(seed), documents(RECORDS)
    drawn = _round_the_cells(resolved, random)[:count]
    names = [
        name for _ in range(len(drawn) // len(records) + 1) for name in _shuffled(records, random)
    ]
    lines = [["vignette", "other", "vignette_text", "other_text", "winner", "labeller"]]
    for (id, vignette), name in zip(drawn, names, strict=False):
        lines.append([id, name, _text_of(vignette), records[name], "", ""])
    path = folder.labels / SHEET
    write_atomically(path, _as_csv(lines))
    return path


def _round_the_cells(resolved: Resolved, random: Random) -> list[tuple[str, StampedVignette]]:
    """Every vignette outside of the positive controls, one of each cell after the other."""
    controls = [each.control for each in resolved.scenarios.values() if each.control]
    aside = {cell for each in controls for cell in (each.up, each.down)}
    by_cell: dict[str, list[tuple[str, StampedVignette]]] = {}
    for id, vignette in resolved.vignettes.items():
        if vignette.cell not in aside:
            by_cell.setdefault(vignette.cell, []).append((id, vignette))
    shuffled = [random.sample(own, len(own)) for own in by_cell.values()]
    most = max(map(len, shuffled), default=0)
    return [own[turn] for turn in range(most) for own in shuffled if turn < len(own)]


def _shuffled(names: Collection[str], random: Random) -> list[str]:
    return random.sample(sorted(names), len(names))


def _text_of(vignette: StampedVignette) -> str:
    return "\n\n".join(message.text for message in vignette.messages)


def _as_csv(lines: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()
