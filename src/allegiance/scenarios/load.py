"""From a folder to a scenario: read, checked, frozen.

    scenario.yaml -> document -> its texts -> form -> names -> slots -> Scenario

Nothing outside the folder is read, and nothing in it is run.
"""

import hashlib
from pathlib import Path

from allegiance.documents.document import is_file, lies_inside, read_document
from allegiance.errors import UserError
from allegiance.scenarios.declared import check_names
from allegiance.scenarios.passages import with_passages
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.wording import check_slots

FILE = "scenario.yaml"
"""The file that makes a folder a scenario."""
LARGEST_FOLDER = 50_000_000
"""Bytes that the files of a scenario may have together."""


def load_scenario(path: Path | str) -> Scenario:
    """Read the scenario in a folder.

    Args:
        path: The folder, or the `scenario.yaml` in it.

    Raises:
        UserError: With file, line and field of the first thing that can't be used.
    """
    folder = Path(path)
    if folder.name == FILE and not folder.is_dir():
        folder = folder.parent
    file = folder / FILE
    if not is_file(file):
        if folder.is_dir() and file.exists():
            raise no_plain_file(file)
        raise UserError(
            f"no scenario here: there is no {FILE}",
            mend="Give the folder of a scenario, or the name of a built-in one.",
            path=folder,
        )
    if not lies_inside(file, folder):
        raise UserError("a link that leaves its folder", mend="Put the file there.", path=file)
    document = with_passages(read_document(file))
    scenario = Scenario.read(document, digest_of_folder(folder))
    check_names(scenario)
    check_slots(scenario)
    return scenario


def no_plain_file(path: Path) -> UserError:
    """The error for a folder, a pipe or a device in the place of a file."""
    mend = "Put the scenario's own file in its place."
    return UserError("a folder, or no plain file", mend=mend, path=path)


def digest_of_folder(folder: Path) -> str:
    """SHA-256 over names and contents of the files of a folder, hidden ones left out.

    Raises:
        UserError: A link that leaves the folder, or more bytes than a scenario may have.
    """
    digest, total = hashlib.sha256(), 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") or part == "__pycache__" for part in name.parts):
            continue
        if not lies_inside(path, folder):
            raise UserError("a link that leaves its folder", mend="Put the file there.", path=path)
        if not path.is_file():
            continue
        total += path.stat().st_size
        if total > LARGEST_FOLDER:
            raise UserError(
                f"more than {LARGEST_FOLDER / 1e6:.0f} MB of files",
                mend="Keep only the scenario's own files in its folder.",
                path=folder,
            )
        content = _content(path)
        digest.update(f"{name.as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"can't be read: {error.strerror or error}",
            mend="Every file of the folder counts: make it readable, or take it out.",
            path=path,
        ) from error
