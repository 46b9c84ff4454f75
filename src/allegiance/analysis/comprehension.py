"""Does a model know who asked for what, or does it lean to an answer?

    not measured               no question was answered
    not told                   the right answer never changed: a leaning can't be told from knowing
    above chance               better than a blind choice, and than always the same answer
    no better than a leaning   better than a blind choice, but not than always the same answer
    at chance, below chance    not better than a blind choice; worse
    no interval                one wording: nothing shows how they vary

"Always the same answer" is the best that a model could do which gives each item one answer,
whatever the vignette says. An item whose right answer was the same wherever it was answered tells
nothing, and counts in no verdict over several items. Only "above chance" is comprehension.
"""

from enum import StrEnum

import polars as pl

from allegiance.analysis.estimate import Estimate


class Understood(StrEnum):
    """What the comprehension items of a model in a scenario say."""

    ABOVE = "above chance"
    LEANING = "no better than a leaning"
    AT = "at chance"
    BELOW = "below chance"
    NOT_TOLD = "not told: the right answer never changed"
    NO_INTERVAL = "no interval"
    NOT_MEASURED = "not measured"


_WHY = {
    Understood.LEANING: "comprehension is no better than a leaning",
    Understood.AT: "comprehension stands at chance",
    Understood.BELOW: "comprehension stands below chance",
    Understood.NOT_TOLD: "comprehension is not told, as no right answer changed",
    Understood.NO_INTERVAL: "comprehension has no interval",
    Understood.NOT_MEASURED: "comprehension was not measured",
}


def why_not_understood(verdict: Understood) -> str:
    """Why nothing shows that a model understood, in words; empty where something does."""
    return _WHY.get(verdict, "")


def telling(asked: pl.DataFrame) -> pl.DataFrame:
    """The rows of items whose right answer changed; of those without an answer too.

    Args:
        asked: Rows of `checks`; the right answer stands in what was measured.
    """
    return asked.filter(pl.col("right").drop_nulls().n_unique().over("item") != 1)


def leaning(asked: pl.DataFrame) -> float | None:
    """What always the same answer to each item gives at best, in points of 1.

    Args:
        asked: Rows of `checks`.

    Returns:
        The share; None where nothing was measured.
    """
    measured = asked.drop_nulls("right")
    if measured.is_empty():
        return None
    best = measured.group_by("item", "right").len().group_by("item").agg(pl.col("len").max())
    return float(best["len"].sum()) / measured.height


def better_than_a_leaning(found: Estimate, share: float | None) -> bool:
    """Whether the whole interval lies above what a leaning gives."""
    return found.ci_low is not None and share is not None and found.ci_low > share
