"""One word from every model before the first trial: is it there, does it know us, how to ask it?

    it can score texts       loaded, and one text scored
    any other model          one tiny request, in the form in which its trials will ask
    it refuses that form     the next form that the experiment allows
    it does not answer       one clear line: which model, what it said, the mend

The models pinged are made anew and closed again: the trials run in a loop of their own.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import anyio
from inspect_ai.model import ChatMessageUser, GenerateConfig, Model, get_model
from rich.errors import MarkupError
from rich.text import Text

from allegiance.errors import UserError
from allegiance.models.estimate import estimate_offline
from allegiance.models.protocol import ScoresOptions
from allegiance.models.providers import provider_of
from allegiance.models.ways import AnswerForm, Way, ways
from allegiance.trials.ask import Asker
from allegiance.trials.failures import last_error, status_of
from allegiance.trials.prompts import prompt

MOST_TOKENS = 256
"""Enough for a model that thinks first; any other stops after a word."""
SECONDS = 60
"""For an answer, each time."""
RETRIES = 1
"""Times that a request is tried again here."""
REFUSED_FORM = (400, 404, 405, 415, 422, 501)
"""By these a service may refuse a tool, a schema, or log-probabilities."""

MENDS = {
    401: "The key was refused: check {keys}.",
    402: "The account has no credit left.",
    403: "The key may not use this model: check {keys} and the account's rights.",
    404: "The provider has no such model, or not for this key: check the name.",
    429: "Too many requests, or no quota left: wait, or check the account.",
}
"""What to do, by the status that the provider answered with."""


def ping(
    roles: Mapping[str, str],
    *,
    answer_form: AnswerForm = "auto",
    log_probabilities: bool = False,
) -> dict[str, Way | None]:
    """Role to the way in which its model can be asked; None for one that scores texts exactly.

    Args:
        roles: Role to a model's Inspect name.
        answer_form: What the experiment asks for.
        log_probabilities: Whether the experiment asks for them.

    Raises:
        UserError: A model can't be made, or does not answer.
    """

    async def all_of_them() -> dict[str, Way | None]:
        found: dict[str, Way | None] = {}
        for role, name in roles.items():
            async with _made(name) as model:
                found[role] = await _ping(role, model, answer_form, log_probabilities)
        return found

    with ThreadPoolExecutor(1) as thread:  # a loop may be running here already: a notebook's
        return thread.submit(anyio.run, all_of_them).result()


def no_model(name: str, error: Exception) -> UserError:
    """The error for a model that can't be made."""
    return UserError(
        f'no model "{name}": {_first_line(error)}',
        mend="`allegiance models list` says what each name needs.",
    )


def _made(name: str) -> Model:
    try:
        model = get_model(name, memoize=False)
    except UserError:
        raise
    except Exception as error:  # each provider has its own errors for a missing key or package
        raise no_model(name, error) from error
    estimate_offline(model.api)
    return model


async def _ping(
    role: str, model: Model, answer_form: AnswerForm, log_probabilities: bool
) -> Way | None:
    try:
        if isinstance(model.api, ScoresOptions):
            model.api.load()
            await model.api.score_options([ChatMessageUser(content=prompt("ping"))], ["OK"])
            return None
        allowed = ways(str(model), answer_form, log_probabilities=log_probabilities)
        likely = provider_of(str(model)).top_logprobs if log_probabilities else 0
        return await _first_that_answers(model, allowed, likely)
    except UserError:
        raise
    except Exception as error:  # each provider has its own
        raise _no_answer(role, model, last_error(error)) from error


async def _first_that_answers(model: Model, allowed: tuple[Way, ...], likely: int) -> Way:
    config = GenerateConfig(max_tokens=MOST_TOKENS, max_retries=RETRIES, attempt_timeout=SECONDS)
    *first, last = allowed
    for way in first:
        try:
            await _ask(model, way, likely, config)
            return way
        except Exception as error:
            if status_of(last_error(error)) not in REFUSED_FORM:
                raise
    await _ask(model, last, likely, config)
    return last


async def _ask(model: Model, way: Way, likely: int, config: GenerateConfig) -> None:
    asker = Asker(model, way, likely, config)
    await asker.generate([ChatMessageUser(content=prompt("ping"))], options=2)


def _no_answer(role: str, model: Model, error: BaseException) -> UserError:
    status = status_of(error)
    who = f'"{model}"' if role == str(model) else f'{role} "{model}"'
    what = f"status {status}" if status else type(error).__name__
    return UserError(
        f"{who} does not answer: {what}: {_first_line(error)}", mend=_mend(model, status)
    )


def _mend(model: Model, status: int | None) -> str:
    if isinstance(model.api, ScoresOptions):
        return "Check the model's files and its chat template."
    if status is None:
        at = f" at {model.api.base_url}" if model.api.base_url else ""
        return f"Check the network, and that the service{at} is up."
    keys = " or ".join(model.api.api_key_vars) or "it"
    other = "The service failed: try again later." if status >= 500 else "Check the model's name."
    return MENDS.get(status, other).format(keys=keys)


def _first_line(error: BaseException) -> str:
    """What an error says, in one line, without the marks by which Inspect makes it bold."""
    try:
        said = Text.from_markup(str(error)).plain
    except MarkupError:
        said = str(error)
    return " ".join(said.split()).removeprefix("ERROR: ") or type(error).__name__
