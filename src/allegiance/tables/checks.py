"""The rows of `checks`: what the validity arms of each trial found, or why they found nothing.

    comprehension   one row an item: the weight on the right answer, and whether it led
    probe           one row a probe: the weight on the answer that is counted; none is right
    mismatched      the difference in log-score of two texts that have no business here
    swapped         whether the same menu in the opposite order got the same answer

A planned arm always has its row; where it is missing the reason stands in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from allegiance.experiment.experiment import ReadOut
from allegiance.experiment.resolved import StampedProbe, StampedQuestion, StampedVignette
from allegiance.measures.choice import (
    Answers,
    ExactAnswers,
    ExactChoice,
    SampledAnswers,
    SampledChoice,
    probe_arm,
)
from allegiance.measures.weights import answer_weights
from allegiance.missing import MissingReason
from allegiance.models.readout import action_log_scores, group_difference, preference_shares
from allegiance.tables.logs import Measurement

COMPREHENSION, MISMATCHED, SWAPPED = "comprehension", "mismatched", "swapped"
PROBE = "probe"


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
    for probe in vignette.probes:
        yield {
            "check": PROBE,
            "item": probe.id,
            "chance": 1 / len(probe.answers),
            **_found(measured, probe_arm(probe.id), probed(probe, measured.facts, read_out)),
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


def probed(
    probe: StampedProbe, answers: Answers | None, read_out: ReadOut
) -> dict[str, Any] | None:
    """What a probe found; None where nothing.

    Its value is the weight on the counted answer; where texts are scored, that answer's log-score
    less the other's in nats, that of the question alone taken off both.
    """
    shares = _shares(probe_arm(probe.id), answers, read_out)
    if shares is None:
        return None
    share = shares.get(probe.counted, 0.0)
    value = share
    if isinstance(answers, ExactAnswers):
        scored = answers.questions[probe_arm(probe.id)]
        scores = action_log_scores(scored, texts=read_out.texts, quantity="pmi")
        others = [each for each in probe.answers if each != probe.counted]
        value = group_difference(scores, [probe.counted], others)
    return {
        "answer": _led(shares),
        "share": share,
        "value": value,
        "shares": _listed(shares),
    }


def _answered(
    question: StampedQuestion, facts: ExactChoice | SampledChoice | None, read_out: ReadOut
) -> dict[str, Any] | None:
    shares = _shares(question.id, facts, read_out)
    if shares is None:
        return None
    led = _led(shares)
    return {
        "answer": led,
        "right": question.right,
        "share": shares.get(question.right, 0.0),
        "value": float(led == question.right),
        "shares": _listed(shares),
    }


def _shares(arm: str, answers: Answers | None, read_out: ReadOut) -> Mapping[str, float] | None:
    """Answer to its weight; empty where an answer names none, None where nothing was answered."""
    if answers is None or arm not in answers.questions:
        return None
    if isinstance(answers, SampledAnswers):
        return answer_weights(answers.questions[arm])
    return preference_shares(answers.questions[arm], texts=read_out.texts, quantity="pmi")


def _led(shares: Mapping[str, float]) -> str | None:
    return max(shares, key=lambda answer: shares[answer]) if shares else None


def _listed(shares: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"answer": answer, "share": share} for answer, share in shares.items()]


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
