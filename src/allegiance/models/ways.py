"""The ways in which a sampled model can be asked to answer a menu, the surest first.

    tool      a forced call of the tool `choose`; the provider holds the model to it
    schema    one JSON object, to whose schema the provider holds the model
    json      one JSON object, asked for in words
    letter    the option's letter first, asked for in words

`auto` begins with the first that the provider has; where the service refuses a request for its
form (the ping finds out), the next is taken. What the model itself makes of the form changes
nothing: that would make the form an outcome.
"""

from enum import StrEnum
from typing import Literal, get_args

from allegiance.errors import UserError, suggest
from allegiance.models.providers import provider_of

AnswerForm = Literal["auto", "tool", "json", "letter"]
"""What an experiment may ask for."""
ANSWER_FORMS: tuple[str, ...] = get_args(AnswerForm)


class Way(StrEnum):
    """One way to ask for an answer."""

    TOOL = "tool"
    SCHEMA = "schema"
    JSON = "json"
    LETTER = "letter"

    @property
    def form(self) -> Literal["tool", "json", "letter"]:
        """The form of the answer."""
        if self is Way.TOOL:
            return "tool"
        return "letter" if self is Way.LETTER else "json"


def ways(model: str, answer_form: str, *, log_probabilities: bool = False) -> tuple[Way, ...]:
    """The ways to ask a model, in the order in which to try them.

    Args:
        model: Its Inspect name.
        answer_form: One of `ANSWER_FORMS`.
        log_probabilities: Whether those of the options' letters are asked for too.

    Raises:
        UserError: No such form, or one that has no log-probabilities, or a provider without.
    """
    provider = provider_of(model)
    if answer_form not in ANSWER_FORMS:
        raise UserError(
            f'no answer form "{answer_form}"', mend=suggest(answer_form, ANSWER_FORMS, "Forms")
        )
    if log_probabilities:
        _require_log_probabilities(model, answer_form)
    tool = provider.tools and not log_probabilities
    there = {
        "tool": (Way.TOOL,),
        "json": (Way.SCHEMA, Way.JSON) if provider.schema_ else (Way.JSON,),
        "letter": (Way.LETTER,),
    }
    if answer_form != "auto":
        return there[answer_form]
    return ((Way.TOOL,) if tool else ()) + there["json"]


def _require_log_probabilities(model: str, answer_form: str) -> None:
    if answer_form == "tool":
        raise UserError(
            "the arguments of tool calls carry no log-probabilities",
            mend="Set answer_form to json or letter, or leave log_probabilities out.",
        )
    if not provider_of(model).top_logprobs:
        raise UserError(
            f'the provider of "{model}" gives no log-probabilities',
            mend="Leave log_probabilities out: the answers then count as they are given.",
        )
