"""Probes, manipulation checks, influence and labels of runs that were made up."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint

from allegiance.analysis.influence import carrying, estimate_influence
from allegiance.analysis.manipulation import NO_ITEM, NO_PAIR, estimate_manipulation
from allegiance.analysis.pairwise import NO_LABELS, estimate_pairwise, win_rate
from allegiance.analysis.realism import DESCRIBED, NOTHING_TOLD, TELLS, estimate_probes
from allegiance.errors import UserError
from allegiance.experiment.resolved import Resolved
from allegiance.pipeline import analyse, realism_sheet
from allegiance.tables.pairwise import read_pairs
from allegiance.tables.schema import SHARES, columns_of
from allegiance.tables.store import read_table
from tests.analysis.made_up import made_up
from tests.report.synthetic import synthetic_run

REALISM = {"realism": ["bare", "dense"]}
Checked = Callable[[str, int], dict[str, Any] | None]
"""Level and wording to what a check found; None where it was not asked."""


def run(checked: Checked, factors: dict[str, list[str]] | None = None) -> Any:
    """A made-up run of one factor, with one check a trial."""
    factors = factors or REALISM
    (factor,) = factors
    resolved, trials, _, _ = made_up(factors, lambda *_: 0.0)
    trials = trials.with_columns(pl.lit("exact").alias("method"))
    rows = []
    for trial in trials.to_dicts():
        vignette = resolved.vignettes[trial["vignette"]]
        level = resolved.cells[vignette.cell].levels[factor]
        found = checked(level, vignette.wording)
        if found is not None:
            keys = {"wording": vignette.wording, f"factor.{factor}": level}
            rows.append({**trial, "status": "measured", **keys, **found})
    schema = {**columns_of("checks"), f"factor.{factor}": pl.String()}
    told = [{name: row.get(name) for name in schema} for row in rows]
    return resolved, trials, pl.DataFrame(told, schema=schema, orient="row")


def known(values: Sequence[tuple[bool, float | None]]) -> pl.DataFrame:
    rows = [
        {
            "model": "house/one",
            "probe": "test",
            "positive": positive,
            "value": value,
            "missing_reason": None if value is not None else "model_error",
        }
        for positive, value in values
    ]
    names = columns_of("known")
    return pl.DataFrame(
        [{name: row.get(name) for name in names} for row in rows], schema=names, orient="row"
    )


def probe(level: str, wording: int) -> dict[str, Any]:
    value = (2.0 if level == "dense" else 0.5) + 0.1 * wording
    return {"check": "probe", "item": "test", "value": value, "share": 0.7}


EFFECT = {
    "scenario": "one",
    "model": "house/one",
    "kind": "factor",
    "outcome": "log_score",
    "factor": "realism",
    "from": "bare",
    "to": "dense",
    "estimate": 0.4,
    "ci_low": 0.1,
    "ci_high": 0.7,
    "unit": "nats",
    "withheld": False,
}


def effects(**changes: Any) -> pl.DataFrame:
    names = columns_of("effects")
    row = {**dict.fromkeys(names), **EFFECT, **changes}
    return pl.DataFrame([row], schema=names, orient="row")


def test_a_probe_is_a_mean_over_wordings_beside_the_dose() -> None:
    """At each level, and over all; the dose's effect stands beside, and nothing is adjusted."""
    resolved, trials, checks = run(probe)
    rows = estimate_probes(resolved, trials, checks, known([]), effects()).to_dicts()
    by_level = {row["level"]: row for row in rows}
    assert list(by_level) == ["all", "bare", "dense"]
    assert by_level["dense"]["estimate"] == pytest.approx(2.35)
    assert by_level["all"]["estimate"] == pytest.approx(1.6)
    assert by_level["dense"]["n_wordings"] == 8
    assert by_level["dense"]["unit"] == "nats"
    assert (by_level["dense"]["dose_effect"], by_level["dense"]["dose_low"]) == (0.4, 0.1)
    assert by_level["bare"]["dose_effect"] is None
    assert {row["remark"] for row in rows} == {DESCRIBED}


def test_a_withheld_dose_gives_no_figure() -> None:
    """As on every other page."""
    resolved, trials, checks = run(probe)
    rows = estimate_probes(resolved, trials, checks, known([]), effects(withheld=True))
    assert rows["dose_effect"].is_null().all()


CALIBRATIONS: dict[str, tuple[list[tuple[bool, float | None]], str, int]] = {
    "told apart": (
        [(side, 2.0 * side + 0.1 * n) for side in (True, False) for n in range(8)],
        TELLS,
        8,
    ),
    "all alike": ([(side, 0.1 * n) for side in (True, False) for n in range(8)], NOTHING_TOLD, 8),
    "all missing": ([(True, None), (False, None)], "not calibrated: model_error", 0),
    "never run": ([], "not calibrated: not_run", 0),
}


@pytest.mark.parametrize("case", CALIBRATIONS)
def test_a_probe_says_whether_it_can_tell(case: str) -> None:
    """On documents whose answer is known; what was not calibrated says why."""
    values, verdict, count = CALIBRATIONS[case]
    resolved, trials, checks = run(probe)
    row = estimate_probes(resolved, trials, checks, known(values), effects()).to_dicts()[0]
    assert (row["verdict"], row["n_positive"]) == (verdict, count)
    assert (row["auc"] is None) == (count == 0)


def item(level: str, wording: int, *, always: str = "") -> dict[str, Any]:
    right = "gone" if level == "dense" else "stays"
    weight = 0.6 + 0.01 * wording
    told = always or right
    other = "stays" if told == "gone" else "gone"
    shares = [{"answer": told, "share": weight}, {"answer": other, "share": 1 - weight}]
    return {"check": "comprehension", "item": "who", "right": right, "shares": shares}


def only(resolved: Resolved, trials: pl.DataFrame, checks: pl.DataFrame) -> dict[str, Any]:
    (row,) = estimate_manipulation(resolved, trials, checks).to_dicts()
    return row


def test_a_level_that_is_read_moves_the_right_answer() -> None:
    """Its weight at the level, less that at the baseline, over the same wordings."""
    row = only(*run(item))
    change = fmean(0.6 + 0.01 * w - (1 - 0.6 - 0.01 * w) for w in range(8))
    assert row["estimate"] == pytest.approx(change)
    assert (row["item"], row["answer"], row["verdict"]) == ("who", "gone", "read as that level")
    assert (row["n_trials"], row["n_wordings"], row["unit"]) == (16, 8, "points of 1")


def test_a_level_that_is_not_read_is_told() -> None:
    """The same answer at both levels, give or take a little."""

    def deaf(level: str, wording: int) -> dict[str, Any]:
        found = item(level, wording, always="gone")
        shift = 0.02 * ((wording % 2) - 0.5) * (level == "dense")
        first, second = found["shares"]
        moved = [{**first, "share": first["share"] + shift}, second]
        return {**found, "shares": moved}

    row = only(*run(deaf))
    assert abs(row["estimate"]) < 0.01
    assert row["verdict"] == "not seen to be read"


def test_a_factor_that_no_item_asks_about_is_not_measured() -> None:
    """It has a row that says so; a probe's change stands beside it."""
    rows = estimate_manipulation(*run(probe)).to_dicts()
    assert [(row["check"], row["verdict"]) for row in rows] == [
        ("comprehension", "not measured"),
        ("probe", "no interval"),
    ]
    assert rows[0]["remark"] == NO_ITEM
    assert rows[1]["estimate"] == pytest.approx(1.5)


def test_vignettes_asked_in_other_blocks_make_no_pair() -> None:
    """Nothing is estimated from them, and the mend is named."""

    def apart(level: str, wording: int) -> dict[str, Any] | None:
        return item(level, wording) if (wording % 2 == 0) is (level == "dense") else None

    row = only(*run(apart))
    assert (row["estimate"], row["verdict"], row["remark"]) == (None, "not measured", NO_PAIR)


CARRIED = {
    "one carries all": ([5.0, 0.0, 0.0], [10, 20, 70], 0.1),
    "evenly": ([1.0] * 10, [10] * 10, 0.9),
    "largest first": ([1.0, 9.0], [50, 50], 0.5),
    "nothing moves": ([0.0, 0.0], [10, 10], None),
}


@pytest.mark.parametrize("case", CARRIED)
def test_what_carries_ninety_percent(case: str) -> None:
    """Words of the fewest passages, largest first."""
    sizes, words, share = CARRIED[case]
    assert carrying(sizes, words) == share


def passages(left_out: Callable[[int, int], float | None]) -> tuple[Resolved, pl.DataFrame]:
    """Two passages in each of sixteen trials; padding moves 0.1 nats."""
    resolved, trials, _, _ = made_up(REALISM, lambda *_: 0.0)
    rows = []
    for trial in trials.to_dicts():
        vignette = resolved.vignettes[trial["vignette"]]
        for number in range(2):
            value = left_out(number, vignette.wording)
            rows.append(
                {
                    **{key: trial[key] for key in ("trial_id", "scenario", "model")},
                    "wording": vignette.wording,
                    "passage": number,
                    "message": ("desk", "chat")[number],
                    "words": (30, 10)[number],
                    "status": "missing" if value is None else "measured",
                    "left_out": value,
                    "padding": None if value is None else 0.1,
                    "left_in": None if value is None else -2 * value,
                    "factor.realism": resolved.cells[vignette.cell].levels["realism"],
                }
            )
    schema = {**columns_of("passages"), "factor.realism": pl.String()}
    told = [{name: row.get(name) for name in schema} for row in rows]
    return resolved, pl.DataFrame(told, schema=schema, orient="row")


def measure(frame: pl.DataFrame, kind: str, name: str) -> dict[str, Any]:
    (row,) = frame.filter(kind=kind, measure=name).to_dicts()[:1]
    return row


def test_influence_is_absolute_and_beyond_padding() -> None:
    """Signs do not cancel, padding is taken off, and the chat carries nearly all of it."""
    found = estimate_influence(
        *passages(lambda n, wording: (-1) ** wording * (4.0 + 0.1 * wording if n else 0.2))
    )
    assert measure(found, "all", "left_out")["estimate"] == pytest.approx((4.35 + 0.2) / 2)
    beyond = measure(found, "all", "beyond_padding")
    assert beyond["estimate"] == pytest.approx((4.35 + 0.2) / 2 - 0.1)
    assert beyond["verdict"] == "beyond padding"
    assert measure(found, "all", "left_in")["estimate"] == pytest.approx(4.35 + 0.2)
    assert measure(found, "all", "carries_90")["estimate"] == pytest.approx(0.25)
    assert measure(found, "all", "padding_carries")["estimate"] == pytest.approx(1.0)
    assert measure(found, "message", "left_out")["estimate"] == pytest.approx(0.2)
    assert set(found.filter(kind="realism")["of"]) == {"bare", "dense"}


def test_a_trial_with_a_missing_passage_is_not_in_it() -> None:
    """Nor is it zero: it is counted as planned."""
    found = estimate_influence(*passages(lambda n, wording: None if wording < 2 else 1.0 + wording))
    row = measure(found, "all", "left_out")
    assert (row["n_trials"], row["n_planned"], row["n_wordings"]) == (12, 16, 6)
    assert row["estimate"] == pytest.approx(fmean(range(3, 9)))


def test_nothing_taken_apart_has_no_rows() -> None:
    """The page says why."""
    resolved, frame = passages(lambda *_: 1.0)
    assert estimate_influence(resolved, frame.clear()).is_empty()


def labels(*told: tuple[str, str]) -> pl.DataFrame:
    rows = [(vignette, "log", winner, "me") for vignette, winner in told]
    return pl.DataFrame(
        rows,
        schema=dict.fromkeys(("vignette", "other", "winner", "labeller"), pl.String()),
        orient="row",
    )


def test_the_win_rate_of_single_labels_is_wilsons() -> None:
    """One label a vignette: as many independent ones as there are."""
    resolved, _, _, _ = made_up(REALISM, lambda *_: 0.0)
    told = [(f"one-bare-{n}", "vignette" if n < 6 else "other") for n in range(8)]
    rows = estimate_pairwise(resolved, labels(*told)).to_dicts()
    by_level = {row["level"]: row for row in rows}
    wilson = proportion_confint(6, 8, method="wilson")
    assert by_level["all"]["estimate"] == 0.75
    assert (by_level["all"]["ci_low"], by_level["all"]["ci_high"]) == pytest.approx(wilson)
    assert by_level["dense"]["verdict"] == NO_LABELS
    assert by_level["dense"]["estimate"] is None


def test_labels_of_one_vignette_count_less() -> None:
    """Agreeing wholly within each vignette, they are worth about one label a vignette."""
    rate, worth = win_rate({str(n): [float(n % 2)] * 10 for n in range(20)})
    assert rate == 0.5
    assert worth == pytest.approx(20, rel=0.1)
    assert win_rate({"a": [1.0] * 9, "b": [1.0]}) == (1.0, 2.0)
    assert win_rate({str(n): [0.5, 0.5] for n in range(4)})[1] == 8


BAD = {
    "vignette,other,winner": "no column labeller",
    "vignette,other,winner,labeller\nnone,log,tie,me": '"none" is none of this run',
    "vignette,other,winner,labeller\nshelf-none-0,none,tie,me": '"none" is none of this run',
    "vignette,other,winner,labeller\nshelf-none-0,log,both,me": '"both" is none of this run',
}


@pytest.mark.parametrize("content", BAD)
def test_labels_that_cannot_be_used_are_refused(content: str, tmp_path: Path) -> None:
    """By line, with the mend."""
    folder, resolved = synthetic_run(tmp_path)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "realism.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=BAD[content]):
        read_pairs(folder, resolved)


def test_a_sheet_that_was_filled_is_read(tmp_path: Path) -> None:
    """What the pipeline writes can be filled, renamed and analysed; lines left empty are none."""
    folder, _ = synthetic_run(tmp_path)
    sheet = realism_sheet(tmp_path, count=6)
    told = pl.read_csv(sheet).with_columns(
        winner=pl.Series(["vignette"] * 5 + [None]), labeller=pl.lit("me")
    )
    told.write_csv(sheet.with_name("realism.csv"))
    analyse(tmp_path)
    rows = read_table(folder, "pairwise").filter(level="all")
    assert rows["n_labels"].sum() == 5
    assert (
        rows.drop_nulls("estimate")["estimate"].to_list()
        == [1.0] * rows.drop_nulls("estimate").height
    )


def test_shares_are_kept_answer_by_answer(tmp_path: Path) -> None:
    """Of every question that was answered, with weights that sum to 1."""
    folder, _ = synthetic_run(tmp_path)
    asked = read_table(folder, "checks").filter(check="comprehension")
    assert asked.schema["shares"] == SHARES
    for shares in asked["shares"].to_list():
        assert sum(each["share"] for each in shares) == pytest.approx(1)
