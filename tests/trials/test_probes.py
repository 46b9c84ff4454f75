"""Probes, known documents and passages: asked aside, kept apart, each missing by itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import MemoryDataset
from inspect_ai.log import list_eval_logs, read_eval_log
from inspect_ai.model import ChatMessage, ChatMessageUser, ModelOutput, get_model

from allegiance.experiment.beside import taken_apart
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.folder import RunFolder, stamp_folder
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.measures.choice import FACTS
from allegiance.pipeline import analyse, report, tabulate
from allegiance.trials import run as running
from allegiance.trials.choose import answer_probe
from allegiance.trials.passages import variants
from allegiance.trials.run import run_trials
from allegiance.trials.samples import chat_messages, known_samples

Answer = Callable[[list[ChatMessageUser]], ModelOutput]


def planned(model: str, **validity: Any) -> Resolved:
    """Two cells of a small scenario in two blocks."""
    return resolve(
        Experiment.model_validate(
            {
                "id": "made-up",
                "scenarios": {"letters": {"factors": {"conflict": ["none", "aligned"]}}},
                "models": [model],
                "blocks": 2,
                "controls": False,
                "answer_form": "letter",
                "validity": {"comprehension": 0, "swapped": 0, "mismatched": False} | validity,
            }
        )
    )


def played(resolved: Resolved, path: Path) -> dict[str, pl.DataFrame]:
    """All tables of what happened."""
    folder = RunFolder(path)
    stamp_folder(folder, resolved)
    run_trials(folder, resolved, quiet=True, request_retries=0)
    assert tabulate(folder.path).complete
    return {path.stem: pl.read_parquet(path) for path in folder.tables.glob("*.parquet")}


def test_what_is_not_asked_for_leaves_the_stamp_alone() -> None:
    """Older runs keep their stamps: nothing new stands in a run without probes."""
    dumped = planned("mockllm/model").model_dump_json()
    assert not any(f'"{field}":' in dumped for field in ("known", "probes", "passages"))
    asked = planned("mockllm/model", probes=1, influence=1).model_dump_json()
    assert all(f'"{field}":' in asked for field in ("known", "probes", "passages"))


def test_probes_of_a_sampled_model_stand_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial's own conversation is the menu alone; an error in a probe is the probe's."""
    resolved = planned("mockllm/model", probes=1, influence=4)
    questions = {probe.text for each in resolved.vignettes.values() for probe in each.probes}
    broken = {each.probe.text for each in resolved.known if each.probe.id == "test"}

    def answer(input: list[ChatMessage], *_: object) -> ModelOutput:
        if any(text in input[-1].text for text in broken):
            raise ConnectionError("gone")
        return ModelOutput.from_content("mockllm/model", "A")

    monkeypatch.setattr(
        running, "get_model", lambda name: get_model(name, custom_outputs=answer, memoize=False)
    )
    tables = played(resolved, tmp_path / "r")
    probes = tables["checks"].filter(check="probe")
    assert set(probes["item"]) == {"author", "set_up", "test"}
    missing = probes.filter(status="missing")
    assert set(missing["item"]) == {"test"}
    assert set(missing["missing_reason"]) == {"model_unreached"}
    known = tables["known"]
    assert known.height == 48
    assert set(known.filter(status="missing")["probe"]) == {"test"}
    assert set(known.filter(status="measured")["unit"]) == {"points of 1"}
    assert tables["passages"].is_empty()
    for info in list_eval_logs(str(tmp_path / "r" / "logs")):
        log = read_eval_log(info.name)
        for sample in log.samples or []:
            said = [message.text for message in sample.messages]
            if log.eval.task.endswith("choose"):
                shown = chat_messages(resolved.vignettes[sample.metadata["vignette"]])
                assert len(said) == len(shown) + 2
            assert not any(question in text for text in said for question in questions)


def test_a_known_document_that_can_not_be_asked_about_says_why(tmp_path: Path) -> None:
    """`answer_probe()` alone: what fails is missing with its reason, the rest is answered."""
    first, *_, last = known_samples(planned("mockllm/model", probes=1))
    assert first.metadata
    wrong = first.metadata["questions"][0]["text"]

    def answer(input: list[ChatMessage], *_: object) -> ModelOutput:
        if wrong in input[-1].text:
            raise ConnectionError("gone")
        return ModelOutput.from_content("mockllm/model", "A")

    model = get_model("mockllm/model", custom_outputs=answer, memoize=False)
    task = Task(dataset=MemoryDataset([first, last]), solver=answer_probe())
    (log,) = inspect_eval(task, model=model, log_dir=str(tmp_path), display="none")
    failed, answered = (sample.store[FACTS] for sample in log.samples or [])
    assert list(failed["missing"].values()) == ["model_unreached"]
    assert not answered["missing"]
    assert answered["questions"]


@pytest.fixture(scope="module")
def exact(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The tables of a run on a tiny model that is scored exactly."""
    resolved = planned(f"allegiance/hf:{tiny_model}", probes=1, influence=3)
    path = tmp_path_factory.mktemp("exact") / "r"
    tables = played(resolved, path)
    analyse(path)
    assert report(path).with_name("realism.html").exists()
    return tables | {path.stem: pl.read_parquet(path) for path in path.glob("tables/*.parquet")}


def test_probes_of_an_exact_model_are_in_nats(exact: dict[str, pl.DataFrame]) -> None:
    """The counted answer's log-score less the other's; no answer is right."""
    probes = exact["checks"].filter(check="probe")
    assert probes.height == 12
    assert probes["right"].is_null().all()
    for row in probes.to_dicts():
        assert row["share"] == pytest.approx(1 / (1 + 2.718281828 ** -row["value"]), abs=1e-6)
        assert {each["answer"] for each in row["shares"]} >= {row["answer"]}
    assert exact["known"]["value"].is_not_null().all()
    assert set(exact["known"]["unit"]) == {"nats"}


def test_passages_are_weighed(exact: dict[str, pl.DataFrame]) -> None:
    """In the vignettes drawn alone; every passage has its three changes."""
    passages = exact["passages"]
    assert passages["trial_id"].n_unique() == 3
    assert set(passages["status"]) == {"measured"}
    for change in ("left_out", "padding", "left_in"):
        assert any(abs(value) > 0 for value in passages[change].to_list())


def test_a_run_is_analysed(exact: dict[str, pl.DataFrame]) -> None:
    """Probes are calibrated, passages summed up, and what no item asks about is said."""
    probes = exact["probes"]
    assert set(probes["probe"]) == {"author", "set_up", "test"}
    assert probes["auc"].is_between(0, 1).all()
    assert probes["n_positive"].to_list() == [8, 8, 8]
    assert exact["influence"].filter(kind="all")["n_trials"].to_list() == [3] * 6
    assert "not measured" in exact["manipulation"]["verdict"]
    assert set(exact["pairwise"]["verdict"]) == {"not measured: no labels"}


def test_conversations_of_a_passage() -> None:
    """Without it, with padding for it, and nothing but it ahead of the neutral message."""
    messages = [ChatMessageUser(content="One.\n\nTwo.\n\nThree."), ChatMessageUser(content="Go.")]
    spans = [{"message": 0, "start": 6, "end": 10, "padding": "Wax."}]
    spans += [{"message": 1, "start": 0, "end": 3, "padding": "Hazel."}]
    told = [
        [[message.text for message in way] for way in ways]
        for ways in variants(messages, spans, "Hello.")
    ]
    assert told == [
        [["One.\n\nThree.", "Go."], ["One.\n\nWax.\n\nThree.", "Go."], ["Two.", "Hello."]],
        [["One.\n\nTwo.\n\nThree."], ["One.\n\nTwo.\n\nThree.", "Hazel."], ["Go.", "Hello."]],
    ]


def test_a_conversation_of_which_nothing_is_left_is_the_neutral_one() -> None:
    """So that what the only passage adds is its change from there."""
    (ways,) = variants(
        [ChatMessageUser(content="Go.")],
        [{"message": 0, "start": 0, "end": 3, "padding": "Wax."}],
        "Hello.",
    )
    assert [message.text for message in ways[0]] == ["Hello."]


@pytest.mark.parametrize(
    ("cells", "blocks", "count"), [(8, 8, 8), (8, 8, 20), (3, 2, 9), (5, 8, 2)]
)
def test_vignettes_taken_apart_are_spread(cells: int, blocks: int, count: int) -> None:
    """As many as asked for, cells and blocks alike in number; the same each time."""
    drawn = taken_apart(cells, blocks, count, seed="1")
    assert len(drawn) == min(count, cells * blocks)
    assert drawn == taken_apart(cells, blocks, count, seed="1")
    times = [sum(cell == each for cell, _ in drawn) for each in range(cells)]
    assert max(times) - min(times) <= 1
