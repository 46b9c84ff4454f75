"""The names that a scenario declares, and an error for each name that it does not.

Every error says what there is, and what was perhaps meant.
"""

from collections.abc import Iterable, Iterator, Mapping

from allegiance.documents.document import Location
from allegiance.errors import UserError, suggest
from allegiance.scenarios.factors import all_factors
from allegiance.scenarios.fields import Variant
from allegiance.scenarios.scenario import Scenario


class Names:
    """What a scenario declares, and the error for what it does not."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.factors = all_factors(scenario)
        self.roles = {role for variant in scenario.tiers for role in variant.value}
        self.parties = {party.id for party in scenario.parties}
        self.instructions = {instruction.id for instruction in scenario.instructions}
        self.actions = {action.id for action in scenario.actions}
        self.items = {item.id for item in scenario.items}

    def known(
        self, at: Location, names: Iterable[str], known: Iterable[str], what: str, plural: str
    ) -> Iterator[UserError]:
        """An error for each name that is not among the known."""
        there = set(known)
        for name in names:
            if name not in there:
                mend = suggest(name, there, f"{plural} here")
                yield self.scenario.error(at, f'no {what} "{name}"', mend)

    def levels(self, at: Location, named: Mapping[str, Iterable[str]]) -> Iterator[UserError]:
        """Errors for factors and levels that are not declared."""
        for factor, levels in named.items():
            yield from self.known((*at, factor), [factor], self.factors, "factor", "Factors")
            if not tuple(levels):
                yield self.scenario.error((*at, factor), "no level", "Name at least one.")
            if factor in self.factors:
                known = self.factors[factor].level_ids
                what, plural = f"level of {factor}", f"Levels of {factor}"
                yield from self.known((*at, factor), levels, known, what, plural)

    def cell(self, at: Location, cell: Mapping[str, str]) -> Iterator[UserError]:
        """The same for a partial cell."""
        yield from self.levels(at, {factor: [level] for factor, level in cell.items()})

    def channels(self, at: Location, variants: Iterable[Variant[str]]) -> Iterator[UserError]:
        """Errors for channels, or for levels of the factor named in their place."""
        for variant in variants:
            factor = factor_in(variant.value)
            if factor is not None:
                yield from self.known(at, [factor], self.factors, "factor", "Factors")
        named = sorted(self.possible_channels(variants))
        yield from self.known(at, named, self.scenario.channels, "channel", "Channels")

    def possible_channels(self, variants: Iterable[Variant[str]]) -> set[str]:
        """The channels that are named, with the levels of a factor named in their place."""
        found: set[str] = set()
        for variant in variants:
            factor = factor_in(variant.value)
            if factor is None:
                found.add(variant.value)
            elif factor in self.factors:
                found.update(self.factors[factor].level_ids)
        return found


def factor_in(text: str) -> str | None:
    """The factor whose level stands in for `"{factor}"`; None for any other text."""
    if text.startswith("{") and text.endswith("}"):
        return text[1:-1]
    return None
