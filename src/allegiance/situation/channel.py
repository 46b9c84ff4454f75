"""Channels through which words reach the model, and what is claimed in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Channel:
    """A way in: weights, system, chat, tool."""

    id: str
    """Name within the case."""
    role: str | None
    """The role that controls it; None where nobody does."""


@dataclass(frozen=True)
class Claim:
    """Somebody's word, in a channel, that a role speaks there."""

    channel: str
    """The channel in which it is said."""
    role: str
    """The role that is claimed."""
    vouched: str | None = None
    """The channel through which it is vouched for; None where nobody does."""
