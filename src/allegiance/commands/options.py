"""Options that several commands share, and how their values are read."""

from typing import Annotated

import typer

from allegiance.errors import UserError

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


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
