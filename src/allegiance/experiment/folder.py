"""A run folder, and what is kept in it.

experiment.json   what is run, resolved and stamped, written before the first trial; beside it
                  the stamps of earlier runs of the same experiment in the same place
rounds/*.json     of an adaptive run: what each round is to play, written before it is played
logs/*.eval       Inspect's logs: the only record of what happened
labels/*.csv      what people say of a random part of the trials
tables/*.parquet  made from the above, at any time again
report/           pages, made from the tables
"""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from allegiance.errors import UserError
from allegiance.experiment.resolved import Resolved


@dataclass(frozen=True)
class RunFolder:
    """Where one run keeps its things."""

    path: Path
    """The folder itself."""

    @property
    def experiment(self) -> Path:
        """The resolved experiment with its stamp."""
        return self.path / "experiment.json"

    @property
    def rounds(self) -> Path:
        """What each round of an adaptive run is to play."""
        return self.path / "rounds"

    @property
    def logs(self) -> Path:
        """Inspect's logs."""
        return self.path / "logs"

    @property
    def labels(self) -> Path:
        """What people say of trials, and what they are asked."""
        return self.path / "labels"

    @property
    def codes(self) -> Path:
        """Codes of the user's own, by which the run is judged beside the built-in ones."""
        return self.path / "codes"

    @property
    def tables(self) -> Path:
        """Parquet tables."""
        return self.path / "tables"

    @property
    def report(self) -> Path:
        """The pages of the report."""
        return self.path / "report"


def stamp_folder(folder: RunFolder, resolved: Resolved) -> None:
    """Write the experiment into a new folder, or check that it is the same one.

    Raises:
        UserError: The folder holds another experiment, or can't be written.
    """
    if folder.experiment.exists():
        _require_same(folder, resolved)
        return
    if folder.logs.exists() and any(folder.logs.iterdir()):
        raise UserError(
            "there are logs here, but no experiment.json",
            mend="Choose another --out; logs without their experiment can't be resumed.",
            path=folder.path,
        )
    content = {
        "stamp": resolved.stamp,
        "tried_before": _earlier(folder, resolved.id),
        "experiment": resolved.model_dump(by_alias=True),
    }
    write_atomically(folder.experiment, json.dumps(content, ensure_ascii=False, indent=1))


def open_folder(path: Path) -> tuple[RunFolder, Resolved]:
    """A run folder with the experiment that it holds.

    Raises:
        UserError: No run here, or its experiment was changed after it was stamped.
    """
    folder = RunFolder(path)
    if not folder.experiment.exists():
        raise UserError(
            "no run here: there is no experiment.json",
            mend="Give the folder that `allegiance run --out` wrote.",
            path=path,
        )
    try:
        content = json.loads(folder.experiment.read_text(encoding="utf-8"))
        resolved = Resolved.model_validate(content["experiment"])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise UserError(
            f"can't be read as an experiment ({type(error).__name__})",
            mend="It was written by another version, or damaged: run again into a new folder.",
            path=folder.experiment,
        ) from error
    if content.get("stamp") != resolved.stamp:
        raise UserError(
            "its content does not match its stamp",
            mend="It was edited after the run was fixed. Restore it, or run into a new folder.",
            path=folder.experiment,
        )
    return folder, resolved


def tried_before(folder: RunFolder) -> int:
    """How many runs of this experiment stood beside the folder when it was begun."""
    try:
        found = json.loads(folder.experiment.read_text(encoding="utf-8")).get("tried_before", [])
    except (OSError, ValueError, AttributeError):
        return 0
    return len(found)


def _earlier(folder: RunFolder, id: str) -> list[str]:
    """The stamps of other runs of the experiment in the same place, whatever became of them.

    It is data of the folder, not of the stamp: the same plan keeps its trials' ids wherever
    and however often it is run.
    """
    found = []
    for path in sorted(folder.path.resolve().parent.glob("*/experiment.json")):
        if path.parent == folder.path.resolve():
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["experiment"]["id"] == id:
                found.append(str(content["stamp"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no run of ours, or one that can't be read
    return found


def write_atomically(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        UserError: The disk is full, or the place can't be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as file:
            temporary = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def _umask() -> int:
    """The process's mask: a temporary file is private, what it becomes shall not be."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def cannot_write(path: Path, error: OSError) -> UserError:
    """The error for a place that can't be written, with its reason."""
    return UserError(
        f"can't be written: {error.strerror or error}",
        mend="Free some space or choose another place, then run again: nothing is lost.",
        path=path,
    )


def _require_same(folder: RunFolder, resolved: Resolved) -> None:
    _, there = open_folder(folder.path)
    if there.stamp == resolved.stamp:
        return
    changed = [
        name
        for name, scenario in resolved.scenarios.items()
        if name in there.scenarios and there.scenarios[name].digest != scenario.digest
    ]
    why = (
        f"the files of {', '.join(changed)} changed since"
        if changed
        else "it differs in scenarios, design or models"
    )
    raise UserError(
        f"this folder holds another experiment: {why}",
        mend="No answer is reused across such a change: choose another --out.",
        path=folder.path,
    )
