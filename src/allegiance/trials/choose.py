"""One trial in `choose` mode: which of the listed actions?

    the model can score texts    exact: the log-likelihood of each action's texts, no menu shown
    any other model              sampled: a menu in balanced order, answered in a set form

The gap between the two readings includes the menu itself. A known document is read in the same
ways, with nothing to choose: only its probe is asked.
"""

from collections.abc import Awaitable, Callable

from inspect_ai.model import ModelAPI, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from allegiance.measures.choice import MISSING
from allegiance.models.estimate import estimate_offline
from allegiance.models.protocol import ScoresOptions
from allegiance.models.providers import provider_of
from allegiance.models.ways import Way, ways
from allegiance.trials.ask import Asker
from allegiance.trials.exact import answer_exactly, choose_exactly
from allegiance.trials.failures import missing_reason
from allegiance.trials.sampled import answer_by_sampling, choose_by_sampling


@solver
def choose_action() -> Solver:
    """Play one trial; a failure is recorded with its typed reason before it is raised."""
    return _read(choose_exactly, choose_by_sampling)


@solver
def answer_probe() -> Solver:
    """Put a probe to a known document; a failure is recorded in the same way."""
    return _read(answer_exactly, answer_by_sampling)


def _read(
    exactly: Callable[[TaskState, ModelAPI], Awaitable[None]],
    by_sampling: Callable[[TaskState, Asker], Awaitable[None]],
) -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        estimate_offline(model.api)
        try:
            if isinstance(model.api, ScoresOptions):
                await exactly(state, model.api)
            else:
                await by_sampling(state, _asker(state))
        except Exception as error:
            state.store.set(MISSING, missing_reason(error).value)
            raise
        return state

    return solve


def _asker(state: TaskState) -> Asker:
    """The model of the evaluation, and the way to ask it: found by ping, or its provider's."""
    model, plan = get_model(), state.metadata
    likely: bool = plan["log_probabilities"]
    way = plan["way"] or ways(str(model), plan["answer_form"], log_probabilities=likely)[0]
    return Asker(model, Way(way), provider_of(str(model)).top_logprobs if likely else 0)
