"""The scenarios that are there: by name in packs, or anywhere by the path of a folder.

    shelf              the one scenario of that name, in whatever pack
    core/shelf         that of the pack `core`
    ./shelf, a/b/tea   the folder of a scenario
    ./mypack           a folder of scenarios, where several are asked for

A name that could mean two things is an error that says what to write instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from allegiance.documents.document import is_file
from allegiance.errors import UserError, suggest
from allegiance.scenarios.load import FILE, load_scenario, no_plain_file
from allegiance.scenarios.packs import BUILT_IN, Pack, packs, scenarios_in
from allegiance.scenarios.scenario import Scenario

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".whl")


@dataclass(frozen=True)
class Listing:
    """A scenario in a list."""

    name: str
    """What to write to mean it."""
    pack: str
    """Its pack, or the folder that it was found in."""
    id: str
    """Its id, as tables have it."""
    version: int
    """Its version."""
    title: str
    """Its title."""


def names() -> tuple[str, ...]:
    """The names of the built-in scenarios."""
    return tuple(sorted(path.name for path in built_in()))


def built_in() -> tuple[Path, ...]:
    """The folders of the built-in scenarios."""
    return tuple(sorted(file.parent for file in BUILT_IN.glob(f"*/*/{FILE}")))


def find(name: str | Path) -> Scenario:
    """The scenario of that name, else the one in that folder.

    Raises:
        UserError: There is none, there are several, or it can't be used.
    """
    return load_scenario(folder_of(name))


def folder_of(name: str | Path) -> Path:
    """The folder of the scenario of that name, else that folder.

    Raises:
        UserError: There is none, or there are several.
    """
    asked, path = str(name), Path(name)
    there = packs() if isinstance(name, str) else ()
    meant = [*_in_packs(asked, there)]
    if len(meant) == 1 and not (_is_plain(asked) and _is_scenario(path)):
        return meant[0][1]
    if meant:
        ways = [each for each, _ in meant] + ([f"./{asked}"] if _is_scenario(path) else [])
        mend = f"Write {' or '.join(ways)}."
        raise UserError(f'"{asked}" may mean {len(ways)} scenarios', mend=mend)
    _refuse_faulty(asked, there)
    if path.name == FILE or _is_scenario(path):
        return path
    if _is_folder(path):
        raise _no_scenario_in(path)
    if path.suffix.lower() in _ARCHIVES or is_file(path):
        raise _not_a_folder(path)
    known = {name for pack in there for name in pack.scenarios}
    known |= {f"{pack.name}/{name}" for pack in there for name in pack.scenarios if "/" in asked}
    mend = suggest(asked, known, "Scenarios") + " Or give the path of its folder."
    raise UserError(f'no scenario "{asked[:80]}"', mend=mend)


def expanded(asked: Iterable[str]) -> list[str]:
    """The names, with a folder of scenarios or a pack as the scenarios in it.

    Raises:
        UserError: A link in such a folder that leaves it.
    """
    found: list[str] = []
    there = {pack.name: pack for pack in packs()}
    for name in asked:
        path = Path(name)
        if name in there and not there[name].fault and not _is_folder(path):
            found += [f"{name}/{each}" for each in there[name].scenarios]
        elif _is_folder(path) and not _is_scenario(path):
            found += [str(each) for each in scenarios_in(path).values()] or [name]
        else:
            found.append(name)
    return found


def listed(folders: Iterable[Path] = ()) -> tuple[list[Listing], list[UserError]]:
    """Every scenario of packs, or of the given folders; and what can't be used, and why.

    Raises:
        UserError: A folder that holds no scenario.
    """
    shelves = [Pack(str(each), _of_folder(each)) for each in folders] or list(packs())
    faults = [pack.fault for pack in shelves if pack.fault]
    found: list[Listing] = []
    for pack in shelves:
        for name, folder in pack.scenarios.items():
            try:
                scenario = load_scenario(folder)
            except UserError as fault:
                faults.append(fault)
                continue
            alone = sum(name in other.scenarios for other in shelves) == 1
            shown = str(folder) if folders else name if alone else f"{pack.name}/{name}"
            faults += [
                _id_twice(scenario, each) for each in found if _is_same(each, pack, scenario)
            ]
            found.append(Listing(shown, pack.name, scenario.id, scenario.version, scenario.title))
    return sorted(found, key=lambda each: each.name), faults


def _is_same(listing: Listing, pack: Pack, scenario: Scenario) -> bool:
    return (listing.pack, listing.id) == (pack.name, scenario.id)


def _id_twice(scenario: Scenario, other: Listing) -> UserError:
    problem = f'"{scenario.id}" is the id of {other.name} too'
    return scenario.error(("id",), problem, "Tables tell scenarios apart by id: change one.")


def _of_folder(folder: Path) -> dict[str, Path]:
    if _is_scenario(folder):
        return {folder.name: folder}
    if not _is_folder(folder):
        raise _not_a_folder(folder)
    inside = scenarios_in(folder)
    if not inside:
        raise UserError(
            "no scenario here", mend="Give a folder that holds folders of scenarios.", path=folder
        )
    return inside


def _in_packs(asked: str, there: Iterable[Pack]) -> Iterable[tuple[str, Path]]:
    """What a name may mean: `pack/scenario`, and the folder."""
    for pack in there:
        for name, folder in pack.scenarios.items():
            if asked in (name, f"{pack.name}/{name}"):
                yield f"{pack.name}/{name}", folder


def _refuse_faulty(asked: str, there: Iterable[Pack]) -> None:
    for pack in there:
        if pack.fault and asked.partition("/")[0] == pack.name:
            raise pack.fault


def _not_a_folder(path: Path) -> UserError:
    mend = f"Give the folder with a {FILE} in it, or a folder of such folders."
    if path.suffix.lower() in _ARCHIVES:
        mend = (
            "A pack is a folder, archives are not read: unpack it where you trust it, and give "
            "the folder."
        )
    elif not is_file(path):
        return UserError("no such folder", mend=mend, path=path)
    return UserError("not a folder", mend=mend, path=path)


def _no_scenario_in(folder: Path) -> UserError:
    if (folder / FILE).exists():
        return no_plain_file(folder / FILE)
    inside = list(scenarios_in(folder))
    mend = "Give the folder of a scenario, or the name of a built-in one."
    if inside:
        mend = f"It holds scenarios: {', '.join(inside)}. Give the path of one of them."
    return UserError(f"no scenario here: there is no {FILE}", mend=mend, path=folder)


def _is_plain(name: str) -> bool:
    return "/" not in name and "\\" not in name


def _is_scenario(path: Path) -> bool:
    return is_file(path / FILE)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
