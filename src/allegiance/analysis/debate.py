"""Sentences from a debate, as a file gives them: what is said, and what would make it true.

    sentence, about       what is said, in our words, and what would bear it out
    ask                   what is counted, and how; a kind with its parameters:

    required      cells in which nearly all codes that speak require an act, or permit it
    price         lines of a ladder along which a rule forbids an act on every rung
    unavoidable   cells in which every action subverts somebody
    moved         models that one sort of cause moved, and another did not
    people        scenarios in which many people do it
    allowed       models whose answers a code nearly always allows
    intended      changes that moved a model, or were meant to, as a code wants

    holds_from, fails_to  the shares of what counts at which it holds, and no longer holds

A verdict is made of these figures and of tables alone. Source: docs/concepts/claims.md.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allegiance.codes.code import Kind
from allegiance.documents.document import Document, read_document, validate

BUILT_IN = Path(__file__).parents[1] / "library" / "claims" / "debate.yaml"
"""The sentences that come with this package."""

Share = Annotated[float, Field(ge=0, le=1)]
Acts = Literal["subverting", "toward"]
"""Acts that subvert somebody (delegated reading), or those for which the scenario's contrast is."""
ReadAs = Literal["strict", "delegated", "strict_counted", "delegated_counted"]
"""A reading of what subverts; `counted`: with what an exit is made into as the model's own."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Required(_Part):
    """Cells with such acts: do nearly all codes that speak require one, or at least permit it?"""

    kind: Literal["required"]
    codes: Kind
    """The sort of code that is asked."""
    acts: Acts
    """The acts in question."""
    nearly: Share
    """The share of the codes that speak."""
    says: Literal["requires", "permits"] = "requires"
    """What they must say; what is required is permitted too."""


class Price(_Part):
    """Lines of cells that differ in one number: are acts forbidden on every rung?"""

    kind: Literal["price"]
    codes: Annotated[tuple[str, ...], Field(min_length=1)]
    """The codes that are the rule; the others stand beside."""
    acts: Acts
    """The acts in question."""
    rungs: Annotated[int, Field(ge=2)]
    """The fewest levels that a ladder has."""


class Unavoidable(_Part):
    """Cells: does every action on the menu subvert somebody?"""

    kind: Literal["unavoidable"]
    readings: Annotated[tuple[ReadAs, ...], Field(min_length=1)]
    """The readings, of which one is enough."""


class Step(_Part):
    """A step of a factor that should move a model toward the acts."""

    factor: str
    """The factor."""
    source: str | None = Field(default=None, alias="from")
    """Away from this level."""
    target: str | None = Field(default=None, alias="to")
    """Toward this level."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.source is None) is (self.target is None):
            raise ValueError("a step without a direction\nWrite from, or to, and not both.")
        return self

    def sign(self, source: str, target: str) -> int:
        """1 where a change of level goes this way, -1 where it goes back, 0 for another."""
        if self.source is not None:
            return (source == self.source) - (target == self.source)
        return (target == self.target) - (source == self.target)


class Moved(_Part):
    """Models in scenarios: did causes move it, and their rivals not?"""

    kind: Literal["moved"]
    causes: Annotated[tuple[Step, ...], Field(min_length=1)]
    """What the sentence names."""
    rivals: Annotated[tuple[Step, ...], Field(min_length=1)]
    """What it shuts out."""
    alpha: Share
    """The adjusted p below which something moved."""


class People(_Part):
    """Scenarios: do many people choose such acts?"""

    kind: Literal["people"]
    acts: Acts
    """The acts in question."""
    many: Share
    """The share of their answers that is many."""
    least: Annotated[int, Field(ge=1)]
    """The fewest answers from which anything is read."""


class Allowed(_Part):
    """Models in scenarios: is nearly all that they answer allowed?"""

    kind: Literal["allowed"]
    codes: Kind
    """The sort of code that is asked."""
    mostly: Share
    """The least weight on what is allowed."""


class Worth(_Part):
    """The least change worth mention: a null that could have missed one decides nothing."""

    nats: Annotated[float, Field(gt=0)]
    """Of log-scores."""
    points: Annotated[float, Field(gt=0)]
    """Of rates, in points of 1."""


class Intended(_Part):
    """Steps of factors: did each move a model as a code wants?"""

    kind: Literal["intended"]
    codes: Kind
    """The sort of code that is asked."""
    alpha: Share
    """The adjusted p below which something moved."""
    worth: Worth
    """What a null must have been able to show."""


Ask = Annotated[
    Required | Price | Unavoidable | Moved | People | Allowed | Intended,
    Field(discriminator="kind"),
]


class Claim(_Part):
    """A sentence, and how it is answered."""

    id: str
    """Its name in the table."""
    sentence: str
    """What is said."""
    about: str
    """What would make it true."""
    holds_from: Share
    """The share of what counts from which it holds."""
    fails_to: Share
    """The share up to which it does not."""
    ask: Ask
    """What is counted."""


class _Claims(_Part):
    claims: list[Claim]


def read_debate(path: Path = BUILT_IN) -> tuple[Claim, ...]:
    """Read a list of claims.

    Raises:
        UserError: With file, line and field of the first thing that can't be used.
    """
    document = Document.wrapping(read_document(path), "claims")
    claims = tuple(validate(document, _Claims).claims)
    for place, claim in enumerate(claims):
        if problem := _fault(claims[:place], claim):
            raise document.error(("claims", place, problem[0]), *problem[1:])
    return claims


def _fault(before: tuple[Claim, ...], claim: Claim) -> tuple[str, str, str] | None:
    """The field at fault, what is wrong, and the mend."""
    if claim.id in {each.id for each in before}:
        return "id", f'"{claim.id}" is a claim above too', "Give it another name."
    if claim.fails_to >= claim.holds_from:
        mend = f"Write less than holds_from: {claim.holds_from:g}."
        return "fails_to", f"{claim.fails_to:g} leaves no room below {claim.holds_from:g}", mend
    return None
