"""What a resolved experiment will take, and what it can tell: before anything is spent.

    scenarios    cells, vignettes, wordings; what the cells can't tell apart, in words
    calls        trials, tokens and cost of each model in each scenario
    contrasts    each hypothesis, stated contrast and factor: cells, and the smallest effect
                 that would show with power 0.8

The counting is in `calls`, the smallest effects in `detectable`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allegiance.design.aliasing import aliases
from allegiance.experiment.calls import Calls, calls_of
from allegiance.experiment.cells import played_of
from allegiance.experiment.detectable import Detectable, PilotSd, detectable_of, wordings_of
from allegiance.experiment.resolved import Resolved
from allegiance.models.count import token_counter
from allegiance.models.prices import Price
from allegiance.scenarios.scenario import WORDINGS


@dataclass(frozen=True)
class ScenarioForecast:
    """The design of one scenario."""

    scenario: str
    version: int
    """Its version: how many were made, this one included."""
    cells: int
    """Cells played, the control's own left out."""
    control_cells: int
    """Cells of the positive control."""
    vignettes: int
    """Cells in words, in all blocks."""
    wordings: int
    """Distinct wordings that are analysed."""
    scope: str
    """What a claim holds for: wordings at large, or these only, where not all are played."""
    estimator: str
    """How contrasts are read off: `paired`, or `model`."""
    aliases: tuple[str, ...]
    """What the cells can't tell apart, in words."""


@dataclass(frozen=True)
class Forecast:
    """All of it."""

    id: str
    title: str
    stamp: str
    design: str
    """Kind of the design."""
    blocks: int
    replicates: int
    scenarios: tuple[ScenarioForecast, ...]
    calls: tuple[Calls, ...]
    contrasts: tuple[Detectable, ...]
    labels: int
    """Labels by people that judges need: none, where options are chosen."""
    most_trials: int | None = None
    """Of an adaptive run: the trials with which it ends; the rest is for one trial a vignette."""

    @property
    def trials(self) -> int:
        """Trials of all models."""
        return sum(each.trials for each in self.calls)

    @property
    def cost(self) -> float | None:
        """US dollars in all; None where any price is not known."""
        known = [each.cost for each in self.calls if each.cost is not None]
        return sum(known) if len(known) == len(self.calls) else None


def forecast(
    resolved: Resolved,
    *,
    prices: Mapping[str, Price],
    base_rate: float | None = None,
    pilot: PilotSd | None = None,
) -> Forecast:
    """What the experiment takes and tells.

    Args:
        resolved: The experiment.
        prices: Model to its price.
        base_rate: Share of the outcome in each cell, where answers are sampled; the worst case
            where left out.
        pilot: The spread between wordings in an earlier run.
    """
    counters = {model: token_counter(model) for model in resolved.models}
    return Forecast(
        id=resolved.id,
        title=resolved.title,
        stamp=resolved.stamp,
        design=resolved.design.kind,
        blocks=max(_blocks(resolved, name) for name in resolved.scenarios),
        replicates=1 + max((each.replicate for each in resolved.trials.values()), default=0),
        scenarios=tuple(_scenario(resolved, name) for name in resolved.scenarios),
        calls=tuple(
            calls_of(resolved, name, model, counters[model], prices)
            for name in resolved.scenarios
            for model in resolved.models
        ),
        contrasts=tuple(
            found
            for name in resolved.scenarios
            for model in resolved.models
            for found in detectable_of(resolved, name, model, base_rate, pilot)
        ),
        labels=0,
        most_trials=resolved.stopping.trials,
    )


def _blocks(resolved: Resolved, name: str) -> int:
    return len({each.block for each in resolved.vignettes_of(name).values()})


def _scenario(resolved: Resolved, name: str) -> ScenarioForecast:
    stamped, cells = resolved.scenarios[name], played_of(resolved, name)
    vignettes = resolved.vignettes_of(name)
    wordings = len(wordings_of(resolved, name))
    return ScenarioForecast(
        scenario=name,
        version=stamped.version,
        cells=len(cells.cells),
        control_cells=2 if stamped.control else 0,
        vignettes=len(vignettes),
        wordings=wordings,
        scope="wordings at large" if wordings >= WORDINGS else "these wordings only",
        estimator=cells.estimator,
        aliases=tuple(each.in_words for each in aliases(cells.cells, cells.varied)),
    )
