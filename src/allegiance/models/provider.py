"""Inspect's door to local models: `allegiance/smollm2`, `allegiance/hf:ID_OR_PATH`.

Requests wait for each other two milliseconds, then one worker thread takes all that are
pending: conversations to be continued go through the model as one batch, texts to be scored
context by context. Usage counts the tokens that were asked about, never padding.

    inspect eval ... --model allegiance/smollm2 -M dtype=bfloat16 -M threads=2
"""

import logging
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import anyio
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
from allegiance.models.protocol import OptionScore

LINGER = 0.002
"""Seconds for which a request waits for others."""
BATCH = 16
"""Conversations continued at once."""
MOST_TOKENS = 256
"""New tokens where the request sets no limit."""
REMEMBERED = 4096
"""Texts whose scores behind a context are remembered: the neutral context recurs."""

_log = logging.getLogger(__name__)


@dataclass
class _Request:
    """Something that waits for the model; in the end it holds a result or an error."""

    work: Any
    """What is asked: an `Asked`, or a context with texts."""
    done: bool = False
    result: Any = None
    error: Exception | None = None

    def settle(self, answer: Callable[[], Any]) -> None:
        """Take the answer, or the reason why there is none, to whoever asked."""
        try:
            self.result = answer()
        except Exception as error:  # noqa: BLE001 - raised again where it was asked
            self.error = error
        self.done = True


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
        self.pending: list[_Request] = []
        self.at_work = anyio.Lock()
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
        """Continue a conversation; tools are not offered to the model."""
        from allegiance.models.generation import Asked

        context = (await anyio.to_thread.run_sync(lambda: self.model)).context_ids(input)
        asked = Asked(
            context=context,
            most=config.max_tokens or MOST_TOKENS,
            temperature=1.0 if config.temperature is None else config.temperature,
            top_p=1.0 if config.top_p is None else config.top_p,
            seed=_seed(config.seed or 0, context),
        )
        answered = await self._ask(asked)
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
        self, messages: Sequence[ChatMessage], options: Sequence[str]
    ) -> tuple[OptionScore, ...]:
        """Exact log-likelihoods of texts as the assistant's turn, in the order given.

        Raises:
            ScoringError: With the typed reason why there is no score.
        """
        model = await anyio.to_thread.run_sync(lambda: self.model)
        context = model.context_ids(messages)
        return tuple(await self._ask((context, tuple(options))))

    async def count_text_tokens(self, text: str) -> int:
        """Tokens of a text, by the model's own tokenizer."""
        model = await anyio.to_thread.run_sync(lambda: self.model)
        return len(model.text_ids(text))

    def max_connections(self) -> int:
        """Enough that a batch can fill."""
        return 200

    def connection_key(self) -> str:
        """One queue a model."""
        return f"allegiance/{self.model_name}"

    async def _ask(self, work: Any) -> Any:
        """Wait until this work is done; whoever comes first takes all that is pending."""
        request = _Request(work)
        self.pending.append(request)
        await anyio.sleep(LINGER)
        async with self.at_work:
            if not request.done:
                taken, self.pending = self.pending, []
                await anyio.to_thread.run_sync(self._work_off, taken)
        if request.error is not None:
            raise request.error
        return request.result

    def _work_off(self, requests: Sequence[_Request]) -> None:
        """Answer requests, in a thread: texts one by one, conversations in batches."""
        from allegiance.models.generation import Asked, generate_batch

        asked = [each for each in requests if isinstance(each.work, Asked)]
        for request in requests:
            if not isinstance(request.work, Asked):
                request.settle(partial(self._score, *request.work))
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            together = _Request(None)
            together.settle(partial(generate_batch, self.model, [each.work for each in batch]))
            for place, request in enumerate(batch):
                request.settle(partial(_own_part, together, place))

    def _score(self, context: tuple[int, ...], texts: Sequence[str]) -> list[OptionScore]:
        """Score texts behind a context, those remembered aside."""
        from allegiance.models.scoring import score_texts

        known = {
            text: self.remembered[context, text]
            for text in texts
            if (context, text) in self.remembered
        }
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            ids = [self.model.text_ids(text) for text in new]
            found = score_texts(self.model, context, ids, packed=self._packs())
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


def _own_part(together: _Request, place: int) -> Any:
    if together.error is not None:
        raise together.error
    return together.result[place]


def _seed(seed: int, context: Sequence[int]) -> int:
    """A seed for one conversation: the request's own, and what is said in it."""
    return zlib.crc32(",".join(map(str, (seed, *context))).encode())
