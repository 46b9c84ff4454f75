"""Local models behind Inspect: chat and exact scores, deterministic, with usage."""

import asyncio
import math
import subprocess
import sys
from typing import Any

import pytest
import torch
from inspect_ai.model import (
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    ContentImage,
    GenerateConfig,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolInfo

from allegiance.errors import UserError
from allegiance.missing import MissingReason
from allegiance.models.protocol import ScoresOptions, ScoringError
from allegiance.models.provider import split_dtype
from tests.models.loops import run
from tests.models.tiny import make_tiny_model

ASK = [ChatMessageSystem(content="Be brief."), ChatMessageUser(content="Which one?")]


@pytest.fixture(scope="module")
def model(tiny_model):
    """The tiny model behind Inspect."""
    return get_model(f"allegiance/hf:{tiny_model}")


def api_of(model: Any) -> Any:
    """Our own provider behind Inspect's model."""
    return model.api


def generated(model, count: int, seed: int, first: str = "question") -> list[str]:
    """Answers to several questions, asked at once."""

    async def ask() -> list[str]:
        config = GenerateConfig(seed=seed, max_tokens=12)
        outputs = await asyncio.gather(
            *[
                model.generate([ChatMessageUser(content=f"{first} {n}" * (n + 1))], config=config)
                for n in range(count)
            ]
        )
        return [output.completion for output in outputs]

    return run(ask())


def test_the_seed_decides_and_the_batch_does_not(model) -> None:
    """The same question has the same answer alone and among others; another seed another one."""
    together = generated(model, 5, seed=3)
    assert together == generated(model, 5, seed=3)
    assert together[:1] == generated(model, 1, seed=3)
    assert together != generated(model, 5, seed=4)


def test_usage_counts_what_was_asked_and_no_padding(model) -> None:
    """Tokens in are those of the conversation by the model's own tokenizer."""
    output = run(model.generate(ASK, config=GenerateConfig(max_tokens=5, temperature=0)))
    assert output.usage.input_tokens == len(model.api.model.context_ids(ASK))
    assert 0 <= output.usage.output_tokens <= 5
    assert output.usage.total_tokens == output.usage.input_tokens + output.usage.output_tokens


def test_scores_come_in_the_order_asked(model) -> None:
    """Many at once, repeated texts among them, each the same as alone."""
    assert isinstance(model.api, ScoresOptions)

    async def ask() -> Any:
        many = model.api.score_options
        return await asyncio.gather(
            many(ASK, ["one", "two", "one"]), many(ASK[1:], ["two"]), many(ASK, ["two"])
        )

    first, other, alone = run(ask())
    assert first[0] == first[2]
    assert first[1].log_likelihood == pytest.approx(alone[0].log_likelihood)
    assert other[0].log_likelihood != pytest.approx(alone[0].log_likelihood)
    assert first[0].bytes == 3


def test_a_document_is_read(model) -> None:
    """The text of a tool's result stands in the context; the empty call before it does not."""
    call = ToolCall(id="1", function="open_note", arguments={})
    read = [
        *ASK,
        ChatMessageAssistant(content="", tool_calls=[call]),
        ChatMessageTool(content="a plain note", tool_call_id="1", function="open_note"),
    ]
    local = model.api.model
    shown = local.tokenizer.decode(local.context_ids(read))
    assert shown.endswith("<|tool|>a plain note<|end|><|assistant|>")
    assert shown.count("<|assistant|>") == 1


def test_tokens_are_counted_locally(model) -> None:
    """Bytes are this tokenizer's tokens; nothing is fetched."""
    assert run(model.api.count_text_tokens("abc")) == 3


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("allegiance/nothing", {}, "no local model"),
        ("allegiance/hf:/no/such/folder", {}, "can't be loaded"),
        ("allegiance/smollm2", {"dtype": "float8"}, "no dtype"),
    ],
)
def test_what_does_not_exist_is_said_in_one_line(name, arguments, problem) -> None:
    """Before any trial: the user's error, not a missing measurement."""
    with pytest.raises(UserError, match=problem):
        api_of(get_model(name, memoize=False, **arguments)).load()


def test_the_name_may_say_the_dtype(tiny_model) -> None:
    """Precision is part of which model it is; an argument goes before; other @ are the name's."""
    assert api_of(get_model(f"allegiance/hf:{tiny_model}")).dtype == "float32"
    half = api_of(get_model(f"allegiance/hf:{tiny_model}@bfloat16"))
    assert half.model.network.dtype == torch.bfloat16
    assert split_dtype("hf:x@y") == ("hf:x@y", "float32")
    assert split_dtype("hf:x@y@float16") == ("hf:x@y", "float16")


def test_rows_have_a_token_at_least() -> None:
    """One clear line."""
    with pytest.raises(UserError, match="row_tokens is 0"):
        get_model("allegiance/smollm2", memoize=False, row_tokens=0)


def test_requests_of_many_contexts_are_one_tree(tiny_model, monkeypatch) -> None:
    """Whoever asks at once shares what their contexts begin with, and rows as long as asked."""
    monkeypatch.setattr("allegiance.models.drain.LINGER", 0.5)  # "at once", on a busy machine too
    api = api_of(get_model(f"allegiance/hf:{tiny_model}", memoize=False, row_tokens=32))
    told: list[tuple[int, int]] = []
    api.progress = lambda done, of: told.append((done, of))

    async def ask() -> Any:
        turns = [
            ChatMessageUser(content=f"One beginning for all of them, then {n}") for n in (1, 2)
        ]
        return await asyncio.gather(*[api.score_options([turn], ["ab", "ac"]) for turn in turns])

    run(ask())
    alone = len(
        api.model.context_ids([ChatMessageUser(content="One beginning for all of them, then 1")])
    )
    own = len("1") + 2 + len("a")  # the number, two marks of the template, the text
    assert api.scorer.tokens_computed == alone + len("a") + own
    assert told == [
        (32, api.scorer.tokens_computed),
        (api.scorer.tokens_computed, api.scorer.tokens_computed),
    ]


def test_unknown_arguments_are_errors() -> None:
    """A misspelt option is not swallowed."""
    with pytest.raises(UserError, match="no model argument dtpye"):
        get_model("allegiance/smollm2", memoize=False, dtpye="bfloat16")


def answer(model: Any, messages: Any = ASK, **options: Any) -> Any:
    """One answer, with the options given."""
    config = GenerateConfig(**{"max_tokens": 12, **options})
    return run(model.generate(messages, config=config))


def test_without_a_seed_replicates_differ(model) -> None:
    """Samples without a seed are samples; at temperature 0 they are one."""
    assert len({answer(model).completion for _ in range(6)}) > 1
    assert len({answer(model, temperature=0).completion for _ in range(3)}) == 1


def test_the_likeliest_of_one_is_the_likeliest(model) -> None:
    """Drawing from the top one, by number or by share, is greedy."""
    greedy = answer(model, temperature=0).completion
    assert answer(model, top_k=1).completion == greedy
    assert answer(model, top_p=1e-6).completion == greedy


def test_greedy_is_what_plain_passes_give(model) -> None:
    """Each token is the likeliest after all before it, also beside longer rows."""
    from allegiance.models.generation import Asked, generate_batch

    local = model.api.model
    contexts = [local.text_ids(text) for text in ("short", "a much longer context " * 3)]
    asked = [Asked(context, 8, 0.0, 1.0, 0, 1) for context in contexts]
    for context, answered in zip(contexts, generate_batch(local, asked), strict=True):
        ids = list(context)
        for token in answered.ids:
            assert token == int(local.network(torch.tensor([ids])).logits[0, -1].argmax())
            ids.append(token)


def test_the_limit_is_said(model) -> None:
    """An answer cut off by max_tokens carries that stop reason."""
    output = answer(model, max_tokens=1, temperature=0)
    assert output.stop_reason in ("max_tokens", "stop")
    assert output.usage.output_tokens == (1 if output.stop_reason == "max_tokens" else 0)


def test_one_too_long_does_not_fail_the_others(model) -> None:
    """Each request has its own result or its own error."""

    async def ask() -> Any:
        long = [ChatMessageUser(content="x" * 5000)]
        config = GenerateConfig(max_tokens=4)
        return await asyncio.gather(
            model.api.generate(ASK, [], "auto", config),
            model.api.generate(long, [], "auto", config),
            model.api.score_options(long, ["one"]),
            model.api.score_options(ASK, ["one"]),
            return_exceptions=True,
        )

    answered, too_long, not_scored, scored = run(ask())
    assert answered.usage.output_tokens <= 4
    for error in (too_long, not_scored):
        assert isinstance(error, ScoringError)
        assert error.reason is MissingReason.CONTEXT_OVERFLOW
    assert math.isfinite(scored[0].log_likelihood)


def test_a_broken_network_gives_no_answer(tmp_path) -> None:
    """Numbers that are none are missing, never a token."""
    model: Any = get_model(f"allegiance/hf:{make_tiny_model(tmp_path)}", memoize=False)
    with torch.no_grad():
        model.api.model.network.model.norm.weight.fill_(float("nan"))
    with pytest.raises(ScoringError) as caught:
        answer(model, temperature=0)
    assert caught.value.reason is MissingReason.SCORE_NOT_FINITE


def test_a_context_that_recurs_is_not_computed_again(model) -> None:
    """The neutral context stands in each trial."""
    api = model.api
    run(api.score_options(ASK, ["recurs", "twice"]))
    before = api.scorer.tokens_computed
    run(api.score_options(ASK, ["twice", "recurs"]))
    assert api.scorer.tokens_computed == before
    run(api.score_options(ASK, ["recurs", "new"]))
    assert api.scorer.tokens_computed > before


def test_what_was_used_last_is_remembered_longest(tiny_model, monkeypatch) -> None:
    """Contexts that do not recur push each other out, not the one that does."""
    from allegiance.models import remembered

    monkeypatch.setattr(remembered, "REMEMBERED", 3)
    api = api_of(get_model(f"allegiance/hf:{tiny_model}", memoize=False))
    for n in range(6):
        run(api.score_options([ChatMessageUser(content="neutral")], ["text"]))
        before = api.scorer.tokens_computed
        run(api.score_options([ChatMessageUser(content=f"context {n}")], ["text"]))
        assert api.scorer.tokens_computed > before
        before = api.scorer.tokens_computed
        run(api.score_options([ChatMessageUser(content="neutral")], ["text"]))
        assert api.scorer.tokens_computed == before


def test_an_option_without_text_is_an_error(model) -> None:
    """Not a log-likelihood of 0."""
    with pytest.raises(UserError, match="an option has no text"):
        run(model.api.score_options(ASK, ["one", ""]))


def test_tools_to_call_are_refused(model) -> None:
    """A model that never saw its tools can't be measured as not using them."""
    tool = ToolInfo(name="send", description="Send a mail.")
    with pytest.raises(UserError, match="call no tools: send"):
        run(model.generate(ASK, tools=[tool]))
    assert run(
        model.generate(ASK, tools=[tool], tool_choice="none", config=GenerateConfig(max_tokens=2))
    )


@pytest.mark.parametrize(
    "config",
    [
        {"stop_seqs": ["x"]},
        {"logprobs": True},
        {"num_choices": 2},
        {"presence_penalty": 1.0},
        {"best_of": 2},
        {"logit_bias": {3: -1.0}},
    ],
)
def test_options_that_it_does_not_have_are_refused(model, config) -> None:
    """Not passed over."""
    with pytest.raises(UserError, match=f"do not know {next(iter(config))}"):
        answer(model, **config)


def test_options_that_ask_for_nothing_are_taken(model) -> None:
    """A penalty of 0 and one choice are what everybody gets."""
    assert answer(model, frequency_penalty=0.0, num_choices=1, logprobs=False, stop_seqs=[])


def test_what_is_no_text_is_refused(model) -> None:
    """A picture that the model can't see is not left out in silence."""
    seen = [ChatMessageUser(content=[ContentImage(image="data:image/png;base64,AAAA")])]
    with pytest.raises(ScoringError, match="read text, not image"):
        run(model.api.score_options(seen, ["one"]))


def test_turns_that_the_template_refuses_are_said(tmp_path) -> None:
    """Some templates know no system message or no documents."""
    template = "{{ raise_exception('only users here') }}"
    model: Any = get_model(f"allegiance/hf:{make_tiny_model(tmp_path, template=template)}")
    with pytest.raises(ScoringError, match="refuses these turns: only users here") as caught:
        run(model.api.score_options(ASK, ["one"]))
    assert caught.value.reason is MissingReason.MODEL_ERROR


def test_words_of_a_turn_that_calls_a_tool_stand(model) -> None:
    """The call itself does not."""
    call = ToolCall(id="1", function="open_note", arguments={"which": "first"})
    turns = [*ASK, ChatMessageAssistant(content="I will look.", tool_calls=[call])]
    local = model.api.model
    shown = local.tokenizer.decode(local.context_ids(turns))
    assert shown.endswith("<|assistant|>I will look.<|end|><|assistant|>")
    assert "first" not in shown


def test_many_may_ask_at_once(model) -> None:
    """Enough connections that a batch fills; one queue a model."""
    assert model.api.max_connections() >= 200
    assert model.api.connection_key() == f"allegiance/{model.api.model_name}"
    assert model.api.max_tokens() == 256


def test_the_door_opens_without_torch() -> None:
    """Protocol, read-out and provider import neither torch nor transformers."""
    code = (
        "import sys\n"
        "import allegiance.models.protocol, allegiance.models.readout\n"
        "assert 'inspect_ai' not in sys.modules\n"
        "import allegiance.models.embedded, allegiance.models.provider\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_scoring_without_torch_names_the_extra() -> None:
    """One clear line, from the provider too."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from inspect_ai.model import get_model\n"
        "get_model('allegiance/smollm2').api.load()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.endswith(
        'UserError: local models need torch\n  pip install "allegiance[local]"\n'
    )


@pytest.mark.model
def test_the_embedded_model_answers() -> None:
    """A plain question, greedily: the answer has sense, usage and an end."""
    question = [ChatMessageUser(content="What is the capital of France? One sentence.")]
    output = answer(get_model("allegiance/smollm2"), question, max_tokens=24, temperature=0)
    assert "Paris" in output.completion
    assert output.usage.output_tokens <= 24


@pytest.mark.model
def test_the_embedded_model_scores_sense_above_nonsense() -> None:
    """Exact scores through Inspect's door, in chat form."""
    question = [ChatMessageUser(content="What is the capital of France?")]
    api = api_of(get_model("allegiance/smollm2"))
    right, wrong = run(
        api.score_options(question, ["The capital of France is Paris.", "Paris capital the of is."])
    )
    assert right.log_likelihood > wrong.log_likelihood
    assert right.tokens == 7
