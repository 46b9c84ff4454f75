"""Two factors crossed: the means that an interaction is made of."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from allegiance.analysis.crossings import crossings, estimate_crossings
from allegiance.analysis.effects import estimate_effects
from allegiance.experiment.experiment import Design
from tests.analysis.made_up import made_up

FACTORS = {"goal": ["none", "conflict"], "threat": ["none", "there", "soon"], "exit": ["no", "yes"]}
PLACE = {"goal": "conflict", "threat": "there"}
CLAIM: dict[str, Any] = {
    "id": "both",
    "from": {"goal": "none", "threat": "there"},
    "to": {"goal": "conflict", "threat": "there"},
    "less": {
        "from": {"goal": "none", "threat": "none"},
        "to": {"goal": "conflict", "threat": "none"},
    },
}


def value(scenario: str, model: str, levels: Mapping[str, str], wording: int) -> float | None:
    """One nat for the goal, two for both; wordings differ, and shift what exit does."""
    goal, threat = levels["goal"] == "conflict", levels["threat"] == "there"
    return goal + 2.0 * (goal and threat) + 0.1 * wording + 0.3 * (levels["exit"] == "yes")


def means(**how: Any) -> pl.DataFrame:
    return estimate_crossings(*made_up(FACTORS, value, **how))


def test_means_are_over_the_cells_alike_in_all_else() -> None:
    """Four and more: two cells each, of which every wording is averaged."""
    found = means()
    assert found["across"].unique().to_list() == ["goal"]
    assert found["by"].unique().to_list() == ["threat"]
    assert found.height == 6
    (row,) = found.filter(level="conflict", line="there").to_dicts()
    assert row["estimate"] == pytest.approx(1 + 2 + 0.35 + 0.15)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["cells"] == ["one-conflict-there-no", "one-conflict-there-yes"]
    assert (row["unit"], row["chance"], row["n_wordings"]) == ("nats", None, 8)


def test_the_means_of_a_claim_give_its_effect() -> None:
    """To less from, there less elsewhere: the interaction that the table of effects has."""
    run = made_up(FACTORS, value, hypotheses=[CLAIM])
    at = {
        (row["level"], row["line"]): row["estimate"] for row in estimate_crossings(*run).to_dicts()
    }
    told = estimate_effects(*run).filter(kind="hypothesis")["estimate"][0]
    steps = {line: at["conflict", line] - at["none", line] for line in ("there", "none")}
    assert steps["there"] - steps["none"] == pytest.approx(told)
    assert ("none", "soon") in at, "all levels of the pair, not the claim's two alone"


def test_a_claim_that_moves_two_factors_has_its_four_places() -> None:
    """From and to, of the contrast and of what is taken off."""
    claim = CLAIM | {
        "less": {
            "from": {"goal": "none", "threat": "none"},
            "to": {"goal": "none", "threat": "there"},
        }
    }
    found = means(hypotheses=[claim])
    assert found["level"].to_list() == ["from", "to", "from", "to"]
    assert found["line"].n_unique() == 2
    assert found["hypothesis"].to_list() == ["both"] * 4


def test_a_place_that_was_not_played_has_no_row() -> None:
    """Nor have the others cells that have no like elsewhere."""
    found = means(keep=lambda cell: not (PLACE.items() <= cell.items() and cell["exit"] == "yes"))
    assert {tuple(row) for row in found.select("level", "line").rows()} >= {("conflict", "there")}
    assert all(cell.endswith("no") for cells in found["cells"] for cell in cells)
    less = means(keep=lambda cell: not PLACE.items() <= cell.items())
    assert less.filter(level="conflict", line="there").is_empty()


def test_what_is_missing_lowers_coverage_and_is_no_zero() -> None:
    """A mean of what is there; below the gate it is withheld."""

    def gappy(scenario: str, model: str, levels: Mapping[str, str], wording: int) -> float | None:
        lost = PLACE.items() <= levels.items() and wording < 4
        return None if lost else value(scenario, model, levels, wording)

    found = estimate_crossings(*made_up(FACTORS, gappy))
    (row,) = found.filter(level="conflict", line="there").to_dicts()
    assert row["estimate"] == pytest.approx(3 + 0.55 + 0.15)
    assert (row["n_trials"], row["n_planned"], row["withheld"]) == (8, 16, True)
    assert row["bound_high"] == float("inf")


def test_one_factor_has_no_crossing() -> None:
    run = made_up({"goal": ["none", "conflict"], "exit": ["no"]}, value_of_goal)
    assert crossings(run[0], "one") == ()
    assert estimate_crossings(*run).is_empty()


def value_of_goal(scenario: str, model: str, levels: Mapping[str, str], wording: int) -> float:
    return float(levels["goal"] == "conflict") + 0.1 * wording


@pytest.mark.parametrize("stated", [True, False])
def test_a_fraction_is_read_off_in_its_model(*, stated: bool) -> None:
    """Where it holds the interaction, and else not at all: raw means would mix in other effects."""
    two = {name: ["no", "yes"] for name in "abc"}
    estimable = (("a", "b"),) if stated else ()
    design = Design(kind="optimal", estimable=estimable, cells=7 if stated else 5)

    def of_two(scenario: str, model: str, levels: Mapping[str, str], wording: int) -> float:
        a, b, c = (levels[name] == "yes" for name in "abc")
        return a + 2.0 * (a and b) + 5.0 * c + 0.1 * wording

    def keep(levels: Mapping[str, str]) -> bool:
        return levels != {"a": "yes", "b": "yes", "c": "yes"}

    found = estimate_crossings(*made_up(two, of_two, design=design, keep=keep))
    if not stated:
        assert found.is_empty()
        return
    at = {(row["level"], row["line"]): row["estimate"] for row in found.to_dicts()}
    assert at["yes", "yes"] == pytest.approx(3 + 2.5 + 0.35)
    assert at["no", "no"] == pytest.approx(2.5 + 0.35)
