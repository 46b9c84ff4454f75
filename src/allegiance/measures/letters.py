"""How likely each option's letter was where the answer names one, as the API tells it.

    {" option ": " B ", " reason ...      the tokens of the answer
                   |
                   B -0.2   A -1.9   D -4.0   the -6.1   ...      what could have stood there

Tokens that are the same letter but for marks (`B`, ` B`, `B.`) are one option: their
probabilities add up. A letter below those listed is left out. The arguments of tool calls
carry no log-probabilities anywhere today, so these forms are JSON and the bare letter.
"""

import math
import re
from collections.abc import Iterator, Sequence

from inspect_ai.model import Logprob, Logprobs

from allegiance.measures.answer import LETTER_FIRST, Form, letter_place

_OPTION = re.compile(r'"option"\s*:\s*"\W*(?:option\W+)?([A-Za-z])\b', re.IGNORECASE)
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")


def letter_log_probabilities(
    found: Logprobs | None, shown: Sequence[str], form: Form
) -> dict[str, float] | None:
    """What was shown to the log-probability of its letter, in nats; None where not told.

    Args:
        found: Log-probabilities of the answer's tokens.
        shown: What could be chosen, in the order shown.
        form: How it was asked for.
    """
    token = _answering(found.content, form) if found else None
    if token is None:
        return None
    likely: dict[str, list[float]] = {}
    for text, value in _alternatives(token):
        letter = _MARKS.sub("", text)
        place = letter_place(letter, shown) if len(letter) == 1 and letter.isupper() else None
        if place is not None and math.isfinite(value):
            likely.setdefault(shown[place], []).append(value)
    return {option: _log_sum_exp(values) for option, values in likely.items()} or None


def _answering(tokens: Sequence[Logprob], form: Form) -> Logprob | None:
    """The token that holds the answer's letter."""
    text = "".join(token.token for token in tokens)
    match = (LETTER_FIRST.match if form == "letter" else _OPTION.search)(text)
    if not match:
        return None
    end = 0
    for token in tokens:
        end += len(token.token)
        if end > match.start(1):
            return token
    return None


def _alternatives(token: Logprob) -> Iterator[tuple[str, float]]:
    """What could have stood there, the token itself included."""
    listed = {each.token: each.logprob for each in token.top_logprobs or ()}
    yield from ({token.token: token.logprob} | listed).items()


def _log_sum_exp(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))
