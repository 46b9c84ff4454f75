"""What a resolved experiment will take, and what it can tell: before anything is spent.

    scenarios    cells, vignettes, wordings; what the cells can't tell apart, in words
    calls        trials, tokens and cost of each model in each scenario
    contrasts    each hypothesis, stated contrast and factor: cells, and the smallest effect
                 that would show with power 0.8

Tokens are what a model reads and writes once: of an exact trial the vignette with all action
texts, of a sampled one the vignette with a menu. Requests that are repeated are not foreseen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from allegiance.design.aliasing import aliases
from allegiance.design.contrasts import Step, Untold, Weights
from allegiance.design.power import WORST_BASE_RATE, detectable, sampling_sd
from allegiance.errors import UserError
from allegiance.experiment.cells import Played, played_of
from allegiance.experiment.claims import hypothesis_words, step_words, steps_of
from allegiance.experiment.hypothesis import PRIMARY_OUTCOME
from allegiance.experiment.resolved import Resolved, StampedVignette
from allegiance.models.count import LOCAL, TokenCounter, token_counter
from allegiance.models.prices import Price, cost
from allegiance.scenarios.scenario import WORDINGS

TURN = 5
"""Tokens by which a chat template sets off a turn, roughly."""
ASKING = 120
"""Tokens of the words around a menu: what is asked, and how to answer."""
ANSWER = 60
"""Tokens of an answer with a short reason."""

PilotSd = Callable[[str, str, str, Step, Step | None], tuple[float, str] | None]
"""Scenario, model, outcome and contrast to the sd between wordings in a pilot, with its unit."""


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
            _calls(resolved, name, model, counters[model], prices)
            for name in resolved.scenarios
            for model in resolved.models
        ),
        contrasts=tuple(
            found
            for name in resolved.scenarios
            for model in resolved.models
            for found in _contrasts(resolved, name, model, base_rate, pilot)
        ),
        labels=0,
    )


def is_exact(model: str) -> bool:
    """Whether a model's texts are scored, as far as its name tells."""
    return model.startswith(LOCAL)


def _blocks(resolved: Resolved, name: str) -> int:
    return len({_block(each) for each in _vignettes(resolved, name).values()})


def _block(vignette: StampedVignette) -> tuple[object, ...]:
    return vignette.wording, *sorted(vignette.nuisance.items())


def _scenario(resolved: Resolved, name: str) -> ScenarioForecast:
    stamped, cells = resolved.scenarios[name], played_of(resolved, name)
    vignettes = _vignettes(resolved, name)
    wordings = len(_wordings(resolved, name))
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


def _vignettes(resolved: Resolved, name: str) -> dict[str, StampedVignette]:
    return {
        id: each
        for id, each in resolved.vignettes.items()
        if resolved.cells[each.cell].scenario == name
    }


def _wordings(resolved: Resolved, name: str) -> dict[int, int]:
    """Each wording that is analysed in some cell, to the answers of one cell under it."""
    found: dict[int, set[tuple[object, ...]]] = {}
    for each in _vignettes(resolved, name).values():
        levels = resolved.cells[each.cell].levels
        if not any(out.covers(name, levels, each.wording) for out in resolved.exclusions):
            found.setdefault(each.wording, set()).add(_block(each))
    repeated = 1 + max((each.replicate for each in resolved.trials.values()), default=0)
    return {wording: len(blocks) * repeated for wording, blocks in found.items()}


def _calls(
    resolved: Resolved,
    name: str,
    model: str,
    counter: TokenCounter,
    prices: Mapping[str, Price],
) -> Calls:
    exact, read, written, trials = is_exact(model), 0, 0, 0
    per_vignette = _exact_tokens if exact else _sampled_tokens
    vignettes = _vignettes(resolved, name)
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
    for item in vignette.questions:
        answers = [text for own in item.answers.values() for text in own]
        read += _context(vignette, counter) + counter.count(item.text) + 2 * TURN
        read += sum(map(counter.count, answers))
    return read, 0


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
    for item in vignette.questions:
        answers = [own[0] for own in item.answers.values()]
        read += _context(vignette, counter) + ASKING + counter.count(item.text)
        read, asked = read + sum(map(counter.count, answers)), asked + 1
    return read, asked * ANSWER


def _contrasts(
    resolved: Resolved, name: str, model: str, base_rate: float | None, pilot: PilotSd | None
) -> Iterator[Detectable]:
    cells, wordings = played_of(resolved, name), _wordings(resolved, name)
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
