"""Options that several commands share, and how their values are read."""

from typing import TYPE_CHECKING, Annotated

import typer

from allegiance.errors import UserError, suggest

if TYPE_CHECKING:
    from allegiance.situation.subversion import Reading

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is asked for.")]


def levels_in(cells: list[str] | None, option: str) -> dict[str, str]:
    """Factors and levels from `k=v,...`.

    Raises:
        UserError: A piece that is no `factor=level`, or a factor named twice.
    """
    pairs = [pair for each in cells or [] for pair in each.split(",") if pair.strip()]
    found: dict[str, str] = {}
    for pair in pairs:
        factor, sign, level = (each.strip() for each in pair.partition("="))
        if not sign:
            raise UserError(f'"{pair}" is no level', mend="Write factor=level.", field=option)
        if factor in found:
            raise UserError(f'"{factor}" is named twice', mend="Name it once.", field=option)
        found[factor] = level
    return found


def reading_named(name: str, *more: str) -> "Reading":
    """A reading of the policy by its name.

    Args:
        name: Its name.
        more: What else may stand there, to be suggested beside it.

    Raises:
        UserError: There is none of that name.
    """
    from allegiance.situation.subversion import Reading

    if name not in list(Reading):
        names = suggest(name, [*Reading, *more], "Readings")
        raise UserError(f'no reading "{name}"', mend=names)
    return Reading(name)
