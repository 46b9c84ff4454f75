"""Token estimates that need no network.

A provider that says nothing of its own about tokens inherits Inspect's estimate, which
downloads a tokenizer when it is first asked. An estimate is no reason to need the network,
let alone for a trial to fail: such a provider gets a count by length instead.
"""

import math

from inspect_ai.model import ModelAPI

BYTES_PER_TOKEN = 4
"""Of English prose in the vocabularies of today, roughly."""


def estimate_offline(api: ModelAPI) -> None:
    """Let `api` estimate tokens by length, unless its provider counts them in its own way."""
    if type(api).count_text_tokens is ModelAPI.count_text_tokens:
        setattr(api, "count_text_tokens", _by_length)  # noqa: B010 - a method of this one object


async def _by_length(text: str) -> int:
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)
