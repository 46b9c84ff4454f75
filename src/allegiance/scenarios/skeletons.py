"""Where a scenario begins: skeletons, which are scenarios themselves, in `library/skeletons`.

    complete   a small scenario that works, copied under a new id
    imported   what every scenario needs, around the messages of a file; marked FILL IN

The schema is put beside them as a hidden file, where the first lines of `scenario.yaml` tell
editors to look; hidden files are no part of a scenario.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from allegiance.documents.tree import read_tree
from allegiance.errors import LONGEST_NAME, UserError
from allegiance.scenarios.fields import checked_id
from allegiance.scenarios.load import FILE, load_scenario
from allegiance.scenarios.prompts import Prompt, read_prompts
from allegiance.scenarios.schema import schema_text

LIBRARY = Path(__file__).parents[1] / "library" / "skeletons"
"""The skeletons."""
SCHEMA = ".scenario.schema.json"
"""The file of the schema, beside `scenario.yaml`."""
LONGEST_FILE = 500_000
"""Characters of all messages of a file that is imported."""
_MESSAGES = "# MESSAGES"
_SLOTS = "{order}\n{plain}"


def new_scenario(name: str, out: Path | None = None) -> Path:
    """A small scenario that works, to be written over; its folder.

    Args:
        name: Its id.
        out: The folder, new or empty; by default one of that name.

    Raises:
        UserError: A name that is none, or a folder that holds something.
    """
    return _made("complete", _checked(name), out or Path(name), {})


def import_scenario(file: Path, out: Path | None = None) -> Path:
    """A skeleton around the messages of a file, marked where it is to be filled in; its folder.

    Args:
        file: A system prompt and a user message; see `prompts`.
        out: The folder, new or empty; by default one of the file's name.

    Raises:
        UserError: A file of no such kind, or a folder that holds something.
    """
    prompts = read_prompts(file)
    name = re.sub(r"[^A-Za-z0-9]+", "-", file.stem).strip("-")
    name = name if re.match(r"[A-Za-z]", name) else f"imported-{name}".strip("-")
    name = name[:LONGEST_NAME].strip("-")
    if sum(len(each.text) for each in prompts) > LONGEST_FILE:
        raise UserError("too many messages for one scene", mend="Keep what it needs.", path=file)
    folder = _made("imported", name, out or Path(name), {_MESSAGES: "\n".join(_messages(prompts))})
    load_scenario(folder)
    return folder


def _checked(name: str) -> str:
    try:
        return checked_id(name)
    except ValueError as error:
        problem, _, mend = str(error).partition("\n")
        raise UserError(problem, mend=mend) from error


def _made(skeleton: str, id: str, folder: Path, lines: dict[str, str]) -> Path:
    """Copy a skeleton under an id, with some of its lines replaced."""
    _refuse_used(folder)
    try:
        _copy(skeleton, id, folder, lines)
    except OSError as error:
        raise UserError(
            f"can't be written: {error.strerror or error}",
            mend="Give another folder, new or empty, with --out.",
            path=folder,
        ) from error
    return folder


def _copy(skeleton: str, id: str, folder: Path, lines: dict[str, str]) -> None:
    for file in sorted((LIBRARY / skeleton).rglob("*")):
        if not file.is_file():
            continue
        copy = folder / file.relative_to(LIBRARY / skeleton)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8")
        if file.name == FILE:
            lines = {**lines, f"id: {_id_of(text)}": f"id: {id}"}
            text = "\n".join(lines.get(line, line) for line in text.split("\n"))
        copy.write_text(text, encoding="utf-8")
    (folder / SCHEMA).write_text(schema_text(), encoding="utf-8")


def _refuse_used(folder: Path) -> None:
    mend = "Give another folder, new or empty, with --out."
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise UserError("the folder holds something", mend=mend, path=folder)
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise UserError("not a folder", mend=mend, path=folder)
    except OSError as error:
        problem = f"can't be used: {error.strerror or error}"
        raise UserError(problem, mend=mend, path=folder) from error


def _id_of(text: str) -> str:
    found = re.search(r"^id: (\S+)$", text, re.MULTILINE)
    assert found is not None
    return found[1]


def _messages(prompts: Iterable[Prompt]) -> Iterator[str]:
    """The list of messages in YAML; the last system message has the slots of the elements."""
    told = list(prompts)
    if all(each.channel != "system" for each in told):
        told.insert(0, Prompt("system", ""))
    last = max(n for n, each in enumerate(told) if each.channel == "system")
    counts = dict.fromkeys(("system", "chat", "tool"), 0)
    for place, each in enumerate(told):
        counts[each.channel] += 1
        number = counts[each.channel]
        text = each.text.replace("{", "{{").replace("}", "}}")
        if place == last:
            text = f"{text}\n\n{_SLOTS}".strip("\n")
        yield f"- id: {_NAMES[each.channel]}{number if number > 1 else ''}"
        yield f"  channel: {each.channel}"
        if each.channel == "tool":
            yield '  tool: "FILL IN: the name of the call that it answers"'
        yield f"  texts:\n  - {_as_yaml(text)}"


_NAMES = {"system": "prompt", "chat": "request", "tool": "result"}
"""The ids of imported messages, by channel."""


def _as_yaml(text: str) -> str:
    """A text as a block of YAML where that is the same text, else in quotes."""
    lines = [f"    {line}" if line.strip() else "" for line in text.split("\n")]
    block = "\n".join(("|-", *lines))
    try:
        same = read_tree(f"a:\n  - {block}\n")[0] == {"a": [text]}
    except UserError:
        same = False
    quoted = json.dumps(text, ensure_ascii=False)
    for breaks in ("\u2028", "\u2029", "\ufeff"):
        quoted = quoted.replace(breaks, f"\\u{ord(breaks):04x}")
    return block if same else quoted
