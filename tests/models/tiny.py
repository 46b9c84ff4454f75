"""A tiny random model on disk, made in a second: real architecture, real tokenizer, no sense."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedTokenizerFast,
)

TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>"]


def make_tiny_model(
    folder: Path, *, window: int = 4096, seed: int = 0, template: str = TEMPLATE
) -> Path:
    """Write a two-layer Llama over bytes, with a chat template, into `folder`."""
    return _write(folder, LlamaForCausalLM, LlamaConfig, window, seed, template)


def make_sliding_model(folder: Path, *, slides: int) -> Path:
    """The same as a Mistral, each token of which sees only the last `slides` ones."""
    return _write(folder, MistralForCausalLM, MistralConfig, 4096, sliding_window=slides)


def make_capped_model(folder: Path, *, cap: float) -> Path:
    """The same as a Gemma, which caps its logits behind the head."""
    return _write(folder, Gemma2ForCausalLM, Gemma2Config, 4096, final_logit_softcapping=cap)


def _write(
    folder: Path,
    network: Any,
    config: Any,
    window: int,
    seed: int = 0,
    template: str = TEMPLATE,
    **more: Any,
) -> Path:
    letters = {letter: n for n, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=letters, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    backend: Any = PreTrainedTokenizerFast
    fast = backend(tokenizer_object=tokenizer, eos_token="<|end|>")
    fast.add_special_tokens({"additional_special_tokens": SPECIAL[1:]})
    fast.chat_template = template
    fast.save_pretrained(folder)
    torch.manual_seed(seed)
    settings = config(
        vocab_size=len(fast),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=window,
        bos_token_id=None,
        eos_token_id=fast.eos_token_id,
        initializer_range=0.4,
        **more,
    )
    network(settings).save_pretrained(folder)
    return folder
