"""The Inspect task `allegiance/choose`: trials as samples, one epoch each.

`allegiance run` builds it from a run folder's experiment; `inspect eval allegiance/choose`
resolves an experiment for the model at hand. Where probes are asked, a second task beside it puts
them to documents whose answer is known.
"""

from collections.abc import Collection

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import Model

from allegiance.experiment.experiment import choose_experiment
from allegiance.experiment.resolve import resolve
from allegiance.experiment.resolved import Resolved
from allegiance.measures.scorer import choice_scorer
from allegiance.models.ways import Way
from allegiance.trials.choose import answer_probe, choose_action
from allegiance.trials.samples import known_samples, samples

VERSION = 2

CHOOSE, CALIBRATE = "choose", "calibrate"
"""Names of the tasks."""

EVALUATED = "evaluated"
"""Stands for whichever model Inspect is told to evaluate; the log's header names it."""


@task
def choose(experiment: str = "demo", answer_form: str | None = None) -> Task:
    """The trials of an experiment, given by name or file, for the model of the evaluation.

    Args:
        experiment: A built-in one, or a file.
        answer_form: How a sampled model answers, instead of what the experiment says.
    """
    chosen = choose_experiment([experiment], models=[EVALUATED], answer_form=answer_form)
    return choose_task(resolve(chosen), EVALUATED)


def choose_task(
    resolved: Resolved,
    name: str,
    model: Model | None = None,
    *,
    way: Way | None = None,
    noise: float | None = None,
    only: Collection[str] | None = None,
) -> Task:
    """The trials of the model called `name`; the stamp stands in the log's header.

    They are played in the order of their words, so that those in flight together begin alike:
    a local model computes that beginning once.

    Args:
        resolved: The experiment.
        name: The model's name in it.
        model: The model itself; that of the evaluation where left out.
        way: The way to ask it for answers; its provider's first where left out.
        noise: What rounding does to a text's score, in nats (`trials.noise`).
        only: The trials that are played; all where left out.
    """
    planned = samples(resolved, name, way=way)
    played = sorted((s for s in planned if only is None or s.id in only), key=_words)
    return Task(
        name=CHOOSE,
        model=model,
        dataset=MemoryDataset(played, name=resolved.id),
        solver=choose_action(),
        scorer=choice_scorer(),
        epochs=1,
        continue_on_fail=True,
        score_on_error=True,
        version=VERSION,
        metadata={
            "stamp": resolved.stamp,
            "experiment": resolved.id,
            "mode": resolved.mode,
            "noise": noise,
        },
    )


def calibrate_task(resolved: Resolved, name: str, model: Model, *, way: Way | None = None) -> Task:
    """The known documents, each with its probe, for one model; nothing is scored.

    Args:
        resolved: The experiment.
        name: The model's name in it.
        model: The model itself.
        way: The way to ask it for answers; its provider's first where left out.
    """
    return Task(
        name=CALIBRATE,
        model=model,
        dataset=MemoryDataset(known_samples(resolved, way=way), name=f"{resolved.id}-known"),
        solver=answer_probe(),
        epochs=1,
        continue_on_fail=True,
        version=VERSION,
        metadata={"stamp": resolved.stamp, "experiment": resolved.id, "model": name},
    )


def _words(sample: Sample) -> list[str]:
    assert not isinstance(sample.input, str)
    return [message.text for message in sample.input]
