"""An order of rank as a file, to be laid over cases that state another, or none.

    id: user_first
    about: The user, and behind him developer and operator as they stood.
    tiers: {user: 1, developer: 2, trainer: 2, operator: 3}      # or: as_stated
    others: 4                                   # where any role stands that is not named

The built-in ones are `library/hierarchies`, a file each; a user's own is one more such file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allegiance.documents.document import is_file, read_document, validate
from allegiance.errors import UserError, suggest
from allegiance.scenarios.fields import Name

LIBRARY = Path(__file__).parents[1] / "library" / "hierarchies"
AS_STATED = "as_stated"
"""The order, or the trust root, that the case itself states."""
SUFFIXES = (".yaml", ".yml")

Tier = Annotated[int, Field(ge=1)]


class HierarchyEntry(BaseModel):
    """An order of rank among roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    """Its name in tables."""
    about: str
    """The order in words, and where roles stand that it does not speak of."""
    tiers: dict[str, Tier] | Literal["as_stated"]
    """Role to tier, 1 the highest; roles of one tier are unranked. Or the case's own."""
    others: Tier | None = None
    """The tier of every role that is not named; left out, such a role is an error."""

    @model_validator(mode="after")
    def _places_somebody(self) -> Self:
        if self.tiers == AS_STATED and self.others is not None:
            raise ValueError("`others` says nothing where the case's own order stays\nTake it out.")
        return self


@dataclass(frozen=True)
class Hierarchy:
    """An order of rank that can be laid over any case."""

    id: str
    """Its name in tables."""
    about: str
    """The order in words."""
    tiers: Mapping[str, int] | None
    """Role to tier, 1 the highest; None for the order that a case states itself."""
    others: int | None = None
    """The tier of every role that is not named; None where such a role is an error."""
    path: Path | None = None
    """The file that it was read from."""

    def tiers_of(self, stated: Mapping[str, int]) -> dict[str, int]:
        """The tiers of a case's roles in this order.

        Args:
            stated: The case's own tiers.

        Raises:
            UserError: It says nothing of one of these roles.
        """
        if self.tiers is None:
            return dict(stated)
        return {role: self._tier_of(role) for role in stated}

    def _tier_of(self, role: str) -> int:
        tier = (self.tiers or {}).get(role, self.others)
        if tier is None:
            raise UserError(
                f'it says nothing of the role "{role}"',
                mend="Name it in `tiers`, or give `others` the tier of all roles not named.",
                path=self.path,
                field="tiers",
            )
        return tier


def hierarchy_names() -> list[str]:
    """The built-in orders, by name."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def find_hierarchy(name: str) -> Hierarchy:
    """A built-in order by its name, else one from a file.

    Raises:
        UserError: There is neither, the file can't be used, or it takes a built-in one's name.
    """
    names, path = hierarchy_names(), Path(name)
    if name in names:
        return read_hierarchy(LIBRARY / f"{name}.yaml")
    if not is_file(path) and not name.endswith(SUFFIXES):
        mend = f"{suggest(name, names, 'Hierarchies')} Or give the path of a file."
        raise UserError(f'no hierarchy "{name}"', mend=mend)
    found = read_hierarchy(path)
    if found.id in names:
        mend = "Give it another: tables tell orders apart by id."
        raise UserError(f'"{found.id}" is the id of a built-in one', mend=mend, path=path)
    return found


def read_hierarchy(path: Path) -> Hierarchy:
    """An order of rank from a file.

    Raises:
        UserError: With file, line and field of what can't be used.
    """
    entry = validate(read_document(path), HierarchyEntry)
    tiers = None if isinstance(entry.tiers, str) else entry.tiers
    return Hierarchy(entry.id, entry.about, tiers, entry.others, path)
