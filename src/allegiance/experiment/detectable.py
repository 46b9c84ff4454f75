"""The smallest effect of each contrast that a planned experiment would show.

    exact      in spreads between wordings, which are not known before a pilot
    sampled    in points, from sampling alone: the least that it can be
    a pilot    in its own unit, from the spread between wordings that was seen

Each with power 0.8, for every hypothesis, stated contrast and factor; where the design can't
tell a contrast, the reason stands instead.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from allegiance.design.contrasts import Step, Untold, Weights
from allegiance.design.power import WORST_BASE_RATE, detectable, sampling_sd
from allegiance.errors import UserError
from allegiance.experiment.calls import is_exact
from allegiance.experiment.cells import Played, played_of
from allegiance.experiment.claims import hypothesis_words, step_words, steps_of
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME
from allegiance.experiment.resolved import Block, Resolved

PilotSd = Callable[[str, str, str, Step, Step | None], tuple[float, str] | None]
"""Scenario, model, outcome and contrast to the sd between wordings in a pilot, with its unit."""


@dataclass(frozen=True)
class Detectable:
    """What of one contrast can be seen."""

    scenario: str
    model: str
    kind: str
    """hypothesis, contrast or factor."""
    id: str
    words: str
    """From where to where."""
    outcome: str
    direction: str | None
    cells: int
    """Cells that it is read off."""
    squares: float | None
    """Sum of squared weights of those cells."""
    smallest: float | None
    """The smallest effect with power 0.8; null where it can't be told."""
    unit: str
    """Unit of the smallest effect."""
    basis: str
    """What it is computed from; or why the design can't tell the contrast."""


def detectable_of(
    resolved: Resolved, name: str, model: str, base_rate: float | None, pilot: PilotSd | None
) -> Iterator[Detectable]:
    """What of each claim, stated contrast and factor of a scenario can be seen."""
    cells, wordings = played_of(resolved, name), wordings_of(resolved, name)
    for kind, id, words, outcome, direction, step, less in _claims(resolved, name, cells):
        found = cells.weights(step, less)
        smallest, unit, basis = _smallest(
            found,
            wordings,
            exact=is_exact(model),
            base_rate=base_rate,
            sd=pilot(name, model, outcome, step, less) if pilot else None,
        )
        told = isinstance(found, Weights)
        yield Detectable(
            scenario=name,
            model=model,
            kind=kind,
            id=id,
            words=words,
            outcome=outcome,
            direction=direction,
            cells=found.used if isinstance(found, Weights) else 0,
            squares=found.squares if isinstance(found, Weights) else None,
            smallest=smallest if told else None,
            unit=unit,
            basis=basis,
        )


def wordings_of(resolved: Resolved, name: str) -> dict[int, int]:
    """Each wording that is analysed in some cell, to the answers of one cell under it."""
    found: dict[int, set[Block]] = {}
    for each in resolved.vignettes_of(name).values():
        levels = resolved.cells[each.cell].levels
        if not any(out.covers(name, levels, each.wording) for out in resolved.exclusions):
            found.setdefault(each.wording, set()).add(each.block)
    repeated = 1 + max((each.replicate for each in resolved.trials.values()), default=0)
    return {wording: len(blocks) * repeated for wording, blocks in found.items()}


_Claim = tuple[str, str, str, str, str | None, Step, Step | None]


def _claims(resolved: Resolved, name: str, cells: Played) -> Iterator[_Claim]:
    """Hypotheses of the scenario, its stated contrasts, and each factor against its baseline."""
    for each in resolved.hypotheses:
        if name in each.scenarios:
            words, steps = hypothesis_words(each), steps_of(each)
            yield "hypothesis", each.id, words, each.outcome, each.direction, *steps
    for stated in resolved.scenarios[name].contrasts:
        words, steps = hypothesis_words(stated), steps_of(stated)
        yield "contrast", stated.id, words, PRIMARY_OUTCOME, stated.direction, *steps
    for factor, levels in cells.varied.items():
        for level in levels[1:]:
            step = Step({factor: levels[0]}, {factor: level})
            yield "factor", factor, step_words(step), PRIMARY_OUTCOME, None, step, None


def _smallest(
    found: Weights | Untold,
    wordings: Mapping[int, int],
    *,
    exact: bool,
    base_rate: float | None,
    sd: tuple[float, str] | None,
) -> tuple[float | None, str, str]:
    """The smallest effect, its unit, and what it is computed from."""
    if isinstance(found, Untold):
        return None, "", f"not told: {found.problem}"
    try:
        sds = detectable(len(wordings))
    except UserError as error:  # a base install plans too
        return None, "", f"{error.problem}: {error.mend}"
    if sds is None:
        return None, "", "one wording: no interval, no test"
    if sd:
        return sds * sd[0], sd[1], f"sd between wordings in the pilot: {sd[0]:.3g}"
    if exact:
        return (
            sds,
            "sd between wordings",
            f"{len(wordings)} wordings; the sd between them is not known: --pilot",
        )
    rate = WORST_BASE_RATE if base_rate is None else base_rate
    noise = sampling_sd(rate, found.squares, min(wordings.values()))
    said = "the worst case" if base_rate is None else "as stated"
    basis = f"at least: sampling alone, base rate {rate:g} ({said})"
    return sds * noise, "points of 1", basis
