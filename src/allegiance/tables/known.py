"""The rows of `known`: what each model answered to the documents whose answer is known."""

from collections.abc import Iterator, Mapping
from typing import Any

from allegiance.experiment.resolved import Resolved, StampedKnown
from allegiance.measures.choice import ExactAnswers, known_id, probe_arm
from allegiance.missing import MissingReason
from allegiance.tables.checks import probed
from allegiance.tables.logs import KnownAnswer

NOT_RUN = KnownAnswer(None, MissingReason.NOT_RUN)


def known_rows(
    resolved: Resolved, found: Mapping[tuple[str, str], KnownAnswer]
) -> Iterator[dict[str, Any]]:
    """A row for each known document and model, measured or missing.

    Args:
        resolved: The experiment.
        found: Model and sample id to what became of the document.
    """
    for model in resolved.models:
        for known in resolved.known:
            answer = found.get((model, known_id(known)), NOT_RUN)
            yield {
                "model": model,
                "probe": known.probe.id,
                "document": known.document,
                "positive": known.positive,
                **_told(known, answer, resolved),
            }


def _told(known: StampedKnown, answer: KnownAnswer, resolved: Resolved) -> dict[str, Any]:
    values = probed(known.probe, answer.answers, resolved.read_out)
    if values is None:
        missing = answer.answers.missing if answer.answers else {}
        own = missing.get(probe_arm(known.probe.id))
        reason = own or answer.reason or MissingReason.NOT_RUN
        return {"status": "missing", "missing_reason": reason.value}
    return {
        "status": "measured",
        "unit": "nats" if isinstance(answer.answers, ExactAnswers) else "points of 1",
        "answer": values["answer"],
        "share": values["share"],
        "value": values["value"],
    }
