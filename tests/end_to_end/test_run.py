"""A run from its plan to its report: interrupted, resumed, edited, out of room."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest
from inspect_ai.log import list_eval_logs, read_eval_log

from tests.end_to_end.conftest import COMMAND, Run

OFFLINE = ("--model", "mockllm/model", "--log-dir", "logs", "--display", "plain")


def trials(run: Path) -> pl.DataFrame:
    return pl.read_parquet(run / "tables" / "trials.parquet")


def test_a_run_ends_with_a_table_and_a_report(
    allegiance: Run, small: Path, tmp_path: Path, tiny_model: Path
) -> None:
    """Every trial measured; effects, arms, control and coverage in the terminal."""
    found = allegiance("run", small, "--model", f"allegiance/hf:{tiny_model}", "--out", "r")
    assert found.returncode == 0, found.stdout + found.stderr
    for words in ("order to prefer", "Reference arm", "Positive control", "Coverage: 8 of 8"):
        assert words in found.stdout
    assert (tmp_path / "r" / "report" / "index.html").exists()
    assert trials(tmp_path / "r")["status"].to_list() == ["measured"] * 8
    weights = pl.read_parquet(tmp_path / "r" / "tables" / "responses.parquet")
    sums = weights.group_by("trial_id").agg(pl.col("probability").sum())["probability"]
    assert sums.to_list() == pytest.approx([1.0] * 8)


def test_a_second_run_changes_nothing(
    allegiance: Run, small: Path, tmp_path: Path, tiny_model: Path
) -> None:
    """What is complete is not run again, and its tables come out the same."""
    command = ("run", small, "--model", f"allegiance/hf:{tiny_model}", "--out", "r")
    allegiance(*command)
    before = trials(tmp_path / "r")
    again = allegiance(*command)
    assert again.returncode == 0, again.stderr
    assert trials(tmp_path / "r").equals(before)


def test_killed_half_way_it_goes_on_where_it_stopped(
    allegiance: Run, tmp_path: Path, tiny_model: Path
) -> None:
    """SIGKILL, then the same command: no trial lost, none doubled, no crashed log counted."""
    slow = tmp_path / "slow"
    _copy_with_window(tiny_model, slow)
    model = f"allegiance/hf:{slow}"
    command = ["run", "shelf", "--model", model, "--blocks", "4", "--out", "r", "--quiet"]
    process = subprocess.Popen(
        [COMMAND, *command], cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL
    )
    finished = _wait_for_samples(tmp_path / "r" / "logs", process, at_least=10)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert finished < 40, "it ended before it could be killed"
    left = allegiance("check", "r")
    assert left.returncode == 2
    found = allegiance(*command)
    assert found.returncode == 0, found.stdout + found.stderr
    rows = trials(tmp_path / "r")
    assert rows["missing_reason"].drop_nulls().to_list() == []
    assert rows["status"].unique().to_list() == ["measured"]
    assert rows["trial_id"].is_unique().all()
    plan = json.loads((tmp_path / "r" / "experiment.json").read_text())["experiment"]["trials"]
    assert set(rows["trial_id"]) == set(plan)
    report = json.loads(allegiance("check", "r", "--json").stdout)
    assert sum(log["counted"] for log in report["logs"]) == 1
    assert report["measured"] == report["planned"] == len(plan)


def test_no_answer_outlives_an_edited_text(
    allegiance: Run, tmp_path: Path, tiny_model: Path, own_shelf: Path
) -> None:
    """One word of a scenario changed: the folder is refused, and its answers stand."""
    command = ("run", own_shelf, "--model", f"allegiance/hf:{tiny_model}", "--blocks", "1")
    assert allegiance(*command, "--out", "r").returncode == 0
    text = own_shelf / "texts" / "question.md"
    text.write_text(text.read_text(encoding="utf-8").replace(" the ", " this "), encoding="utf-8")
    refused = allegiance(*command, "--out", "r")
    assert refused.returncode == 1
    assert "files of shelf changed" in refused.stderr
    assert allegiance("check", "r").returncode == 0
    assert allegiance(*command, "--out", "r2").returncode == 0
    old, new = trials(tmp_path / "r"), trials(tmp_path / "r2")
    assert not set(old["trial_id"]) & set(new["trial_id"])


def test_an_edited_plan_is_refused(
    allegiance: Run, small: Path, tmp_path: Path, tiny_model: Path
) -> None:
    """A stamp that no longer fits is told, by file."""
    allegiance("run", small, "--model", f"allegiance/hf:{tiny_model}", "--out", "r")
    plan = tmp_path / "r" / "experiment.json"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"seed": 1', '"seed": 2'), "utf-8")
    found = allegiance("check", "r")
    assert found.returncode == 1
    assert "experiment.json" in found.stderr
    assert "stamp" in found.stderr


def test_a_log_of_another_run_is_refused(
    allegiance: Run, small: Path, tmp_path: Path, tiny_model: Path
) -> None:
    """Logs that are carried into a folder do not count there."""
    model = ("--model", f"allegiance/hf:{tiny_model}", "--blocks", "1")
    allegiance("run", small, *model, "--out", "one")
    allegiance("run", "shelf", *model, "--out", "two")
    stray = next((tmp_path / "two" / "logs").glob("*.eval"))
    stray.rename(tmp_path / "one" / "logs" / stray.name)
    found = allegiance("check", "one")
    assert found.returncode == 1
    assert "another experiment" in found.stderr


def test_a_damaged_log_is_told_by_name(
    allegiance: Run, small: Path, tmp_path: Path, tiny_model: Path
) -> None:
    """Half a log is neither a crash of ours nor an empty one."""
    allegiance("run", small, "--model", f"allegiance/hf:{tiny_model}", "--out", "r")
    log = next((tmp_path / "r" / "logs").glob("*.eval"))
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
    found = allegiance("analyze", "r")
    assert found.returncode == 1
    assert log.name in found.stderr
    assert "Traceback" not in found.stderr


def test_a_missing_key_is_told_before_anything_is_run(
    allegiance: Run, small: Path, tmp_path: Path
) -> None:
    """One line that names it, in plain words; no log is begun."""
    env = {"OPENAI_API_KEY": ""}
    found = allegiance("run", small, "--model", "openai/gpt-4o-mini", "--out", "r", env=env)
    assert found.returncode == 1
    assert "OPENAI_API_KEY" in found.stderr
    assert "[bold]" not in found.stderr
    assert not list((tmp_path / "r").rglob("*.eval"))


def test_inspect_runs_the_task_and_lists_its_log(small: Path, tmp_path: Path) -> None:
    """`inspect eval allegiance/choose` works offline, by the entry point alone."""
    inspect = COMMAND.with_name("inspect")
    ran = subprocess.run(
        [inspect, "eval", "allegiance/choose", "-T", f"experiment={small}", *OFFLINE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    listed = subprocess.run(
        [inspect, "log", "list", "--log-dir", "logs", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert [each["task"] for each in json.loads(listed.stdout)] == ["choose"]
    log = read_eval_log(list_eval_logs(str(tmp_path / "logs"))[0].name)
    assert log.status == "success"
    assert len(log.samples or ()) == 8


def _wait_for_samples(logs: Path, process: subprocess.Popen[bytes], *, at_least: int) -> int:
    """Wait until a log has some samples flushed, or their number in Inspect's own buffer."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        for log in logs.glob("*.eval") if logs.exists() else ():
            try:
                done = len(read_eval_log(str(log)).samples or ())
            except (OSError, ValueError, KeyError, EOFError):
                done = 0  # it is just being written
            if done >= at_least:
                return done
        time.sleep(0.5)  # each look costs the run some of its own time
    raise AssertionError("the run ended, or stood still, before it could be killed")


def _copy_with_window(model: Path, into: Path) -> None:
    into.mkdir()
    for file in model.iterdir():
        (into / file.name).write_bytes(file.read_bytes())
