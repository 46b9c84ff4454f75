"""What the logs of a run hold of each planned trial.

A crash may leave a log beside its successor, so of each task only the newest log counts;
within it a trial stands once. A planned trial that no counted log has is `not_run`. The logs of
the task that calibrates probes hold known documents and no trials; they are read apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log

from allegiance.errors import IncompleteError, UserError
from allegiance.experiment.folder import RunFolder
from allegiance.experiment.resolved import Resolved
from allegiance.measures.choice import (
    Answers,
    ExactChoice,
    SampledChoice,
    read_answers,
    read_choice,
    read_missing,
)
from allegiance.missing import MissingReason
from allegiance.trials.task import CALIBRATE


@dataclass(frozen=True)
class Measurement:
    """What became of one planned trial."""

    facts: ExactChoice | SampledChoice | None
    """What was seen; None where it is missing."""
    reason: MissingReason | None
    """Why it is missing; None where it was measured."""
    tokens: int | None = None
    """Tokens read and written by the model."""
    cost: float | None = None
    """US dollars, where known."""
    noise: float | None = None
    """What rounding does to a text's score, in nats; None in float32, or where sampled."""


NOT_RUN = Measurement(None, MissingReason.NOT_RUN)


@dataclass(frozen=True)
class LogState:
    """A log of the run, by its header."""

    name: str
    """File name."""
    model: str
    """Model's Inspect name."""
    status: str
    """Inspect's status: success, started, error, cancelled."""
    created: str
    """When it was begun."""
    counted: bool
    """Whether it is the newest of its task."""
    inspect: str
    """Version of Inspect that wrote it."""


def read_measurements(folder: RunFolder, resolved: Resolved) -> dict[str, Measurement]:
    """Trial id to what became of it, for every planned trial.

    Raises:
        UserError: A log of another experiment, or one that can't be read.
    """
    found: dict[str, Measurement] = {}
    for log in _newest_logs(folder, calibrate=False):
        _require_stamp(log, resolved)
        for sample in log.samples or ():
            if sample.id in found:
                raise UserError(
                    f"trial {sample.id} stands twice in the counted logs",
                    mend="Remove the log that does not belong here.",
                    path=log.location,
                )
            noise = (log.eval.metadata or {}).get("noise")
            found[str(sample.id)] = replace(_measurement(sample), noise=noise)
    return {id: found.get(id, NOT_RUN) for id in resolved.trials}


@dataclass(frozen=True)
class KnownAnswer:
    """What became of one known document."""

    answers: Answers | None
    """What was answered; None where it is missing as a whole."""
    reason: MissingReason | None
    """Why it is missing."""


def read_known(folder: RunFolder, resolved: Resolved) -> dict[tuple[str, str], KnownAnswer]:
    """Model and sample id to what became of a known document; only those that a log has.

    Raises:
        UserError: A log of another experiment, or one that can't be read.
    """
    found: dict[tuple[str, str], KnownAnswer] = {}
    for log in _newest_logs(folder, calibrate=True):
        _require_stamp(log, resolved)
        model = (log.eval.metadata or {})["model"]
        for sample in log.samples or ():
            answers = read_answers(_own(sample.store)) if sample.error is None else None
            reason = None if answers else _reason(sample)
            found[model, str(sample.id)] = KnownAnswer(answers, reason)
    return found


def log_states(folder: RunFolder) -> list[LogState]:
    """Every log of the run, oldest first, and whether it counts.

    Raises:
        IncompleteError: There is no log at all.
    """
    headers = _headers(folder)
    if not headers:
        raise IncompleteError("no log yet", mend="Run it first.", path=folder.logs)
    newest = {log.eval.task_id: log.location for log in headers}
    return [
        LogState(
            name=log.location.rsplit("/", 1)[-1],
            model=log.eval.model,
            status=log.status,
            created=log.eval.created,
            counted=newest[log.eval.task_id] == log.location,
            inspect=str(log.eval.packages.get("inspect_ai", "unknown")),
        )
        for log in headers
    ]


def _headers(folder: RunFolder) -> list[EvalLog]:
    """Headers of all logs, oldest first."""
    infos = list_eval_logs(str(folder.logs)) if folder.logs.exists() else []
    headers = [_read(info.name, header_only=True) for info in infos]
    return sorted(headers, key=lambda log: log.eval.created)


def _newest_logs(folder: RunFolder, *, calibrate: bool) -> Iterator[EvalLog]:
    newest = {
        log.eval.task_id: log.location
        for log in _headers(folder)
        if (log.eval.task.rsplit("/", 1)[-1] == CALIBRATE) is calibrate
    }
    for location in newest.values():
        yield _read(location, header_only=False)


def _read(location: str, *, header_only: bool) -> EvalLog:
    try:
        return read_eval_log(location, header_only=header_only)
    except (ValueError, OSError, KeyError, EOFError) as error:
        raise UserError(
            f"can't be read as a log: {error}",
            mend="Move it out of the folder and run again: its trials will be run anew.",
            path=location,
        ) from error


def _require_stamp(log: EvalLog, resolved: Resolved) -> None:
    if (log.eval.metadata or {}).get("stamp") != resolved.stamp:
        raise UserError(
            "a log of another experiment: its stamp differs",
            mend="Move it out of the folder.",
            path=log.location,
        )


def _measurement(sample: EvalSample) -> Measurement:
    facts = read_choice(_own(sample.store))
    usage = sample.model_usage.values()
    tokens = sum(each.total_tokens for each in usage)
    costs = [each.total_cost for each in usage if each.total_cost is not None]
    if facts is None or sample.error is not None:  # facts stand before any side question's limit
        return Measurement(None, _reason(sample), tokens or None, sum(costs) if costs else None)
    if isinstance(facts, ExactChoice):
        tokens += facts.tokens
    return Measurement(facts, None, tokens, sum(costs) if costs else None)


def _reason(sample: EvalSample) -> MissingReason:
    if sample.limit is not None:
        return MissingReason.LIMIT_REACHED
    return read_missing(_own(sample.store)) or MissingReason.CRASHED


def _own(store: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in store.items() if key.startswith("allegiance.")}
