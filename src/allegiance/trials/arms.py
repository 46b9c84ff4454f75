"""What is asked beside a choice: each arm fails by itself, with a typed reason, or stands.

The choice is written into the sample's store before the first arm is played. Until it is
played an arm stands there as not run, so that a trial which is cut short says so.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from inspect_ai.solver import TaskState
from inspect_ai.util import span

from allegiance.measures.choice import FACTS, Answered
from allegiance.missing import MissingReason
from allegiance.trials.failures import missing_reason

Facts = TypeVar("Facts", bound=Answered)
Arm = Callable[[Facts], Awaitable[Facts]]
"""Plays an arm, and gives the facts with what it found."""

_log = logging.getLogger(__name__)


async def play_arms(state: TaskState, facts: Facts, arms: Mapping[str, Arm[Facts]]) -> None:
    """Keep the facts, then play each arm and keep what it found, or why it found nothing."""
    facts = _missing(facts, dict.fromkeys(arms, MissingReason.NOT_RUN))
    _keep(state, facts)
    for name, play in arms.items():
        async with span(name, type="side_question"):
            try:
                facts = _found(await play(facts), [name])
            except Exception as error:  # noqa: BLE001 - classified, and the choice stands
                _log.warning("%s is missing: %s", name, error)
                facts = _missing(facts, {name: missing_reason(error)})
        _keep(state, facts)


def _keep(state: TaskState, facts: Answered) -> None:
    state.store.set(FACTS, facts.model_dump(mode="json"))


def _missing(facts: Facts, reasons: Mapping[str, MissingReason]) -> Facts:
    return facts.model_copy(update={"missing": {**facts.missing, **reasons}})


def _found(facts: Facts, names: Iterable[str]) -> Facts:
    left = {name: reason for name, reason in facts.missing.items() if name not in set(names)}
    return facts.model_copy(update={"missing": left})
