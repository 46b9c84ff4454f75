"""What a model must offer so that choices can be read exactly, without torch.

A provider that satisfies `ScoresOptions` gives the log-likelihood of texts; any other model
is sampled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from allegiance.missing import MissingReason

if TYPE_CHECKING:
    from inspect_ai.model import ChatMessage


@dataclass(frozen=True)
class OptionScore:
    """The likelihood of one text after a context."""

    log_likelihood: float
    """Nats, summed over the text's tokens."""
    tokens: int
    """Length in the model's tokens."""
    bytes: int
    """Length in UTF-8 bytes."""


@runtime_checkable
class ScoresOptions(Protocol):
    """A provider that can score texts exactly."""

    def load(self) -> None:
        """Bring the model into memory now, so that what is missing shows before any trial.

        Raises:
            UserError: Weights, a package or an argument are missing or wrong.
        """
        ...

    async def score_options(
        self, messages: "Sequence[ChatMessage]", options: Sequence[str], *, lead: str = ""
    ) -> tuple[OptionScore, ...]:
        """Score each text as the assistant's turn after `messages`, in the order given.

        Args:
            messages: The conversation.
            options: The texts.
            lead: What the turn begins with already; it is part of the context.

        Raises:
            ScoringError: With the typed reason why there is no score.
        """
        ...


class ScoringError(Exception):
    """A text could not be scored.

    Args:
        reason: Why the trial is missing.
        problem: The same in words.
    """

    def __init__(self, reason: MissingReason, problem: str) -> None:
        self.reason = reason
        super().__init__(problem)
