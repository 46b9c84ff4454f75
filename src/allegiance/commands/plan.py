"""`allegiance plan`: what an experiment takes and what it can tell, in words."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from allegiance.experiment.calls import Calls
    from allegiance.experiment.detectable import Detectable
    from allegiance.experiment.forecast import Forecast, ScenarioForecast


def forecast_data(forecast: "Forecast") -> dict[str, Any]:
    """A forecast for machines."""
    return {**asdict(forecast), "trials": forecast.trials, "cost": forecast.cost}


def print_forecast(forecast: "Forecast", console: Console) -> None:
    """A forecast for people."""

    def line(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True, markup=False)

    line(f"{forecast.id}: {forecast.title}" if forecast.title else forecast.id)
    for text in _heads(forecast):
        line(text)
    for scenario in forecast.scenarios:
        line("")
        for text in _scenario(scenario):
            line(text)
        for text in _detectable(scenario.scenario, forecast):
            line(text)


def _heads(forecast: "Forecast") -> Iterator[str]:
    if forecast.most_trials:
        yield (
            f"adaptive: until every half-width is reached, at most {forecast.most_trials} trials; "
            "what follows is for every vignette played once"
        )
    yield (
        f"{forecast.trials} trials: design {forecast.design}, {_count(forecast.blocks, 'block')}, "
        f"{_count(forecast.replicates, 'replicate')}; stamp {forecast.stamp[:12]}"
    )
    for model in dict.fromkeys(each.model for each in forecast.calls):
        yield _of_model([each for each in forecast.calls if each.model == model])
    yield _labels(forecast)


def _labels(forecast: "Forecast") -> str:
    sampled = any(each.method == "sampled" for each in forecast.calls)
    why = "options are chosen, nothing is judged" if sampled else "answers are scored exactly"
    check = "; run with --label N to have people check how answers are read" if sampled else ""
    return f"Labels needed: {forecast.labels or 'none'} ({why}){check}"


def _of_model(calls: "list[Calls]") -> str:
    read, written = (sum(getattr(c, n) for c in calls) for n in ("tokens_in", "tokens_out"))
    how = "counted by its tokenizer" if calls[0].counted else "estimated from length"
    output = f", {written:,} to write" if written else ""
    return (
        f"{calls[0].model} ({calls[0].method}): {sum(each.trials for each in calls)} trials, "
        f"{read:,} tokens to read{output} ({how}); {_cost(calls)}"
    )


def _cost(calls: "list[Calls]") -> str:
    costs = [each.cost for each in calls if each.cost is not None]
    if len(costs) < len(calls):
        return "price not known: give --prices"
    return f"{sum(costs):.2f} USD" if sum(costs) else "free but for the time"


def _scenario(scenario: "ScenarioForecast") -> Iterator[str]:
    control = f" and {scenario.control_cells} of the control" if scenario.control_cells else ""
    yield (
        f"{scenario.scenario} (version {scenario.version}): {_count(scenario.cells, 'cell')}"
        f"{control}, in {_count(scenario.wordings, 'wording')}: claims are over {scenario.scope}"
    )
    for each in scenario.aliases:
        yield f"  {each}"
    if scenario.aliases and scenario.estimator == "paired":
        yield "  (contrasts compare cells alike in all else, so this touches only those of a model)"


def _detectable(scenario: str, forecast: "Forecast") -> Iterator[str]:
    """A line for each contrast; what they are computed from above, where it is the same."""
    models = dict.fromkeys(each.model for each in forecast.calls)
    for model in models:
        found = [e for e in forecast.contrasts if (e.scenario, e.model) == (scenario, model)]
        bases = {each.basis for each in found if each.smallest is not None}
        common = f" ({bases.pop()})" if len(bases) == 1 else ""
        who = f", {model}" if len(models) > 1 else ""
        if found:
            yield f"  smallest effect that would show with power 0.8{who}{common}:"
        for each in found:
            why = "" if common and each.smallest is not None else f"; {each.basis}"
            cells = f" ({_count(each.cells, 'cell')}{why})" if each.cells else f" ({each.basis})"
            yield f"    {_smallest(each)}  {each.id}: {each.words}{cells}"


def _smallest(found: "Detectable") -> str:
    if found.smallest is None:
        return "none"
    beyond = found.unit == "points of 1" and found.smallest > 1
    return f"none: {found.smallest:.2f} > 1" if beyond else f"{found.smallest:.2f} {found.unit}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
