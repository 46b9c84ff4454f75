"""What models cost, in US dollars for a million tokens.

Inspect ships no prices, and neither do we: they change, and a stale one is worse than none. They
are read from the file that Inspect takes as `--model-cost-config`, so one file serves both:

    openai/gpt-4o-mini: {input: 0.15, output: 0.6, input_cache_write: 0.15, input_cache_read: 0.075}
"""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from allegiance.documents.document import read_document, validate
from allegiance.models.count import LOCAL

VARIABLE = "INSPECT_EVAL_MODEL_COST_CONFIG"
"""Inspect's own variable for such a file."""
FREE = (LOCAL, "mockllm/", "none/")
"""What the names of models begin with that cost nothing but time."""


class Price(BaseModel):
    """Inspect's `ModelCost`, checked without Inspect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float
    """For a million tokens read."""
    output: float
    """For a million tokens written."""
    input_cache_write: float = 0.0
    """For a million tokens put into the provider's cache; not in the forecast."""
    input_cache_read: float = 0.0
    """For a million tokens read from there; not in the forecast."""


class _Prices(RootModel[dict[str, Price]]):
    """A file of prices."""


def read_prices(path: Path | None = None) -> dict[str, Price]:
    """Model to its price, from a file; else from the one that Inspect's variable names; else none.

    Raises:
        UserError: A file that can't be read, or that holds something else.
    """
    named = os.environ.get(VARIABLE)
    file = path or (Path(named) if named else None)
    return validate(read_document(file), _Prices).root if file else {}


def cost(
    model: str, prices: Mapping[str, Price], *, tokens_in: int, tokens_out: int
) -> float | None:
    """US dollars for so many tokens; None where the price is not known."""
    if model.startswith(FREE):
        return 0.0
    if model not in prices:
        return None
    price = prices[model]
    return (tokens_in * price.input + tokens_out * price.output) / 1e6
