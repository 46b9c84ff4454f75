"""The rounds of an adaptive run: what each is to play, written before it is played.

    rounds/0001.json   for each model and scenario still open: the shares of the matched sets,
                       the sets drawn, each with its block and its trials
    rounds/end.json    why no round follows

A round that stands there is played to its end, however often the run is killed; the next one
follows from the logs of those before it and from the experiment's seed.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from allegiance.errors import UserError
from allegiance.experiment.folder import RunFolder, open_folder, write_atomically
from allegiance.experiment.resolved import Resolved, StampedTrial


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StampedDraw(_Part):
    """One matched set, played in one block."""

    set: int
    """Its place among the matched sets."""
    trials: list[str]
    """The trial of each of its cells."""


class StampedDraws(_Part):
    """What one model plays of one scenario in a round."""

    model: str
    scenario: str
    share: list[float]
    """Of each matched set: the probability with which a draw is of it."""
    draws: list[StampedDraw]
    """In their order."""


class StampedRound(_Part):
    """One round."""

    number: int
    """From 1."""
    stamp: str
    """That of the experiment."""
    parts: list[StampedDraws]
    """By model and scenario; those that are done are left out."""
    trials: dict[str, StampedTrial]
    """What is new in it; the first round has the positive controls too."""


def read_rounds(folder: RunFolder, resolved: Resolved) -> tuple[StampedRound, ...]:
    """The rounds of a run so far, in their order; none of a fixed run.

    Raises:
        UserError: A round that can't be read, or of another experiment.
    """
    paths = sorted(folder.rounds.glob("[0-9]*.json")) if resolved.adaptive else []
    rounds = tuple(_read(path) for path in paths)
    for number, (path, each) in enumerate(zip(paths, rounds, strict=True), start=1):
        if each.stamp != resolved.stamp or each.number != number:
            raise UserError(
                "this round is none of this run, or one before it is gone",
                mend="Put back what was there, or run into a new folder.",
                path=path,
            )
    return rounds


def write_round(folder: RunFolder, round: StampedRound) -> None:
    """Put down what a round is to play.

    Raises:
        UserError: The place can't be written.
    """
    path = folder.rounds / f"{round.number:04d}.json"
    write_atomically(path, round.model_dump_json(indent=1))


def why_ended(folder: RunFolder) -> str | None:
    """Why no round follows; None while one may."""
    path = folder.rounds / "end.json"
    return str(json.loads(path.read_text(encoding="utf-8"))["why"]) if path.exists() else None


def write_end(folder: RunFolder, why: str) -> None:
    """Put down that no round follows.

    Raises:
        UserError: The place can't be written.
    """
    write_atomically(folder.rounds / "end.json", json.dumps({"why": why}))


def open_run(path: Path) -> tuple[RunFolder, Resolved]:
    """A run folder with its experiment, and with the trials of all rounds so far.

    Raises:
        UserError: No run here, or one that was changed after it was stamped.
    """
    folder, resolved = open_folder(path)
    return folder, with_rounds(resolved, read_rounds(folder, resolved))


def with_rounds(resolved: Resolved, rounds: tuple[StampedRound, ...]) -> Resolved:
    """The experiment with the trials of these rounds."""
    if not resolved.adaptive:
        return resolved
    trials = {id: trial for each in rounds for id, trial in each.trials.items()}
    return resolved.model_copy(update={"trials": trials})


def _read(path: Path) -> StampedRound:
    try:
        return StampedRound.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError) as error:
        raise UserError(
            f"can't be read as a round ({type(error).__name__})",
            mend="It was written by another version, or damaged: run again into a new folder.",
            path=path,
        ) from error
