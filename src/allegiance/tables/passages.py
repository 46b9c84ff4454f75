"""The rows of `passages`: what each passage of a vignette adds to the log-score difference.

    left_out   the whole vignette, less the vignette without the passage
    padding    the vignette with padding in the passage's place, less that without the passage
    left_in    the passage alone ahead of the neutral context, less the neutral context

All are changes of the same difference: the mean log-likelihood of the actions for, less that of
those against, one text of each (text k mod n in wording k). Only exact trials have any.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allegiance.experiment.resolved import ActionGroups, StampedVignette
from allegiance.measures.choice import ExactChoice, PassageScores
from allegiance.missing import MissingReason
from allegiance.models.readout import group_difference
from allegiance.tables.logs import Measurement
from allegiance.trials.passages import INFLUENCE


def passage_rows(
    vignette: StampedVignette, measured: Measurement, groups: ActionGroups
) -> Iterator[dict[str, Any]]:
    """A row for each passage of a vignette that is taken apart.

    Args:
        vignette: What was played.
        measured: What became of the trial.
        groups: The actions that are compared.
    """
    facts = measured.facts
    exact = facts if isinstance(facts, ExactChoice) else None
    told: Sequence[Mapping[str, Any]] = [_missing(measured)] * len(vignette.passages)
    if exact and exact.passages:
        whole, neutral = (_scores(exact, vignette.wording, which) for which in (True, False))
        told = [_added(each, whole, neutral, groups) for each in exact.passages]
    for number, (passage, values) in enumerate(zip(vignette.passages, told, strict=True)):
        message = vignette.messages[passage.message]
        yield {
            "passage": number,
            "message": message.id,
            "channel": message.channel,
            "words": passage.words,
            **values,
        }


def _scores(facts: ExactChoice, wording: int, in_context: bool) -> dict[str, float]:
    """Each action's text of the wording set, after the vignette or after the neutral context."""
    chosen = {action: own[wording % len(own)] for action, own in facts.actions.items()}
    return {
        action: text.log_likelihood if in_context else text.neutral
        for action, text in chosen.items()
    }


def _added(
    scored: PassageScores,
    whole: Mapping[str, float],
    neutral: Mapping[str, float],
    groups: ActionGroups,
) -> dict[str, Any]:
    full, without, padded, alone, bare = (
        group_difference(each, groups.plus, groups.minus)
        for each in (whole, scored.without, scored.padded, scored.alone, neutral)
    )
    return {
        "status": "measured",
        "whole": full,
        "left_out": full - without,
        "padding": padded - without,
        "left_in": alone - bare,
    }


def _missing(measured: Measurement) -> dict[str, Any]:
    own = measured.facts.missing.get(INFLUENCE) if measured.facts else None
    reason = own or measured.reason or MissingReason.NOT_RUN
    return {"status": "missing", "missing_reason": reason.value}
