"""Texts scored behind contexts, those aside whose scores are remembered.

    asked         context A: texts x y     context B: texts x z
    remembered    A x, from an earlier batch
    scored        A y, B x, B z: one batch, each pair once; then remembered too

The neutral context recurs in every batch, with the same texts behind it. What was unused for
longest is forgotten first.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from allegiance.models.protocol import OptionScore, ScoringError

if TYPE_CHECKING:
    from allegiance.models.local import LocalModel

Ids = tuple[int, ...]

REMEMBERED = 16384
"""Texts whose scores behind a context are remembered."""


class Scorer:
    """Scores texts of one model, and remembers."""

    def __init__(self) -> None:
        self.tokens_computed = 0
        """Token positions that scoring sent through the model so far."""
        self._remembered: OrderedDict[tuple[Ids, str], OptionScore] = OrderedDict()

    def score(
        self,
        model: "LocalModel",
        asked: Sequence[tuple[Ids, tuple[str, ...]]],
        *,
        row_tokens: int,
        progress: Callable[[int, int], None],
    ) -> list[list[OptionScore] | ScoringError]:
        """The scores of the texts behind each context, or why there are none.

        Args:
            model: The model in memory, always the same.
            asked: Contexts, each with texts.
            row_tokens: Tokens scored in one pass, at most.
            progress: Is told how many tokens are scored, of how many.
        """
        from allegiance.models.scoring import Wanted, score_batch

        known = self._recall(asked)
        ids = {
            text: model.text_ids(text) for text in dict.fromkeys(t for _, ts in asked for t in ts)
        }
        new = [
            [text for text in dict.fromkeys(texts) if (context, text) not in known]
            for context, texts in asked
        ]
        wanted = [
            Wanted(context, tuple(ids[text] for text in own))
            for (context, _), own in zip(asked, new, strict=True)
        ]
        found = score_batch(model, wanted, row_tokens=row_tokens, progress=progress)
        self.tokens_computed += found.tokens_computed
        errors: dict[int, ScoringError] = {}
        for place, result in enumerate(found.results):
            if isinstance(result, ScoringError):
                errors[place] = result
                continue
            for text, value in zip(new[place], result, strict=True):
                score = OptionScore(value, len(ids[text]), len(text.encode()))
                known[asked[place][0], text] = score
        self._remember(known)
        return [
            errors[place] if place in errors else [known[context, text] for text in texts]
            for place, (context, texts) in enumerate(asked)
        ]

    def _recall(
        self, asked: Sequence[tuple[Ids, tuple[str, ...]]]
    ) -> dict[tuple[Ids, str], OptionScore]:
        pairs = ((context, text) for context, texts in asked for text in texts)
        return {pair: self._remembered[pair] for pair in pairs if pair in self._remembered}

    def _remember(self, known: dict[tuple[Ids, str], OptionScore]) -> None:
        """Keep these as the last used; the longest unused are forgotten."""
        for pair, score in known.items():
            self._remembered[pair] = score
            self._remembered.move_to_end(pair)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
