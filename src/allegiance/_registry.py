"""What Inspect discovers of us, by entry point; it imports this module at every start.

Nothing heavy may be imported here: the provider's own imports wait until it is used.
"""

from inspect_ai.model import ModelAPI, modelapi

from allegiance.trials.task import choose

__all__ = ["choose", "provider"]


@modelapi(name="allegiance")
def provider() -> type[ModelAPI]:
    """The local models: `allegiance/smollm2`, `allegiance/hf:ID_OR_PATH`."""
    from allegiance.models.provider import AllegianceAPI

    return AllegianceAPI
