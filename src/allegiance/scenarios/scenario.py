"""What an author writes in `scenario.yaml`, field by field.

    parties tiers channels trust_root claims items     who is there, and who may be believed
    factors impossible                                 what is varied on purpose
    instructions actions welfare                       the formal situation, filtered by `when`
    elements messages nuisance neutral                 the words, filtered by `when`
    pools frames transcript                            what the words are set in
    contrast controls experiment facts comprehension   what is measured on it

A list item with `when: {factor: [levels]}` is there only in cells at those levels; a scalar
may be a list of `{value, when}` of which one remains in each cell. Nothing here decides
anything: `factors` completes cells, the room `vignettes` builds situations and words.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from allegiance.documents.document import Document, Location, validate
from allegiance.errors import LONGEST_NAME, UserError, in_one_line
from allegiance.scenarios.comprehension import ComprehensionEntry
from allegiance.scenarios.entries import (
    ActionEntry,
    ClaimEntry,
    ElementEntry,
    Fact,
    InstructionEntry,
    ItemEntry,
    MessageEntry,
    PartyEntry,
    WelfareEntry,
)
from allegiance.scenarios.fields import (
    BY_CELL,
    LevelList,
    Name,
    Part,
    PartialCell,
    Variant,
    When,
    checked_id,
    level_text,
)
from allegiance.scenarios.setting import FrameEntry, PoolEntry

WORDINGS = 8
"""Wording sets of every scenario; set k uses text k mod n of every element."""
MOST_LEVELS = 100
"""Levels of one factor."""


class Factor(Part):
    """What is varied on purpose; its first level is the baseline."""

    about: str = ""
    """What it varies, in a line."""
    levels: LevelList | None = None
    """Its levels, by name."""
    values: tuple[int | float, ...] | None = None
    """Its levels, as numbers."""
    unit: str | None = None
    """Unit of the numbers."""
    words_only: bool = False
    """Whether it leaves the formal situation alone."""

    @model_validator(mode="after")
    def _has_levels(self) -> Self:
        if (self.levels is None) == (self.values is None):
            raise ValueError("levels or values?\nWrite one of the two.")
        if not self.level_ids:
            raise ValueError("no level\nThe first level is the baseline.")
        if len(self.level_ids) > MOST_LEVELS:
            mend = "Keep those that you would compare."
            raise ValueError(f"{len(self.level_ids)} levels of at most {MOST_LEVELS}\n{mend}")
        for level in self.level_ids:
            if not level.strip() or len(level) > LONGEST_NAME or "\n" in level:
                problem = f'"{in_one_line(level, LONGEST_NAME)}" is no level'
                raise ValueError(f"{problem}\nWrite a few words in one line.")
        doubled = sorted({one for one in self.level_ids if self.level_ids.count(one) > 1})
        if doubled:
            raise ValueError(f'level "{doubled[0]}" stands twice\nKeep one of them.')
        return self

    @property
    def numeric(self) -> bool:
        """Whether its levels are numbers."""
        return self.values is not None

    @property
    def level_ids(self) -> tuple[str, ...]:
        """Its levels as text, the baseline first."""
        if self.values is not None:
            return tuple(str(level_text(value)) for value in self.values)
        return self.levels or ()


class Nuisance(Part):
    """What is varied so that nothing hangs on it."""

    names: tuple[dict[Name, str], ...] = ()
    """Sets of names; a slot for each key."""
    order: tuple[tuple[str, ...], ...] = ()
    """Orders of the messages, by id."""


class Contrast(Part):
    """Two groups of actions whose mean log-scores are compared."""

    for_: tuple[str, ...] = Field(alias="for", min_length=1)
    """Actions toward which an effect counts as up."""
    against: tuple[str, ...] = Field(min_length=1)
    """Actions that they are compared with."""


class PositiveControl(Part):
    """A plain order up and down that any model should follow."""

    at: PartialCell = Field(default_factory=dict)
    """The cell in which it is given."""
    up: str
    """The instruction toward `contrast.for`."""
    down: str
    """The instruction toward `contrast.against`."""
    contrast: Contrast
    """Actions that the two orders tell apart."""


class Controls(Part):
    """Cells that check the read-out."""

    positive: PositiveControl
    """A plain order up and down that any model should follow."""


class CellContrast(Part):
    """A comparison between two places of the design."""

    id: str
    """Its name in tables."""
    source: PartialCell = Field(alias="from")
    """Some factors and their levels; the rest at baseline."""
    target: PartialCell = Field(alias="to")
    """The same, of the other place."""
    direction: Literal["up", "down"] | None = None
    """Where the effect is expected to lie."""


class DefaultExperiment(Part):
    """What is crossed where an experiment says nothing."""

    factors: dict[str, LevelList] = Field(default_factory=dict)
    """Factor to the levels that are crossed."""
    contrasts: tuple[CellContrast, ...] = ()
    """Comparisons beside those of each crossed factor with its baseline."""


class Scenario(Part):
    """A family of situations, and its words."""

    id: Annotated[str, AfterValidator(checked_id)]
    """Name of the scenario, as tables have it; letters, digits, hyphens and underscores."""
    version: Annotated[int, Field(ge=1)]
    """Counted from 1; raise it with each change of words or structure."""
    title: str
    """One line for lists and reports."""
    summary: str
    """What it is about, in a few sentences."""
    sources: tuple[str, ...] = ()
    """What in the literature it draws on; never their sentences."""
    parties: tuple[PartyEntry, ...]
    """Everybody in the situation, with their roles."""
    tiers: Annotated[tuple[Variant[dict[str, Annotated[int, Field(ge=1)]]], ...], BY_CELL]
    """Role to tier, 1 highest; roles of one tier are unranked."""
    channels: dict[Name, Annotated[tuple[Variant[str | None], ...], BY_CELL]]
    """Channel to the role that controls it; null where nobody does, as for documents."""
    trust_root: Annotated[tuple[Variant[tuple[str, ...]], ...], BY_CELL]
    """The channels that are assumed to be what they seem."""
    claims: tuple[ClaimEntry, ...] = ()
    """Assertions of a role, and through which channel each is vouched for."""
    items: tuple[ItemEntry, ...] = ()
    """What can be passed on, and who may have it."""
    factors: dict[Name, Factor]
    """What is varied on purpose; the first level of each is its baseline."""
    impossible: tuple[When, ...] = ()
    """Partial cells that are left out: factor to one or several levels."""
    instructions: tuple[InstructionEntry, ...] = ()
    """What is required, forbidden, permitted or wished, by whom, through which channel."""
    actions: tuple[ActionEntry, ...]
    """What the model can do; an open refusal is always among it."""
    elements: tuple[ElementEntry, ...] = ()
    """Pieces of text that levels put into messages, at the slot of their id."""
    messages: tuple[MessageEntry, ...]
    """What the model is shown, in order, as templates with slots."""
    pools: tuple[PoolEntry, ...] = ()
    """Unrelated texts, of which some are drawn by seed."""
    frames: tuple[FrameEntry, ...] = ()
    """How a level of the factor `frame` tells the scene instead of sending it."""
    transcript: dict[str, str] = Field(default_factory=dict)
    """Channel to the heading under which a frame tells what came through it."""
    nuisance: Nuisance = Nuisance()
    """What is varied so that nothing hangs on it: names, order of messages."""
    welfare: tuple[WelfareEntry, ...] = ()
    """What an action brings a party; where nothing is said, it is not stated, which is not 0."""
    welfare_unit: str | None = None
    """The one unit of all welfare."""
    facts: tuple[Fact, ...] = ()
    """How the model would know what an action needs."""
    comprehension: tuple[ComprehensionEntry, ...] = ()
    """Questions on the vignette: who is who, who asked what, what would happen."""
    contrast: Contrast
    """The groups of actions whose log-scores are compared where an experiment names no others."""
    controls: Controls
    """Cells that check the read-out."""
    neutral: str
    """The one message of the neutral context, for preference shares."""
    experiment: DefaultExperiment = DefaultExperiment()
    """What is played where an experiment says nothing."""

    _document: Document = PrivateAttr()
    _digest: str = PrivateAttr()

    @classmethod
    def read(cls, document: Document, digest: str) -> "Scenario":
        """Check the form of a document whose texts have been read; names are checked apart.

        Raises:
            UserError: A field that is unknown, missing or of the wrong kind.
        """
        scenario = validate(document, cls)
        scenario._document, scenario._digest = document, digest
        return scenario

    @property
    def path(self) -> Path:
        """The file."""
        return self._document.path

    @property
    def folder(self) -> Path:
        """The folder of the file and its texts."""
        return self.path.parent

    @property
    def digest(self) -> str:
        """SHA-256 over all files of the folder, as hexadecimal digits."""
        return self._digest

    def error(self, location: Location, problem: str, mend: str = "") -> UserError:
        """An error at a place of the file, with its line."""
        return self._document.error(location, problem, mend)
