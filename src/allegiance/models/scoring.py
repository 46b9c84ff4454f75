"""Exact log-likelihoods of texts after contexts: a whole batch as one tree, each token once.

    wanted     context A: texts x y     context B: texts x z     (A and B may begin alike)
    tree       every distinct token position of all these sequences         `tree`
    rows       through the model, on top of the path they grow from         `walk`
    log-probs  where a text's token is predicted, and nowhere else          `head`

In whatever order contexts and texts come, the tree is the same, and so are its rows. A model
whose attention, cache or head does not take this is found out once, by a small check against
plain passes; then each text is passed on its own. One request that does not fit, or whose
numbers are none, fails alone.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from textwrap import shorten

import torch

from allegiance.missing import MissingReason
from allegiance.models.head import head_is_linear, sliced, whole
from allegiance.models.local import LocalModel, typed_memory_errors
from allegiance.models.protocol import ScoringError
from allegiance.models.tree import Ids, Tree, grow
from allegiance.models.walk import LEAST, Reader, unknown_layers, walk

Pair = tuple[Ids, Ids]
Found = float | ScoringError
Result = tuple[float, ...] | ScoringError
Progress = Callable[[int, int], None]
"""Is told how many tokens were computed, and of how many."""
TOLERANCE = {torch.float32: 1e-2}
"""Nats by which a tree's passes and plain ones may differ in the check."""
ROUGH = 1.0
"""The same where numbers are kept in half precision, whose sums are noisy."""
LINE = 300
"""Letters of what a model's own code raised that a warning repeats, at most."""

_log = logging.getLogger(__name__)


class Way(StrEnum):
    """How a model's texts are scored."""

    SLICED = "sliced"
    """As a tree, the vocabulary in slices."""
    WHOLE = "whole"
    """As a tree, with the model's own logits."""
    PLAIN = "plain"
    """One pass a text."""


READERS: dict[Way, Reader] = {Way.SLICED: sliced, Way.WHOLE: whole}


@dataclass(frozen=True)
class Wanted:
    """A context and the texts to be scored behind it."""

    context: Ids
    """Token ids up to where the assistant's turn begins."""
    texts: tuple[Ids, ...]
    """Token ids of each text."""


@dataclass(frozen=True)
class Scored:
    """What a batch gave."""

    results: tuple[Result, ...]
    """For each request its texts' log-likelihoods in nats, or why it has none."""
    tokens_computed: int
    """Token positions that went through the model."""
    longest_row: int
    """Tokens of the longest row of the tree."""


def score_batch(
    model: LocalModel,
    wanted: Sequence[Wanted],
    *,
    row_tokens: int,
    way: Way | None = None,
    progress: Progress = lambda done, of: None,
) -> Scored:
    """Log-likelihoods of texts after their contexts, in the order given.

    Args:
        model: The model in memory.
        wanted: Contexts with their texts.
        row_tokens: Tokens that go through the model at once, at most; it bounds memory.
        way: How to score; what the model takes (`way_of`) where left out.
        progress: Is told, as rows are done, how many tokens were computed, and of how many.

    Raises:
        ValueError: A context or a text is empty: there is nothing to predict.
    """
    if not all(each.context and all(each.texts) for each in wanted):
        raise ValueError("an empty context or text has no log-likelihood")
    fit = [each for each in wanted if _longest(each) <= model.window]
    groups: dict[Way, list[Pair]] = {}
    for pair in dict.fromkeys((each.context, text) for each in fit for text in each.texts):
        own = way or way_of(model, beyond=_length(pair) > model.reach)
        groups.setdefault(own, []).append(pair)
    alone = groups.pop(Way.PLAIN, [])
    trees = {own: grow(group, model.network.device) for own, group in groups.items()}
    told = _Told(progress, sum(tree.size for tree in trees.values()) + sum(map(_length, alone)))
    found: dict[Pair, Found] = {}
    longest = 0
    for own, tree in trees.items():
        sums, row = _sums(model, tree, READERS[own], row_tokens, told, len(groups[own]))
        found |= zip(groups[own], sums, strict=True)
        longest = max(longest, row)
    for pair in alone:
        found[pair] = _plain(model, pair)
        told(_length(pair))
    return Scored(tuple(_result(model, each, found) for each in wanted), told.done, longest)


def noise(model: LocalModel, wanted: Sequence[Wanted], *, row_tokens: int) -> float | None:
    """What rounding does to the log-likelihood of a text, in nats.

    Every text is scored in two ways that differ in nothing but rounding: as the model's trees
    are, and by a pass of its own; where it takes no trees, by passes with and without further
    tokens behind the text. The root mean square of the differences, over distinct pairs of
    context and text; None where none of them could be scored.
    """
    ours = score_batch(model, wanted, row_tokens=row_tokens)
    pairs = _scored(wanted, ours)
    differences = [
        value - other
        for pair, value in pairs.items()
        if isinstance(other := _plain(model, pair, _some_behind(model, pair)), float)
    ]
    if not differences:
        return None
    return math.sqrt(math.fsum(each**2 for each in differences) / len(differences))


@cache
def way_of(model: LocalModel, *, beyond: bool) -> Way:
    """The fastest way in which a model gives what plain passes give, tried on a few tokens.

    Args:
        model: The model in memory.
        beyond: Whether sequences are longer than what each token sees (`LocalModel.reach`).
    """
    if beyond and way_of(model, beyond=False) is Way.PLAIN:
        return Way.PLAIN
    problems = []
    for way in READERS:
        problem = _problem(model, way, beyond)
        if not problem:
            return way
        problems.append(problem)
    _log.warning(
        "%s takes no trees of texts%s (%s): each text is passed alone, as exact and slower",
        model.name,
        f" past {model.reach} tokens" if beyond else "",
        "; ".join(dict.fromkeys(problems)),
    )
    return Way.PLAIN


def _problem(model: LocalModel, way: Way, beyond: bool) -> str:
    """Why a way does not give what plain passes give, in a line; empty where it does."""
    ids = model.text_ids("One two three four five six seven eight nine ten.")
    context, texts = ids[:6], (ids[6:], ids[2:5], ids[:2], (*ids[6:8], *ids[:3]))
    wanted = [Wanted(context, texts), Wanted(context[:-2], texts)]
    row = LEAST
    if beyond:
        row = max(LEAST, model.reach // 3)
        wanted = [Wanted((ids * (model.reach // len(ids) + 2))[: model.reach + 8], texts[:2])]
    try:
        if unknown_layers(model):
            return "some of its layers are not of attention"
        if way is Way.SLICED and not head_is_linear(model.network, ids):
            return "its head is not linear"
        ours = score_batch(model, wanted, way=way, row_tokens=row)
    except Exception as error:  # noqa: BLE001 - whatever it is, such a model does not take trees
        return shorten(f"{type(error).__name__}: {error}", LINE)
    plain = score_batch(model, wanted, way=Way.PLAIN, row_tokens=row)
    found, truth = _scored(wanted, ours), _scored(wanted, plain)
    tolerance = TOLERANCE.get(model.network.dtype, ROUGH)
    alike = bool(found) and all(
        pair in found and abs(found[pair] - value) < tolerance for pair, value in truth.items()
    )
    return "" if alike else "its scores are not those of plain passes"


@torch.inference_mode()
def _sums(
    model: LocalModel, tree: Tree, read: Reader, row_tokens: int, told: "_Told", pairs: int
) -> tuple[list[Found], int]:
    """For each pair of a tree the sum of its tokens' log-probabilities; the longest row."""
    walked = walk(model, tree, read, row_tokens, told)
    sums = torch.zeros(pairs, dtype=torch.float64, device=walked.values.device)
    found: list[Found] = sums.index_add_(0, tree.owners, walked.values.double()).tolist()
    for owner in set(tree.owners[tree.nodes >= walked.reached].tolist()):
        found[owner] = ScoringError(
            MissingReason.OUT_OF_MEMORY, "memory ran out, in the shortest rows too"
        )
    return found, walked.longest


@torch.inference_mode()
def _plain(model: LocalModel, pair: Pair, behind: Ids = ()) -> Found:
    """One pass over context and text, and nothing shared; what stands behind changes nothing."""
    context, text = pair
    ids = torch.tensor([[*context, *text, *behind]], device=model.network.device)
    own = slice(len(context), len(context) + len(text))
    try:
        with typed_memory_errors():
            logits = model.network(input_ids=ids, use_cache=False).logits[0, :-1]
            predicting = logits[own.start - 1 : own.stop - 1].float().log_softmax(1)
            chosen = predicting.gather(1, ids[0, own, None])
    except ScoringError as error:
        return error
    return float(chosen.double().sum())


def _result(model: LocalModel, wanted: Wanted, found: Mapping[Pair, Found]) -> Result:
    """A request's log-likelihoods, or the first reason why one is missing."""
    longest = _longest(wanted)
    if longest > model.window:
        return ScoringError(
            MissingReason.CONTEXT_OVERFLOW,
            f"context and longest text take {longest} tokens; the window holds {model.window}",
        )
    values = []
    for text in wanted.texts:
        value = found[wanted.context, text]
        if isinstance(value, ScoringError):
            return value
        if not math.isfinite(value):
            return ScoringError(MissingReason.SCORE_NOT_FINITE, "a log-likelihood is not finite")
        values.append(value)
    return tuple(values)


def _scored(wanted: Sequence[Wanted], scored: Scored) -> dict[Pair, float]:
    """The pairs that have a log-likelihood, with it."""
    return {
        (each.context, text): value
        for each, result in zip(wanted, scored.results, strict=True)
        if isinstance(result, tuple)
        for text, value in zip(each.texts, result, strict=True)
    }


def _some_behind(model: LocalModel, pair: Pair) -> Ids:
    """A few tokens that may stand behind a text, where there is room."""
    return pair[0][: min(8, model.window - _length(pair))]


def _length(pair: Pair) -> int:
    return sum(map(len, pair))


def _longest(wanted: Wanted) -> int:
    return len(wanted.context) + max(map(len, wanted.texts), default=0)


@dataclass
class _Told:
    """Counts tokens, and tells whoever wants to know."""

    progress: Progress
    of: int
    done: int = 0

    def __call__(self, tokens: int) -> None:
        self.done += tokens
        self.progress(self.done, self.of)
