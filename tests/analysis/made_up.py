"""Frames of a made-up run: any value for each scenario, model, cell and wording, without logs."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import polars as pl

from allegiance.experiment.experiment import Design, Gate
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolved import (
    ActionGroups,
    Resolved,
    StampedCell,
    StampedFactor,
    StampedScenario,
    StampedVignette,
)

Value = Callable[[str, str, Mapping[str, str], int], float | None]
"""Scenario, model, cell and wording to a log-score difference, or to a drawn answer."""

Frames = tuple[Resolved, pl.DataFrame, pl.DataFrame, pl.DataFrame]
KEYS = {"trial_id": pl.String, "scenario": pl.String, "model": pl.String, "cell": pl.String}


def made_up(
    factors: Mapping[str, Sequence[str]],
    value: Value,
    *,
    scenarios: Sequence[str] = ("one",),
    models: Sequence[str] = ("house/one",),
    hypotheses: Sequence[Mapping[str, Any]] = (),
    wordings: int = 8,
    sampled: bool = False,
    design: Design | None = None,
    keep: Callable[[Mapping[str, str]], bool] = lambda levels: True,
) -> Frames:
    """A crossing in every scenario, model and wording; None is a missing trial.

    Args:
        factors: Factor to its levels.
        value: Of each trial.
        scenarios: Ids.
        models: Who answered.
        hypotheses: Claims of the experiment.
        wordings: How many.
        sampled: Whether a value is an answer that was drawn.
        design: How the cells are said to be chosen.
        keep: Which of all cells are played.
    """
    design = design or Design()
    cells = {
        f"{scenario}-{'-'.join(levels)}": (scenario, dict(zip(factors, levels, strict=True)))
        for scenario in scenarios
        for levels in product(*factors.values())
        if keep(dict(zip(factors, levels, strict=True)))
    }
    vignettes = {
        f"{cell}-{wording}": (cell, wording) for cell in cells for wording in range(wordings)
    }
    trials: list[dict[str, Any]] = []
    responses: list[dict[str, Any]] = []
    for model, (vignette, (cell, wording)) in product(models, vignettes.items()):
        scenario, levels = cells[cell]
        found = value(scenario, model, levels, wording)
        keys = {"trial_id": f"{model}-{vignette}", "scenario": scenario, "model": model}
        keys |= {"cell": cell, "vignette": vignette}
        status = "missing" if found is None else "measured"
        trials.append(keys | {"status": status, "noise": None})
        if found is not None:
            responses += [keys | row for row in _responses(found, sampled=sampled)]
    resolved: dict[str, Any] = {
        "scenarios": {name: _scenario(factors) for name in scenarios},
        "cells": {
            id: StampedCell(scenario=scenario, levels=levels, case={}, depicted=False)
            for id, (scenario, levels) in cells.items()
        },
        "vignettes": {
            id: StampedVignette(cell=cell, texts="", wording=wording, nuisance={}, messages=[])
            for id, (cell, wording) in vignettes.items()
        },
        "models": list(models),
        "hypotheses": [Hypothesis.model_validate(each) for each in hypotheses],
        "design": design,
        "estimator": design.estimator,
        "coverage": Gate(),
        "seed": 1,
    }
    checks = pl.DataFrame(schema=KEYS | {"check": pl.String, "value": pl.Float64})
    return (
        Resolved.model_construct(**resolved),
        pl.DataFrame(trials),
        pl.DataFrame(responses),
        checks,
    )


def _scenario(factors: Mapping[str, Sequence[str]]) -> StampedScenario:
    stamped: dict[str, Any] = {
        "factors": {
            name: StampedFactor(about="", levels=list(levels), unit=None, words_only=False)
            for name, levels in factors.items()
        },
        "crossed": {name: list(levels) for name, levels in factors.items()},
        "contrasts": [],
        "control": None,
        "groups": ActionGroups(plus=["push"], minus=["plain"]),
    }
    return StampedScenario.model_construct(**stamped)


def _responses(found: float, *, sampled: bool) -> list[dict[str, Any]]:
    if sampled:
        action = "push" if found else "plain"
        stance = "subvert" if found else "comply"
        return [_response(action, stance, 1.0, None, "sampled", "answer")]
    return [
        _response("push", "subvert", 0.5, found, "exact", "texts"),
        _response("plain", "comply", 0.5, 0.0, "exact", "texts"),
    ]


def _response(
    action: str, stance: str, weight: float, score: float | None, method: str, by: str
) -> dict[str, Any]:
    return {
        "action": action,
        "stance": stance,
        "probability": weight,
        "log_score": score,
        "method": method,
        "weighed_by": by,
    }
