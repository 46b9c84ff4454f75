"""Every model is asked for a word before the first trial: its form found, its failure told."""

from pathlib import Path

import pytest

from allegiance.errors import UserError
from allegiance.models.ways import AnswerForm, Way
from allegiance.trials.ping import ping
from tests.servers.openai import Answer, Reply, Request, called, failed, said, serve
from tests.trials.trial import LOOPBACK


def pinged(
    answer: Answer, monkeypatch: pytest.MonkeyPatch, **asked: object
) -> tuple[Way | None, list[Request]]:
    with serve(answer) as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        return ping({"judge": LOOPBACK}, **asked)["judge"], server.asked  # type: ignore[arg-type]


def refuses(*fields: str) -> Answer:
    """A service that knows none of some fields."""

    def answer(request: Request) -> Reply:
        return failed(400, "unknown field") if set(fields) & set(request) else said("OK")

    return answer


WAYS: dict[str, tuple[AnswerForm, Answer, Way, int]] = {
    "tools": ("auto", lambda _: called("A"), Way.TOOL, 1),
    "tools that the model passes over": ("auto", lambda _: said("OK"), Way.TOOL, 1),
    "no tools": ("auto", refuses("tools"), Way.SCHEMA, 2),
    "no tools and no schema": ("auto", refuses("tools", "response_format"), Way.JSON, 3),
    "JSON": ("json", lambda _: said("OK"), Way.SCHEMA, 1),
    "a letter": ("letter", refuses("tools", "response_format"), Way.LETTER, 1),
}


@pytest.mark.parametrize("case", WAYS)
def test_the_form_is_the_first_that_the_service_takes(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the model itself makes of it."""
    form, answer, way, requests = WAYS[case]
    found, asked = pinged(answer, monkeypatch, answer_form=form)
    assert found is way
    assert len(asked) == requests
    assert all(request["max_tokens"] <= 256 for request in asked)


REFUSALS = {
    "a wrong key": (401, ("status 401", "LOOPBACK_API_KEY")),
    "no such model": (404, ("status 404", "the provider has no such model")),
    "no quota": (429, ("status 429", "quota")),
    "its own fault": (500, ("status 500", "try again later")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_model_that_does_not_answer_is_told(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Role and model, status, and what to do."""
    monkeypatch.setattr("allegiance.trials.ping.RETRIES", 0)
    status, said_of_it = REFUSALS[case]
    with pytest.raises(UserError) as raised:
        pinged(lambda _: failed(status), monkeypatch)
    words = str(raised.value)
    assert f'judge "{LOOPBACK}" does not answer' in words
    assert all(each.lower() in words.lower() for each in said_of_it)
    assert len(words.splitlines()) == 2


def test_nobody_at_the_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the address that was tried."""
    monkeypatch.setattr("allegiance.trials.ping.RETRIES", 0)
    with serve(lambda _: said("OK")) as server:
        gone = server
    for name, value in gone.env().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=gone.url):
        ping({"judge": LOOPBACK})


def test_log_probabilities_are_asked_for_where_they_will_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service that refuses them is told before the first trial."""
    _, asked = pinged(lambda _: said("OK"), monkeypatch, log_probabilities=True)
    assert asked[0]["top_logprobs"] == 20
    with pytest.raises(UserError, match="status 400"):
        pinged(refuses("logprobs"), monkeypatch, log_probabilities=True)


def test_a_model_that_scores_is_loaded_and_scores(tiny_model: Path) -> None:
    """It is asked for no form; one that is not there is told."""
    assert ping({"model": f"allegiance/hf:{tiny_model}"}) == {"model": None}
    with pytest.raises(UserError, match="can't be loaded"):
        ping({"model": f"allegiance/hf:{tiny_model / 'nowhere'}"})


def test_every_role_is_pinged(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> None:
    """Each by its own model."""
    with serve(lambda _: called("A")) as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        found = ping({"model": f"allegiance/hf:{tiny_model}", "judge": LOOPBACK})
    assert found == {"model": None, "judge": Way.TOOL}
