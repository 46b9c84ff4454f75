"""Which logs count, and what they hold of each planned trial."""

from pathlib import Path

import pytest
from inspect_ai.log import list_eval_logs, read_eval_log, write_eval_log

from allegiance.errors import IncompleteError, UserError
from allegiance.experiment.folder import RunFolder
from allegiance.missing import MissingReason
from allegiance.tables.logs import log_states, read_measurements
from tests.report.synthetic import synthetic_run


def test_every_planned_trial_has_a_fate(tmp_path: Path) -> None:
    """Measured, missing with the reason recorded, or not run: never absent."""
    gaps = {0: "out_of_memory", 3: "", 5: "model_error"}
    folder, resolved = synthetic_run(tmp_path, missing=gaps)
    found = read_measurements(folder, resolved)
    assert list(found) == list(resolved.trials)
    assert found["trial-0"].reason is MissingReason.OUT_OF_MEMORY
    assert found["trial-3"].reason is MissingReason.NOT_RUN
    assert found["trial-5"].reason is MissingReason.MODEL_ERROR
    measured = [each for each in found.values() if each.reason is None]
    assert len(measured) == len(resolved.trials) - 3
    assert all(each.facts is not None for each in measured)
    assert all(each.facts is None for each in found.values() if each.reason)


def test_a_crashed_log_is_left_aside_for_its_successor(tmp_path: Path) -> None:
    """Of one task only the newest log counts, whatever the older one holds."""
    folder, resolved = synthetic_run(tmp_path)
    _write_successor(folder, "2026-03-01T11:00:00+00:00", samples=4)
    states = log_states(folder)
    assert [state.counted for state in states] == [False, True]
    found = read_measurements(folder, resolved)
    assert sum(each.reason is None for each in found.values()) == 4


def test_a_trial_that_stands_twice_is_told(tmp_path: Path) -> None:
    """Two tasks with the same trial: neither is believed."""
    folder, resolved = synthetic_run(tmp_path)
    _write_successor(folder, "2026-03-01T11:00:00+00:00", samples=4, task="another")
    with pytest.raises(UserError, match="stands twice"):
        read_measurements(folder, resolved)


def test_no_log_is_incomplete_not_empty(tmp_path: Path) -> None:
    """A folder in which nothing was run has no states to tell."""
    with pytest.raises(IncompleteError, match="no log yet"):
        log_states(RunFolder(tmp_path))


def _write_successor(
    folder: RunFolder, created: str, *, samples: int, task: str | None = None
) -> None:
    log = read_eval_log(list_eval_logs(str(folder.logs))[0].name)
    kept = (log.samples or [])[:samples]
    spec = log.eval.model_copy(
        update={"created": created, "run_id": "again", "task_id": task or log.eval.task_id}
    )
    later = log.model_copy(update={"eval": spec, "samples": kept})
    write_eval_log(later, str(folder.logs / "2026-03-01T11-00-00+00-00_choose_later.eval"))
