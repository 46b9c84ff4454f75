"""The cells of a scenario that differ in what is the case, each with its situation.

    formal factors    named in a `when`, or put in for a channel, of what makes a situation
    other factors     words, and amounts of welfare: one level of each, that makes the cell possible

So a scenario with millions of cells has as many situations as its formal levels combine to.
"""

from collections.abc import Iterator
from itertools import product

from pydantic import BaseModel

from allegiance.scenarios.factors import all_factors, complete_cell, is_possible
from allegiance.scenarios.fields import Passage
from allegiance.scenarios.names import factor_in
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.situation import Situation
from allegiance.vignettes.formal import situation_of

_FORMAL = ("parties", "tiers", "channels", "trust_root", "claims", "instructions", "actions")


def situations_of(scenario: Scenario) -> Iterator[tuple[dict[str, str], Situation]]:
    """A cell and its situation, for each possible combination of formal levels.

    Raises:
        UserError: A possible cell has no lawful situation.
    """
    formal, seen = formal_factors(scenario), set()
    tied = {factor for rule in scenario.impossible for factor in rule}
    factors = all_factors(scenario)
    varied = [name for name in factors if name in formal or name in tied]
    baseline = complete_cell(scenario, {}, possible=False)
    for levels in product(*(factors[name].level_ids for name in varied)):
        cell = baseline | dict(zip(varied, levels, strict=True))
        key = tuple(cell[name] for name in formal)
        if key not in seen and is_possible(scenario, cell):
            seen.add(key)
            yield cell, situation_of(scenario, cell)


def formal_factors(scenario: Scenario) -> tuple[str, ...]:
    """The factors that a situation depends on, welfare left aside; in the scenario's order."""
    named = {name for room in _FORMAL for name in _named(getattr(scenario, room))}
    return tuple(name for name in all_factors(scenario) if name in named)


def _named(value: object) -> Iterator[str]:
    """The factors that a part of a scenario names, all the way down."""
    if isinstance(value, str):
        factor = factor_in(value)
        yield from () if factor is None else (factor,)
    elif isinstance(value, BaseModel):
        if not isinstance(value, Passage):
            yield from getattr(value, "when", ())
            for field in type(value).model_fields:
                yield from _named(getattr(value, field)) if field != "when" else ()
    elif isinstance(value, dict):
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _named(each)
