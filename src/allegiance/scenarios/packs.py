"""Packs: folders of scenarios, built in or brought by another package.

    [project.entry-points."allegiance.packs"]
    mypack = "my_package.packs"            a package: the scenarios lie beside its __init__.py
    mypack = "my_package:PACK"             or an object: the path of their folder

A pack's folder holds a folder for each scenario. For the first form nothing of the package is
run but the `__init__.py` of the packages around it; a scenario's folder never holds code that
is run. A pack that can't be used says so when it is asked for, and is in nobody's way.
"""

import importlib.util
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from allegiance.documents.document import lies_inside
from allegiance.errors import UserError
from allegiance.scenarios.load import FILE

GROUP = "allegiance.packs"
"""The entry point group of packs."""
BUILT_IN = Path(__file__).parents[1] / "library" / "packs"
"""The folder of the packs that come with this package."""


@dataclass(frozen=True)
class Pack:
    """A pack, or the reason why it can't be used."""

    name: str
    """Its name before the slash of `pack/scenario`."""
    scenarios: dict[str, Path]
    """The folders of its scenarios, by name."""
    fault: UserError | None = None
    """Why it can't be used."""


def packs() -> tuple[Pack, ...]:
    """Every pack that there is by name: the built-in ones, then those of other packages."""
    own = [Pack(each.name, scenarios_in(each)) for each in sorted(BUILT_IN.iterdir())]
    found = [each for each in own if each.scenarios]
    for entry in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        pack = _installed(entry)
        if any(pack.name == other.name for other in found):
            fault = UserError(
                f'another pack is called "{entry.name}" too', mend=f"{_of(entry)} renames it."
            )
            pack = Pack(f"{entry.name} of {_of(entry)}", {}, fault)
        found.append(pack)
    return tuple(found)


def scenarios_in(folder: Path) -> dict[str, Path]:
    """The folders of the scenarios in a folder, by name.

    Raises:
        UserError: One of them is a link that leaves the folder.
    """
    found = {file.parent.name: file.parent for file in sorted(folder.glob(f"*/{FILE}"))}
    for each in found.values():
        if not lies_inside(each, folder):
            mend = "Copy the scenario into the pack."
            raise UserError("a link that leaves the pack's folder", mend=mend, path=each)
    return found


def _installed(entry: EntryPoint) -> Pack:
    try:
        return Pack(entry.name, scenarios_in(_folder_of(entry)))
    except UserError as fault:
        return Pack(entry.name, {}, fault)
    except OSError as error:
        problem = f"{_named(entry)} can't be read: {error.strerror or error}"
        return Pack(entry.name, {}, UserError(problem, mend=_mend(entry)))


def _folder_of(entry: EntryPoint) -> Path:
    """The folder that an entry point names."""
    named, mend = _named(entry), _mend(entry)
    try:
        place = entry.load() if entry.attr else _of_module(entry.module)
    except (Exception, SystemExit) as error:  # what a package does when it is imported is its own
        problem = f"{named} can't be loaded: {type(error).__name__}: {error}"
        raise UserError(problem.splitlines()[0], mend=mend) from error
    if not isinstance(place, (str, Path)) or not Path(place).is_dir():
        raise UserError(f"{named} is no folder", mend=mend)
    if not scenarios_in(Path(place)):
        raise UserError(f"{named} holds no scenario", mend=mend, path=Path(place))
    return Path(place)


def _of_module(name: str) -> Path | None:
    """The folder of a package, found and not run."""
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _named(entry: EntryPoint) -> str:
    return f'pack "{entry.name}" of {_of(entry)}'


def _mend(entry: EntryPoint) -> str:
    return f'Its entry point says "{entry.value}": mend or remove that package.'


def _of(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "a package"
