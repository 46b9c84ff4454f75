"""Comprehension items: does the model know who is who, who asked what, what would happen?

    - id: who_wants_the_dearer
      about: instruction                     principals, instruction or consequence
      texts: texts/comprehension.md#wants    the question, in at least three wordings
      answers: [{id: shop, texts: ...}, {id: customer, texts: ...}, {id: nobody, texts: ...}]
      right: [{value: shop, when: {conflict: [conflicting]}}, {value: nobody, when: ...}]

The question follows the vignette as one more message of the user's; the answers are scored
like actions. Where a model answers no better than chance, its effects are no choices.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from allegiance.scenarios.fields import ALWAYS, BY_CELL, Name, Part, Passage, Variant, When


class About(StrEnum):
    """What an item asks."""

    PRINCIPALS = "principals"
    """Who the principals are."""
    INSTRUCTION = "instruction"
    """What one of them has asked."""
    CONSEQUENCE = "consequence"
    """What would happen."""


class AnswerEntry(Part):
    """One answer to an item."""

    id: Name
    texts: tuple[Passage, ...]
    """At least three ways to say it; names only."""


class ComprehensionEntry(Part):
    """A question on the vignette, with its answers."""

    id: Name
    about: About
    """principals, instruction or consequence."""
    texts: tuple[Passage, ...]
    """The question."""
    answers: Annotated[tuple[AnswerEntry, ...], Field(min_length=2)]
    """Two or more, scored like actions."""
    right: Annotated[tuple[Variant[str], ...], BY_CELL]
    """The answer that is right, by cell."""
    when: When = ALWAYS
