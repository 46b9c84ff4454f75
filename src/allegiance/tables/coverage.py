"""How much of what was planned was measured: the first thing to be said of a run."""

from collections.abc import Iterable
from dataclasses import dataclass

from allegiance.experiment.folder import RunFolder, tried_before
from allegiance.experiment.resolved import Resolved
from allegiance.experiment.rounds import why_ended


@dataclass(frozen=True)
class Coverage:
    """How much of what was planned was measured."""

    planned: int
    """Trials planned."""
    measured: int
    """Trials measured."""
    reasons: dict[str, int]
    """Why the others are missing, and how many."""
    gate: float
    """The share below which headlines are withheld, in points of 1."""
    tried_before: int = 0
    """Runs of the same experiment that stood beside the folder when it was begun."""
    going_on: bool = False
    """Whether further rounds of an adaptive run are to follow."""

    @property
    def share(self) -> float:
        """Measured over planned, in points of 1."""
        return self.measured / self.planned if self.planned else 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, and nothing to follow."""
        return self.measured == self.planned and not self.going_on

    @property
    def enough(self) -> bool:
        """Whether it reaches the gate."""
        return self.share >= self.gate


def coverage_of(folder: RunFolder, resolved: Resolved, reasons: Iterable[str | None]) -> Coverage:
    """The coverage of a run.

    Args:
        folder: Where it is kept.
        resolved: What was planned.
        reasons: Why each trial is missing; None for one that was measured.
    """
    every = list(reasons)
    missing = [each for each in every if each is not None]
    return Coverage(
        planned=len(every),
        measured=len(every) - len(missing),
        reasons={reason: missing.count(reason) for reason in sorted(set(missing))},
        gate=resolved.coverage.overall,
        tried_before=tried_before(folder),
        going_on=resolved.adaptive and why_ended(folder) is None,
    )
