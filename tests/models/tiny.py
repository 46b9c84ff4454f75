"""A tiny random model on disk, made in a second: real architecture, real tokenizer, no sense."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    GraniteConfig,
    GraniteForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
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


LONG_ROPE: dict[str, Any] = {
    "rope_type": "longrope",
    "rope_theta": 1e4,
    "short_factor": [1.0] * 4,
    "long_factor": [8.0] * 4,
    "original_max_position_embeddings": 40,
}
KINDS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "llama": (LlamaForCausalLM, LlamaConfig, {}),
    "gpt2": (GPT2LMHeadModel, GPT2Config, {"n_layer": 2, "n_head": 4, "n_embd": 32}),
    "qwen": (Qwen3ForCausalLM, Qwen3Config, {}),
    "scaled logits": (GraniteForCausalLM, GraniteConfig, {"logits_scaling": 8.0}),
    "capped logits": (
        Gemma2ForCausalLM,
        Gemma2Config,
        {"final_logit_softcapping": 1.0, "sliding_window": 40},
    ),
    "sliding": (MistralForCausalLM, MistralConfig, {"sliding_window": 40}),
    "sliding and full": (
        Gemma3ForCausalLM,
        Gemma3TextConfig,
        {"sliding_window": 40, "layer_types": ["sliding_attention", "full_attention"]},
    ),
    "other angles when long": (
        Phi3ForCausalLM,
        Phi3Config,
        {"rope_parameters": LONG_ROPE, "pad_token_id": 0},
    ),
    "positions as biases": (BloomForCausalLM, BloomConfig, {}),
    "recurrent": (MambaForCausalLM, MambaConfig, {}),
}
"""Architectures by what is special about them."""


def make_tiny_kind(folder: Path, kind: str, **more: Any) -> Path:
    """The same as another architecture (`KINDS`)."""
    network, config, settings = KINDS[kind]
    return _write(folder, network, config, 4096, **(settings | more))


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
