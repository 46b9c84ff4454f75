"""A batch scored as one tree gives what plain passes give, one text at a time."""

import random
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from allegiance.missing import MissingReason
from allegiance.models import scoring
from allegiance.models.local import LocalModel, load_local
from allegiance.models.protocol import ScoringError
from allegiance.models.scoring import Scored, Wanted, Way, noise, score_batch, way_of
from allegiance.models.walk import LEAST
from tests.models.tiny import KINDS, make_tiny_kind

TEXT = (
    "The shop has two kettles in stock and one costs more. I can help you with that, "
    "but I will not say which one is cheaper; please ask a colleague at the desk instead."
)
WORDS = TEXT.split()


@pytest.fixture(scope="module")
def model(tiny_model) -> LocalModel:
    """The tiny model."""
    return load_local(f"hf:{tiny_model}")


def score(model: LocalModel, wanted: list[Wanted], **options: Any) -> Scored:
    """Some requests in rows of 64 tokens."""
    return score_batch(model, wanted, **{"row_tokens": 64, **options})


def values(scored: Scored) -> list[float]:
    """All log-likelihoods, one after another; none is missing."""
    found: list[float] = []
    for result in scored.results:
        assert not isinstance(result, ScoringError)
        found += result
    return found


def requests(model: LocalModel, *, contexts: int, texts: int, words: int, seed: int = 11) -> Any:
    """Contexts that begin alike or extend one another, behind which texts begin alike."""
    source = random.Random(seed)
    found: list[Wanted] = []

    def sentence(most: int) -> str:
        return " ".join(source.choices(WORDS, k=source.randint(1, most)))

    context = sentence(words)
    for place in range(contexts):
        kept = context if place % 3 == 1 else context[: len(context) // 2]
        context = f"{kept} {sentence(words)}"
        own = [sentence(12) for _ in range(texts)]
        alike = [f"{a[: len(a) // 2]}{b}" for a, b in pairwise(own)]
        ids = [model.text_ids(text) for text in source.sample([*own, *alike], texts)]
        found.append(Wanted(model.text_ids(context), tuple(ids)))
    return found


def one_by_one(model: LocalModel, wanted: list[Wanted]) -> list[float]:
    """The plainest computation there is: transformers' own forward pass over one sequence."""
    found = []
    for each in wanted:
        for text in each.texts:
            ids = torch.tensor([[*each.context, *text]])
            with torch.no_grad():
                logits = model.network(input_ids=ids, use_cache=False).logits[0]
            chosen = logits.double().log_softmax(-1)[len(each.context) - 1 : -1]
            found.append(float(chosen.gather(1, torch.tensor(text)[:, None]).sum()))
    return found


def distinct(wanted: list[Wanted]) -> int:
    """Beginnings that are not alike: so many token positions there are to compute."""
    inputs = {(*each.context, *text[:-1]) for each in wanted for text in each.texts}
    return len({ids[:end] for ids in inputs for end in range(1, len(ids) + 1)})


WAYS = {
    "capped logits": (Way.WHOLE, Way.WHOLE),
    "scaled logits": (Way.WHOLE, Way.WHOLE),
    "other angles when long": (Way.SLICED, Way.PLAIN),
    "positions as biases": (Way.PLAIN, Way.PLAIN),
    "recurrent": (Way.PLAIN, Way.PLAIN),
}
"""How each kind is scored within its reach, and past it; the others as a tree in slices."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_architecture_gives_what_plain_passes_give(kind, tmp_path) -> None:
    """As a tree where its attention and head allow it, shorter and longer than it sees."""
    model = load_local(f"hf:{make_tiny_kind(tmp_path, kind)}")
    within, past = WAYS.get(kind, (Way.SLICED, Way.SLICED))
    short = Wanted(model.text_ids("A word."), (model.text_ids("Yes."), model.text_ids("No.")))
    wanted = [short, *requests(model, contexts=3, texts=4, words=8)]
    found = score(model, wanted, row_tokens=32)
    assert values(found) == pytest.approx(one_by_one(model, wanted), abs=1e-3)
    assert way_of(model, beyond=False) is within
    if model.reach < model.window:
        assert max(len(each.context) for each in wanted) > model.reach
        assert way_of(model, beyond=True) is past
    if Way.PLAIN not in (within, past):
        assert found.tokens_computed == distinct(wanted)


@pytest.mark.model
def test_the_embedded_model_gives_what_plain_passes_give() -> None:
    """200 pairs, float32, also in short rows."""
    model = load_local("smollm2")
    wanted = requests(model, contexts=10, texts=20, words=40)
    truth = one_by_one(model, wanted)
    for row_tokens in (40, 256):
        found = score(model, wanted, row_tokens=row_tokens)
        assert values(found) == pytest.approx(truth, abs=1e-3)
        assert found.tokens_computed == distinct(wanted)


def test_many_requests_each_token_once(model) -> None:
    """100 pairs: the numbers of plain passes, and no token position twice."""
    wanted = requests(model, contexts=10, texts=10, words=20)
    found = score(model, wanted)
    assert values(found) == pytest.approx(one_by_one(model, wanted), abs=1e-3)
    assert found.tokens_computed == distinct(wanted)


@pytest.mark.parametrize("row_tokens", [1, 7, 16, 100_000])
def test_the_length_of_rows_changes_no_score(model, row_tokens) -> None:
    """It bounds what goes through at once, and so memory."""
    wanted = requests(model, contexts=4, texts=4, words=5)
    found = score(model, wanted, row_tokens=row_tokens)
    assert found.longest_row <= row_tokens
    assert found.tokens_computed == distinct(wanted)
    assert values(found) == pytest.approx(one_by_one(model, wanted), abs=1e-3)


def test_no_more_is_held_than_a_path_and_a_row(model, monkeypatch) -> None:
    """The keys and values at hand: of the deepest path at most, and the row itself."""
    widest = 0
    own = type(model.network.base_model).forward

    def forward(self, *given, **named):
        nonlocal widest
        widest = max(widest, named["attention_mask"].shape[-1])
        return own(self, *given, **named)

    monkeypatch.setattr(type(model.network.base_model), "forward", forward)
    wanted = requests(model, contexts=30, texts=10, words=20)
    score(model, wanted, row_tokens=50, way=Way.SLICED)
    longest = max(len(each.context) + len(text) - 1 for each in wanted for text in each.texts)
    assert 0 < widest <= longest + 50


TOKENS = st.integers(0, 2)
IDS = st.lists(TOKENS, min_size=1, max_size=6).map(tuple)
WANTED = st.lists(st.builds(Wanted, IDS, st.lists(IDS, max_size=4).map(tuple)), max_size=6)


@settings(max_examples=40)
@given(WANTED, st.integers(1, 9), st.randoms(use_true_random=False))
def test_order_and_company_play_no_part(model, wanted, row_tokens, source) -> None:
    """Of few tokens, so that contexts and texts extend, repeat and contain one another."""
    found = score(model, wanted, row_tokens=row_tokens)
    assert found.tokens_computed == distinct(wanted)
    assert values(found) == pytest.approx(one_by_one(model, wanted), abs=1e-3)
    order = source.sample(range(len(wanted)), len(wanted))
    mixed = [replace(wanted[place], texts=wanted[place].texts[::-1]) for place in order]
    again = score(model, mixed, row_tokens=row_tokens)
    for place, result in zip(order, again.results, strict=True):
        assert isinstance(result, tuple)
        assert result[::-1] == found.results[place]


def test_what_recurs_is_computed_once(model) -> None:
    """The same pair twice, in one request and in two."""
    one = Wanted((3, 4, 5), ((1, 2), (1, 2), (1, 7)))
    found = score(model, [one, Wanted((3, 4), ((5, 1, 2),)), one])
    assert found.tokens_computed == 4
    assert found.results[0] == found.results[2]
    assert isinstance(found.results[0], tuple)
    assert found.results[0][0] == found.results[0][1]


def test_the_smallest_there_are(model) -> None:
    """A context of one token and texts of one, no texts, and nothing at all."""
    wanted = [Wanted((3,), ((1,), (2,)))]
    found = score(model, wanted)
    assert found.tokens_computed == 1
    assert values(found) == pytest.approx(one_by_one(model, wanted), abs=1e-4)
    assert score(model, [Wanted((3,), ())]).results == ((),)
    assert score(model, []) == Scored((), 0, 0)


@pytest.mark.parametrize(("context", "text"), [((), (1,)), ((1,), ())])
def test_nothing_has_no_likelihood(model, context, text) -> None:
    """An empty text is an error, not a zero."""
    with pytest.raises(ValueError, match="empty"):
        score(model, [Wanted(context, (text,))])


def test_progress_is_in_tokens(model) -> None:
    """From row to row, up to all that there are."""
    told: list[tuple[int, int]] = []
    wanted = requests(model, contexts=4, texts=4, words=9)
    score(model, wanted, row_tokens=32, progress=lambda done, of: told.append((done, of)))
    assert {of for _, of in told} == {distinct(wanted)}
    assert [done for done, _ in told] == [*range(32, distinct(wanted), 32), distinct(wanted)]


def test_what_rounding_does_can_be_measured(tmp_path, tiny_model, model) -> None:
    """Next to nothing in float32, more in half precision, whichever way a model is scored."""
    wanted = requests(model, contexts=3, texts=3, words=9)
    fine = noise(model, wanted, row_tokens=64)
    rough = noise(load_local(f"hf:{tiny_model}", "bfloat16"), wanted, row_tokens=64)
    assert fine is not None
    assert rough is not None
    assert fine < 1e-4 < 1e-2 < rough
    alone = load_local(f"hf:{make_tiny_kind(tmp_path, 'positions as biases')}", "bfloat16")
    plain = noise(alone, wanted, row_tokens=64)
    assert plain is not None
    assert plain >= 0  # passes of so few tokens may be rounded alike
    assert noise(model, [Wanted((1,) * model.window, ((1,),))], row_tokens=64) is None


def test_a_model_that_takes_no_trees_is_said_once(tmp_path, caplog) -> None:
    """One warning a model, however many batches and however long."""
    model = load_local(f"hf:{make_tiny_kind(tmp_path, 'recurrent')}")
    for _ in range(3):
        score(model, [Wanted((1, 2), ((3, 4),))])
    assert way_of(model, beyond=True) is Way.PLAIN
    (said,) = [each for each in caplog.records if each.name == "allegiance.models.scoring"]
    assert "some of its layers are not of attention" in said.message
    assert "each text is passed alone" in said.message


def test_what_a_model_raised_is_named_in_a_line(model, monkeypatch, caplog) -> None:
    """So that whoever reads the warning knows what to mend."""

    def raising(*_: object) -> None:
        raise TypeError("forward() takes no\n    mask of four dimensions")

    monkeypatch.setattr(scoring, "walk", raising)
    assert way_of.__wrapped__(model, beyond=False) is Way.PLAIN
    (record,) = caplog.records
    assert "TypeError: forward() takes no mask of four dimensions" in record.message
    assert "\n" not in record.message


def test_a_cap_is_seen_in_half_precision_too(tmp_path, tiny_model) -> None:
    """There sums are noisy, so the head is held against the model's own logits by itself."""
    folder = make_tiny_kind(tmp_path, "capped logits", final_logit_softcapping=150.0)
    assert way_of(load_local(f"hf:{folder}", "bfloat16"), beyond=False) is Way.WHOLE
    assert way_of(load_local(f"hf:{tiny_model}", "bfloat16"), beyond=False) is Way.SLICED


MEMORY = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
]


@pytest.mark.parametrize("error", MEMORY)
def test_memory_that_runs_out_halves_the_rows(model, error) -> None:
    """Torch says it in several ways; what was done before stays done."""
    wanted = requests(model, contexts=4, texts=4, words=9)
    tight = _with_body(model, _holding(model, 40, error))
    found = score(tight, wanted, row_tokens=200, way=Way.SLICED)
    assert found.longest_row == 25
    assert found.tokens_computed == distinct(wanted)
    assert values(found) == pytest.approx(one_by_one(model, wanted), abs=1e-3)


@pytest.mark.parametrize("error", MEMORY)
def test_memory_that_holds_no_row_is_typed(model, error) -> None:
    """What was scored before it ran out stands; the rest is missing."""
    wanted = [Wanted((1, 2), ((3, 4),)), Wanted((9,) * 50, ((3,), (4,)))]
    calls = _holding(model, LEAST, error, calls=1)
    found = score(_with_body(model, calls), wanted, row_tokens=LEAST, way=Way.SLICED)
    assert [getattr(each, "reason", None) for each in found.results] == [
        None,
        MissingReason.OUT_OF_MEMORY,
    ]


def test_other_failures_are_not_taken_for_memory(model) -> None:
    """An error of ours stays what it is."""
    wrong = _holding(model, 0, RuntimeError("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        score(_with_body(model, wrong), [Wanted((1,), ((2,),))], way=Way.SLICED)


@pytest.mark.parametrize("way", [Way.SLICED, Way.PLAIN])
def test_what_does_not_fit_is_an_overflow_and_its_own(model, way) -> None:
    """Too long is missing, with its reason, not a number; the others have theirs."""
    long = Wanted((1,) * (model.window - 1), ((1,), (1, 2)))
    found = score(model, [Wanted((1,), ((2,),)), long], way=way)
    assert isinstance(found.results[0], tuple)
    assert isinstance(found.results[1], ScoringError)
    assert found.results[1].reason is MissingReason.CONTEXT_OVERFLOW
    assert found.tokens_computed <= 2


@pytest.mark.parametrize("way", list(Way))
def test_a_result_that_is_no_number_is_missing(model, way) -> None:
    """A broken network gives a typed error, never NaN."""
    broken = replace(model, network=_broken(model.network))
    (result,) = score(broken, [Wanted((1, 2), ((3,),))], way=way).results
    assert isinstance(result, ScoringError)
    assert result.reason is MissingReason.SCORE_NOT_FINITE


def _broken(network: Any) -> Any:
    copy = deepcopy(network)
    with torch.no_grad():
        copy.model.norm.weight.fill_(float("nan"))
    return copy


def _holding(model: LocalModel, most: int, error: Exception, calls: int = 0) -> Any:
    """A body that fails on rows longer than `most`, and on all but the first few calls."""
    done = 0

    def forward(**inputs):
        nonlocal done
        done += 1
        if inputs["input_ids"].shape[1] > most or 0 < calls < done:
            raise error
        return model.network.base_model(**inputs)

    return forward


def _with_body(model: LocalModel, forward: Any) -> LocalModel:
    network = SimpleNamespace(
        base_model=forward,
        device=torch.device("cpu"),
        config=model.network.config,
        dtype=torch.float32,
        get_output_embeddings=model.network.get_output_embeddings,
    )
    return replace(model, network=network)
