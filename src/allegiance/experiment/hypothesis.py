"""What is claimed before the first trial, and how it will be decided.

    from -> to              a contrast: what changes between two places of the design
    less: {from, to}        an interaction: that contrast, less the same at another place
    outcome                 of what: the primary read-out, a stance, or missingness itself
    direction               where the effect is expected; the test stays two-sided
    equivalence             the claim is "no effect worth mention": both bounds are tested
    half_width              an adaptive run goes on until the interval is as narrow as this

Hypotheses stand in the stamp, so that a run whose claims were edited afterwards is no longer
the run that was planned.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from allegiance.scenarios.fields import PartialCell

PRIMARY_OUTCOME = "primary"
"""The read-out's own quantity: log-scores where exact, else the weight on the actions for."""


MISSING_OUTCOME = "missing"
"""Whether the trial is missing: missingness is an effect too."""
TOWARD = "toward"
"""What stands for the primary outcome of sampled answers: the weight on the actions for."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Margin(_Part):
    """A change that still counts as none, for either way of answering."""

    nats: Annotated[float, Field(gt=0)]
    """Where answers are scored."""
    points: Annotated[float, Field(gt=0, lt=1)]
    """Where they are drawn: a difference of rates, in points of 1."""


class Places(_Part):
    """Two places of a design, each some factors with a level; the rest agrees between them."""

    source: PartialCell = Field(alias="from")
    """Where the comparison starts."""
    target: PartialCell = Field(alias="to")
    """Where it arrives."""


class Hypothesis(Places):
    """One claim about a contrast or an interaction."""

    id: str
    """Its name in tables."""
    about: str = ""
    """The claim in words."""
    scenarios: tuple[str, ...] = ()
    """Scenarios that it concerns; all of the experiment's that have its factors where empty."""
    less: Places | None = None
    """A second contrast to be taken off: the hypothesis is about the difference of the two."""
    outcome: str = PRIMARY_OUTCOME
    """`primary`, a stance, or `missing`."""
    direction: Literal["up", "down"] | None = None
    """Where the effect is expected to lie."""
    equivalence: Annotated[float, Field(gt=0)] | Margin | None = None
    """Margin within which it counts as none, in the outcome's unit, or one for each unit; null:
    no such claim."""
    half_width: Annotated[float, Field(gt=0)] | None = None
    """Half-width of the interval that an adaptive run aims at, in the outcome's unit."""

    def margin(self, *, rates: bool) -> float | None:
        """The margin claimed, in points of 1 for rates, else in nats; None without such a claim."""
        if isinstance(self.equivalence, Margin):
            return self.equivalence.points if rates else self.equivalence.nats
        return self.equivalence
