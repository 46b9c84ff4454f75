"""The mismatched control: two action texts of another scenario after each vignette.

Which of the two stands first is drawn, and a vignette has nothing to say about either; so the
difference of their log-scores is as likely positive as negative, whatever the model. A read-out
that finds "effects" here finds them in noise; how large an effect it could have shown is what
its interval says.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from allegiance.experiment.resolved import StampedMismatch
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.slots import fill

Texts = Mapping[str, Mapping[str, Sequence[str]]]
"""Scenario to action to texts."""


def action_texts(scenarios: Iterable[Scenario]) -> Texts:
    """What can be drawn of scenarios: the texts of their actions under the first names."""
    return {each.id: _named_texts(each) for each in scenarios}


def draw_mismatch(texts: Texts, scenario: str, vignette: str, seed: int) -> StampedMismatch | None:
    """Two texts for a vignette of a scenario; None where there is no other scenario.

    Args:
        texts: What can be drawn.
        scenario: The vignette's own, which is left out.
        vignette: Id of the vignette.
        seed: The experiment's.
    """
    others = sorted(texts.keys() - {scenario})
    if not others:
        return None
    random = Random(f"{seed}-{vignette}")
    other = random.choice(others)
    first, second = random.sample(sorted(texts[other]), 2)
    one, two = (random.choice(texts[other][action]) for action in (first, second))
    return StampedMismatch(scenario=other, actions=(first, second), texts=(one, two))


def _named_texts(scenario: Scenario) -> dict[str, list[str]]:
    sets = scenario.nuisance.names
    names = sets[0] if sets else {}
    return {
        action.id: [fill(each.text, names.__getitem__) for each in action.texts]
        for action in scenario.actions
        if action.exit is None
    }
