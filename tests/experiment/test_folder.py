"""A run folder holds one experiment, whole, and can be read by others."""

import errno
import os
import stat
from pathlib import Path

import pytest

from allegiance.errors import UserError
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.folder import (
    RunFolder,
    open_folder,
    stamp_folder,
    tried_before,
    write_atomically,
)
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved


def experiment(**changes: object) -> Resolved:
    content: dict[str, object] = {
        "id": "one",
        "scenarios": {"shelf": {"factors": {"conflict": ["none"]}}},
        "blocks": 1,
    }
    return resolve(Experiment.model_validate(content | changes))


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    """Written, read, the same; written again, nothing happens."""
    resolved = experiment()
    stamp_folder(RunFolder(tmp_path), resolved)
    stamp_folder(RunFolder(tmp_path), resolved)
    assert open_folder(tmp_path)[1] == resolved


@pytest.mark.parametrize(
    "changes", [{"seed": 2}, {"models": ["mockllm/model"]}, {"read_out": {"shares": "sum"}}]
)
def test_another_experiment_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    """Whatever differs that could change an answer."""
    stamp_folder(RunFolder(tmp_path), experiment())
    with pytest.raises(UserError, match="holds another experiment"):
        stamp_folder(RunFolder(tmp_path), experiment(**changes))


def test_logs_without_their_experiment_are_refused(tmp_path: Path) -> None:
    """Nobody knows what they answer."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.eval").touch()
    with pytest.raises(UserError, match=r"no experiment\.json"):
        stamp_folder(RunFolder(tmp_path), experiment())


def test_what_is_written_can_be_read_by_others(tmp_path: Path) -> None:
    """By the mask of the process, not only by its owner."""
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "a.json", "{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o644


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear line; what stood there still stands, and nothing half-written is left."""
    path = tmp_path / "a.json"
    write_atomically(path, "whole")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device"):
        write_atomically(path, "half")
    assert path.read_text(encoding="utf-8") == "whole"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_runs_tried_before_are_counted(tmp_path: Path) -> None:
    """Of the same experiment, in the same place, when the folder was begun; ids don't change."""
    for place, one in enumerate(
        [experiment(), experiment(id="two"), experiment(seed=2), experiment()]
    ):
        stamp_folder(RunFolder(tmp_path / f"run{place}"), one)
    assert [tried_before(RunFolder(tmp_path / f"run{n}")) for n in range(4)] == [0, 0, 1, 2]
    stamp_folder(RunFolder(tmp_path / "run0"), experiment())
    assert tried_before(RunFolder(tmp_path / "run0")) == 0
    (first, again) = (open_folder(tmp_path / f"run{n}")[1] for n in (0, 3))
    assert first.stamp == again.stamp
    assert first.trials == again.trials


def test_a_strange_file_beside_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "experiment.json").write_text("[1, 2", encoding="utf-8")
    stamp_folder(RunFolder(tmp_path / "b"), experiment())
    assert tried_before(RunFolder(tmp_path / "b")) == 0
