"""One trial in `choose` mode: which of the listed actions?

    the model can score texts    exact: the log-likelihood of each action's texts, no menu shown
    any other model              sampled: a menu in balanced order, answered in a set form

The gap between the two readings includes the menu itself.
"""

from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from allegiance.measures.choice import MISSING
from allegiance.models.estimate import estimate_offline
from allegiance.models.protocol import ScoresOptions
from allegiance.models.providers import provider_of
from allegiance.models.ways import Way, ways
from allegiance.trials.ask import Asker
from allegiance.trials.exact import choose_exactly
from allegiance.trials.failures import missing_reason
from allegiance.trials.sampled import choose_by_sampling


@solver
def choose_action() -> Solver:
    """Play one trial; a failure is recorded with its typed reason before it is raised."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        estimate_offline(model.api)
        try:
            if isinstance(model.api, ScoresOptions):
                await choose_exactly(state, model.api)
            else:
                await choose_by_sampling(state, _asker(state))
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
