"""Of which actions something is true, false, or not told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Extent:
    """The actions that something is true of, and those of which nobody says."""

    yes: frozenset[str]
    """It holds."""
    untold: frozenset[str] = frozenset()
    """The facts do not say."""
    some: bool = False
    """Whether it holds of some action for sure, be it not told of which: something is best."""
