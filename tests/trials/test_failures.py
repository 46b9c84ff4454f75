"""Each way to fail has one typed reason, given where it arises."""

import httpx
import httpx2
import openai
import pytest

from allegiance.missing import MissingReason
from allegiance.models.protocol import ScoringError
from allegiance.trials.failures import missing_reason

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1")


def answered(status: int) -> openai.APIStatusError:
    return openai.APIStatusError("no", response=httpx2.Response(status, request=REQUEST), body=None)


def caused(error: Exception) -> Exception:
    outer = RuntimeError("wrapped")
    outer.__cause__ = error
    return outer


FAILURES = {
    "too long": (ScoringError(MissingReason.CONTEXT_OVERFLOW, "4,000"), "context_overflow"),
    "no number": (ScoringError(MissingReason.SCORE_NOT_FINITE, "nan"), "score_not_finite"),
    "memory": (MemoryError(), "out_of_memory"),
    "no network": (httpx.ConnectError("refused"), "model_unreached"),
    "its timeout": (httpx.ReadTimeout("slow"), "model_unreached"),
    "wrong key": (answered(401), "model_unreached"),
    "too many": (answered(429), "model_unreached"),
    "bad request": (answered(400), "model_error"),
    "its own fault": (answered(500), "model_error"),
    "connection": (openai.APIConnectionError(request=REQUEST), "model_unreached"),
    "within another": (caused(httpx.ConnectError("refused")), "model_unreached"),
    "ours": (KeyError("texts"), "crashed"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_each_failure_has_its_reason(failure: str) -> None:
    """By the error's kind, never by the words in it."""
    error, reason = FAILURES[failure]
    assert missing_reason(error).value == reason
