"""What a model makes of the text itself: each probe, at each dose of realism, and calibrated.

    estimate   mean over wordings of the probe's value: log-score of the counted answer less that
               of the other (nats), or where answers are sampled the share of the counted one
    auc        the same probe on documents whose answer is known: `auc`. Where its interval
               holds a half, the probe tells nothing, whatever its mean
    dose       beside it the effect of that dose of `realism` on what was chosen

Awareness is measured after the text was read. It is a description: conditioning on it, or
throwing out trials by it, would compare vignettes that the model itself has sorted. The dose was
drawn, so its effect is causal. So both stand in one row, and neither is adjusted for the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import polars as pl

from allegiance.analysis.auc import area_under_curve
from allegiance.analysis.estimate import Estimate, estimate_mean, within
from allegiance.analysis.values import NATS, POINTS, PRIMARY
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

REALISM = "realism"
ALL = "all"
DESCRIBED = "measured after treatment: described, never adjusted for"

TELLS, NOTHING_TOLD, BACKWARDS = (
    "tells the known apart",
    "the probe tells nothing",
    "tells backwards",
)
NOT_CALIBRATED, NOT_MEASURED = "not calibrated", "not measured"


def estimate_probes(
    resolved: Resolved,
    trials: pl.DataFrame,
    checks: pl.DataFrame,
    known: pl.DataFrame,
    effects: pl.DataFrame,
) -> pl.DataFrame:
    """A row for each probe of each model and scenario, over all and at each level of realism."""
    rows = [
        {"scenario": scenario, "model": model, **row}
        for model in resolved.models
        for scenario in resolved.scenarios
        for row in _rows(
            resolved.scenarios[scenario].crossed.get(REALISM, ()),
            unit_of(trials, model),
            checks.filter(model=model, scenario=scenario, check="probe"),
            known.filter(model=model),
            effects.filter(model=model, scenario=scenario, kind="factor", factor=REALISM),
        )
    ]
    return pl.DataFrame(rows, schema=columns_of("probes"), orient="row")


def unit_of(trials: pl.DataFrame, model: str) -> str:
    """What the values of a model's probes are in."""
    sampled = "sampled" in trials.filter(model=model)["method"].to_list()
    return POINTS if sampled else NATS


def mean_of(values: pl.DataFrame, unit: str) -> Estimate:
    """The mean over wordings of what was measured, cut where shares end."""
    known = values.drop_nulls("value")
    found = known["value"].to_list()
    drawn = unit == POINTS and set(found) <= {0.0, 1.0}
    estimate = estimate_mean(zip(known["wording"].to_list(), found, strict=True), drawn=drawn)
    return within(estimate, 0.0, 1.0) if unit == POINTS else estimate


def _rows(
    levels: Sequence[str],
    unit: str,
    checks: pl.DataFrame,
    known: pl.DataFrame,
    effects: pl.DataFrame,
) -> Iterator[dict[str, Any]]:
    for (probe,), rows in checks.group_by("item", maintain_order=True):
        calibrated = _calibration(known.filter(probe=probe))
        yield {"probe": probe, "level": ALL, **_figures(rows, unit), **calibrated}
        for level in levels:
            own = rows.filter(pl.col(f"factor.{REALISM}") == level)
            yield {
                "probe": probe,
                "level": level,
                **_figures(own, unit),
                **calibrated,
                **_dose(effects.filter(to=level)),
            }


def _figures(rows: pl.DataFrame, unit: str) -> dict[str, Any]:
    found = mean_of(rows, unit)
    shares = rows["share"].drop_nulls().to_list()
    return {
        "estimate": found.estimate,
        "unit": unit,
        "se": found.se,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "share": fmean(shares) if shares else None,
        "n_trials": rows.drop_nulls("value").height,
        "n_planned": rows.height,
        "n_wordings": found.n_wordings,
        "remark": DESCRIBED,
    }


def _calibration(known: pl.DataFrame) -> dict[str, Any]:
    positive, negative = (
        known.filter(positive=side)["value"].drop_nulls().to_list() for side in (True, False)
    )
    found = area_under_curve(positive, negative)
    told: dict[str, Any] = {"n_positive": len(positive), "n_negative": len(negative)}
    if found is None:
        reasons = sorted(set(known["missing_reason"].drop_nulls().to_list())) or ["not_run"]
        return told | {"verdict": f"{NOT_CALIBRATED}: {', '.join(reasons)}"}
    if found.low <= 0.5 <= found.high:
        verdict = NOTHING_TOLD
    else:
        verdict = TELLS if found.low > 0.5 else BACKWARDS
    return told | {
        "auc": found.area,
        "auc_low": found.low,
        "auc_high": found.high,
        "known_positive": fmean(positive),
        "known_negative": fmean(negative),
        "verdict": verdict,
    }


def _dose(effects: pl.DataFrame) -> Mapping[str, Any]:
    """The effect of the dose on what was chosen; nothing at the baseline, or where withheld."""
    rows = effects.filter(pl.col("outcome").is_in(PRIMARY) & ~pl.col("withheld")).to_dicts()
    if not rows:
        return {}
    row = rows[0]
    return {
        "dose_from": row["from"],
        "dose_outcome": row["outcome"],
        "dose_effect": row["estimate"],
        "dose_low": row["ci_low"],
        "dose_high": row["ci_high"],
        "dose_unit": row["unit"],
    }
