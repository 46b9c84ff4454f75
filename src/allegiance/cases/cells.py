"""The cells of a scenario, and the facts of each as codes look at them, found once for all codes.

    default experiment                  -> cells, less what is impossible
    cell                                -> situation; factors that only change words play no part
    situation, ranks, reading           -> structure
    situation                           -> prospects

`crossing` goes through all cells there are; this is for the few that somebody names.
"""

from collections.abc import Mapping

from allegiance.codes.code import Code
from allegiance.codes.facts import Facts, Structure, Told, prospects_of, ranked_by
from allegiance.codes.judge import rulings_on
from allegiance.codes.judgement import Rulings
from allegiance.codes.prospects import Prospects
from allegiance.design.factorial import Cell, cross
from allegiance.scenarios.factors import complete_cell, is_possible
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.classify import classify
from allegiance.situation.situation import Situation
from allegiance.vignettes.formal import situation_of

_Key = tuple[tuple[str, str], ...]


def default_cells(scenario: Scenario) -> tuple[Cell, ...]:
    """The cells of a scenario's default experiment, complete, without its control."""
    baseline = complete_cell(scenario, {}, possible=False)
    return cross(scenario.experiment.factors, baseline, lambda cell: is_possible(scenario, cell))


class CellFacts:
    """The facts of cells of one scenario, remembered."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._words = {name for name, each in scenario.factors.items() if each.words_only}
        self._cases: dict[_Key, Situation] = {}
        self._structures: dict[object, Structure] = {}
        self._prospects: dict[_Key, Prospects] = {}

    def case(self, cell: Mapping[str, str]) -> Situation:
        """The situation of a complete cell."""
        key = self._key(cell)
        if key not in self._cases:
            self._cases[key] = situation_of(self.scenario, cell)
        return self._cases[key]

    def facts(self, code: Code, cell: Mapping[str, str]) -> Facts:
        """What a code looks at in a complete cell."""
        key, case = self._key(cell), self.case(cell)
        ranked = (key, code.first, code.unranked, code.reading)
        if ranked not in self._structures:
            self._structures[ranked] = Structure(classify(ranked_by(code, case)), code.reading)
        if key not in self._prospects:
            self._prospects[key] = prospects_of(case)
        return Facts(self._structures[ranked], self._prospects[key], Told(levels=dict(cell)))

    def rulings(self, code: Code, cell: Mapping[str, str]) -> Rulings:
        """What a code says of each action in a complete cell, and by which clauses."""
        return rulings_on(code, self.facts(code, cell))

    def _key(self, cell: Mapping[str, str]) -> _Key:
        return tuple((name, level) for name, level in cell.items() if name not in self._words)
