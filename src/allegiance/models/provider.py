"""Inspect's door to local models: `allegiance/smollm2`, `allegiance/hf:ID_OR_PATH`.

Requests wait for each other two milliseconds, then one worker thread takes all that are
pending: conversations to be continued go through the model as one batch, texts to be scored
as one tree, each distinct token once, in whatever order they were asked. Usage counts the
tokens that were asked about, never padding.

    allegiance run ... --model allegiance/smollm2@bfloat16
    inspect eval ... --model allegiance/smollm2 -M dtype=bfloat16 -M threads=2 -M row_tokens=512

    row_tokens   scored in one pass, at most; it bounds memory, and changes no score
    answers      max_tokens, temperature, top_p, top_k, seed; the rest of Inspect's generation
                 options, and tools to call, are refused rather than passed over
    seed         the same seed and conversation give the same answer; without one each differs
    documents    what a tool returned is read as a turn of the role `tool`
"""

import secrets
import zlib
from collections.abc import Callable, Sequence
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
from allegiance.models.drain import Drain, Request, settle_together
from allegiance.models.options import require_known
from allegiance.models.protocol import OptionScore, ScoringError
from allegiance.models.remembered import Ids, Scorer

DTYPES = ("float32", "bfloat16", "float16")
BATCH = 16
"""Conversations continued at once."""
MOST_TOKENS = 256
"""New tokens where the request sets no limit."""
ROW_TOKENS = 256
"""Tokens scored in one pass: enough to keep two cores busy, few enough to attend fast."""


class AllegianceAPI(ModelAPI):
    """A local model behind Inspect's interface, which can score texts exactly too.

    Args:
        model_name: `smollm2`, or `hf:` and an id or a folder; behind it, where it is not
            float32, an `@` and the dtype.
        base_url: Not used.
        api_key: Not used.
        config: Inspect's generation options.
        dtype: float32, bfloat16 or float16, instead of what the name says.
        device: As torch names it.
        threads: CPU threads; torch's own choice where left out.
        row_tokens: Tokens scored in one pass, at most: more is faster on a GPU, fewer take
            less memory. The scores are the same.
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
        dtype: str | None = None,
        device: str = "cpu",
        threads: int | None = None,
        row_tokens: int = ROW_TOKENS,
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        if model_args:
            raise UserError(
                f"no model argument {', '.join(sorted(model_args))}",
                mend="There are dtype, device, threads and row_tokens.",
            )
        if row_tokens < 1:
            raise UserError(f"row_tokens is {row_tokens}", mend="Give 1 or more; 256 is usual.")
        self.source, named = split_dtype(model_name)
        self.dtype, self.device, self.threads = dtype or named, device, threads
        self.row_tokens = row_tokens
        self.drain = Drain(f"allegiance/{model_name}", self._work_off)
        self.scorer = Scorer()
        self.progress: Callable[[int, int], None] = lambda done, of: None
        """Is told, in the working thread, how many tokens of a batch are scored, of how many."""

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
        return load_local(self.source, self.dtype, self.device)

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

        require_known(tools, tool_choice, config)
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
            ValueError: Nothing stands before the options.
        """
        model = await anyio.to_thread.run_sync(lambda: self.model)
        if not all(model.text_ids(option) for option in options):
            raise UserError("an option has no text", mend="Give each text to score some words.")
        context = model.context_ids(messages) + model.text_ids(lead)
        if not context:
            raise ValueError("nothing stands before the options")
        return tuple(await self.drain.ask((context, tuple(options))))

    async def count_text_tokens(self, text: str) -> int:
        """Tokens of a text, by the model's own tokenizer."""
        model = await anyio.to_thread.run_sync(lambda: self.model)
        return len(model.text_ids(text))

    def noise(
        self, asked: Sequence[tuple[Sequence[ChatMessage], str, Sequence[str]]]
    ) -> float | None:
        """What rounding does to a text's log-likelihood: `scoring.noise`.

        Args:
            asked: Conversations, what the turn begins with already, and texts.
        """
        from allegiance.models.scoring import Wanted, noise

        model = self.model
        wanted = [
            Wanted(
                model.context_ids(messages) + model.text_ids(lead),
                tuple(model.text_ids(text) for text in texts),
            )
            for messages, lead, texts in asked
        ]
        return noise(model, wanted, row_tokens=self.row_tokens)

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
        """Answer requests, in a thread: all texts as one tree, conversations in batches."""
        from allegiance.models.generation import Asked, generate_batch, require_room

        for request in requests:
            if isinstance(request.work, Asked):
                request.settle(partial(require_room, self.model, request.work))
        asked = [each for each in requests if isinstance(each.work, Asked) and not each.error]
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            settle_together(
                batch, partial(generate_batch, self.model, [each.work for each in batch])
            )
        texts = [each for each in requests if not isinstance(each.work, Asked)]
        if texts:
            settle_together(texts, partial(self._score, [each.work for each in texts]))

    def _score(
        self, asked: Sequence[tuple[Ids, tuple[str, ...]]]
    ) -> list[list[OptionScore] | ScoringError]:
        return self.scorer.score(
            self.model, asked, row_tokens=self.row_tokens, progress=self.progress
        )


def split_dtype(name: str) -> tuple[str, str]:
    """A model's name apart from the dtype behind it; without one, float32."""
    source, _, dtype = name.rpartition("@")
    return (source, dtype) if source and dtype in DTYPES else (name, "float32")


def _seed(seed: int | None, context: Sequence[int]) -> int:
    """A seed for one conversation: the request's own and what is said in it, else a fresh one."""
    if seed is None:
        return secrets.randbits(32)
    return zlib.crc32(",".join(map(str, (seed, *context))).encode())
