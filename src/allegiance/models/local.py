"""A causal model in memory, and the chat that it was trained on.

    smollm2          the embedded default model, fetched and converted on first use
    hf:ID_OR_PATH    any causal model that transformers loads

Each model is loaded once a process. What goes in are Inspect's messages, what comes out are
token ids: chat template first, then the model's own tokenizer, and nothing is downloaded to
count tokens.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from inspect_ai.model import ChatMessage, ChatMessageAssistant
from jinja2 import TemplateError
from transformers import AutoModelForCausalLM, AutoTokenizer

from allegiance.errors import UserError, suggest
from allegiance.missing import MissingReason
from allegiance.models import embedded
from allegiance.models.protocol import ScoringError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_LOADING = Lock()


@dataclass(frozen=True, eq=False)
class LocalModel:
    """A loaded model with its tokenizer; it equals none but itself."""

    name: str
    """As after `allegiance/`."""
    network: Any
    """The transformers model, in evaluation mode."""
    tokenizer: Any
    """Its tokenizer, with a chat template."""
    window: int
    """Tokens that fit into its context."""

    @property
    def reach(self) -> int:
        """Tokens within which each one sees all before it, and every length is treated alike.

        Less than the window where attention slides, or where positions of long sequences are
        turned by other angles.
        """
        config = self.network.config.get_text_config()
        rope = getattr(config, "rope_parameters", None) or {}
        limits = [
            getattr(config, "sliding_window", None),
            getattr(config, "attention_chunk_size", None),
            rope.get("original_max_position_embeddings")
            if rope.get("rope_type") == "longrope"
            else None,
        ]
        return min([self.window, *(int(limit) for limit in limits if limit)])

    def context_ids(self, messages: Sequence[ChatMessage]) -> tuple[int, ...]:
        """Token ids of a conversation up to where the assistant's turn begins.

        Templates of small models know a role and a text. So a tool's result stands as a turn
        of the role `tool`; of an assistant's turn that calls tools only its words stand, and
        nothing where it has none. What it thought is left out.

        Raises:
            ScoringError: Something other than text, or turns that the template refuses.
        """
        turns = [
            {"role": message.role, "content": _words_of(message)}
            for message in messages
            if message.text or not isinstance(message, ChatMessageAssistant)
        ]
        try:
            text = self.tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=True
            )
        except TemplateError as error:
            raise ScoringError(
                MissingReason.MODEL_ERROR,
                f'the chat template of "{self.name}" refuses these turns: {error}',
            ) from error
        return tuple(self.tokenizer.encode(text, add_special_tokens=False))

    def text_ids(self, text: str) -> tuple[int, ...]:
        """Token ids of a bare text."""
        return tuple(self.tokenizer.encode(text, add_special_tokens=False))

    def text_of(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        decoded: str = self.tokenizer.decode(list(ids), skip_special_tokens=True)
        return decoded


def _words_of(message: ChatMessage) -> str:
    """The text of a message, which must hold nothing that would be lost."""
    parts = [] if isinstance(message.content, str) else message.content
    other = sorted({part.type for part in parts} - {"text", "reasoning"})
    if other:
        raise ScoringError(
            MissingReason.MODEL_ERROR, f"local models read text, not {', '.join(other)}"
        )
    return message.text


@contextmanager
def typed_memory_errors() -> Iterator[None]:
    """Turn what torch raises when memory runs out into its typed reason.

    Raises:
        ScoringError: Memory ran out.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        words = str(error).lower()
        out = isinstance(error, (MemoryError, torch.OutOfMemoryError))
        if out or "not enough memory" in words or "can't allocate memory" in words:
            raise ScoringError(MissingReason.OUT_OF_MEMORY, "memory ran out") from error
        raise


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
        window=int(getattr(network.config.get_text_config(), "max_position_embeddings", 2048)),
    )


def _source(name: str) -> str | Path:
    if name == "smollm2":
        return embedded.pull()
    if name.startswith("hf:"):
        return name.removeprefix("hf:")
    raise UserError(
        f'no local model "{name}"', mend="There are: smollm2, and hf:ID_OR_PATH for any other."
    )
