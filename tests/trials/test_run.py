"""Trials through Inspect: menus in balanced order, failures typed, none a zero."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from inspect_ai.log import list_eval_logs, read_eval_log
from inspect_ai.model import ChatMessageUser, ModelOutput, get_model

from allegiance.experiment.experiment import Experiment
from allegiance.experiment.folder import RunFolder, stamp_folder
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.pipeline import analyse, tabulate
from allegiance.tables.coverage import Coverage
from allegiance.trials import run as running
from allegiance.trials.run import run_trials

Answer = Callable[[list[ChatMessageUser]], ModelOutput]


@pytest.fixture
def resolved() -> Resolved:
    """Two cells and a control, in two blocks, for a model that is made up."""
    return resolve(
        Experiment.model_validate(
            {
                "id": "made-up",
                "scenarios": {
                    "shelf": {
                        "factors": {
                            "conflict": ["none", "conflicting"],
                            "order": ["nothing", "deny"],
                        }
                    }
                },
                "models": ["mockllm/model"],
                "blocks": 2,
                "answer_form": "letter",
                "validity": {"swapped": 0},
            }
        )
    )


@pytest.fixture
def play(
    tmp_path: Path, resolved: Resolved, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Answer], tuple[Coverage, pl.DataFrame]]:
    """Play all trials with a model that answers as told; coverage and trials."""

    def played(answer: Answer) -> tuple[Coverage, pl.DataFrame]:
        def outputs(input: list[ChatMessageUser], *_: object) -> ModelOutput:
            return answer(input)

        def made(name: str) -> object:
            return get_model(name, custom_outputs=outputs, memoize=False)

        monkeypatch.setattr(running, "get_model", made)
        folder = RunFolder(tmp_path / "r")
        stamp_folder(folder, resolved)
        run_trials(folder, resolved, quiet=True, request_retries=0)
        coverage = tabulate(folder.path)
        analyse(folder.path)
        return coverage, pl.read_parquet(folder.tables / "trials.parquet")

    return played


def say(words: str) -> ModelOutput:
    return ModelOutput.from_content("mockllm/model", words)


def test_menus_are_balanced_and_lettered(play, tmp_path: Path) -> None:
    """Whoever always says A chooses another action in each block; the menu stands last."""
    seen: list[str] = []

    def first(input: list[ChatMessageUser]) -> ModelOutput:
        seen.append(input[-1].text)
        return say("A")

    coverage, _ = play(first)
    assert coverage.complete
    assert all("\nA. " in menu and "\nB. " in menu for menu in seen)
    responses = pl.read_parquet(tmp_path / "r" / "tables" / "responses.parquet")
    per_cell = responses.group_by("cell").agg(pl.col("action").n_unique())
    assert set(per_cell["action"]) == {2}
    assert responses["probability"].unique().to_list() == [1.0]


def test_babble_is_a_lapse_not_missing(play, tmp_path: Path) -> None:
    """What the model did is measured, be it nonsense."""
    coverage, _ = play(lambda _: say("Well, it depends."))
    assert coverage.complete
    responses = pl.read_parquet(tmp_path / "r" / "tables" / "responses.parquet")
    assert responses["action"].is_null().all()
    assert responses["stance"].unique().to_list() == ["lapse"]


def test_a_failed_request_is_missing_with_its_reason(play, tmp_path: Path) -> None:
    """Half of the requests fail: half are missing, and no effect is headlined."""
    calls = iter(range(100))

    def sometimes(_: list[ChatMessageUser]) -> ModelOutput:
        if next(calls) % 2:
            raise ConnectionError("refused")
        return say("A")

    coverage, trials = play(sometimes)
    assert coverage.reasons == {"model_unreached": coverage.planned // 2}
    assert not coverage.enough
    missing = trials.filter(status="missing")
    assert missing["missing_reason"].unique().to_list() == ["model_unreached"]
    responses = pl.read_parquet(tmp_path / "r" / "tables" / "responses.parquet")
    assert set(responses["trial_id"]) == set(trials.filter(status="measured")["trial_id"])


def test_running_again_runs_just_what_failed(play, tmp_path: Path) -> None:
    """Answers that were there stay; the log that failed no longer counts."""
    down = iter([True] * 3)

    def once_down(_: list[ChatMessageUser]) -> ModelOutput:
        if next(down, False):
            raise ConnectionError("refused")
        return say("B")

    first, _ = play(once_down)
    assert first.reasons == {"model_unreached": 3}
    asked: list[str] = []

    def up(input: list[ChatMessageUser]) -> ModelOutput:
        asked.append(input[-1].text)
        return say("B")

    second, trials = play(up)
    assert second.complete
    assert len(asked) == 3
    assert trials["trial_id"].is_unique().all()


def test_the_log_says_how_it_went(play, tmp_path: Path) -> None:
    """A log with failures is an error, and carries the stamp of its experiment."""

    def never(_: list[ChatMessageUser]) -> ModelOutput:
        raise ConnectionError("refused")

    play(never)
    (info,) = list_eval_logs(str(tmp_path / "r" / "logs"))
    log = read_eval_log(info.name)
    assert log.status == "error"
    assert (log.eval.metadata or {})["stamp"]
    ids = [sample.id for sample in log.samples or ()]
    assert len(set(ids)) == len(ids) > 0


def test_inspect_needs_no_network_to_count_tokens(play) -> None:
    """A provider without a count of its own gets an estimate by length."""
    coverage, trials = play(lambda _: say("A"))
    assert coverage.complete
    assert (trials["tokens"] > 50).all()
