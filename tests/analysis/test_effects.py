"""Effects of a made-up run whose true changes are known, whole and with gaps."""

import math
from pathlib import Path
from statistics import fmean
from typing import Literal

import polars as pl
import pytest
from scipy import stats

from allegiance.experiment.experiment import Exclusion
from allegiance.tables.store import read_table
from tests.report.synthetic import synthetic_run


def effects(path: Path, **how: object) -> pl.DataFrame:
    folder, _ = synthetic_run(path, **how)  # type: ignore[arg-type]
    return read_table(folder, "effects").filter(scenario="shelf")


def only(rows: pl.DataFrame, **which: str) -> dict[str, object]:
    (found,) = rows.filter(**which).to_dicts()
    return found


def test_a_known_change_is_found(tmp_path: Path) -> None:
    """The made-up order adds 2, 2.4, 2.8, 3.2 nats in its four wordings."""
    row = only(effects(tmp_path), kind="contrast", outcome="log_score")
    truth = [2.0 * (1 + 0.2 * wording) for wording in range(4)]
    judged = stats.ttest_1samp(truth, 0.0)
    interval = judged.confidence_interval()
    assert row["estimate"] == pytest.approx(fmean(truth))
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))
    assert row["p"] == pytest.approx(judged.pvalue)
    assert (row["unit"], row["n_wordings"], row["scope"]) == ("nats", 4, "these wordings only")
    assert (row["hypothesis"], row["confirmatory"]) == ("up", True)
    assert row["bound_low"] == row["bound_high"] == pytest.approx(row["estimate"])


def test_a_factor_and_a_contrast_over_the_same_cells_agree(tmp_path: Path) -> None:
    """Naming a comparison beforehand changes its standing, not its figure."""
    rows = effects(tmp_path)
    named = only(rows, kind="contrast", outcome="log_score")
    factor = only(rows, kind="factor", outcome="log_score")
    assert named["estimate"] == factor["estimate"]
    assert not factor["confirmatory"]


def test_the_control_is_apart(tmp_path: Path) -> None:
    """It moves by 6 nats and more, enters no family, and no factor's comparison has its cells."""
    row = only(effects(tmp_path), kind="control")
    assert row["estimate"] == pytest.approx(6.0 * fmean([1.0, 1.2, 1.4, 1.6]))
    assert row["p_adjusted"] is row["family"] is None


def test_a_gap_widens_bounds_and_is_no_zero(tmp_path: Path) -> None:
    """One of four pairs lost: the estimate is over three, log-scores lose their bounds."""
    rows = effects(tmp_path, missing={0: "crashed"})
    row = only(rows, kind="contrast", outcome="log_score")
    assert row["estimate"] == pytest.approx(fmean([2.4, 2.8, 3.2]))
    assert (row["n_trials"], row["n_planned"]) == (7, 8)
    assert row["bound_low"] == -math.inf
    assert row["withheld"]
    shares = only(rows, kind="contrast", outcome="comply")
    whole = only(effects(tmp_path / "whole"), kind="contrast", outcome="comply")
    low, high = shares["bound_low"], shares["bound_high"]
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low <= whole["estimate"] <= high  # type: ignore[operator]
    assert high - low == pytest.approx(1 / 4)


def test_a_lost_arm_gives_no_estimate(tmp_path: Path) -> None:
    """Neither a zero nor the other arm's level."""
    rows = effects(tmp_path, missing=dict.fromkeys(range(4, 8), "model_unreached"))
    row = only(rows, kind="contrast", outcome="log_score")
    assert row["estimate"] is row["ci_low"] is row["p"] is None
    assert row["withheld"]


def test_sampled_runs_are_read_off_rates(tmp_path: Path) -> None:
    """No log-scores: weight on the actions for, the control's too."""
    rows = effects(tmp_path, method="sampled")
    assert "log_score" not in rows["outcome"].to_list()
    row = only(rows, kind="control")
    assert (row["outcome"], row["unit"]) == ("toward", "points of 1")


def test_the_reference_arm_is_marked(tmp_path: Path) -> None:
    """Where nobody disagrees, and not in the control, though it disagrees nowhere either."""
    folder, _ = synthetic_run(tmp_path)
    arms = read_table(folder, "arms").filter(scenario="shelf", outcome="log_score")
    reference = arms.filter(pl.col("reference"))
    assert reference["cell"].to_list() == ["shelf-none"]
    assert reference["chance"].is_null().all()
    assert sorted(arms.filter(pl.col("control"))["cell"]) == ["shelf-down", "shelf-up"]


@pytest.mark.parametrize("method", ["exact", "sampled"])
def test_chance_is_that_of_the_menu(tmp_path: Path, method: Literal["exact", "sampled"]) -> None:
    """One answer out of four lies, whether it was given or not, and where all is missing too."""
    folder, _ = synthetic_run(tmp_path, method=method, missing=dict.fromkeys(range(4), "crashed"))
    arms = read_table(folder, "arms").filter(scenario="shelf", control=False)
    lies = arms.filter(outcome="subvert")
    assert lies["cell"].to_list() == ["shelf-none", "shelf-conflicting"]
    assert lies["chance"].to_list() == [0.25, 0.25]
    toward = arms.filter(outcome="toward", cell="shelf-conflicting")["chance"].to_list()
    assert toward == ([0.5] if method == "sampled" else [])


def test_what_rounding_does_stands_beside_effects_in_nats(tmp_path: Path) -> None:
    """It is of a log-likelihood; a share has none, and nor has a model in float32."""
    rows = effects(tmp_path / "half", noise=0.25)
    assert set(rows.filter(unit="nats")["noise"]) == {0.25}
    assert rows.filter(unit="points of 1")["noise"].is_null().all()
    assert effects(tmp_path / "single")["noise"].is_null().all()


def test_what_is_excluded_is_in_no_effect(tmp_path: Path) -> None:
    """The wording is played, stands in the tables, and is in no estimate or arm."""
    out = Exclusion(why="odd", wordings=(0,), scenarios=("shelf",))
    folder, _ = synthetic_run(tmp_path, exclusions=[out])
    rows = read_table(folder, "effects")
    row = only(rows.filter(scenario="shelf"), kind="factor", outcome="log_score")
    assert row["estimate"] == pytest.approx(fmean([2.4, 2.8, 3.2]))
    assert row["n_trials"] == row["n_planned"] == 6
    assert read_table(folder, "trials").filter(scenario="shelf", wording=0).height > 0
    assert set(read_table(folder, "arms").filter(scenario="shelf")["n_planned"]) == {3}
    others = rows.filter(pl.col("scenario") != "shelf")
    assert only(others, kind="factor", outcome="log_score")["n_trials"] == 8
