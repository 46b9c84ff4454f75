"""What rounding does to scores: measured where it does something, on the experiment's words."""

from pathlib import Path

import pytest
from inspect_ai.model import get_model

from allegiance.experiment.experiment import Experiment
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.trials.noise import scoring_noise


def planned(model: str) -> Resolved:
    """Two cells in two blocks, for one model."""
    return resolve(
        Experiment.model_validate(
            {
                "id": "made-up",
                "scenarios": {"shelf": {"factors": {"conflict": ["none", "conflicting"]}}},
                "models": [model],
                "blocks": 2,
            }
        )
    )


@pytest.mark.parametrize("behind", ["", "@bfloat16"])
def test_half_precision_is_measured(tiny_model: Path, behind: str) -> None:
    """float32 has nothing to tell; in half precision two ways of summing differ."""
    name = f"allegiance/hf:{tiny_model}{behind}"
    found = scoring_noise(planned(name), name, get_model(name).api)
    assert (found is None) == (not behind)
    assert found is None or 1e-3 < found < 10


def test_a_sampled_model_has_none() -> None:
    """It has no log-likelihoods."""
    assert (
        scoring_noise(planned("mockllm/model"), "mockllm/model", get_model("mockllm/model").api)
        is None
    )
