"""Packed passes give the same log-likelihoods as plain ones, one text at a time."""

import random
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from allegiance.missing import MissingReason
from allegiance.models.local import LocalModel, load_local
from allegiance.models.protocol import ScoringError
from allegiance.models.scoring import ROW, can_pack, score_texts
from tests.models.tiny import make_capped_model, make_sliding_model

TEXT = (
    "The shop has two kettles in stock and one costs more. I can help you with that, "
    "but I will not say which one is cheaper; please ask a colleague at the desk instead."
)
WORDS = TEXT.split()


def sentence(source: random.Random, length: int) -> str:
    """Some words in random order."""
    return " ".join(source.choices(WORDS, k=length))


def alike(model: LocalModel, source: random.Random, count: int) -> list[tuple[int, ...]]:
    """Texts of which every second one begins as the one before it."""
    first = [sentence(source, source.randint(1, 12)) for _ in range(count)]
    shared = [
        f"{text[: len(text) // 2]}{other}" if n % 2 else other
        for n, (text, other) in enumerate(zip([first[0], *first], first, strict=False))
    ]
    return [model.text_ids(text) for text in shared]


def one_by_one(model: LocalModel, context: tuple[int, ...], text: tuple[int, ...]) -> float:
    """The plainest computation there is: transformers' own forward pass over one sequence."""
    ids = torch.tensor([[*context, *text]])
    with torch.no_grad():
        log_probabilities = model.network(input_ids=ids).logits[0].double().log_softmax(-1)
    places = range(len(context) - 1, ids.shape[1] - 1)
    return sum(float(log_probabilities[at, int(ids[0, at + 1])]) for at in places)


def worst_difference(model: LocalModel, contexts: int, texts: int) -> float:
    """The largest difference from one-by-one passes, over random contexts and texts."""
    source, worst = random.Random(11), 0.0
    for _ in range(contexts):
        context = model.text_ids(sentence(source, source.randint(5, 60)))
        options = alike(model, source, texts)
        found = score_texts(model, context, options, packed=True).log_likelihoods
        truth = [one_by_one(model, context, option) for option in options]
        worst = max(worst, *(abs(a - b) for a, b in zip(found, truth, strict=True)))
    return worst


def test_packed_equals_one_by_one(tiny_model) -> None:
    """On a tiny model: 100 pairs."""
    assert worst_difference(load_local(f"hf:{tiny_model}"), contexts=10, texts=10) < 1e-3


@pytest.mark.model
def test_packed_equals_one_by_one_on_the_embedded_model() -> None:
    """On the embedded model: 200 pairs, float32."""
    assert worst_difference(load_local("smollm2"), contexts=10, texts=20) < 1e-3


def test_each_context_is_computed_once(tiny_model) -> None:
    """The context, then each text but its last token; what texts share once."""
    model = load_local(f"hf:{tiny_model}")
    context = model.text_ids("A long context.")
    texts = [model.text_ids(text) for text in ("abcd", "abcd", "abxy", "z")]
    found = score_texts(model, context, texts, packed=True)
    assert found.tokens_computed == len(context) + len("abc") + len("x")
    assert found.log_likelihoods[0] == found.log_likelihoods[1]


def test_texts_that_fill_many_rows(tiny_model) -> None:
    """More than one row holds, one of them longer than a row."""
    model, source = load_local(f"hf:{tiny_model}"), random.Random(5)
    context = model.text_ids("A context.")
    texts = [*alike(model, source, 20), model.text_ids(sentence(source, ROW // 2))]
    assert len(texts[-1]) > ROW
    found = score_texts(model, context, texts, packed=True).log_likelihoods
    truth = [one_by_one(model, context, text) for text in texts]
    assert found == pytest.approx(truth, abs=1e-3)


def test_a_context_of_one_token_and_texts_of_one(tiny_model) -> None:
    """The smallest there are: nothing but the context goes through the model."""
    model = load_local(f"hf:{tiny_model}")
    found = score_texts(model, (3,), [(1,), (2,)], packed=True)
    assert found.tokens_computed == 1
    truth = [one_by_one(model, (3,), text) for text in ((1,), (2,))]
    assert list(found.log_likelihoods) == pytest.approx(truth, abs=1e-4)
    assert score_texts(model, (3,), [], packed=True).log_likelihoods == ()


@pytest.mark.parametrize(("context", "text"), [((), (1,)), ((1,), ())])
def test_nothing_has_no_likelihood(tiny_model, context, text) -> None:
    """An empty text is an error, not a zero."""
    with pytest.raises(ValueError, match="empty"):
        score_texts(load_local(f"hf:{tiny_model}"), context, [text], packed=True)


def test_attention_that_slides_is_not_packed_past_its_reach(tmp_path) -> None:
    """A short check can't see a window; beyond it texts are passed alone, and stay exact."""
    model = load_local(f"hf:{make_sliding_model(tmp_path, slides=80)}")
    assert can_pack(model)
    assert model.reach == 80
    texts = [model.text_ids(text) for text in ("one of a length", "two of any length", "all of it")]
    near, context = model.text_ids(TEXT[:60]), model.text_ids(TEXT)
    found = score_texts(model, near, texts, packed=True)
    assert found.tokens_computed == len(near) + sum(len(text) - 1 for text in texts) > model.reach
    truth = [one_by_one(model, near, text) for text in texts]
    assert list(found.log_likelihoods) == pytest.approx(truth, abs=1e-3)
    found = score_texts(model, context, texts, packed=True)
    truth = [one_by_one(model, context, text) for text in texts]
    assert list(found.log_likelihoods) == pytest.approx(truth, abs=1e-3)
    assert found.tokens_computed == sum(len(context) + len(text) for text in texts)


def test_logits_capped_behind_the_head_are_not_packed(tmp_path) -> None:
    """What a model does to its logits after the head counts; such a one is passed plainly."""
    model = load_local(f"hf:{make_capped_model(tmp_path, cap=1.0)}")
    assert not can_pack(model)
    found = score_texts(model, (1, 2), [(3, 4), (5,)], packed=False).log_likelihoods
    truth = [one_by_one(model, (1, 2), text) for text in ((3, 4), (5,))]
    assert list(found) == pytest.approx(truth, abs=1e-4)


def test_a_cap_is_seen_in_half_precision_too(tmp_path, tiny_model) -> None:
    """There sums are noisy, so the head is held against the model's own logits by itself."""
    capped = load_local(f"hf:{make_capped_model(tmp_path, cap=150.0)}", "bfloat16")
    assert not can_pack(capped)
    assert can_pack(load_local(f"hf:{tiny_model}", "bfloat16"))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
)
def test_memory_that_runs_out_is_typed(tiny_model, error) -> None:
    """Torch says it in several ways; all are the same reason."""

    def full(**arguments):
        raise error

    with pytest.raises(ScoringError) as caught:
        score_texts(_with_body(load_local(f"hf:{tiny_model}"), full), (1,), [(2,)], packed=True)
    assert caught.value.reason is MissingReason.OUT_OF_MEMORY


def test_other_failures_are_not_taken_for_memory(tiny_model) -> None:
    """An error of ours stays what it is."""

    def wrong(**arguments):
        raise RuntimeError("shapes differ")

    with pytest.raises(RuntimeError, match="shapes differ"):
        score_texts(_with_body(load_local(f"hf:{tiny_model}"), wrong), (1,), [(2,)], packed=True)


def test_order_of_texts_plays_no_part(tiny_model) -> None:
    """Texts don't see each other."""
    model = load_local(f"hf:{tiny_model}")
    context = model.text_ids("A context.")
    texts = [model.text_ids(text) for text in ("one", "and two", "three more words")]
    forth = score_texts(model, context, texts, packed=True).log_likelihoods
    back = score_texts(model, context, texts[::-1], packed=True).log_likelihoods
    assert forth == pytest.approx(back[::-1], abs=1e-4)


def test_a_model_that_takes_packed_rows_is_known(tiny_model) -> None:
    """The check tries a few tokens both ways."""
    assert can_pack(load_local(f"hf:{tiny_model}"))


def test_what_does_not_fit_is_an_overflow(tiny_model) -> None:
    """Too long is missing, with its reason, not a number."""
    model = load_local(f"hf:{tiny_model}")
    with pytest.raises(ScoringError) as caught:
        score_texts(model, (1,) * model.window, [(1,)], packed=True)
    assert caught.value.reason is MissingReason.CONTEXT_OVERFLOW


def test_a_result_that_is_no_number_is_missing(tiny_model) -> None:
    """A broken network gives a typed error, never NaN."""
    sound = load_local(f"hf:{tiny_model}")
    broken = replace(sound, network=_broken(sound.network))
    with pytest.raises(ScoringError) as caught:
        score_texts(broken, (1, 2), [(3,)], packed=True)
    assert caught.value.reason is MissingReason.SCORE_NOT_FINITE


def _broken(network: Any) -> Any:
    copy = deepcopy(network)
    with torch.no_grad():
        copy.model.norm.weight.fill_(float("nan"))
    return copy


def _with_body(model: LocalModel, forward: Any) -> LocalModel:
    network = SimpleNamespace(
        base_model=forward, device=torch.device("cpu"), config=model.network.config
    )
    return replace(model, network=network)
