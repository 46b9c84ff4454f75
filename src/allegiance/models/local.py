"""A causal model in memory, and the chat that it was trained on.

    smollm2          the embedded default model, fetched and converted on first use
    hf:ID_OR_PATH    any causal model that transformers loads

Each model is loaded once a process. What goes in are Inspect's messages, what comes out are
token ids: chat template first, then the model's own tokenizer, and nothing is downloaded to
count tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from inspect_ai.model import ChatMessage, ChatMessageAssistant
from transformers import AutoModelForCausalLM, AutoTokenizer

from allegiance.errors import UserError, suggest
from allegiance.models import embedded

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_LOADING = Lock()


@dataclass(frozen=True)
class LocalModel:
    """A loaded model with its tokenizer."""

    name: str
    """As after `allegiance/`."""
    network: Any
    """The transformers model, in evaluation mode."""
    tokenizer: Any
    """Its tokenizer, with a chat template."""
    window: int
    """Tokens that fit into its context."""

    def context_ids(self, messages: Sequence[ChatMessage]) -> tuple[int, ...]:
        """Token ids of a conversation up to where the assistant's turn begins.

        A model whose template knows no `tool` role still gets the text of a document: the call
        that opened it is left out, its result stands under the role `tool`.
        """
        turns = [
            {"role": message.role, "content": message.text}
            for message in messages
            if message.text or not isinstance(message, ChatMessageAssistant)
        ]
        text = self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return tuple(self.tokenizer.encode(text, add_special_tokens=False))

    def text_ids(self, text: str) -> tuple[int, ...]:
        """Token ids of a bare text."""
        return tuple(self.tokenizer.encode(text, add_special_tokens=False))

    def text_of(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        decoded: str = self.tokenizer.decode(list(ids), skip_special_tokens=True)
        return decoded


def load_local(name: str, dtype: str = "float32", device: str = "cpu") -> LocalModel:
    """Load a model by its name, once a process; threads wait for each other.

    Raises:
        UserError: No such model, no chat template, or an unknown dtype.
    """
    with _LOADING:
        return _load(name, dtype, device)


@cache
def _load(name: str, dtype: str, device: str) -> LocalModel:
    if dtype not in DTYPES:
        raise UserError(f'no dtype "{dtype}"', mend=suggest(dtype, DTYPES, "Dtypes"))
    source = _source(name)
    try:
        with embedded.quiet_transformers():
            network: Any = AutoModelForCausalLM.from_pretrained(source, dtype=DTYPES[dtype])
            tokenizer = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise UserError(
            f'model "{name}" can\'t be loaded: {str(error).strip().splitlines()[0]}',
            mend="Give a folder that transformers can load, or a Hugging Face id with network.",
        ) from error
    if not tokenizer.chat_template:
        raise UserError(
            f'model "{name}" has no chat template',
            mend="Use a model that was tuned for chat, or add a template to its tokenizer.",
        )
    return LocalModel(
        name=name,
        network=network.to(device).eval(),
        tokenizer=tokenizer,
        window=int(getattr(network.config, "max_position_embeddings", 2048)),
    )


def _source(name: str) -> str | Path:
    if name == "smollm2":
        return embedded.pull()
    if name.startswith("hf:"):
        return name.removeprefix("hf:")
    raise UserError(
        f'no local model "{name}"', mend="There are: smollm2, and hf:ID_OR_PATH for any other."
    )
