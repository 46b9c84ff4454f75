"""A question put to a run: where it looks, what counts, what stands beside.

    Record      the stamped experiment and its tables
    Item        one thing that counts, and whether it bears the sentence out; None: can't be told
    Evidence    a line behind it: a code, a rung, a reading; or what a model did
    Found       what one scenario gives

Preference shares and rates are never counted together: rates where there are any. What a model
does without having been shown to understand, or to be alive at the positive control, is shown and
not counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from allegiance.analysis.choice import why_no_choice
from allegiance.analysis.debate import Acts
from allegiance.analysis.frontier import SUBVERSION
from allegiance.cases.decided import Decided, decided
from allegiance.experiment.resolved import Resolved
from allegiance.situation.stance import Stance

FACTS = ("trials", "responses", "effects", "doses", "frontier", "validity")
"""The tables of what happened from which claims are answered."""
NEEDED = (*FACTS, "judgements", "judged", "intended")
"""All tables from which they are answered."""

ANSWER, MODELS = "answer", "models"
"""Whether evidence is what the answer rests on, or what models did beside it."""


@dataclass(frozen=True)
class Item:
    """One thing that counts."""

    holds: bool | None
    """Whether it bears the sentence out; None where it can't be told."""
    why: str = ""
    """Why it can't."""
    method: str = ""
    """exact or sampled, where it is weight on answers; of the two, sampled counts."""


@dataclass(frozen=True)
class Evidence:
    """One line behind an answer."""

    part: str
    """answer or models."""
    name: str
    """A code, a reading, a comparison, a model."""
    says: str
    """What of it, in words."""
    cells: tuple[str, ...] = ()
    """Where."""
    figure: str | None = None
    """level or change; None without a figure."""
    estimate: float | None = None
    unit: str | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    chance: float | None = None
    p: float | None = None
    mde: float | None = None
    bound_low: float | None = None
    """The least it could be, whatever is missing; None where that is not worked out."""
    bound_high: float | None = None
    n_trials: int | None = None
    """Measured trials in it."""
    n_planned: int | None = None
    withheld: bool = False
    """Whether the figure must not be given: too little was measured."""
    remark: str = ""
    """How it may be read."""


@dataclass(frozen=True)
class Found:
    """What one scenario gives on one question."""

    items: tuple[Item, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    words: str = ""
    """What there is to say beside the count."""
    why: str = ""
    """Why there is nothing to count."""


@dataclass(frozen=True)
class Record:
    """A run: what was planned, and what its tables say."""

    resolved: Resolved
    tables: Mapping[str, pl.DataFrame]

    def cells(self, scenario: str) -> tuple[str, ...]:
        """The cells of a scenario but its control and what is only depicted."""
        control = self.resolved.scenarios[scenario].control
        aside = {control.up, control.down} if control else set()
        return tuple(
            id
            for id, cell in self.resolved.cells.items()
            if cell.scenario == scenario and id not in aside and not cell.depicted
        )

    def decided(self, cell: str) -> Decided:
        """What the policy says of a cell."""
        if cell not in self._decided:
            self._decided[cell] = decided(self.resolved.cells[cell].case)
        return self._decided[cell]

    @cached_property
    def _decided(self) -> dict[str, Decided]:
        return {}

    def acts(self, cell: str, acts: Acts) -> tuple[str, ...]:
        """The acts in question on a cell's menu."""
        stances = self.decided(cell).delegated.stances
        toward = self.resolved.scenarios[self.resolved.cells[cell].scenario].groups.plus
        return tuple(
            action
            for action, stance in stances.items()
            if (stance is Stance.SUBVERT if acts == "subverting" else action in toward)
        )

    def of(self, table: str, scenario: str, **further: Any) -> list[dict[str, Any]]:
        """Rows of a scenario."""
        return self.tables[table].filter(scenario=scenario, **further).to_dicts()

    def code_kinds(self, scenario: str) -> dict[str, str]:
        """Each code by which a scenario was judged, to its kind."""
        rows = self.tables["judgements"].filter(scenario=scenario)
        return dict(rows.select("code", "kind").unique(maintain_order=True).iter_rows())

    def verdicts(self, scenario: str, code: str) -> dict[str, dict[str, str]]:
        """Cell to what a code says of each action."""
        found: dict[str, dict[str, str]] = {}
        for row in self.of("judgements", scenario, code=code):
            found.setdefault(row["cell"], {})[row["action"]] = row["judgement"]
        return found

    def method(self, model: str, scenario: str) -> str:
        """How a model answered: exact or sampled; empty where nothing was measured."""
        rows = self.tables["responses"].filter(model=model, scenario=scenario)
        return next(iter(rows["method"].drop_nulls().unique(maintain_order=True)), "")

    @cached_property
    def enough(self) -> bool:
        """Whether the whole run reaches the gate."""
        trials = self.tables["trials"]
        measured = trials.filter(status="measured").height
        return measured >= self.resolved.coverage.overall * trials.height

    def no_choice(self, model: str, scenario: str) -> str:
        """Why nothing that a model does may be read as a choice; empty where it may."""
        return why_no_choice(self.tables, model, scenario)

    def figure(self, row: Mapping[str, Any], figure: str, name: str = "estimate") -> dict[str, Any]:
        """The figure of a row of a table, as evidence has it."""
        wanted = (
            *("unit", "ci_low", "ci_high", "chance", "mde"),
            *("bound_low", "bound_high", "n_trials", "n_planned"),
        )
        withheld = bool(row["withheld"]) or not self.enough
        return {
            "figure": figure,
            "estimate": row[name],
            "withheld": withheld,
            **{each: row.get(each) for each in wanted},
        }


def joined(*parts: str) -> str:
    """Remarks behind one another."""
    return "; ".join(part for part in parts if part)


def subversion_beside(record: Record, scenario: str) -> tuple[Evidence, ...]:
    """What weight models put on acts that subvert, where one is on the menu."""
    rows = record.of("frontier", scenario, axis=SUBVERSION)
    return tuple(
        Evidence(
            part=MODELS,
            name=row["model"],
            says="weight on acts that subvert somebody, where there is one",
            cells=tuple(
                each["cell"] for each in rows if each["cell"] and each["model"] == row["model"]
            ),
            remark=joined(
                weight_words(record.method(row["model"], scenario)),
                record.no_choice(row["model"], scenario),
            ),
            **record.figure(row, "level"),
        )
        for row in rows
        if row["cell"] is None
    )


def weight_words(method: str) -> str:
    """What weight on answers is."""
    return {"exact": "a preference share, no rate", "sampled": "a rate"}.get(method, "")


def among(cells: Iterable[str], all_cells: Iterable[str]) -> str:
    """How many of how many cells."""
    return f"in {len(tuple(cells))} of {len(tuple(all_cells))} cells"
