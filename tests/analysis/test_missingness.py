"""What is missing at each level, with its reasons."""

from pathlib import Path

import pytest

from allegiance.tables.store import read_table
from tests.report.synthetic import synthetic_run


def test_shares_have_wilsons_interval_and_reasons(tmp_path: Path) -> None:
    """By hand: Wilson 1927 on 3 of 4; the control's own trials are in none of them."""
    missing = {4: "crashed", 5: "crashed", 6: "", 8: "model_error"}
    folder, _ = synthetic_run(tmp_path, missing=missing)
    rows = {(r["scenario"], r["level"]): r for r in read_table(folder, "missingness").to_dicts()}
    row = rows["shelf", "conflicting"]
    assert (row["n_missing"], row["n_planned"], row["share"]) == (3, 4, 0.75)
    z = 1.959963984540054
    middle = (0.75 + z**2 / 8) / (1 + z**2 / 4)
    half = z * (0.75 * 0.25 / 4 + z**2 / 64) ** 0.5 / (1 + z**2 / 4)
    assert row["ci_low"] == pytest.approx(middle - half)
    assert row["ci_high"] == pytest.approx(middle + half)
    assert row["reasons"] == ["crashed: 2", "not_run: 1"]
    assert row["withheld"]
    none = rows["shelf", "none"]
    assert (none["n_missing"], none["ci_low"], none["reasons"]) == (0, pytest.approx(0), [])
    assert none["ci_high"] > 0.4, "nothing missing out of four is not surely nothing"
