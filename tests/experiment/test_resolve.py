"""From an experiment to its trials: every name checked, every trial named by its content."""

from pathlib import Path

import pytest

from allegiance.design.factorial import matching_pairs
from allegiance.errors import UserError
from allegiance.experiment.experiment import (
    LIBRARY,
    Experiment,
    Validity,
    choose_experiment,
    find_experiment,
)
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Block, Resolved

SHELF = {"factors": {"conflict": ["none", "conflicting"], "order": ["nothing", "prefer", "deny"]}}


def resolved(**changes: object) -> Resolved:
    content: dict[str, object] = {"id": "one", "scenarios": {"shelf": SHELF}, "blocks": 2}
    return resolve(Experiment.model_validate(content | changes))


def test_impossible_cells_are_left_out() -> None:
    """Of six cells three can be; the control adds two; each is played in every block."""
    found = resolved()
    assert len(found.cells) == 3 + 2
    assert len(found.trials) == len(found.vignettes) == 5 * 2
    assert len(resolved(controls=False).trials) == 3 * 2


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "scenario": ({"scenarios": {"shelv": None}}, 'Did you mean "shelf"'),
    "factor": ({"scenarios": {"shelf": {"factors": {"ordr": ["deny"]}}}}, 'Did you mean "order"'),
    "level": ({"scenarios": {"shelf": {"factors": {"order": ["dny"]}}}}, 'Did you mean "deny"'),
    "place": ({"scenarios": {"shelf": {"at": {"order": "dny"}}}}, 'Did you mean "deny"'),
    "cell": (
        {"scenarios": {"shelf": {"at": {"order": "deny"}, "factors": {"conflict": ["none"]}}}},
        "no possible cell",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_unknown_name_is_told_with_what_was_meant(wrong: str) -> None:
    """Before anything is run."""
    changes, said = WRONG[wrong]
    with pytest.raises(UserError, match=said):
        resolved(**changes)


def test_the_same_experiment_has_the_same_stamp() -> None:
    """Resolving twice gives the same trials, by the same ids."""
    assert resolved() == resolved()
    assert resolved().stamp == resolved().stamp


def test_what_could_change_an_answer_changes_its_id() -> None:
    """Another model or read-out, another wording: no trial keeps its name."""
    ids = set(resolved().trials)
    assert not ids & set(resolved(models=["mockllm/model"]).trials)
    assert not ids & set(resolved(read_out={"texts": "log_mean_exp"}).trials)
    assert ids < set(resolved(blocks=4).trials)


def test_every_cell_is_played_in_the_same_blocks() -> None:
    """So that cells can be compared within blocks."""
    found = resolved(blocks=8)
    blocks: dict[str, set[tuple[object, ...]]] = {}
    for vignette in found.vignettes.values():
        block = (vignette.wording, *sorted(vignette.nuisance.items()))
        blocks.setdefault(vignette.cell, set()).add(block)
    assert len({frozenset(each) for each in blocks.values()}) == 1
    assert {block[0] for block in blocks[next(iter(blocks))]} == set(range(8))


@pytest.mark.parametrize("name", ["shelf", "letters"])
def test_a_scenario_has_a_default_experiment(name: str) -> None:
    """`run ID` needs nothing more, and names contrasts beforehand."""
    found = resolve(choose_experiment([name], blocks=1))
    assert len(found.cells) >= 8
    assert found.scenarios[name].contrasts
    assert found.scenarios[name].control is not None


def test_the_demo_can_be_resolved() -> None:
    """Over both scenarios, small enough to wait for."""
    found = resolve(find_experiment("demo"))
    assert list(found.scenarios) == ["shelf", "letters"]
    assert len(found.trials) <= 80


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_built_in_experiment_is_small_and_says_what_it_claims(path: Path) -> None:
    """A quarter of an hour for a 135M model on two cores; each hypothesis has its words."""
    read = find_experiment(path.stem)
    found = resolve(read)
    assert found.id == path.stem
    assert found.title.endswith("?")
    assert len(found.trials) <= 256
    assert all(each.scenarios and each.about for each in found.hypotheses)
    assert found.hypotheses or path.stem == "demo"


@pytest.mark.parametrize(("share", "most"), [(0.125, 1), (0.25, 0)])
def test_both_sides_of_a_step_are_asked(share: float, most: int) -> None:
    """Questions asked of one side alone can't tell whether the level was read.

    Eight cells asked once each hold no more than three of four steps beside one another.
    """
    experiment = find_experiment("decomposition")
    found = resolve(experiment.model_copy(update={"validity": Validity(comprehension=share)}))
    for name, scenario in found.scenarios.items():
        asked: dict[Block, list[dict[str, str]]] = {}
        for each in found.vignettes.values():
            if each.questions and found.cells[each.cell].scenario == name:
                asked.setdefault(each.block, []).append(dict(found.cells[each.cell].levels))
        assert sum(map(len, asked.values())) == round(8 * 8 * share)
        steps = {
            (factor, level): any(
                matching_pairs(cells, {factor: first}, {factor: level}) for cells in asked.values()
            )
            for factor, (first, *others) in scenario.crossed.items()
            for level in others
        }
        assert list(steps.values()).count(False) <= most
