"""The command as a user types it, in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from allegiance.experiment.experiment import LIBRARY as EXPERIMENTS

COMMAND = Path(sys.executable).with_name("allegiance")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def allegiance(tmp_path: Path) -> Run:
    """`allegiance(...)` runs the command in a folder of the test's own."""

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An experiment of two cells in two blocks, with the control: eight trials."""
    path = tmp_path / "small.yaml"
    path.write_text(
        "id: small\n"
        "scenarios:\n"
        "  shelf:\n"
        "    factors: {conflict: [none, conflicting], order: [nothing, prefer]}\n"
        "    contrasts:\n"
        "    - id: order_to_prefer\n"
        "      from: {conflict: none, order: nothing}\n"
        "      to: {conflict: conflicting, order: prefer}\n"
        "      direction: up\n"
        "blocks: 2\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def own_shelf(tmp_path: Path) -> Path:
    """A copy of a built-in scenario that a test may edit."""
    return Path(
        shutil.copytree(EXPERIMENTS.parent / "packs" / "core" / "shelf", tmp_path / "shelf")
    )
