"""The rows of `checks`: what the validity arms of each trial found, or why they found nothing.

    comprehension   one row an item: the weight on the right answer, and whether it led
    mismatched      the difference in log-score of two texts that have no business here
    swapped         whether the same menu in the opposite order got the same answer

A planned arm always has its row; where it is missing the reason stands in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from allegiance.experiment.experiment import ReadOut
from allegiance.experiment.resolved import StampedQuestion, StampedVignette
from allegiance.measures.choice import ExactChoice, SampledChoice
from allegiance.measures.weights import answer_weights
from allegiance.missing import MissingReason
from allegiance.models.readout import preference_shares
from allegiance.tables.logs import Measurement

COMPREHENSION, MISMATCHED, SWAPPED = "comprehension", "mismatched", "swapped"


def check_rows(
    vignette: StampedVignette, measured: Measurement, read_out: ReadOut, *, exact: bool
) -> Iterator[dict[str, Any]]:
    """A row for each validity arm that was planned of a trial.

    Args:
        vignette: What was played.
        measured: What became of the trial.
        read_out: How log-likelihoods become shares.
        exact: Whether the model is read exactly; mismatched texts are not sampled, and an
            exact reading has no order to swap.
    """
    for question in vignette.questions:
        yield {
            "check": COMPREHENSION,
            "item": question.id,
            "about": question.about,
            "chance": 1 / len(question.answers),
            **_found(measured, question.id, _answered(question, measured.facts, read_out)),
        }
    if vignette.mismatched and exact:
        yield {
            "check": MISMATCHED,
            "item": vignette.mismatched.scenario,
            **_found(measured, MISMATCHED, _mismatched(measured.facts, read_out)),
        }
    if vignette.swapped and not exact:
        yield {
            "check": SWAPPED,
            "item": "menu",
            **_found(measured, SWAPPED, _swapped(measured.facts)),
        }


def _found(measured: Measurement, arm: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was found, or the reason why nothing was."""
    if values is not None:
        return {"status": "measured", **values}
    own = measured.facts.missing.get(arm, MissingReason.NOT_RUN) if measured.facts else None
    reason = own or measured.reason or MissingReason.NOT_RUN
    return {"status": "missing", "missing_reason": reason.value}


def _answered(
    question: StampedQuestion, facts: ExactChoice | SampledChoice | None, read_out: ReadOut
) -> dict[str, Any] | None:
    shares = None
    if isinstance(facts, ExactChoice) and question.id in facts.questions:
        scores = facts.questions[question.id]
        shares = preference_shares(scores, texts=read_out.texts, quantity="pmi")
    elif isinstance(facts, SampledChoice) and question.id in facts.questions:
        shares = answer_weights(facts.questions[question.id])
    if shares is None:
        return None
    led = max(shares, key=lambda answer: shares[answer]) if shares else None
    return {
        "answer": led,
        "right": question.right,
        "share": shares.get(question.right, 0.0),
        "value": float(led == question.right),
    }


def _mismatched(
    facts: ExactChoice | SampledChoice | None, read_out: ReadOut
) -> dict[str, Any] | None:
    if not isinstance(facts, ExactChoice) or facts.mismatched is None:
        return None
    first, second = facts.mismatched
    return {"value": first.log_likelihood - second.log_likelihood}


def _swapped(facts: ExactChoice | SampledChoice | None) -> dict[str, Any] | None:
    if not isinstance(facts, SampledChoice) or facts.swapped is None:
        return None
    first, again = facts.choice, facts.swapped.choice
    return {"answer": again, "right": first, "value": float(first == again)}
