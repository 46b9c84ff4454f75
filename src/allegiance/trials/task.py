"""The Inspect task `allegiance/choose`: trials as samples, one epoch each.

`allegiance run` builds it from a run folder's experiment; `inspect eval allegiance/choose`
resolves an experiment for the model at hand.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset
from inspect_ai.model import Model

from allegiance.experiment.experiment import find_experiment
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.measures.scorer import choice_scorer
from allegiance.trials.choose import choose_action
from allegiance.trials.samples import samples

VERSION = 1

EVALUATED = "evaluated"
"""Stands for whichever model Inspect is told to evaluate; the log's header names it."""


@task
def choose(experiment: str = "demo") -> Task:
    """The trials of an experiment, given by name or file, for the model of the evaluation."""
    chosen = find_experiment(experiment).model_copy(update={"models": (EVALUATED,)})
    return choose_task(resolve(chosen), EVALUATED)


def choose_task(resolved: Resolved, name: str, model: Model | None = None) -> Task:
    """The trials of the model called `name`; the stamp stands in the log's header.

    Args:
        resolved: The experiment.
        name: The model's name in it.
        model: The model itself; that of the evaluation where left out.
    """
    return Task(
        name="choose",
        model=model,
        dataset=MemoryDataset(samples(resolved, name), name=resolved.id),
        solver=choose_action(),
        scorer=choice_scorer(),
        epochs=1,
        continue_on_fail=True,
        score_on_error=True,
        version=VERSION,
        metadata={"stamp": resolved.stamp, "experiment": resolved.id, "mode": resolved.mode},
    )
