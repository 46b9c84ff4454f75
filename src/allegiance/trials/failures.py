"""From an exception to the typed reason why a trial is missing: classified once, here.

our own scoring errors     carry their reason
no memory                  out_of_memory
a limit of Inspect's       limit_reached
the network, a key         model_unreached
the provider's own error   model_error
all else                   crashed: our own code
"""

from inspect_ai.util import LimitExceededError

from allegiance.missing import MissingReason
from allegiance.models.protocol import ScoringError

UNREACHED = {
    "APIConnectionError",
    "AttemptTimeoutError",
    "ConnectionError",
    "StreamIdleTimeoutError",
    "TimeoutError",
    "TransportError",
}
"""Kinds of error that mean no answer came. By name, since each HTTP client has its own."""


def missing_reason(error: BaseException) -> MissingReason:
    """The reason that `error` gives for a trial's being missing."""
    error = last_error(error)
    if isinstance(error, ScoringError):
        return error.reason
    if isinstance(error, LimitExceededError):
        return MissingReason.LIMIT_REACHED
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return MissingReason.OUT_OF_MEMORY
    if UNREACHED & {base.__name__ for base in type(error).__mro__}:
        return MissingReason.MODEL_UNREACHED
    return _by_provider(error)


def last_error(error: BaseException) -> BaseException:
    """What was raised the last time, of an error that says only that retries were in vain."""
    if type(error).__name__ == "RetryError" and error.__cause__ is not None:
        return last_error(error.__cause__)
    return error


def status_of(error: BaseException) -> int | None:
    """The HTTP status that an error carries, if it does."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _by_provider(error: BaseException) -> MissingReason:
    """Providers have exceptions of their own; their status code says what happened."""
    status = status_of(error)
    if status in (401, 403, 404, 408, 429, 502, 503, 504):
        return MissingReason.MODEL_UNREACHED
    if status is not None or _from_provider(error):
        return MissingReason.MODEL_ERROR
    if error.__cause__ is not None:
        return missing_reason(error.__cause__)
    return MissingReason.CRASHED


def _from_provider(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in {"openai", "anthropic", "google", "mistralai"}
