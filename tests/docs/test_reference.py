"""Reference pages are as fresh as the code, and whole."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from allegiance.cli import app
from allegiance.codes.load import built_in as codes
from allegiance.missing import MissingReason
from allegiance.scenarios.catalogue import names
from allegiance.tables.schema import TABLES
from tests.docs.conftest import DOCS, ROOT

SCRIPT = ROOT / "scripts" / "reference.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, made anew from the code as it stands."""
    folder = tmp_path_factory.mktemp("reference")
    done = subprocess.run(
        [sys.executable, SCRIPT, "--out", folder],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_no_page_is_stale(made: Path) -> None:
    """Mend it with `python scripts/reference.py`."""
    pages = [path.relative_to(made) for path in made.rglob("*") if path.is_file()]
    assert pages
    stale = [
        page.as_posix()
        for page in pages
        if not (DOCS / page).is_file() or (DOCS / page).read_bytes() != (made / page).read_bytes()
    ]
    assert not stale, "run: python scripts/reference.py"


def test_no_page_is_left_over(made: Path) -> None:
    """All that stands under docs/reference is made."""
    assert _below(DOCS / "reference") == _below(made / "reference")


def test_every_code_has_a_page(made: Path) -> None:
    """With all its clauses, and every scenario; the list names it."""
    index = (made / "reference" / "codes.md").read_text(encoding="utf-8")
    for code in codes():
        text = (made / "reference" / "codes" / f"{code.id}.md").read_text(encoding="utf-8")
        assert f"(codes/{code.id}.md)" in index
        assert all(f"| {each.id} | {each.title} |" in text for each in code.clauses), code.id
        assert all(f"\n### {name}\n" in text for name in names()), code.id


def test_every_command_and_option_is_documented() -> None:
    """Over the command table, whatever made the page."""
    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    sections = {part.split("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert sections.keys() == {f"allegiance {name}" for name, _ in _commands()}
    for name, command in _commands():
        for parameter in command.params:
            assert parameter.help, (name, parameter.name)
            for option in parameter.opts if parameter.opts[0].startswith("-") else ():
                assert f"`{option}`" in sections[f"allegiance {name}"], (name, option)


def test_every_column_and_reason_is_documented() -> None:
    data = (DOCS / "reference" / "data.md").read_text(encoding="utf-8")
    for table, columns in TABLES.items():
        section = data.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        for column in columns:
            assert f"| `{column.name}` |" in section, (table, column.name)
    words = (DOCS / "reference" / "vocabulary.md").read_text(encoding="utf-8")
    assert all(f"| `{reason}` |" in words for reason in MissingReason)


def _below(folder: Path) -> set[str]:
    """The files of a folder and all within it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in found}


def _commands() -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [(f"{name} {sub}", each) for sub, each in (inner or {}).items()]
        found += [] if inner else [(name, command)]
    return found
