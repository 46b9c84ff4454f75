"""The Inspect task by itself, as Inspect's own users run it."""

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval

from allegiance import choose
from allegiance.measures.choice import FACTS
from tests.trials.trial import QUIET, play, trial

EXPERIMENT = """
id: made-up
scenarios:
  letters: {factors: {conflict: [none, aligned]}}
blocks: 2
"""


@pytest.fixture
def experiment(tmp_path: Path) -> str:
    """A file with two cells and a control in two blocks."""
    (tmp_path / "made-up.yaml").write_text(EXPERIMENT, encoding="utf-8")
    return str(tmp_path / "made-up.yaml")


def test_the_task_is_played_by_the_model_of_the_evaluation(experiment: str, tmp_path: Path) -> None:
    """Each trial is a sample with an id of its own, and one epoch."""
    (log,) = eval(
        choose(experiment), model="mockllm/model", log_dir=str(tmp_path / "logs"), **QUIET
    )
    assert log.status == "success"
    samples = log.samples or []
    assert len({sample.id for sample in samples}) == len(samples) == 8
    assert {sample.epoch for sample in samples} == {1}
    assert all(sample.metadata["factor.conflict"] in ("none", "aligned") for sample in samples)


def test_solver_and_scorer_fit_together(tmp_path: Path) -> None:
    """What the solver writes into the store, the scorer reads: here, a menu unanswered."""
    sample = play(trial(), "mockllm/model", tmp_path)
    assert sample.store[FACTS]["choice"] is None
    assert sorted(sample.store[FACTS]["shown"]) == ["ask", "hide", "tell"]
    scores: Any = (sample.scores or {})["choice_scorer"].value
    assert (scores["admissible"], scores["subvert"]) == (0.0, 0.0)
