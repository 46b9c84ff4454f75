"""The scenarios that are there: built in, by name, or anywhere, by the path of a folder."""

from pathlib import Path

from allegiance.errors import UserError, suggest
from allegiance.scenarios.load import FILE, load_scenario
from allegiance.scenarios.scenario import Scenario

PACKS = Path(__file__).parents[1] / "library" / "packs"
"""The packs that come with the package."""


def names() -> tuple[str, ...]:
    """The names of the built-in scenarios."""
    return tuple(sorted(_built_in()))


def find(name: str | Path) -> Scenario:
    """The built-in scenario of that name, else the one in that folder.

    Raises:
        UserError: There is none, or it can't be used.
    """
    built_in = _built_in()
    if str(name) in built_in:
        return load_scenario(built_in[str(name)])
    path = Path(name)
    if _is_folder(path) or path.name == FILE:
        return load_scenario(path)
    raise UserError(
        f'no scenario "{name}"',
        mend=suggest(str(name), built_in, "Built in") + " Or give the path of its folder.",
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _built_in() -> dict[str, Path]:
    return {file.parent.name: file.parent for file in PACKS.glob(f"*/*/{FILE}")}
