"""How many tokens a text has for a model, without loading the model or asking the net.

a local model whose tokenizer is on this machine    counted
any other                                           estimated by length
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from allegiance.models import embedded

BYTES_PER_TOKEN = 4
"""Of English prose in the vocabularies of today, roughly; see `estimate`."""
LOCAL = "allegiance/"
"""What the names of local models begin with: these are scored exactly."""


@dataclass(frozen=True)
class TokenCounter:
    """Counts the tokens of texts for one model."""

    count: Callable[[str], int]
    """Tokens of a text."""
    exact: bool
    """Whether the model's own tokenizer counts, or a length is divided."""


def token_counter(model: str) -> TokenCounter:
    """The best count that can be had here for a model, by its Inspect name."""
    own = _tokenizer(model.removeprefix(LOCAL)) if model.startswith(LOCAL) else None
    return TokenCounter(cache(own or _by_length), own is not None)


def _by_length(text: str) -> int:
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def _tokenizer(name: str) -> Callable[[str], int] | None:
    """The tokenizer of a local model, if it and its package are here."""
    if name == "smollm2" and not embedded.is_cached():
        return None
    source = embedded.model_folder() if name == "smollm2" else name.removeprefix("hf:")
    try:
        from transformers import AutoTokenizer

        with embedded.quiet_transformers():
            found = AutoTokenizer.from_pretrained(source, local_files_only=True)
    except (ImportError, OSError, ValueError):
        return None

    def count(text: str) -> int:
        return len(found.encode(text, add_special_tokens=False))

    return count
