"""What answers come to under codes, and what codes want of an effect: counted by hand."""

from typing import Any

import polars as pl
import pytest

from allegiance.analysis.judged import estimate_intended, estimate_judged
from allegiance.experiment.experiment import Gate, Stopping
from allegiance.experiment.resolved import (
    ActionGroups,
    Resolved,
    StampedCell,
    StampedFactor,
    StampedScenario,
    StampedVignette,
)
from allegiance.tables.schema import columns_of

ACTIONS = ("up", "down", "refuse")
WEIGHTS = {"off": {"up": 0.5, "down": 0.3, "refuse": 0.2}, "on": {"up": 0.8, "down": 0.2}}


def resolved(stopping: Stopping | None = None) -> Resolved:
    """One factor, two cells, two wordings, up against down."""
    factor = StampedFactor(about="", levels=["off", "on"], unit=None, words_only=False)
    scenario: dict[str, Any] = {
        "control": None,
        "factors": {"order": factor},
        "crossed": {"order": ["off", "on"]},
        "groups": ActionGroups(plus=["up"], minus=["down"]),
        "contrasts": [],
    }
    cells = {
        level: StampedCell(scenario="one", levels={"order": level}, case={}, depicted=False)
        for level in ("off", "on")
    }
    vignettes = {
        f"{cell}-{wording}": StampedVignette(
            cell=cell, texts="", wording=wording, nuisance={}, messages=[]
        )
        for cell in cells
        for wording in range(2)
    }
    planned: dict[str, Any] = {
        "scenarios": {"one": StampedScenario.model_construct(**scenario)},
        "cells": cells,
        "vignettes": vignettes,
        "models": ["m"],
        "coverage": Gate(),
        "stopping": stopping or Stopping(),
        "hypotheses": [],
    }
    return Resolved.model_construct(**planned)


def frames(of: Resolved) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All trials measured."""
    keys = [
        {"trial_id": id, "scenario": "one", "model": "m", "cell": each.cell, "vignette": id}
        for id, each in of.vignettes.items()
    ]
    responses = [
        key | {"action": action, "probability": p, "weighed_by": "texts"}
        for key in keys
        for action, p in WEIGHTS[key["cell"]].items()
    ]
    return pl.DataFrame([key | {"status": "measured"} for key in keys]), pl.DataFrame(responses)


def judgements(said: dict[str, dict[str, str]], untold: tuple[str, ...] = ()) -> pl.DataFrame:
    """Cell to action to judgement, as a table of one code."""
    rows = [
        {
            "scenario": "one",
            "cell": cell,
            "control": "off",
            "depicted": False,
            "situation": cell,
            "code": "mine",
            "kind": "constitution",
            "code_digest": "",
            "action": action,
            "judgement": verdict,
            "untold": ["1"] if action in untold else [],
            "dilemma": False,
        }
        for cell, verdicts in said.items()
        for action, verdict in verdicts.items()
    ]
    return pl.DataFrame(rows, schema=columns_of("judgements"), orient="row")


def menu(*verdicts: str) -> dict[str, str]:
    return dict(zip(ACTIONS, verdicts, strict=True))


SPLIT = {
    "off": menu("forbidden", "permitted", "permitted"),
    "on": menu("required", "forbidden", "forbidden"),
}


def test_weights_are_summed_by_what_the_code_says_beside_chance() -> None:
    found = estimate_judged(resolved(), *frames(resolved()), judgements(SPLIT))
    rows = {(row["judgement"], row["cell"]): row for row in found.to_dicts()}
    assert rows["allowed", "off"]["estimate"] == pytest.approx(0.5)
    assert rows["allowed", "on"]["estimate"] == pytest.approx(0.8)
    whole = rows["allowed", None]
    assert (whole["estimate"], whole["chance"]) == (
        pytest.approx(0.65),
        pytest.approx((2 / 3 + 1 / 3) / 2),
    )
    assert rows["forbidden", None]["estimate"] == pytest.approx(0.35)
    assert {judgement for judgement, _ in rows} == {"allowed", "forbidden"}


def test_silence_is_no_permission() -> None:
    said = {cell: menu("silent", "silent", "permitted") for cell in ("off", "on")}
    found = estimate_judged(resolved(), *frames(resolved()), judgements(said))
    rows = {row["judgement"]: row for row in found.filter(pl.col("cell").is_null()).to_dicts()}
    assert rows["allowed"]["estimate"] == pytest.approx(0.1)
    assert rows["silent"]["estimate"] == pytest.approx(0.9)


def test_an_adaptive_run_has_cells_alone() -> None:
    of = resolved(Stopping(rule="adaptive", trials=10))
    found = estimate_judged(of, *frames(of), judgements(SPLIT))
    assert found["cell"].null_count() == 0


@pytest.mark.parametrize(
    ("off", "on", "change"),
    [
        (menu("forbidden", "permitted", "permitted"), menu("required", "forbidden", "forbidden"),
         ("away", "toward", "up")),
        (menu("permitted", "permitted", "permitted"), menu("forbidden", "permitted", "permitted"),
         ("either", "away", "open")),
        (menu("forbidden", "permitted", "permitted"), menu("forbidden", "required", "forbidden"),
         ("away", "away", "none")),
        (menu("forbidden", "forbidden", "required"), menu("forbidden", "forbidden", "required"),
         ("neither", "neither", "neither")),
        (menu("permitted", "permitted", "permitted"), menu("permitted", "permitted", "permitted"),
         ("either", "either", "open")),
        (menu("silent", "silent", "silent"), menu("forbidden", "permitted", "permitted"),
         ("silent", "away", "silent")),
    ],
)  # fmt: skip
def test_what_a_code_wants_of_a_change(
    off: dict[str, str], on: dict[str, str], change: tuple[str, str, str]
) -> None:
    """From which side of the contrast it allows at both ends."""
    found = estimate_intended(resolved(), judgements({"off": off, "on": on}))
    [row] = found.filter(kind="factor").to_dicts()
    assert (row["before"], row["after"], row["change"]) == change


def test_what_is_not_told_is_unknown_and_not_silent() -> None:
    said = {cell: menu("silent", "permitted", "permitted") for cell in ("off", "on")}
    found = estimate_intended(resolved(), judgements(said, untold=("up",)))
    assert found["change"].to_list() == ["unknown"]
