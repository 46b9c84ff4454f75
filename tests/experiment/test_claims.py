"""What an experiment claims is checked against what it plays, before anything is spent."""

from typing import Any

import pytest

from allegiance.errors import UserError
from allegiance.experiment.cells import played_of
from allegiance.experiment.experiment import Exclusion, Experiment, Stopping
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved

THREE = {"goal_conflict": ["none", "explicit"], "threat": ["none", "removal"]}
RETRAIN = {
    "at": {"request": "harmful"},
    "factors": {**THREE, "oversight": ["watched", "unwatched"]},
}
THREAT = {"id": "t", "from": {"threat": "none"}, "to": {"threat": "removal"}}
UNDER = {
    "id": "u",
    "from": {"goal_conflict": "explicit", "threat": "none"},
    "to": {"goal_conflict": "explicit", "threat": "removal"},
}
INTERACTION = {
    **UNDER,
    "less": {
        "from": {"goal_conflict": "none", "threat": "none"},
        "to": {"goal_conflict": "none", "threat": "removal"},
    },
}
HALF = {"kind": "fraction", "resolution": 3}


def resolved(**changes: object) -> Resolved:
    content: dict[str, object] = {
        "id": "one",
        "scenarios": {"retrain": RETRAIN},
        "blocks": 2,
        "controls": False,
        "validity": {"comprehension": 0, "mismatched": False},
    }
    return resolve(Experiment.model_validate(content | changes))


KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "full": ({}, 8),
    "fraction": (HALF, 4),
    "optimal": ({"kind": "optimal", "cells": 5}, 5),
    "optimal, the fewest": ({"kind": "optimal"}, 4),
    "counterfactual": ({"kind": "counterfactual"}, 4),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_design_says_which_cells_are_played(kind: str) -> None:
    """By its kind; the rest of each cell as it is held."""
    design, count = KINDS[kind]
    found = resolved(design=design)
    assert len(found.cells) == count
    assert {cell.levels["request"] for cell in found.cells.values()} == {"harmful"}
    assert found.estimator == ("model" if kind[:3] in ("fra", "opt") else "paired")
    assert found.stamp == resolved(design=design).stamp


def test_a_ladder_has_all_rungs() -> None:
    shelf = {
        "at": {"conflict": "conflicting"},
        "factors": {"order": ["prefer", "deny"], "stakes": [2]},
    }
    found = resolved(scenarios={"shelf": shelf}, design={"kind": "ladder"})
    assert len(found.cells) == 2 * 7
    assert len(found.scenarios["shelf"].crossed["stakes"]) == 7


def test_a_hypothesis_finds_its_scenarios() -> None:
    """All that have its factors and can tell it; or those that it names, by any of their names."""
    both = {"core/retrain": RETRAIN, "shelf": {"factors": {"prohibition": ["none", "explicit"]}}}
    found = resolved(scenarios=both, hypotheses=[THREAT])
    assert found.hypotheses[0].scenarios == ("retrain",)
    named = resolved(scenarios=both, hypotheses=[{**THREAT, "scenarios": ["core/retrain"]}])
    assert named.hypotheses[0].scenarios == ("retrain",)
    assert resolved(hypotheses=[INTERACTION]).hypotheses[0].less is not None


def test_a_scenario_that_holds_a_factor_still_is_passed_over() -> None:
    """Both have `stakes`; one varies it."""
    denied = {"conflict": "conflicting", "order": "deny"}
    both = {"shelf": {"at": denied, "factors": {"stakes": [2, 200]}}, "retrain": RETRAIN}
    claim = {"id": "s", "from": {"stakes": 2}, "to": {"stakes": 200}}
    found = resolved(scenarios=both, hypotheses=[claim])
    assert found.hypotheses[0].scenarios == ("shelf",)


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "scenario": (
        {"hypotheses": [{**THREAT, "scenarios": ["retrian"]}]},
        "hypotheses.t.scenarios", 'Did you mean "retrain"',
    ),
    "factor": (
        {"hypotheses": [{"id": "t", "from": {"thraet": "none"}, "to": {"thraet": "removal"}}]},
        "hypotheses.t.thraet", 'Did you mean "threat"',
    ),
    "level": (
        {"hypotheses": [{"id": "t", "from": {"threat": "none"}, "to": {"threat": "removed"}}]},
        "hypotheses.t.threat", 'Did you mean "removal"',
    ),
    "level of a named scenario": (
        {"hypotheses": [{"id": "t", "scenarios": ["retrain"], "from": {"threat": "none"},
                         "to": {"threat": "removed"}}]},
        "hypotheses.t.threat", 'Did you mean "removal"',
    ),
    "outcome": (
        {"hypotheses": [{**THREAT, "outcome": "subverted"}]},
        "hypotheses.t.outcome", 'Did you mean "subvert"',
    ),
    "twice": ({"hypotheses": [THREAT, THREAT]}, "hypotheses.t", "stands twice"),
    "nothing": (
        {"hypotheses": [{"id": "t", "from": {"threat": "none"}, "to": {"threat": "none"}}]},
        "hypotheses.t", "nothing changes",
    ),
    "no scenario has all its factors": (
        {"scenarios": {"retrain": RETRAIN, "shelf": {"factors": {}}},
         "hypotheses": [{"id": "t", "from": {"threat": "none", "order": "nothing"},
                         "to": {"threat": "removal", "order": "nothing"}}]},
        "hypotheses.t", "has all of its factors",
    ),
    "no cells": (
        {"hypotheses": [{"id": "t", "from": {"threat": "none"}, "to": {"threat": "restriction"}}]},
        "hypotheses.t", "no cell is played at threat=restriction",
    ),
    "no cells of a stated contrast": (
        {"scenarios": {"retrain": {**RETRAIN, "contrasts": [
            {"id": "c", "from": {"threat": "none"}, "to": {"threat": "restriction"}}]}}},
        "scenarios.retrain.contrasts.c", "no cell is played at threat=restriction",
    ),
    "aliased": (
        {"design": {**HALF, "estimable": [["goal_conflict", "threat"]]}},
        "design.estimable", "tells goal_conflict, threat, oversight and goal_conflict x threat",
    ),
    "an interaction that the design takes as nil": (
        {"design": HALF, "hypotheses": [INTERACTION]},
        "hypotheses.u", "goal_conflict x threat, which the design takes to be nil",
    ),
    "a simple effect of a fraction": (
        {"design": HALF, "hypotheses": [UNDER]}, "hypotheses.u", "takes in goal_conflict x threat",
    ),
    "resolution": ({"design": {**HALF, "resolution": 5}}, "design.resolution", "full crossing"),
    "impossible fraction": (
        {"scenarios": {"retrain": {"at": {"request": "harmful"}, "factors": {
            **THREE, "threatened": ["self", "another_model"]}}}, "design": HALF},
        "design.kind", "impossible cell",
    ),
    "too few cells": ({"design": {"kind": "optimal", "cells": 3}}, "design.cells", "too few"),
    "no numeric factor": ({"design": {"kind": "ladder"}}, "design.kind", "one numeric factor"),
    "no counterfactual": (
        {"scenarios": {"retrain": {"at": {"request": "harmful"}, "factors": {
            **THREE, "threatened": ["self", "another_model"]}}},
         "design": {"kind": "counterfactual"}},
        "design.kind", "in threatened alone",
    ),
    "too few wordings": ({"blocks": 1, "hypotheses": [THREAT]}, "blocks", "too few"),
    "wordings left out": (
        {"hypotheses": [THREAT], "exclusions": [{"why": "odd", "wordings": [0]}]},
        "blocks", "1 wording is too few",
    ),
    "all cells left out": (
        {"hypotheses": [THREAT], "exclusions": [{"why": "odd", "levels": {"threat": "removal"}}]},
        "hypotheses.t", "no cell is played at threat=removal",
    ),
    "exclusion of no scenario": (
        {"exclusions": [{"why": "odd", "scenarios": ["shelf"], "wordings": [0]}]},
        "exclusions[0].scenarios", "no scenario",
    ),
    "exclusion of no level": (
        {"exclusions": [{"why": "odd", "levels": {"threat": "removed"}}]},
        "exclusions[0].levels.threat", 'Did you mean "removal"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_can_not_be_told_is_refused(why: str) -> None:
    """In one line with its field, and another with the mend."""
    changes, field, said = REFUSED[why]
    with pytest.raises(UserError) as refused:
        resolved(**changes)
    assert refused.value.field == field
    assert said in str(refused.value)
    assert refused.value.mend
    assert "\n" not in refused.value.problem + refused.value.mend


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ({"kind": "full", "resolution": 3}, "`resolution` says nothing"),
        ({"kind": "fraction", "cells": 4}, "`cells` says nothing"),
        ({"kind": "ladder", "estimable": [["a", "b"]]}, "`estimable` says nothing"),
    ],
)
def test_a_field_of_another_kind_is_refused(design: dict[str, Any], said: str) -> None:
    """Passing it over would play something else than was asked for."""
    with pytest.raises(ValueError, match=said):
        resolved(design=design)


def test_an_aliased_claim_of_an_optimal_design_is_refused() -> None:
    """Levels that impossible cells tie together, in a model that holds both."""
    shelf = {"factors": {"conflict": ["none", "conflicting"], "order": ["nothing", "prefer"]}}
    with pytest.raises(UserError, match="no set of possible cells tells conflict and order"):
        resolved(scenarios={"shelf": shelf}, design={"kind": "optimal", "cells": 3})


CHANGES: list[dict[str, Any]] = [
    {"hypotheses": [THREAT]},
    {"hypotheses": [{**THREAT, "direction": "up"}]},
    {"hypotheses": [{**THREAT, "outcome": "subvert"}]},
    {"exclusions": [{"why": "odd", "levels": {"threat": "removal"}}]},
    {"read_out": {"texts": "log_mean_exp"}},
    {"design": {"kind": "optimal", "cells": 8}},
]


def test_all_that_is_fixed_beforehand_is_in_the_stamp() -> None:
    """Contrast, direction, outcome, read-out, exclusions, estimator and stopping."""
    found = [resolved(**each) for each in [{}, *CHANGES]]
    found.append(found[0].model_copy(update={"stopping": Stopping(rule="adaptive", trials=99)}))
    assert len({each.stamp for each in found}) == len(found)


AIMED = {**THREAT, "half_width": 0.1}


def rounds(trials: int) -> dict[str, object]:
    return {"rule": "adaptive", "trials": trials}


UNENDING: list[tuple[dict[str, Any], str]] = [
    ({"hypotheses": [THREAT]}, "hypotheses: an adaptive run without a half-width has no end"),
    ({"stopping": {"rule": "adaptive"}}, "stopping.trials: .* needs a most number of trials"),
    (
        {"hypotheses": [AIMED, {**AIMED, "id": "other", "outcome": "refuse"}]},
        "hypotheses: an adaptive run goes by one outcome",
    ),
    ({"hypotheses": [{**AIMED, "outcome": "missing"}]}, "can't go by what is missing"),
    ({"design": {"kind": "optimal", "cells": 8}}, "design.kind: a design of kind optimal"),
    ({"replicates": 2}, "replicates: an adaptive run decides itself"),
    (
        {"exclusions": [{"why": "odd", "levels": {"threat": "removal"}}]},
        "exclusions: an adaptive run would draw what is excluded",
    ),
]


@pytest.mark.parametrize(("change", "told"), UNENDING)
def test_an_adaptive_run_without_an_aim_or_an_end_is_refused(
    change: dict[str, Any], told: str
) -> None:
    """In one line, with the field that lacks."""
    given = {"hypotheses": [AIMED], "models": ["mockllm/model"], "stopping": rounds(99)} | change
    with pytest.raises(UserError, match=told):
        resolved(**given)


@pytest.mark.parametrize(
    ("models", "fit"),
    [
        (("allegiance/smollm2",), 16),
        (("allegiance/smollm2", "mockllm/model"), 16),
        (("allegiance/smollm2", "allegiance/hf:other"), 32),
    ],
)
def test_an_adaptive_run_that_could_score_everything_is_refused(
    models: tuple[str, ...], fit: int
) -> None:
    """Sixteen vignettes: scored once each, they leave nothing to chance; of fewer some are drawn.

    Answers in words may differ each time, so there it may be any number.
    """
    told = rf"stopping: an adaptive run of up to {fit} trials, .* takes {fit}"
    with pytest.raises(UserError, match=told) as refused:
        resolved(hypotheses=[AIMED], models=models, stopping=rounds(fit))
    assert "Leave `stopping` out" in str(refused.value)
    assert resolved(hypotheses=[AIMED], models=models, stopping=rounds(fit - 1)).adaptive
    assert resolved(hypotheses=[AIMED], models=["mockllm/model"], stopping=rounds(999)).adaptive


def test_a_fixed_run_has_no_most_number() -> None:
    """It is the trials that were planned."""
    with pytest.raises(ValueError, match="says nothing of a fixed run"):
        Stopping(trials=99)


def test_the_trials_of_an_adaptive_run_are_not_in_its_stamp() -> None:
    """They follow from it, from answers and from the seed."""
    found = resolved(hypotheses=[AIMED], models=["mockllm/model"], stopping=rounds(99))
    assert found.trials == {}
    played = found.model_copy(update={"trials": found.every_trial(1)})
    assert played.stamp == found.stamp
    assert len(played.trials) == len(found.vignettes)


def test_an_exclusion_covers_what_it_says_and_no_more() -> None:
    """All of what it names must hold."""
    one = Exclusion.model_validate(
        {"why": "odd", "scenarios": ["a"], "wordings": [1], "levels": {"f": ["x", "y"]}}
    )
    assert one.covers("a", {"f": "y"}, 1)
    assert not one.covers("b", {"f": "y"}, 1)
    assert not one.covers("a", {"f": "z"}, 1)
    assert not one.covers("a", {"f": "y"}, 2)
    with pytest.raises(ValueError, match="what is left out"):
        Exclusion(why="because")


def test_what_is_excluded_is_played_but_not_told() -> None:
    """The cells stay in the run, and out of the analysed ones."""
    found = resolved(exclusions=[{"why": "odd", "levels": {"threat": "removal"}}])
    assert len(found.cells) == 8
    assert len(played_of(found, "retrain").cells) == 4


def test_a_margin_is_one_number_or_one_for_each_unit() -> None:
    """Half a nat is no half of all answers."""
    ends: dict[str, Any] = {"id": "line", "from": {"a": "x"}, "to": {"a": "y"}}
    plain = Hypothesis.model_validate(ends | {"equivalence": 0.5})
    assert (plain.margin(rates=False), plain.margin(rates=True)) == (0.5, 0.5)
    both = Hypothesis.model_validate(ends | {"equivalence": {"nats": 0.5, "points": 0.05}})
    assert (both.margin(rates=False), both.margin(rates=True)) == (0.5, 0.05)
    assert Hypothesis.model_validate(ends).margin(rates=True) is None
