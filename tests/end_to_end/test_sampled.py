"""A sampled run from the command to its tables, behind a real server."""

import csv
import json
from pathlib import Path

import polars as pl

from tests.end_to_end.conftest import Run
from tests.servers.openai import Reply, Request, called, failed, is_menu, said, serve

MODEL = ("--model", "openai-api/loopback/model")


def second(request: Request) -> Reply:
    """Take whatever stands second on the menu."""
    return called("B", "It is second.") if is_menu(request) else said("OK")


def test_a_model_behind_an_api_is_played_to_a_report(
    allegiance: Run, small: Path, tmp_path: Path
) -> None:
    """By tool calls, menus asked again where planned; a second run asks only who is there."""
    with small.open("a", encoding="utf-8") as file:
        file.write("validity: {comprehension: 0, swapped: 1}\n")
    with serve(second) as server:
        found = allegiance("run", small, *MODEL, "--out", "r", env=server.env())
        again = allegiance("run", small, *MODEL, "--out", "r", env=server.env())
    assert found.returncode == 0, found.stdout + found.stderr
    assert again.returncode == 0, again.stdout + again.stderr
    menus = [request for request in server.asked if is_menu(request)]
    assert len(menus) == 8 + 4  # the control is not asked again
    assert all(request["tools"] for request in menus)
    responses = pl.read_parquet(tmp_path / "r" / "tables" / "responses.parquet")
    assert responses["method"].unique().to_list() == ["sampled"]
    assert responses["probability"].unique().to_list() == [1.0]
    assert (tmp_path / "r" / "report" / "index.html").exists()


def test_the_form_can_be_chosen(allegiance: Run, small: Path) -> None:
    """On the command line, for one run."""

    def in_json(_: Request) -> Reply:
        return said('{"option": "A", "reason": "First."}')

    with serve(in_json) as server:
        command = ("run", small, *MODEL, "--answer-form", "json", "--out", "r")
        found = allegiance(*command, env=server.env())
    assert found.returncode == 0, found.stdout + found.stderr
    assert not any("tools" in request for request in server.asked)
    wrong = allegiance("run", small, *MODEL, "--answer-form", "poem", "--out", "r2")
    assert wrong.returncode == 1
    assert "letter" in wrong.stderr


def test_a_run_is_labelled_and_corrected(allegiance: Run, small: Path, tmp_path: Path) -> None:
    """A sheet is drawn, filled in, kept by the next run, and mends the rates that it is about."""
    with serve(second) as server:
        command = ("run", small, *MODEL, "--label", "4", "--out", "r")
        found = allegiance(*command, env=server.env())
        assert found.returncode == 0, found.stdout + found.stderr
        assert "4 trials to label" in found.stdout
        assert "Judge error unknown: no labels" in found.stdout
        sheet = tmp_path / "r" / "labels" / "to_label.csv"
        with sheet.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["chance"] for row in rows] == ["1.0"] * 4
        assert all("\nB. " in row["shown"] and "It is second." in row["answered"] for row in rows)
        with sheet.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(row | {"label": "1", "labeller": "ann"} for row in rows)
        again = allegiance(*command, env=server.env())
    assert again.returncode == 0, again.stdout + again.stderr
    assert "holds labels, left as it is" in again.stdout
    assert "Corrected by 4 labels" in again.stdout
    corrections = pl.read_parquet(tmp_path / "r" / "tables" / "corrections.parquet")
    arms = corrections.filter(kind="arm", method="prediction-powered")
    assert arms["estimate"].to_list() == [1.0, 1.0]
    sheet.write_text(sheet.read_text("utf-8").replace(",1,ann", ",maybe,ann", 1), "utf-8")
    wrong = allegiance("analyze", "r")
    assert wrong.returncode == 1
    assert "to_label.csv:2: label: " in wrong.stderr
    assert len(wrong.stderr.strip().splitlines()) == 2


def test_a_refused_key_costs_no_trial(allegiance: Run, small: Path, tmp_path: Path) -> None:
    """One clear line, exit code 1, no log."""
    with serve(lambda _: failed(401, "bad key")) as server:
        found = allegiance("run", small, *MODEL, "--out", "r", env=server.env())
    assert found.returncode == 1
    for words in ("openai-api/loopback/model", "401", "LOOPBACK_API_KEY"):
        assert words in found.stderr
    assert "Traceback" not in found.stderr
    assert len(found.stderr.strip().splitlines()) == 2
    assert not list((tmp_path / "r").rglob("*.eval"))
    assert len(server.asked) == 1


def test_models_are_listed_with_what_they_need(allegiance: Run, tmp_path: Path) -> None:
    """For people and for machines; nothing is fetched."""
    env = {"OPENAI_API_KEY": "", "ALLEGIANCE_CACHE": str(tmp_path / "empty")}
    listed = allegiance("models", "list", env=env)
    assert listed.returncode == 0, listed.stderr
    for words in ("openai/MODEL", "export OPENAI_API_KEY=...", "allegiance models pull"):
        assert words in listed.stdout
    rows = json.loads(allegiance("models", "list", "--json", env=env).stdout)
    states = {row["models"]: row["ready"] for row in rows}
    assert states["mockllm/model"]
    assert not states["openai/MODEL"]
    assert not (tmp_path / "empty").exists()
