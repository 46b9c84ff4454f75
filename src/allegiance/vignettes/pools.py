"""Unrelated texts for the slots of pools: drawn by seed, or filled to the same length.

    {mail: draw {before: 7, after: 6}}, documents 3   ->  before: 7 texts, after: 6 others
    {filler: matches mail},             documents 3   ->  before, after: about as many words

The same number draws the same texts in every cell and wording, so that cells differ in what
their levels mean and not in what was drawn.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from random import Random

from allegiance.scenarios.fields import holds
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.setting import PoolEntry

_WORD = re.compile(r"\S+")
_END = re.compile(r"[.!?][\"')]*$")
"""What the last word of a sentence ends with."""


def pool_texts(
    scenario: Scenario, cell: Mapping[str, str], documents: int, named: Callable[[str], str]
) -> dict[str, str]:
    """Slot to text for each pool that is there in a cell.

    Args:
        scenario: Whose pools.
        cell: A complete cell.
        documents: Number of the draw.
        named: Puts names into a text.
    """
    by_id = {pool.id: pool for pool in scenario.pools}
    found: dict[str, str] = {}
    for pool in scenario.pools:
        if not holds(pool.when, cell):
            continue
        if pool.matches is None:
            found |= _drawn(pool, documents, named)
        else:
            found |= _filled(pool, _drawn(by_id[pool.matches], documents, named), documents, named)
    return found


def _drawn(pool: PoolEntry, documents: int, named: Callable[[str], str]) -> dict[str, str]:
    random = Random(f"{pool.id}-{documents}")
    drawn = iter(random.sample(pool.texts, sum(pool.draw.values())))
    return {
        slot: "\n\n".join(named(next(drawn).text) for _ in range(count))
        for slot, count in pool.draw.items()
    }


def _filled(
    pool: PoolEntry, matched: Mapping[str, str], documents: int, named: Callable[[str], str]
) -> dict[str, str]:
    """Each slot with about as many words as its counterpart, the texts going round."""
    order = Random(f"{pool.id}-{documents}").sample(pool.texts, len(pool.texts))
    texts = cycle([named(each.text) for each in order])
    return {slot: of_words(texts, len(_WORD.findall(text))) for slot, text in matched.items()}


def of_words(texts: Iterator[str], count: int) -> str:
    """Whole texts, the last one cut where a sentence ends, that come near to `count` words."""
    kept: list[str] = []
    while count > 0:
        text = next(texts)
        words = list(_WORD.finditer(text))
        if len(words) > count:
            ends = [place for place, word in enumerate(words, 1) if _END.search(word.group())]
            shown = min((*ends, len(words), *([0] if kept else [])), key=lambda n: abs(n - count))
            text = text[: words[shown - 1].end()] if shown else ""
        count -= len(words)
        kept += [text] if text else []
    return "\n\n".join(kept)
