"""What a local model can be asked for: an option that it does not have is refused in one line.

max_tokens, temperature, top_p, top_k, seed     known
what asks for nothing (a penalty of 0)          taken
the rest of Inspect's options, tools to call    refused: passing them over would change the
                                                answer without a word
"""

from collections.abc import Sequence

from inspect_ai.model import GenerateConfig
from inspect_ai.tool import ToolChoice, ToolInfo

from allegiance.errors import UserError

REFUSED: dict[str, object] = {
    "best_of": 1,
    "extra_body": {},
    "frequency_penalty": 0,
    "logit_bias": {},
    "logprobs": False,
    "modalities": [],
    "num_choices": 1,
    "presence_penalty": 0,
    "prompt_logprobs": 0,
    "reasoning_effort": "none",
    "reasoning_tokens": 0,
    "response_schema": None,
    "stop_seqs": [],
    "top_logprobs": 0,
}
"""Inspect's generation options that this provider does not have: to the value that asks for
nothing."""


def require_known(
    tools: Sequence[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
) -> None:
    """Refuse what would be passed over: a model that never saw its tools can't decline them."""
    if tools and tool_choice != "none":
        raise UserError(
            f"local models call no tools: {', '.join(tool.name for tool in tools)}",
            mend="Use a model with tool calls for the mode act, or tool_choice none.",
        )
    if config.max_tokens is not None and config.max_tokens < 1:
        raise UserError(f"max_tokens is {config.max_tokens}", mend="Ask for 1 token at least.")
    stated = {name: getattr(config, name, None) for name in REFUSED}
    asked = [name for name, value in stated.items() if value not in (None, REFUSED[name])]
    if asked:
        raise UserError(
            f"local models do not know {', '.join(asked)}",
            mend="They know max_tokens, temperature, top_p, top_k and seed.",
        )
