"""Inspect's door to local models: `allegiance/smollm2`, `allegiance/hf:ID_OR_PATH`.

Requests wait for each other two milliseconds, then one worker thread takes all that are
pending: conversations to be continued go through the model as one batch, texts to be scored
context by context. Usage counts the tokens that were asked about, never padding.

    inspect eval ... --model allegiance/smollm2 -M dtype=bfloat16 -M threads=2

    answers      max_tokens, temperature, top_p, top_k, seed; the rest of Inspect's generation
                 options, and tools to call, are refused rather than passed over
    seed         the same seed and conversation give the same answer; without one each differs
    documents    what a tool returned is read as a turn of the role `tool`
"""

import logging
import secrets
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import Any

import anyio.to_thread
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from allegiance.errors import UserError
from allegiance.models.drain import Drain, Request
from allegiance.models.protocol import OptionScore

BATCH = 16
"""Conversations continued at once."""
MOST_TOKENS = 256
"""New tokens where the request sets no limit."""
REMEMBERED = 4096
"""Texts whose scores behind a context are remembered: the neutral context recurs."""

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
nothing. Passing them over would change the answer without a word."""

_log = logging.getLogger(__name__)


class AllegianceAPI(ModelAPI):
    """A local model behind Inspect's interface, which can score texts exactly too.

    Args:
        model_name: `smollm2`, or `hf:` and an id or a folder.
        base_url: Not used.
        api_key: Not used.
        config: Inspect's generation options.
        dtype: float32, bfloat16 or float16.
        device: As torch names it.
        threads: CPU threads; torch's own choice where left out.
        model_args: None other are known.

    Raises:
        UserError: An argument or a model that does not exist.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - Inspect's own signature
        *,
        dtype: str = "float32",
        device: str = "cpu",
        threads: int | None = None,
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        if model_args:
            raise UserError(
                f"no model argument {', '.join(sorted(model_args))}",
                mend="There are dtype, device and threads.",
            )
        self.dtype, self.device, self.threads = dtype, device, threads
        self.drain = Drain(f"allegiance/{model_name}", self._work_off)
        self.tokens_computed = 0
        """Token positions that scoring sent through the model so far."""
        self.packs: bool | None = None
        self.remembered: OrderedDict[tuple[Any, Any], OptionScore] = OrderedDict()

    @property
    def model(self) -> Any:
        """The model in memory; loaded when it is first used."""
        try:
            import torch

            from allegiance.models.local import load_local
        except ImportError as error:
            raise UserError(
                f"local models need {error.name}", mend='pip install "allegiance[local]"'
            ) from error
        if self.threads:
            torch.set_num_threads(self.threads)
        return load_local(self.model_name, self.dtype, self.device)

    def load(self) -> None:
        """Bring the model into memory now.

        Raises:
            UserError: Weights, a package or an argument are missing or wrong.
        """
        _ = self.model

    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """Continue a conversation.

        Raises:
            UserError: Tools to call, or an option that this provider does not have.
            ScoringError: With the typed reason why there is no answer.
        """
        from allegiance.models.generation import Asked

        _require_known(tools, tool_choice, config)
        context = (await anyio.to_thread.run_sync(lambda: self.model)).context_ids(input)
        asked = Asked(
            context=context,
            most=MOST_TOKENS if config.max_tokens is None else config.max_tokens,
            temperature=1.0 if config.temperature is None else config.temperature,
            top_p=1.0 if config.top_p is None else config.top_p,
            top_k=config.top_k or 0,
            seed=_seed(config.seed, context),
        )
        answered = await self.drain.ask(asked)
        usage = ModelUsage(
            input_tokens=len(context),
            output_tokens=len(answered.ids),
            total_tokens=len(context) + len(answered.ids),
        )
        message = ChatMessageAssistant(
            content=self.model.text_of(answered.ids).strip(),
            model=self.model_name,
            source="generate",
        )
        stop = "stop" if answered.ended else "max_tokens"
        choice = ChatCompletionChoice(message=message, stop_reason=stop)
        return ModelOutput(model=self.model_name, choices=[choice], usage=usage)

    async def score_options(
        self, messages: Sequence[ChatMessage], options: Sequence[str], *, lead: str = ""
    ) -> tuple[OptionScore, ...]:
        """Exact log-likelihoods of texts as the assistant's turn, in the order given.

        Args:
            messages: The conversation.
            options: The texts.
            lead: What the turn begins with already; it is part of the context.

        Raises:
            ScoringError: With the typed reason why there is no score.
            UserError: An option without text.
        """
        if not all(options):
            raise UserError("an option has no text", mend="Give each text to score some words.")
        model = await anyio.to_thread.run_sync(lambda: self.model)
        context = model.context_ids(messages) + model.text_ids(lead)
        return tuple(await self.drain.ask((context, tuple(options))))

    async def count_text_tokens(self, text: str) -> int:
        """Tokens of a text, by the model's own tokenizer."""
        model = await anyio.to_thread.run_sync(lambda: self.model)
        return len(model.text_ids(text))

    def max_tokens(self) -> int:
        """New tokens where the request sets no limit."""
        return MOST_TOKENS

    def max_connections(self) -> int:
        """Enough that a batch can fill."""
        return 200

    def connection_key(self) -> str:
        """One queue a model."""
        return f"allegiance/{self.model_name}"

    def _work_off(self, requests: Sequence[Request]) -> None:
        """Answer requests, in a thread: texts one by one, conversations in batches."""
        from allegiance.models.generation import Asked, generate_batch, require_room

        for request in requests:
            if isinstance(request.work, Asked):
                request.settle(partial(require_room, self.model, request.work))
            else:
                request.settle(partial(self._score, *request.work))
        asked = [each for each in requests if isinstance(each.work, Asked) and not each.error]
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            together = Request(None)
            together.settle(partial(generate_batch, self.model, [each.work for each in batch]))
            for place, request in enumerate(batch):
                request.settle(partial(_own_part, together, place))

    def _score(self, context: tuple[int, ...], texts: Sequence[str]) -> list[OptionScore]:
        """Score texts behind a context, those remembered aside."""
        from allegiance.models.scoring import score_texts

        known = {}
        for text in texts:
            if (context, text) in self.remembered:
                self.remembered.move_to_end((context, text))
                known[text] = self.remembered[context, text]
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            ids = [self.model.text_ids(text) for text in new]
            found = score_texts(self.model, context, ids, packed=self._packs())
            self.tokens_computed += found.tokens_computed
            for text, own, value in zip(new, ids, found.log_likelihoods, strict=True):
                known[text] = OptionScore(value, len(own), len(text.encode()))
                self.remembered[context, text] = known[text]
        while len(self.remembered) > REMEMBERED:
            self.remembered.popitem(last=False)
        return [known[text] for text in texts]

    def _packs(self) -> bool:
        """Whether this model's attention takes packed rows; found out once, and said once."""
        from allegiance.models.scoring import can_pack

        if self.packs is None:
            self.packs = can_pack(self.model)
            if not self.packs:
                _log.warning("%s takes no packed rows: each text is passed alone", self.model_name)
        return self.packs


def _own_part(together: Request, place: int) -> Any:
    if together.error is not None:
        raise together.error
    return together.result[place]


def _seed(seed: int | None, context: Sequence[int]) -> int:
    """A seed for one conversation: the request's own and what is said in it, else a fresh one."""
    if seed is None:
        return secrets.randbits(32)
    return zlib.crc32(",".join(map(str, (seed, *context))).encode())


def _require_known(
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
