"""`allegiance cases enumerate` and `coverage`, as a user types them, at the smallest size."""

import json
import os
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Run


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A cache of the test's own."""
    return {"ALLEGIANCE_CACHE": str(tmp_path / "cache")}


def test_structures_are_counted_and_kept(allegiance: Run, env: dict[str, str], tmp_path: Path):
    """For machines and in words, the same figures; the second time from the cache."""
    first = allegiance("cases", "enumerate", "--principals", "1", "--json", env=env)
    assert first.returncode == 0, first.stderr
    data = json.loads(first.stdout)
    assert data["structures"] == data["decided"] == 23
    assert data["complete"] is True
    assert data["smallest"]["forced"]["case"]["actions"]["refuse"]["counts_as"]
    [kept] = (tmp_path / "cache" / "structures").iterdir()
    before = kept.stat().st_mtime_ns
    again = allegiance("cases", "enumerate", "--principals", "1", env=env)
    assert again.returncode == 0, again.stderr
    assert kept.stat().st_mtime_ns == before
    assert "23 structures of conflict with up to 1 principal" in again.stdout
    assert "in no structure as long as refusing is only refusing" in again.stdout
    assert "Shares of structures are not probabilities" in again.stdout


def test_kinds_that_no_scenario_covers_are_listed(allegiance: Run, env: dict[str, str]):
    """For machines: each kind with its scenarios, the uncovered ones with an example."""
    found = allegiance("cases", "coverage", "--principals", "1", "--json", "--quiet", env=env)
    assert found.returncode == 0, found.stderr
    data = json.loads(found.stdout)
    by_kind = {(each["class"], *each["flags"]): each for each in data["combinations"]}
    assert by_kind["clear",]["scenarios"]
    alone = [each for each in data["combinations"] if not each["scenarios"]]
    assert len(alone) == data["uncovered"]
    assert all(each["smallest"]["words"] and each["structures"] for each in alone)
    words = allegiance("cases", "coverage", "--principals", "1", env=env)
    assert words.returncode == 0, words.stderr
    assert "kinds of structure are in scenarios" in words.stdout
    assert "Shares of structures are not probabilities" in words.stdout


def test_without_clingo_there_is_one_clear_line(allegiance: Run, tmp_path: Path):
    """A base install says which extra is missing."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "clingo.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'clingo'\", name='clingo')\n", encoding="utf-8"
    )
    folders = [str(tmp_path / "hidden"), *filter(None, [os.environ.get("PYTHONPATH")])]
    path = {"PYTHONPATH": os.pathsep.join(folders), "ALLEGIANCE_CACHE": str(tmp_path)}
    found = allegiance("cases", "enumerate", "--principals", "1", env=path)
    assert found.returncode == 1
    assert 'pip install "allegiance[cases]"' in found.stderr
    assert "Traceback" not in found.stderr


def test_time_that_runs_out_is_told_by_the_exit_code(allegiance: Run, env: dict[str, str]):
    """What was decided is shown, and the command says that it is not all."""
    found = allegiance("cases", "enumerate", "--principals", "2", "--seconds", "0", env=env)
    assert found.returncode == 2
    assert "0 of 1,468 structures" in found.stderr
