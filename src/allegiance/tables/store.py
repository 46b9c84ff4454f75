"""Tables on disk: Parquet, written whole or not at all."""

from dataclasses import fields
from pathlib import Path

import polars as pl

from allegiance.errors import UserError
from allegiance.experiment.folder import RunFolder, cannot_write
from allegiance.tables.build import Frames
from allegiance.tables.schema import TABLES


def write_frames(folder: RunFolder, frames: Frames) -> None:
    """Write every table that stands for what happened.

    Raises:
        UserError: The place can't be written.
    """
    for field in fields(frames):
        write_table(folder, field.name, getattr(frames, field.name))


def write_table(folder: RunFolder, name: str, frame: pl.DataFrame) -> None:
    """Write one table by its name.

    Raises:
        UserError: The place can't be written.
    """
    path = folder.tables / f"{name}.parquet"
    temporary = path.with_suffix(".writing")
    try:
        folder.tables.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def has_table(folder: RunFolder, name: str) -> bool:
    """Whether a table was made."""
    assert name in TABLES
    return (folder.tables / f"{name}.parquet").exists()


def read_table(folder: RunFolder, name: str) -> pl.DataFrame:
    """Read one table by its name.

    Raises:
        UserError: It was not made yet, or can't be read.
    """
    assert name in TABLES
    path: Path = folder.tables / f"{name}.parquet"
    if not path.exists():
        raise UserError("no such table yet", mend="Run `allegiance analyze` first.", path=path)
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(
            f"can't be read: {error}", mend="Run `allegiance analyze` again.", path=path
        ) from error
