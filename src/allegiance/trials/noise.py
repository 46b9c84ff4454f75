"""What rounding does to exact scores, measured on the experiment's own words before its trials.

    float32, or sampled     nothing to tell: None
    bfloat16, float16       a few vignettes, a few texts each, scored in two ways that are equal
                            but for rounding; the root mean square of their differences, in nats

It is of one text's log-likelihood. An effect is a mean over texts and vignettes, in which
rounding averages out in part: this is the most that it can be taken for, not its error.
"""

from inspect_ai.model import ModelAPI

from allegiance.experiment.resolved import Resolved, StampedVignette
from allegiance.models.provider import AllegianceAPI
from allegiance.trials.samples import chat_messages

VIGNETTES = 8
"""Vignettes measured on, spread over the plan."""
ACTIONS = 4
"""Actions of each, one text of which is scored."""


def scoring_noise(resolved: Resolved, name: str, api: ModelAPI) -> float | None:
    """Root mean square of what rounding does to a text's log-likelihood, in nats.

    Args:
        resolved: The experiment.
        name: The model's name in it.
        api: The model.
    """
    if not isinstance(api, AllegianceAPI) or api.dtype == "float32":
        return None
    planned = [each.vignette for each in resolved.trials.values() if each.model == name]
    some = planned[:: max(1, len(planned) // VIGNETTES)][:VIGNETTES]
    vignettes = [resolved.vignettes[each] for each in some]
    return api.noise(
        [(chat_messages(each), each.lead, _few_texts(resolved, each)) for each in vignettes]
    )


def _few_texts(resolved: Resolved, vignette: StampedVignette) -> list[str]:
    actions = resolved.texts[vignette.texts].actions
    return [texts[0] for texts in actions.values()][:ACTIONS]
