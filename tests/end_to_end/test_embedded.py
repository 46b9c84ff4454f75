"""The embedded model, for real, from the command to the report."""

from pathlib import Path

import polars as pl
import pytest

from tests.end_to_end.conftest import Run

EXPERIMENT = """
id: alive
scenarios:
  shelf: {factors: {conflict: [none]}}
  letters: {factors: {conflict: [none]}}
blocks: 2
"""


@pytest.mark.model
def test_a_plain_order_moves_a_real_model(allegiance: Run, tmp_path: Path) -> None:
    """Twelve trials, all measured; in both scenarios the positive control goes up."""
    (tmp_path / "alive.yaml").write_text(EXPERIMENT, encoding="utf-8")
    found = allegiance("run", "alive.yaml", "--out", "r")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Coverage: 12 of 12" in found.stdout
    effects = pl.read_parquet(tmp_path / "r" / "tables" / "effects.parquet")
    control = effects.filter(kind="control").select("scenario", "estimate").rows()
    assert {scenario: estimate > 0.5 for scenario, estimate in control} == {
        "shelf": True,
        "letters": True,
    }
    responses = pl.read_parquet(tmp_path / "r" / "tables" / "responses.parquet")
    assert responses["method"].unique().to_list() == ["exact"]
    assert responses["log_score"].is_finite().all()
    assert (tmp_path / "r" / "report" / "index.html").exists()
