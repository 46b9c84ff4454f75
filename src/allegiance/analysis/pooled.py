"""Rows of the table of effects that speak of several scenarios together.

    these scenarios      each claim over more than one scenario, each counting the same
    scenarios at large   the same claim as of scenarios drawn from some larger set, or why not

Made from the rows of the single scenarios; the estimators are in `pool`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allegiance.analysis.contrasts import concerned
from allegiance.analysis.estimate import NOTHING, Estimate
from allegiance.analysis.pool import ENOUGH_SCENARIOS, at_large, pooled
from allegiance.analysis.rows import LOG_ODDS, THESE_WORDINGS, WORDINGS, figures_of
from allegiance.analysis.values import POINTS
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolved import Resolved

POOLED = "mean of the scenarios; their variances added; t, Welch-Satterthwaite"
RANDOM = "random effects, Paule-Mandel; t, Hartung-Knapp"

POOLED_SCENARIO = "pooled"
SCENARIOS = "scenarios at large"


def pooled_rows(
    resolved: Resolved, model: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Each claim over more than one scenario: over these, and over scenarios at large.

    None of an adaptive run: its looks spend the error scenario by scenario.
    """
    for claim in resolved.hypotheses:
        names = concerned(resolved, claim)
        own = [row for row in rows if row["kind"] == "hypothesis" and row["factor"] == claim.id]
        if len(names) < 2 or resolved.adaptive:
            continue
        for unit in dict.fromkeys(row["unit"] for row in own if row["unit"] != "none"):
            parts = [row for row in own if row["unit"] == unit]
            yield from _pooled(claim, model, names, parts, in_odds=unit == LOG_ODDS)


def _pooled(
    claim: Hypothesis,
    model: str,
    names: Sequence[str],
    parts: Sequence[Mapping[str, Any]],
    *,
    in_odds: bool,
) -> Iterator[dict[str, Any]]:
    found = [_estimate(part) for part in parts]
    together = _together(parts, claim, model)
    rates = any(part["unit"] == POINTS for part in parts)
    claimed = None if in_odds else claim.margin(rates=rates)
    whole = len(parts) == len(names) and len({part["outcome"] for part in parts}) == 1
    mean = pooled(found) if whole else None
    scope = {part["scope"] for part in parts}
    without = _refused(f"not pooled: no interval in every one of {', '.join(names)}")
    bounds = {end: _mean_of(parts, end) for end in ("bound_low", "bound_high")}
    yield together | (
        without | bounds
        if mean is None
        else figures_of(mean, claimed)
        | bounds
        | {
            "confirmatory": not in_odds,
            "estimator": POOLED,
            "scope": WORDINGS if scope == {WORDINGS} else THESE_WORDINGS,
            "remark": None,
        }
    )
    wide = at_large(found) if whole and mean is not None else None
    few = f"needs at least {ENOUGH_SCENARIOS} scenarios; here {len(names)}"
    lacking = few if len(names) < ENOUGH_SCENARIOS else "needs a standard error in each scenario"
    yield together | (
        _refused(f"refused: a claim over scenarios at large {lacking}")
        if wide is None
        else figures_of(wide.found, claimed)
        | {
            "predicted_low": wide.predicted_low,
            "predicted_high": wide.predicted_high,
            "confirmatory": False,
            "estimator": RANDOM,
            "scope": SCENARIOS,
            "remark": f"standard deviation between scenarios {wide.between:.3g}",
        }
    )


def _mean_of(parts: Sequence[Mapping[str, Any]], name: str) -> float | None:
    known = [float(part[name]) for part in parts if part.get(name) is not None]
    return sum(known) / len(known) if len(known) == len(parts) else None


def _together(parts: Sequence[Mapping[str, Any]], claim: Hypothesis, model: str) -> dict[str, Any]:
    first = parts[0]
    measured, planned = (sum(part[key] for part in parts) for key in ("n_trials", "n_planned"))
    noises = [part["noise"] for part in parts if part.get("noise") is not None]
    return {
        **{key: first[key] for key in ("kind", "outcome", "factor", "from", "to", "less", "unit")},
        "scenario": POOLED_SCENARIO,
        "model": model,
        "within": ", ".join(dict.fromkeys(part["scenario"] for part in parts)),
        "hypothesis": claim.direction,
        "n_trials": measured,
        "n_planned": planned,
        "coverage": measured / planned if planned else None,
        "withheld": any(part["withheld"] for part in parts),
        "noise": max(noises, default=None),
    }


def _refused(why: str) -> dict[str, Any]:
    return figures_of(NOTHING, None) | {
        "confirmatory": False,
        "estimator": "none",
        "scope": "nothing",
        "remark": why,
    }


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(**{key: row[key] for key in Estimate.__dataclass_fields__})
