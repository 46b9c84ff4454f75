"""One test for each reason why a trial is missing, by its real cause where there can be one."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from inspect_ai.log import EvalSample
from inspect_ai.model import ModelOutput, get_model

from allegiance.experiment.folder import RunFolder
from allegiance.measures.choice import read_choice, read_missing
from allegiance.missing import MissingReason
from allegiance.tables.logs import read_measurements
from tests.models.tiny import make_tiny_model
from tests.report.synthetic import synthetic_run
from tests.servers.openai import failed, said
from tests.trials.trial import LOOPBACK, play, play_on, trial

Cause = Callable[[Path], EvalSample]


def behind_server(*reply: Any, **settings: Any) -> Cause:
    return lambda folder: play_on(lambda _: reply[0], trial(), folder, **settings)[0]


def nobody_there(folder: Path) -> EvalSample:
    """The port of a server that is gone."""
    model = get_model(LOOPBACK, base_url="http://127.0.0.1:9/v1", api_key="none", memoize=False)
    return play(trial(), model, folder)


def window_too_small(folder: Path) -> EvalSample:
    small = make_tiny_model(folder / "small", window=8)
    return play(trial(), f"allegiance/hf:{small}", folder)


def weights_of_nan(folder: Path) -> EvalSample:
    """A model whose head was filled with what is no number."""
    from safetensors.torch import load_file, save_file

    model = make_tiny_model(folder / "broken")
    weights = load_file(model / "model.safetensors")
    broken = {name: torch.full_like(value, torch.nan) for name, value in weights.items()}
    save_file(broken, model / "model.safetensors", metadata={"format": "pt"})
    return play(trial(), f"allegiance/hf:{model}", folder)


def no_memory(folder: Path) -> EvalSample:
    """No memory is filled for a test: the provider says that there is none."""

    def outputs(*_: Any) -> ModelOutput:
        raise MemoryError

    return play(trial(), get_model("mockllm/model", custom_outputs=outputs), folder)


def too_slow(folder: Path) -> EvalSample:
    async def outputs(*_: Any) -> ModelOutput:
        await asyncio.sleep(30)
        raise AssertionError("the limit did not come")

    model = get_model("mockllm/model", custom_outputs=outputs)
    return play(trial(), model, folder, time_limit=1)


def broken_plan(folder: Path) -> EvalSample:
    """Our own mistake: a plan without texts."""
    return play(trial(texts=None), "mockllm/model", folder)


CAUSES: dict[str, tuple[Cause, str]] = {
    "nobody there": (nobody_there, "model_unreached"),
    "a wrong key": (behind_server(failed(401)), "model_unreached"),
    "too many requests": (behind_server(failed(429)), "model_unreached"),
    "its own fault": (behind_server(failed(500)), "model_error"),
    "a bad request": (behind_server(failed(400)), "model_error"),
    "too long for the service": (
        behind_server(failed(400, code="context_length_exceeded")),
        "context_overflow",
    ),
    "too long for the window": (window_too_small, "context_overflow"),
    "filtered before the model": (behind_server(failed(400, code="content_filter")), "withheld"),
    "filtered after it": (behind_server(said("I", finish="content_filter")), "withheld"),
    "no memory": (no_memory, "out_of_memory"),
    "too many tokens": (behind_server(said("Hm."), token_limit=5), "limit_reached"),
    "no number": (weights_of_nan, "score_not_finite"),
    "ours": (broken_plan, "crashed"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_its_reason(cause: str, tmp_path: Path) -> None:
    """Never facts, never a zero; the log has the error."""
    bring_about, reason = CAUSES[cause]
    sample = bring_about(tmp_path)
    assert read_choice(sample.store) is None
    assert read_missing(sample.store) == reason
    score = (sample.scores or {})["choice_scorer"]
    assert score.value != score.value
    assert sample.error or sample.limit


def test_a_trial_cut_short_by_time_reached_a_limit(tmp_path: Path) -> None:
    """No code of ours runs any more; Inspect's own mark says it."""
    sample = too_slow(tmp_path)
    assert read_choice(sample.store) is None
    assert sample.limit is not None
    assert sample.limit.type == "time"


def test_what_no_log_has_was_not_run(tmp_path: Path) -> None:
    """A planned trial without a sample."""
    folder, resolved = synthetic_run(tmp_path, missing={2: ""})
    found = read_measurements(RunFolder(folder.path), resolved)
    assert found["trial-2"].reason is MissingReason.NOT_RUN


def test_every_reason_is_provoked_here() -> None:
    """A new reason needs a cause in this file."""
    provoked = {reason for _, reason in CAUSES.values()} | {"not_run"}
    assert provoked == {reason.value for reason in MissingReason}
