"""What a model reads and writes in a planned experiment, and what that costs.

    exact      the vignette with all action texts behind it; each question and probe with its
               answers; the vignette again for each passage that is weighed; action texts behind
               the neutral context, once for each set of names
    sampled    the vignette with a menu, twice where it is asked again in the opposite order;
               each question and probe with its answers; an answer a request

Each is counted once: requests that are repeated are not foreseen, nor are the few thousand tokens
of the documents on which probes are calibrated. Where contexts begin alike a local model computes
less than is counted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allegiance.experiment.resolved import (
    Resolved,
    StampedProbe,
    StampedQuestion,
    StampedVignette,
)
from allegiance.models.count import LOCAL, TokenCounter
from allegiance.models.prices import Price, cost

TURN = 5
"""Tokens by which a chat template sets off a turn, roughly."""
ASKING = 120
"""Tokens of the words around a menu: what is asked, and how to answer."""
ANSWER = 60
"""Tokens of an answer with a short reason."""


@dataclass(frozen=True)
class Calls:
    """What one model does in one scenario."""

    scenario: str
    model: str
    method: str
    """exact or sampled."""
    trials: int
    tokens_in: int
    """Tokens read."""
    tokens_out: int
    """Tokens written."""
    counted: bool
    """Whether by the model's own tokenizer; else estimated from length."""
    cost: float | None
    """US dollars; null where the price is not known."""


def is_exact(model: str) -> bool:
    """Whether a model's texts are scored, as far as its name tells."""
    return model.startswith(LOCAL)


def calls_of(
    resolved: Resolved,
    name: str,
    model: str,
    counter: TokenCounter,
    prices: Mapping[str, Price],
) -> Calls:
    """What a model reads and writes in a scenario, and what that costs."""
    exact, read, written, trials = is_exact(model), 0, 0, 0
    per_vignette = _exact_tokens if exact else _sampled_tokens
    vignettes = resolved.vignettes_of(name)
    for trial in resolved.trials.values():
        if trial.model == model and trial.vignette in vignettes:
            once = per_vignette(resolved, vignettes[trial.vignette], counter)
            read, written, trials = read + once[0], written + once[1], trials + 1
    if exact:
        read += _neutral_tokens(resolved, vignettes, counter)
    return Calls(
        scenario=name,
        model=model,
        method="exact" if exact else "sampled",
        trials=trials,
        tokens_in=read,
        tokens_out=written,
        counted=counter.exact,
        cost=cost(model, prices, tokens_in=read, tokens_out=written),
    )


def _asked(vignette: StampedVignette) -> list[StampedQuestion | StampedProbe]:
    return [*vignette.questions, *vignette.probes]


def _context(vignette: StampedVignette, counter: TokenCounter) -> int:
    return sum(counter.count(each.text) + TURN for each in vignette.messages)


def _exact_tokens(
    resolved: Resolved, vignette: StampedVignette, counter: TokenCounter
) -> tuple[int, int]:
    """The vignette with all texts behind it, and again with each question's answers."""
    texts = [text for own in resolved.texts[vignette.texts].actions.values() for text in own]
    texts += vignette.mismatched.texts if vignette.mismatched else ()
    read = _context(vignette, counter) + counter.count(vignette.lead) + TURN
    read += sum(map(counter.count, texts))
    for item in _asked(vignette):
        answers = [text for own in item.answers.values() for text in own]
        read += _context(vignette, counter) + counter.count(item.text) + 2 * TURN
        read += sum(map(counter.count, answers))
    return read + _passage_tokens(resolved, vignette, counter), 0


def _passage_tokens(resolved: Resolved, vignette: StampedVignette, counter: TokenCounter) -> int:
    """The vignette without each passage, with padding for it, and the passage alone."""
    words = resolved.texts[vignette.texts]
    groups = resolved.scenarios[resolved.cells[vignette.cell].scenario].groups
    compared = [each for each in (*groups.plus, *groups.minus) if each in words.actions]
    texts = sum(counter.count(words.actions[each][0]) for each in compared)
    whole, read = _context(vignette, counter), 0
    for each in vignette.passages:
        own = counter.count(vignette.messages[each.message].text[each.start : each.end])
        read += 2 * whole - own + counter.count(each.padding) - own  # without it, and padded
        read += own + counter.count(words.neutral) + 2 * TURN + 3 * texts
    return read


def _neutral_tokens(
    resolved: Resolved, vignettes: Mapping[str, StampedVignette], counter: TokenCounter
) -> int:
    """Action texts behind the neutral context: once for each set of names."""
    used = {each.texts for each in vignettes.values()}
    return sum(
        counter.count(resolved.texts[id].neutral)
        + 2 * TURN
        + sum(counter.count(t) for own in resolved.texts[id].actions.values() for t in own)
        for id in used
    )


def _sampled_tokens(
    resolved: Resolved, vignette: StampedVignette, counter: TokenCounter
) -> tuple[int, int]:
    """The vignette with its menu, in the opposite order too where it is asked again."""
    options = [own[0] for own in resolved.texts[vignette.texts].actions.values()]
    menu = _context(vignette, counter) + ASKING + sum(map(counter.count, options))
    read, asked = menu * (1 + vignette.swapped), 1 + vignette.swapped
    for item in _asked(vignette):
        answers = [own[0] for own in item.answers.values()]
        read += _context(vignette, counter) + ASKING + counter.count(item.text)
        read, asked = read + sum(map(counter.count, answers)), asked + 1
    return read, asked * ANSWER
