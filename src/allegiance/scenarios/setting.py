"""What a scene is set in: unrelated texts drawn by seed, and frames around the whole.

    pool     {id: mail, draw: {before: 7, after: 6}, texts: ...}     six and seven, no text twice
             {id: filler, matches: mail, texts: ...}                 the same slots, about as long
    frame    {id: story, texts: ... {scene} ..., lead: ...}          a level of the factor `frame`

In a frame the model is sent one message, in which `{scene}` is the scene as a transcript: what
it would have been sent, each piece under the heading that `transcript` gives to its channel.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from allegiance.scenarios.fields import ALWAYS, Name, Part, Passage, When

FRAME = "frame"
"""The factor whose levels, but for the first, are frames."""
SCENE = "scene"
"""The slot of a frame's texts that the transcript fills."""


class PoolEntry(Part):
    """Texts that have nothing to do with the matter, of which some are drawn by seed."""

    id: Name
    draw: dict[Name, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Slot to how many texts are drawn for it; no text is drawn twice in one vignette."""
    matches: str | None = None
    """Another pool: its slots are filled from these texts, whole sentences to about its length."""
    texts: tuple[Passage, ...]
    """More than are drawn; names only."""
    when: When = ALWAYS

    @model_validator(mode="after")
    def _draws_or_matches(self) -> Self:
        if bool(self.draw) == (self.matches is not None):
            raise ValueError("draw or matches?\nWrite one of the two.")
        return self


class FrameEntry(Part):
    """How a level of the factor `frame` puts the scene before the model."""

    id: str
    """The level."""
    texts: tuple[Passage, ...]
    """The one message that the model is sent, with the slot `{scene}`."""
    lead: tuple[Passage, ...] = ()
    """What begins the model's turn, before the text of an action."""
