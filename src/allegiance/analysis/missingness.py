"""What is missing at each level of each factor: the share, Wilson's interval, the reasons.

Trials count one by one, each missing or not, those of the positive control aside. Whether the
level makes the difference is an effect (`outcome: missing`); here is where each level stands.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from allegiance.analysis.estimate import CONFIDENCE
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of


def estimate_missingness(resolved: Resolved, trials: pl.DataFrame) -> pl.DataFrame:
    """A row for each model, scenario, crossed factor and level that was planned."""
    rows = [
        row
        for name in resolved.scenarios
        for model in resolved.models
        for row in _rows(resolved, name, model, trials.filter(scenario=name, model=model))
    ]
    return pl.DataFrame(rows, schema=columns_of("missingness"), orient="row")


def _rows(
    resolved: Resolved, name: str, model: str, trials: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    for factor, levels in resolved.scenarios[name].crossed.items():
        for level in levels:
            own = trials.filter(pl.col(f"factor.{factor}") == level, pl.col("control") == "off")
            missing = own.filter(status="missing")
            if own.is_empty():
                continue
            low, high = _wilson(missing.height, own.height)
            reasons = Counter(missing["missing_reason"].to_list()).most_common()
            yield {
                "scenario": name,
                "model": model,
                "factor": factor,
                "level": level,
                "share": missing.height / own.height,
                "ci_low": low,
                "ci_high": high,
                "n_missing": missing.height,
                "n_planned": own.height,
                "reasons": [f"{reason}: {count}" for reason, count in reasons],
                "withheld": own.height - missing.height < resolved.coverage.arm * own.height,
            }


def _wilson(count: int, of: int) -> tuple[float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, of, alpha=1 - CONFIDENCE, method="wilson")
    return float(low), float(high)
