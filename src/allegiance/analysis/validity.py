"""Can effects be read as choices? What the validity arms say of a model in a scenario.

    check           estimate                                     null            verdict
    comprehension   share of vignettes in which the right        chance          above chance ...
                    answer leads; by item, by kind, over all                     see `comprehension`
    mismatched      mean difference of two texts in random       0               null holds,
                    order that have no business here (nats)                      null broken
    swapped         answers that differ once the menu is         0               an error rate
                    turned round, and tau, the error of one
    order           answers that fall on a place of the menu     1 / options     no order effect,
                                                                                 order effect
    framing         refusals put as omission, less those         0               no framing effect,
                    put as act                                                   framing effect

Each row is a mean over wordings with a t interval, as everywhere; "not measured" where there
is nothing. How tau comes from answers that differ: `measures/swap.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import polars as pl
from scipy import stats

from allegiance.analysis.comprehension import (
    Understood,
    better_than_a_leaning,
    leaning,
    telling,
)
from allegiance.analysis.estimate import CONFIDENCE, NOTHING, Estimate, estimate_mean, within
from allegiance.analysis.values import NATS, POINTS
from allegiance.experiment.resolved import Resolved
from allegiance.measures.swap import swap_error
from allegiance.tables.schema import columns_of

NOT_MEASURED = "not measured"
ALL = "all"


def estimate_validity(
    resolved: Resolved, responses: pl.DataFrame, checks: pl.DataFrame
) -> pl.DataFrame:
    """A row for each validity arm of each model and scenario."""
    rows = [
        {"scenario": scenario, "model": model, **row}
        for model in resolved.models
        for scenario in resolved.scenarios
        for row in _rows(
            resolved,
            responses.filter(model=model, scenario=scenario, control="off"),
            checks.filter(model=model, scenario=scenario),
        )
    ]
    return pl.DataFrame(rows, schema=columns_of("validity"), orient="row")


def _rows(
    resolved: Resolved, responses: pl.DataFrame, checks: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    yield from _comprehension(checks.filter(check="comprehension"))
    yield from _mismatched(checks.filter(check="mismatched"))
    yield from _swapped(checks.filter(check="swapped"))
    yield from _order(responses.filter(pl.col("place").is_not_null()))
    yield from _framing(resolved, responses)


def _comprehension(checks: pl.DataFrame) -> Iterator[dict[str, Any]]:
    if checks.is_empty():
        return
    yield _over_items(ALL, checks)
    for (kind,), rows in checks.group_by("about", maintain_order=True):
        yield _over_items(f"{ALL} on {kind}", rows)
    for (item,), rows in checks.group_by("item", maintain_order=True):
        yield _against_chance(str(item), rows, told=not telling(rows).is_empty())


def _over_items(name: str, rows: pl.DataFrame) -> dict[str, Any]:
    """Items together: those whose right answer changed, for the others tell nothing."""
    counted = telling(rows)
    if not counted.is_empty():
        return _against_chance(name, counted, told=True)
    chance = float(fmean(rows["chance"]))
    return _row("comprehension", name, NOTHING, chance, POINTS, counted, Understood.NOT_TOLD)


def _against_chance(item: str, rows: pl.DataFrame, *, told: bool) -> dict[str, Any]:
    found, chance, same = _mean(rows), float(fmean(rows["chance"])), leaning(rows)
    blind = verdict_of(found, chance, Understood.ABOVE, Understood.AT, Understood.BELOW)
    verdict = Understood(blind) if told else Understood.NOT_TOLD
    if verdict is Understood.ABOVE and not better_than_a_leaning(found, same):
        verdict = Understood.LEANING
    return _row("comprehension", item, found, chance, POINTS, rows, verdict) | {"leaning": same}


def _mismatched(checks: pl.DataFrame) -> Iterator[dict[str, Any]]:
    if not checks.is_empty():
        found = _mean(checks, shares=False)
        verdict = verdict_of(found, 0.0, "null broken", "null holds", "null broken")
        yield _row("mismatched", ALL, found, 0.0, NATS, checks, verdict)


def _swapped(checks: pl.DataFrame) -> Iterator[dict[str, Any]]:
    if checks.is_empty():
        return
    agreed = _mean(checks)
    differ = _turned(agreed)
    verdict = NOT_MEASURED if differ.estimate is None else "measured"
    yield _row("swapped", "answers that differ", differ, 0.0, POINTS, checks, verdict)
    tau = replace(
        differ,
        estimate=_tau(differ.estimate),
        se=None,
        ci_low=_tau(differ.ci_low),
        ci_high=_tau(differ.ci_high),
        mde=None,
    )
    yield _row("swapped", "tau", tau, 0.0, POINTS, checks, verdict)


def _order(answers: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """How often the first place of the menu is chosen, and the last."""
    if answers.is_empty():
        return
    last = (1 / pl.col("chance")).round().cast(pl.Int64) - 1
    null = float(fmean(answers["chance"]))
    for item, place in (("first place", pl.lit(0)), ("last place", last)):
        hit = (pl.col("place") == place).cast(pl.Float64) * pl.col("probability")
        rows = answers.with_columns(hit.alias("value"))
        by_trial = rows.group_by("trial_id", "wording", maintain_order=True).agg(
            pl.col("value").sum()
        )
        found = _mean(by_trial)
        verdict = verdict_of(found, null, "order effect", "no order effect", "order effect")
        yield _row("order", item, found, null, POINTS, by_trial, verdict)


def _framing(resolved: Resolved, responses: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Weight on refusing everything, put as omission less put as act; blocks are the units."""
    if "nuisance.framing" not in responses.columns or responses.is_empty():
        return
    refusals = _refusals(resolved)
    keys = ["nuisance.framing", "wording", "nuisance.names", "nuisance.order"]
    weight = pl.when(pl.col("action").is_in(refusals)).then(pl.col("probability")).otherwise(0.0)
    trials = responses.group_by(*keys, "trial_id").agg(weight.sum().alias("value"))
    blocks = trials.group_by(keys).agg(pl.col("value").mean()).drop_nulls("nuisance.framing")
    act, omission = (blocks.filter(pl.col("nuisance.framing") == level) for level in (0, 1))
    found = _difference(act["value"].to_list(), omission["value"].to_list())
    verdict = verdict_of(found, 0.0, "framing effect", "no framing effect", "framing effect")
    yield _row("framing", "refuse", found, 0.0, POINTS, trials, verdict)


def _refusals(resolved: Resolved) -> list[str]:
    return sorted(
        {
            id
            for cell in resolved.cells.values()
            for id, action in cell.case["actions"].items()
            if action.get("exit") == "refuse"
        }
    )


def _difference(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """Welch's difference of two means, other less one."""
    if not one or not other:
        return NOTHING
    estimate, count = fmean(other) - fmean(one), len(one) + len(other)
    if len(one) < 2 or len(other) < 2:
        return Estimate(estimate, n_wordings=count)
    test = stats.ttest_ind(other, one, equal_var=False)
    reach = test.confidence_interval(CONFIDENCE)
    low, high = float(reach.low), float(reach.high)
    return within(Estimate(estimate, ci_low=low, ci_high=high, n_wordings=count), -1.0, 1.0)


def _mean(rows: pl.DataFrame, *, shares: bool = True) -> Estimate:
    """The mean over wordings of what was measured; shares of answers that are right or wrong."""
    known = rows.drop_nulls("value")
    values = known["value"].to_list()
    answers = shares and set(values) <= {0.0, 1.0}
    found = estimate_mean(zip(known["wording"].to_list(), values, strict=True), drawn=answers)
    return within(found, 0.0, 1.0) if answers else found


def _turned(found: Estimate) -> Estimate:
    """The estimate of 1 less a share."""
    return replace(
        found,
        estimate=None if found.estimate is None else 1 - found.estimate,
        ci_low=None if found.ci_high is None else 1 - found.ci_high,
        ci_high=None if found.ci_low is None else 1 - found.ci_low,
    )


def _tau(disagreement: float | None) -> float | None:
    """The swap error of a share, or of an end of its interval, cut to what a share can be."""
    return None if disagreement is None else swap_error(min(1.0, max(0.0, disagreement)))


def verdict_of(found: Estimate, null: float, above: str, between: str, below: str) -> str:
    """A word for where the interval lies; without an interval nothing is said."""
    if found.estimate is None:
        return NOT_MEASURED
    if found.ci_low is None or found.ci_high is None:
        return "no interval"
    return above if found.ci_low > null else below if found.ci_high < null else between


def _row(
    check: str,
    item: str,
    found: Estimate,
    null: float,
    unit: str,
    rows: pl.DataFrame,
    verdict: str,
) -> dict[str, Any]:
    return {
        "check": check,
        "item": item,
        "estimate": found.estimate,
        "unit": unit,
        "null": null,
        "leaning": None,
        "se": found.se,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "mde": found.mde,
        "n_trials": rows.drop_nulls("value").height,
        "n_planned": rows.height,
        "n_wordings": found.n_wordings,
        "verdict": verdict,
    }
