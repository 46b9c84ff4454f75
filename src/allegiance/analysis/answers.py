"""The answers of one model to one scenario, weighed anew by whichever of them count.

What an answer is called hangs on the choice of rank; the answers and their weights do not. So
under many choices the same answers count in a cell, and their level is found once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from allegiance.analysis.level import Level, level
from allegiance.analysis.values import Values
from allegiance.experiment.resolved import Block, Resolved

Picked = tuple[str, frozenset[str | None], frozenset[str | None]]
"""A cell, the answers that count in it, and those that may count; None is no choice."""


@dataclass(frozen=True)
class Answers:
    """The answers of one model to one scenario."""

    resolved: Resolved
    """The experiment."""
    trials: pl.DataFrame
    """Its planned trials."""
    responses: pl.DataFrame
    """Its answers."""

    @cached_property
    def weights(self) -> dict[str, dict[str | None, float]]:
        """Trial to the weight of each answer."""
        found: dict[str, dict[str | None, float]] = defaultdict(dict)
        shown = self.responses.select("trial_id", "action", "probability")
        for trial, action, probability in shown.iter_rows():
            found[trial][action] = probability
        return found

    @cached_property
    def by_cell(self) -> dict[str, list[tuple[str, Block]]]:
        """Cell to its planned trials, each with its block."""
        found: dict[str, list[tuple[str, Block]]] = defaultdict(list)
        for trial, cell, vignette in self.trials.select("trial_id", "cell", "vignette").iter_rows():
            found[cell].append((trial, self.resolved.vignettes[vignette].block))
        return found

    @cached_property
    def drawn(self) -> bool:
        """Whether each answer is one that was drawn."""
        return set(self.responses["weighed_by"].unique().to_list()) == {"answer"}

    @cached_property
    def method(self) -> str | None:
        """How the model answered; None where nothing was measured."""
        found = self.trials["method"].drop_nulls().unique().to_list()
        return str(found[0]) if found else None

    @cached_property
    def levels(self) -> dict[tuple[Picked, ...], Level]:
        """Levels that were found: under many choices the same answers count."""
        return {}

    def level_of(self, picked: tuple[Picked, ...]) -> Level:
        """The mean weight on the answers that count, over some cells."""
        if picked not in self.levels:
            self.levels[picked] = level(self._values(picked), [cell for cell, _, _ in picked])
        return self.levels[picked]

    def _values(self, picked: Iterable[Picked]) -> Values:
        of: dict[tuple[str, Block], list[float | None]] = defaultdict(list)
        for cell, sure, unsure in picked:
            for trial, block in self.by_cell[cell]:
                of[cell, block].append(_weight(self.weights.get(trial), sure, unsure))
        return Values("points of 1", of, self.drawn)


def _weight(
    answers: Mapping[str | None, float] | None,
    sure: frozenset[str | None],
    unsure: frozenset[str | None],
) -> float | None:
    """Weight on the answers that count; None where the trial, or what an answer is, is missing."""
    if answers is None or any(answers.get(action, 0.0) > 0 for action in unsure):
        return None
    return sum((weight for action, weight in answers.items() if action in sure), start=0.0)
