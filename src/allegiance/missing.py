"""Why a trial was not measured. Missing is typed, never zero.

What the model *did*, babble included, is measured (`no_choice`, a lapse). What our tools,
the network or the machine did to the trial is missing, for one of the reasons below.
Each maps onto the reason that Inspect prints beside an unscored sample.
"""

from enum import StrEnum


class MissingReason(StrEnum):
    """Why there is no measurement of a planned trial."""

    NOT_RUN = "not_run"
    """Planned, and no log has it: the run was stopped before."""

    MODEL_UNREACHED = "model_unreached"
    """The provider could not be reached, or refused our key."""

    MODEL_ERROR = "model_error"
    """The provider answered with an error of its own."""

    WITHHELD = "withheld"
    """The provider's own filter stood before or after the model: no answer of the model's came."""

    CONTEXT_OVERFLOW = "context_overflow"
    """The vignette does not fit into the model's context window."""

    OUT_OF_MEMORY = "out_of_memory"
    """The machine ran out of memory while it computed the trial."""

    LIMIT_REACHED = "limit_reached"
    """A limit on time, tokens or cost ended the trial."""

    SCORE_NOT_FINITE = "score_not_finite"
    """The model gave a log-likelihood that is no number."""

    CRASHED = "crashed"
    """Our own code failed; the log has the traceback."""


# Inspect's own words for an unscored sample (`inspect_ai.scorer.ScoreReason`).
INSPECT_REASONS: dict[MissingReason, str] = {
    MissingReason.NOT_RUN: "no_response",
    MissingReason.MODEL_UNREACHED: "no_response",
    MissingReason.MODEL_ERROR: "no_response",
    MissingReason.WITHHELD: "no_response",
    MissingReason.CONTEXT_OVERFLOW: "no_response",
    MissingReason.LIMIT_REACHED: "no_response",
    MissingReason.OUT_OF_MEMORY: "scoring_failed",
    MissingReason.SCORE_NOT_FINITE: "scoring_failed",
    MissingReason.CRASHED: "scoring_failed",
}
