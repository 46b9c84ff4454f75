"""What pages are made from, read once: the stamped experiment, its tables, its logs.

Nothing is measured or estimated here or after. Formal facts come from the stamped cases, as
they do in the tables; the answers of sampled trials are read from the logs, since no table
holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from allegiance.cases.decided import Decided, decided
from allegiance.codes.code import Code
from allegiance.errors import IncompleteError
from allegiance.experiment.folder import RunFolder
from allegiance.experiment.resolved import Resolved, StampedScenario
from allegiance.measures.choice import SampledChoice
from allegiance.tables.judgements import codes_of
from allegiance.tables.logs import LogState, log_states, read_measurements
from allegiance.tables.schema import ON_REQUEST
from allegiance.tables.store import has_table, read_table

TABLE_ORDER = (
    *("trials", "responses", "outcomes", "checks", "passages", "known", "arms", "effects"),
    *("comparisons", "doses", "crossings", "frontier", "missingness", "validity", "corrections"),
    *("probes", "manipulation", "influence", "pairwise"),
    *("judgements", "break_evens", "judged", "intended", "claims_checked"),
)


@dataclass(frozen=True)
class Material:
    """A run with everything that its pages tell."""

    folder: RunFolder
    """Where it is kept."""
    resolved: Resolved
    """What was planned."""
    tables: Mapping[str, pl.DataFrame]
    """Table by its name."""
    logs: tuple[LogState, ...]
    """Its logs, oldest first; none where they were moved away."""
    answers: Mapping[str, SampledChoice]
    """Sampled trial to the menu shown and the answer."""
    codes: tuple[Code, ...] = ()
    """By which it is judged."""

    @cached_property
    def decided(self) -> Mapping[str, Decided]:
        """Cell to what the policy says of it."""
        return {id: decided(cell.case) for id, cell in self.resolved.cells.items()}

    @cached_property
    def coverage(self) -> float:
        """Measured over planned trials, in points of 1."""
        trials = self.tables["trials"]
        measured = trials.filter(status="measured").height
        return measured / trials.height if trials.height else 0.0

    @property
    def ranked(self) -> bool:
        """Whether it was read under other orders of rank and trust roots."""
        return {"ranks", "rank_shares", "rank_parties"} <= set(self.tables)

    @property
    def enough(self) -> bool:
        """Whether the whole run reaches the gate, so that headlines may be given."""
        return self.coverage >= self.resolved.coverage.overall

    def of(self, table: str, model: str, scenario: str) -> pl.DataFrame:
        """The rows of one model and scenario."""
        return self.tables[table].filter(model=model, scenario=scenario)

    def in_cell(self, table: str, cell: str) -> pl.DataFrame:
        """The rows of one cell."""
        return self._by_cell[table].get(cell, self.tables[table].clear())

    @cached_property
    def _by_cell(self) -> dict[str, dict[str, pl.DataFrame]]:
        return {
            name: {
                str(key[0]): part
                for key, part in self.tables[name].partition_by("cell", as_dict=True).items()
            }
            for name in ("trials", "responses", "outcomes", "arms", "judgements", "break_evens")
        }

    def method(self, model: str, scenario: str) -> str | None:
        """How this model answered: exact, sampled; None where nothing was measured."""
        found = self.of("trials", model, scenario)["method"].drop_nulls().unique().to_list()
        return str(found[0]) if found else None

    def control_side(self, cell: str) -> str | None:
        """The side of the positive control that a cell is; None where it is none."""
        return self.scenario_of(cell).control_side(cell)

    def scenario_of(self, cell: str) -> StampedScenario:
        """The scenario of a cell."""
        return self.resolved.scenarios[self.resolved.cells[cell].scenario]

    def cells_of(self, scenario: str) -> list[str]:
        """The cells of a scenario, in the order of the plan, the control's last."""
        own = [id for id, cell in self.resolved.cells.items() if cell.scenario == scenario]
        return sorted(own, key=lambda id: self.control_side(id) is not None)

    def told(self, cell: str) -> str:
        """The levels that tell a cell from the others that are played."""
        crossed = self.scenario_of(cell).crossed
        levels = self.resolved.cells[cell].levels
        words = [f"{name}: {level}" for name, level in levels.items() if name in crossed]
        side = self.control_side(cell)
        if side:
            words = [f"positive control: {side}"]
        return ", ".join(words) or "the only cell"


def read_material(folder: RunFolder, resolved: Resolved) -> Material:
    """Read tables and logs of a run.

    Raises:
        UserError: No tables yet, or a log that can't be read.
    """
    there = (*TABLE_ORDER, *(name for name in ON_REQUEST if has_table(folder, name)))
    tables = {name: read_table(folder, name) for name in there}
    sampled = "sampled" in tables["trials"]["method"].unique().to_list()
    return Material(
        folder=folder,
        resolved=resolved,
        tables=tables,
        logs=_logs(folder),
        answers=_answers(folder, resolved) if sampled else {},
        codes=codes_of(folder),
    )


def _logs(folder: RunFolder) -> tuple[LogState, ...]:
    try:
        return tuple(log_states(folder))
    except IncompleteError:
        return ()


def _answers(folder: RunFolder, resolved: Resolved) -> dict[str, SampledChoice]:
    measurements = read_measurements(folder, resolved)
    return {
        id: each.facts for id, each in measurements.items() if isinstance(each.facts, SampledChoice)
    }
