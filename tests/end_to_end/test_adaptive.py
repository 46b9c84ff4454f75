"""An adaptive run from the command to its table: played to its end, killed, refused."""

import json
import os
import signal
import subprocess
import threading
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from tests.end_to_end.conftest import COMMAND, Run
from tests.servers.openai import Reply, Request, called, failed, is_menu, menu_of, said, serve

MODEL = ("--model", "openai-api/loopback/model")


@pytest.fixture
def aimed(tmp_path: Path) -> Path:
    """Four cells, and two claims that are to be known within a fifth."""
    path = tmp_path / "aimed.yaml"
    path.write_text(
        "id: aimed\n"
        "scenarios:\n"
        "  script: {factors: {conflict: [none, conflicting], prohibition: [none, explicit]}}\n"
        "hypotheses:\n"
        "- {id: ordered, from: {conflict: none}, to: {conflict: conflicting}, half_width: 0.2}\n"
        "- id: forbidden\n"
        "  from: {conflict: conflicting, prohibition: none}\n"
        "  to: {conflict: conflicting, prohibition: explicit}\n"
        "  half_width: 0.2\n"
        "validity: {comprehension: 0, swapped: 0}\n"
        "stopping: {rule: adaptive, trials: 900}\n",
        encoding="utf-8",
    )
    return path


def by_its_words(request: Request) -> Reply:
    """Some option of the menu, always the same of the same one."""
    if not is_menu(request):
        return said("OK")
    letters = sorted(menu_of(request))
    digest = sha256(json.dumps(request["messages"]).encode()).digest()
    return called(letters[digest[0] % len(letters)])


def rounds(run: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((run / "rounds").glob("*.json"))]


def claims(run: Path) -> pl.DataFrame:
    effects = pl.read_parquet(run / "tables" / "effects.parquet")
    return effects.filter(kind="hypothesis").sort("factor")


def test_it_is_played_until_every_half_width_is_reached(
    allegiance: Run, aimed: Path, tmp_path: Path
) -> None:
    """Round after round; what is claimed is told with what it was aimed at."""
    with serve(by_its_words) as server:
        found = allegiance("run", aimed, *MODEL, "--out", "r", env=server.env())
        asked = len(server.asked)
        again = allegiance("run", aimed, *MODEL, "--out", "r", env=server.env())
    assert found.returncode == 0, found.stdout + found.stderr
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(server.asked) == asked
    assert "at most 900 trials" in found.stdout
    assert json.loads(rounds(tmp_path / "r")[-1]) == {"why": "every half-width was reached"}
    told = claims(tmp_path / "r")
    assert told["remark"].str.contains("half-width 0.2 reached").all()
    assert told["estimator"].str.contains("group-sequential, look 4 of 4").all()
    assert set(told["scope"]) == {"these wordings only"}
    assert told["confirmatory"].all()
    widths = (told["ci_high"] - told["ci_low"]) / 2
    assert widths.max() <= 0.2 + 1e-9  # type: ignore[operator]
    assert (told["bound_low"] == told["estimate"]).all() or told["coverage"].min() == 1.0
    trials = pl.read_parquet(tmp_path / "r" / "tables" / "trials.parquet")
    assert trials["trial_id"].is_unique().all()
    drawn = [each for one in rounds(tmp_path / "r")[:-1] for each in json.loads(one)["trials"]]
    assert sorted(trials["trial_id"]) == sorted(drawn)
    crossings = pl.read_parquet(tmp_path / "r" / "tables" / "crossings.parquet")
    assert crossings.is_empty()
    assert trials.filter(control="up").height == 8  # the positive control: once in each block


def test_killed_it_draws_the_same_rounds_again(
    allegiance: Run, aimed: Path, tmp_path: Path
) -> None:
    """SIGKILL in the middle of a round, then the same command: as if nothing had been."""
    reached, count = threading.Event(), 0

    def counted(request: Request) -> Reply:
        nonlocal count
        count += is_menu(request)
        if count > 100:
            reached.set()
        return by_its_words(request)

    with serve(counted) as server:
        command = [str(COMMAND), "run", str(aimed), *MODEL, "--out", "killed", "--quiet"]
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, **server.env()},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        assert reached.wait(timeout=200)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "killed" / "rounds" / "end.json").exists()
        left = allegiance("check", "killed")
        assert left.returncode == 2
        assert "further rounds are to follow" in left.stdout + left.stderr
        for out in ("killed", "whole"):
            found = allegiance("run", aimed, *MODEL, "--out", out, "--quiet", env=server.env())
            assert found.returncode == 0, found.stdout + found.stderr
    assert rounds(tmp_path / "killed") == rounds(tmp_path / "whole")
    columns = ("factor", "estimate", "ci_low", "ci_high", "p")
    assert claims(tmp_path / "killed")[columns].equals(claims(tmp_path / "whole")[columns])


def test_a_round_below_the_gate_is_not_built_upon(
    allegiance: Run, aimed: Path, tmp_path: Path
) -> None:
    """A provider that fails: one round, tried again by the next command, and no second one."""
    with serve(lambda r: failed(400, "no") if is_menu(r) else said("OK")) as server:
        found = allegiance("run", aimed, *MODEL, "--out", "r", "--quiet", env=server.env())
        assert found.returncode == 2
        assert len(rounds(tmp_path / "r")) == 1
    with serve(by_its_words) as server:
        again = allegiance("run", aimed, *MODEL, "--out", "r", "--quiet", env=server.env())
    assert again.returncode == 0, again.stdout + again.stderr


def test_an_edited_round_and_too_few_trials_are_told(
    allegiance: Run, aimed: Path, tmp_path: Path
) -> None:
    """By place and field."""
    aimed.write_text(aimed.read_text("utf-8").replace("trials: 900", "trials: 20"), "utf-8")
    with serve(by_its_words) as server:
        found = allegiance("run", aimed, *MODEL, "--out", "r", "--quiet", env=server.env())
    assert found.returncode == 1
    assert "stopping.trials: the first round alone takes" in found.stderr
    place = tmp_path / "r" / "rounds"
    place.mkdir()
    for content, told in (("{}", "can't be read as a round"), (_other_round(), "none of this run")):
        (place / "0001.json").write_text(content, "utf-8")
        refused = allegiance("check", "r")
        assert refused.returncode == 1
        assert "0001.json" in refused.stderr
        assert told in refused.stderr


def _other_round() -> str:
    return json.dumps({"number": 1, "stamp": "of another", "parts": [], "trials": {}})


def test_an_exactly_scored_run_counts_a_set_again_without_scoring_it(
    allegiance: Run, aimed: Path, tmp_path: Path, tiny_model: Path
) -> None:
    """There are 64 vignettes, however many draws; where they all may be played it is refused."""
    model = ("--model", f"allegiance/hf:{tiny_model}")
    text = aimed.read_text("utf-8").replace("half_width: 0.2", "half_width: 5")
    aimed.write_text(f"{text}controls: false\nblocks: 16\n", "utf-8")
    refused = allegiance("run", aimed, *model, "--out", "r", "--quiet")
    assert refused.returncode == 1
    assert "stopping: an adaptive run of up to 900 trials" in refused.stderr
    aimed.write_text(aimed.read_text("utf-8").replace("trials: 900", "trials: 63"), "utf-8")
    found = allegiance("run", aimed, *model, "--out", "r", "--quiet")
    assert found.returncode == 0, found.stdout + found.stderr
    trials = pl.read_parquet(tmp_path / "r" / "tables" / "trials.parquet")
    drawn = [draw for one in rounds(tmp_path / "r")[:-1] for draw in json.loads(one)["parts"]]
    assert trials.height <= 63 < 2 * sum(len(part["draws"]) for part in drawn)
    assert claims(tmp_path / "r")["unit"].to_list() == ["nats"] * 2
    assert (tmp_path / "r" / "report" / "index.html").exists()
