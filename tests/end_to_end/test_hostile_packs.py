"""Packs that are broken or mean harm: one clear line, at once, and nothing else happens.

Each row is an edit of a lawful scenario's folder, and what must be said of it. Every command
that reads a scenario is tried on it; in this process, so that a traceback is a failed test.
"""

import os
import re
import shutil
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from allegiance import cli
from allegiance.scenarios.skeletons import LIBRARY

from .conftest import Run

LAWFUL = LIBRARY / "complete"
YAML, DESK = "scenario.yaml", "texts/desk.md"
SECRET = "The safe is behind the picture."
Edit = Callable[[Path], object]
COMMANDS = {
    "list": ("scenarios", "list", "."),
    "lint": ("scenarios", "lint", "--quick", "./tea"),
    "show": ("scenarios", "show", "./tea"),
    "diff": ("scenarios", "diff", "./tea", "--to", "conflict=conflicting"),
    "run": ("run", "./tea", "--model", "mockllm/model", "--out", "r"),
}


@pytest.fixture
def say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """`say(...)` runs a command here: its exit code, and what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["allegiance", *arguments])
        code: object = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return int(str(code or 0)), printed.err + printed.out

    return run


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    """A lawful scenario, beside a file that is none of its business."""
    (tmp_path / "secret.md").write_text(SECRET)
    return Path(shutil.copytree(LAWFUL, tmp_path / "tea"))


def put(old: str, new: str, file: str = YAML) -> Edit:
    """An edit of some text."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def whole(content: str | bytes, file: str = YAML) -> Edit:
    """A file with this content."""
    written = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / file).write_bytes(written)


def encoded(name: str, file: str = YAML) -> Edit:
    """The file as another program may have saved it."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8").replace("The large", "Thé large")
        (folder / file).write_bytes(text.encode(name))

    return edit


def more(text: str) -> Edit:
    """Lines at the end of the file."""
    return put("experiment:\n", f"{text}\nexperiment:\n")


def moved_out(name: str) -> Edit:
    """A part of the folder as a link to a place outside it."""

    def edit(folder: Path) -> None:
        shutil.move(folder / name, folder.parent / "outside")
        (folder / name).symlink_to(folder.parent / "outside")

    return edit


def link(name: str, target: str) -> Edit:
    """A link in the folder."""
    return lambda folder: (folder / name).symlink_to(target)


def instead(name: str, make: Callable[[Path], object]) -> Edit:
    """Something else in the place of a file."""

    def edit(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return edit


def text_at(reference: str) -> Edit:
    """The texts of a message from elsewhere."""
    return put("texts: texts/desk.md}", f'texts: "{reference}"}}')


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
RUNS = "!!python/object/apply:os.system ['touch executed']"
HOSTILE: dict[str, tuple[Edit, str]] = {
    # Links and paths that leave the folder
    "a text that is a link out": (
        instead(DESK, lambda p: p.symlink_to("../../secret.md")),
        f'{YAML}:61: messages[0].texts: "texts/desk.md" lies outside',
    ),
    "a folder of texts that is a link out": (moved_out("texts"), "lies outside the scenario's"),
    "a file that is a link out": (moved_out(YAML), f"{YAML}: a link that leaves its folder"),
    "a link to a folder of the system": (link("etc", "/etc"), "etc: a link that leaves its folder"),
    "a link to nowhere": (link("texts/x.md", "/nowhere"), "texts/x.md: a link that leaves"),
    "a text that is a device": (
        instead(DESK, lambda p: p.symlink_to("/dev/zero")),
        f"{YAML}:61: messages[0].texts",
    ),
    "a text in a hidden link": (
        lambda f: (link(".git", "..")(f), text_at(".git/secret.md")(f)),
        "lies outside",
    ),
    "a text above the folder": (text_at("../secret.md"), f"{YAML}:61: messages[0].texts"),
    "a text far above the folder": (text_at("../../../../etc/passwd"), "names no texts"),
    "a text by a way round": (text_at("texts/../../secret.md"), "lies outside"),
    "a text at an absolute path": (text_at("/etc/x.md"), "lies outside"),
    "a text in somebody's home": (text_at("~/x.md"), 'no file "~/x.md"'),
    "a text on another machine": (text_at("http://localhost:1/x.md"), "no file"),
    "a text with a path too long": (text_at("x" * 5000 + ".md"), f"{YAML}:61: messages[0].texts"),
    "a text with half a path": (text_at("a\\0b.md"), f"{YAML}:61: a control character, U+0000"),
    # Templates that would reach for something
    "an include": (put("Welcome!", "{% include '/etc/passwd' %}", DESK), f"{DESK}:22: a brace"),
    "a call": (put("Welcome!", "{open('/etc/passwd').read()}", DESK), f"{DESK}:22: a brace"),
    "an attribute": (put("Welcome!", "{office.__class__}", DESK), f"{DESK}:22: a brace"),
    "a format as wide as memory": (put("Welcome!", "{office:9999999999}", DESK), f"{DESK}:22: a"),
    "a loop": (put("Welcome!", "{% for i in range(9**9) %}x{% endfor %}", DESK), f"{DESK}:22: a"),
    "a message in itself": (put("Welcome!", "{desk}", DESK), f"{DESK}:22: no slot {{desk}}"),
    "an element in itself": (put("There are", "{rooms}", "texts/rooms.md"), "no slot {rooms}"),
    # More than can be meant
    "50 MB of YAML": (whole(b"a: " + b"x" * 50_000_000), f"{YAML}: too large: 50.0 MB"),
    "50 MB of text": (whole(b"x" * 50_000_000, DESK), f"{DESK}: too large: 50.0 MB"),
    "a text of two million letters": (whole("x " * 900_000, DESK), f"{DESK}:1: a text of more"),
    "a text of braces": (whole("{{" * 900_000, DESK), f"{DESK}:1: a text of more"),
    "comments without end": (whole("<!---->" * 200_000, DESK), f"{YAML}:61: messages[0].texts"),
    "a heading with a million spaces": (
        whole("# a" + " " * 1_000_000 + "b\n", DESK),
        f"{YAML}:61: messages[0].texts",
    ),
    "an alias bomb": (whole(BOMB), f"{YAML}:6: too much data"),
    "an alias bomb in a lawful file": (more(BOMB), "too much data"),
    "an alias of itself": (whole("a: &a [*a]"), f"{YAML}:1: &a holds itself"),
    "a hundred thousand brackets": (whole("[" * 100_000), f"{YAML}:1: nested more than 40"),
    "a hundred thousand lists": (whole("- " * 100_000), f"{YAML}:1: nested more than 40"),
    "a staircase": (whole("".join(" " * n + "a:\n" for n in range(1500))), f"{YAML}:41: nested"),
    "a hundred thousand keys": (
        whole("".join(f"k{n}: {{}}\n" for n in range(150_000))),
        "too much data",
    ),
    "twenty thousand levels": (
        put("[none, aligned, conflicting]}", f"[{', '.join(f'l{n}' for n in range(20_000))}]}}"),
        f"{YAML}:29: factors.conflict: 20000 levels of at most 100",
    ),
    # Files that are no text
    "an empty file": (whole(""), f"{YAML}:1: the file is empty"),
    "nothing but a comment": (whole("# x\n"), f"{YAML}:1: the file is empty"),
    "nothing but a null": (whole("---\n"), f"{YAML}:1: the file is empty"),
    "nothing but a word": (whole("tea\n"), f'{YAML}:1: "tea" can\'t stand here'),
    "a folder as the file": (instead(YAML, Path.mkdir), f"{YAML}: a folder, or no plain file"),
    "a folder as a text": (instead(DESK, Path.mkdir), f"{YAML}:61: messages[0].texts: no file"),
    "a pipe as a text": (instead(DESK, os.mkfifo), f"{YAML}:61: messages[0].texts: no file"),
    "UTF-16": (encoded("utf-16"), f"{YAML}:1: not UTF-8"),
    "latin-1": (encoded("latin-1"), f"{YAML}:14: not UTF-8"),
    "latin-1 in a text": (whole("caf\xe9".encode("latin-1"), DESK), f"{DESK}:1: not UTF-8"),
    "a NUL byte": (put("title: The", "title: T\0he"), f"{YAML}:14: a control character, U+0000"),
    "a binary file": (whole(bytes(range(256))), "not UTF-8"),
    # YAML that is more than data
    "an object of Python": (more(f"x: {RUNS}"), "a tag, tag:yaml.org,2002:python/object"),
    "a name of Python": (
        put("title: The", "title: !!python/name:os.system The"),
        f"{YAML}:14: a tag",
    ),
    "a duplicate key": (more("title: again"), '"title" stands twice, first in line 14'),
    "a tab": (put("  conflict: {", "\tconflict: {"), f"{YAML}:29: no YAML"),
    "a list as a key": (more("? [a, b]\n: 1"), "a key that is a list or a mapping"),
    "a mapping as a key": (more("{a: 1}: 2"), "a key that is a list or a mapping"),
    "a second document": (more("---\na: 1"), "a second document"),
    # Numbers that are none
    "a huge number": (put("version: 1", f"version: {'9' * 99}"), f"{YAML}:13: a number too large"),
    "a number beyond all tables": (
        put("version: 1", f"version: {2**63}"),
        f"{YAML}:13: a number too",
    ),
    "a million digits": (put("version: 1", f"version: {'9' * 10**6}"), f"{YAML}:13: a number too"),
    "infinity": (put("values: [2,", "values: [.inf,"), f"{YAML}:30: .inf is no finite number"),
    "not a number": (put("values: [2,", "values: [.nan,"), f"{YAML}:30: .nan is no finite number"),
    "1e999": (put("values: [2,", "values: [1e999,"), f"{YAML}:30: a number too large"),
    "a number of 300 digits": (put("values: [2,", "values: [1e300,"), f"{YAML}:30: factors.stakes"),
    # Names that would act on a path or a terminal
    "an id that is a path": (put("id: skeleton", "id: ../../x"), f'{YAML}:12: id: "../../x" is no'),
    "an id that is an option": (put("id: skeleton", "id: -rf"), f'{YAML}:12: id: "-rf" is no name'),
    "an id that is empty": (put("id: skeleton", "id: ''"), f'{YAML}:12: id: "" is no name'),
    "an id of two lines": (
        put("id: skeleton", 'id: "a\\nb"'),
        f'{YAML}:12: id: "a\\nb" is no name',
    ),
    "an id without end": (put("id: skeleton", f"id: {'a' * 10**5}"), f"{YAML}:12: id: a name of"),
    "an id with an escape code": (put("id: skeleton", 'id: "\\e[31mred"'), f"{YAML}:12: a control"),
    "a title that runs backwards": (
        put("title: ", "title: \u202e"),
        f"{YAML}:14: a control character",
    ),
    "a key of two lines": (more('"a\\nb": 1'), "a\\nb: unknown key"),
    "a key without end": (more(f"{'k' * 900}: 1"), "...: unknown key"),
    "a level of two lines": (
        put("[none, aligned, conflicting]}", '[none, "a\\nb", conflicting]}'),
        f'{YAML}:29: factors.conflict: "a\\nb" is no level',
    ),
    # Texts that are not there
    "a question without a text": (
        put("texts: texts/comprehension.md#who_says\n", "texts: []\n"),
        f"{YAML}:94: comprehension[0].texts: no text",
    ),
    "a pool without a text": (
        put(
            "nuisance:\n",
            "pools:\n- {id: m, draw: {m: 1}, texts: [One.]}\n"
            "- {id: f, matches: m, texts: []}\nnuisance:\n",
        ),
        "pools[1].texts: no text",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_pack_gives_one_clear_line(
    what: str, tea: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """Exit code 1; place, what is wrong and the mend; nothing read, written or run elsewhere."""
    edit, expected = HOSTILE[what]
    edit(tea)
    before = _files(tea.parent)
    for name, command in COMMANDS.items():
        started = time.perf_counter()
        code, said = say(*command)
        took = time.perf_counter() - started
        told = [line for line in said.splitlines() if not line.startswith("./tea: ")]
        assert code == 1, f"{name}: {said[:300]}"
        assert expected in said, f"{name}: {said[:300]}"
        assert len(told) == 2, f"{name}: {said[:600]}"
        assert told[1].startswith("  "), f"{name}: no mend in {said[:300]}"
        assert len(told[0]) < 600
        assert SECRET not in said
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)
        assert took < 5, f"{name}: {took:.1f} s"
    assert _files(tea.parent) == before


def test_a_design_without_end_is_refused_before_it_is_crossed(
    tea: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """Thirty factors of four levels are no plan."""
    levels = "[a, b, c, d]"
    factors = "".join(f"  f{n}: {{levels: {levels}}}\n" for n in range(30))
    crossed = "".join(f"f{n}: {levels}, " for n in range(30))
    put("  conflict: {about", f"{factors}  conflict: {{about")(tea)
    put("  factors: {conflict", f"  factors: {{{crossed}conflict")(tea)
    code, said = say(*COMMANDS["run"])
    assert code == 1
    assert "cells of skeleton, more than 50,000" in said


def test_as_many_blocks_as_atoms_are_refused(
    tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """Before the first of them is made."""
    (tmp_path / "e.yaml").write_text("id: e\nscenarios: {shelf: {}}\nblocks: 1000000000000\n")
    code, said = say("run", "e.yaml", "--model", "mockllm/model", "--out", "r")
    assert code == 1
    assert "blocks: " in said
    assert "trials, more than 1,000,000" in said
    assert not (tmp_path / "r").exists()


def test_fifty_megabytes_take_no_memory(tea: Path, say: Callable[..., tuple[int, str]]) -> None:
    """They are refused by their size, unread."""
    HOSTILE["50 MB of YAML"][0](tea)
    say(*COMMANDS["lint"])
    tracemalloc.start()
    try:
        say(*COMMANDS["lint"])
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_can_not_be_read_is_told(
    tea: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """With its path."""
    (tea / DESK).chmod(0)
    code, said = say(*COMMANDS["lint"])
    assert code == 1
    assert f"{DESK}: can't be read" in said


@pytest.mark.parametrize(
    "text", ["{{ open('/etc/passwd').read() }}", "{{ ''.__class__ }}", "${HOME} $(id) `id`"]
)
def test_braces_and_dollars_are_shown_as_they_stand(
    text: str, tea: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """Doubled braces are braces; a name's value is put in and never read again."""
    put("You are", f"{text.replace('${HOME}', '${{HOME}}')} You are", DESK)(tea)
    put("user: Mara", "user: '{office}'")(tea)
    code, said = say(*COMMANDS["show"], "--json")
    assert code == 0, said
    shown = text if text.startswith("$") else text.replace("{{", "{").replace("}}", "}")
    assert shown in said
    assert "{office}" in said


ARCHIVES = ("tea.zip", "tea.tar.gz", "TEA.ZIP")


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("command", ["list", "lint", "show", "diff", "run"])
def test_an_archive_is_not_opened(
    name: str, command: str, tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """So what its members are called does not matter: the line says that a pack is a folder."""
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for member in ("../../x", "/tmp/x", f"tea/{YAML}"):
            archive.writestr(member, "id: x")
        away = zipfile.ZipInfo("tea/link")
        away.external_attr = 0o120777 << 16
        archive.writestr(away, "/etc/passwd")
    arguments = [name if each in (".", "./tea") else each for each in COMMANDS[command]]
    code, said = say(*arguments)
    assert code == 1
    assert said.startswith(f"{name}: not a folder\n  A pack is a folder, archives are not read")
    assert _files(tmp_path) == {name}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("plain", "plain: not a folder"), ("empty", "empty: no scenario here"), ("none", '"none"')],
)
def test_what_is_no_pack_is_told(
    name: str, expected: str, tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """A file, a folder without scenarios, and nothing at all."""
    (tmp_path / "plain").write_text("x")
    (tmp_path / "empty").mkdir()
    for command in ("lint", "show", "run"):
        arguments = [name if each == "./tea" else each for each in COMMANDS[command]]
        code, said = say(*arguments)
        assert code == 1
        assert expected in said
        assert len(said.splitlines()) == 2
    code, said = say("scenarios", "list", name)
    assert code == 1
    assert said.startswith(f"{name}: no")


def test_two_scenarios_with_one_id_are_told(
    tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """By every command that would have both."""
    for name in ("one", "two"):
        shutil.copytree(LAWFUL, tmp_path / "pack" / name)
    for command in ("list", "lint --quick"):
        code, said = say("scenarios", *command.split(), "pack")
        assert code == 1
        assert f'pack/two/{YAML}:12: id: "skeleton" is the id of pack/one too' in said
    code, said = say("run", "pack", "--model", "mockllm/model", "--out", "r")
    assert code == 1
    assert 'two scenarios with the id "skeleton"' in said


def test_nothing_to_compare_is_told(tea: Path, say: Callable[..., tuple[int, str]]) -> None:
    """With the factors that there are."""
    code, said = say("scenarios", "diff", "./tea")
    assert code == 1
    assert said.startswith("--to: both cells are the same\n")
    assert "Its factors: conflict, stakes." in said


def test_a_broken_scenario_does_not_hide_the_others(
    tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """`list` names what can be used, and says what can't."""
    for name in ("good", "bad"):
        shutil.copytree(LAWFUL, tmp_path / "pack" / name)
    put("id: skeleton", "id: ''")(tmp_path / "pack" / "bad")
    code, said = say("scenarios", "list", "pack")
    assert code == 1
    assert "pack/good The large room" in said
    assert f"pack/bad/{YAML}:12: id" in said


IMPORTS: dict[str, tuple[str, str | bytes, str]] = {
    "no such file": ("", "", "absent.md: can't be read"),
    "empty": ("a.md", "", "a.md: no user message"),
    "no heading": ("a.md", "hello", "a.md:1: text before the first heading"),
    "escape codes": ("a.md", "# user\n\x1b[31mhi", "a.md:2: a control character, U+001B"),
    "escape codes in JSON": (
        "a.json",
        '[{"role": "user", "content": "\\u001b[31m"}]',
        "a.json:1: [0].content: a control character",
    ),
    "half a character": (
        "a.json",
        '[{"role": "user", "content": "\\ud800"}]',
        "half of a character",
    ),
    "UTF-16": ("a.md", "# user\nhi".encode("utf-16"), "a.md:1: not UTF-8"),
    "latin-1": ("a.txt", "# user\nhé".encode("latin-1"), "a.txt:2: not UTF-8"),
    "50 MB": ("a.md", b"# user\n" + b"x" * 50_000_000, "a.md: too large: 50.0 MB"),
    "a huge message": ("a.md", "# user\n" + "x " * 500_000, "a.md:1: a message of more"),
    "sixty thousand messages": ("a.md", "# user\nhi\n" * 60_000, "a.md: 60000 messages of at"),
    "a heading of spaces": ("a.md", "# user\nhi\n# a" + " " * 10**6 + "!\n", "a.md:1: a message"),
    "JSON too deep": ("a.json", "[" * 100_000, "a.json: no JSON that is read"),
    "no JSON": ("a.json", '[\n{"a":', "a.json:2: no JSON"),
    "a number as text": ("a.yaml", "user: 12", "a.yaml:1: user: no text"),
    "an object of Python": ("a.yaml", f"user: {RUNS}", "a.yaml:1: a tag"),
    "an assistant's turn": ("a.json", '[{"role": "assistant", "content": "x"}]', "an assistant's"),
    "an unknown role": ("a.json", f'[{{"role": "{"r" * 999}", "content": "x"}}]', "no role"),
    "an archive": ("a.zip", b"PK", "a.zip: no kind of file that is imported"),
}


@pytest.mark.parametrize("what", IMPORTS)
def test_a_hostile_file_is_not_imported(
    what: str, tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """One clear line, soon, and no folder."""
    name, content, expected = IMPORTS[what]
    if name:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    before, started = _files(tmp_path), time.perf_counter()
    code, said = say("scenarios", "import", name or "absent.md")
    assert code == 1, said
    assert expected in said
    assert len(said.splitlines()) == 2
    assert time.perf_counter() - started < 5
    assert _files(tmp_path) == before


@pytest.mark.parametrize(
    "name",
    ["../x", "/tmp/x", "a/b", ".", "..", "", "a b", "a\nb", "\x1b[31m", "ünï", "a" * 300, "a.b"],
)
def test_a_bad_name_begins_no_scenario(
    name: str, tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """A name is a name, never a path."""
    code, said = say("scenarios", "new", name)
    assert code == 1
    assert len(said.splitlines()) == 2
    assert "\x1b" not in said
    assert not _files(tmp_path)


@pytest.mark.parametrize("out", ["full", "file", "file/x", "/proc/x", "link", "x" * 300])
def test_a_place_that_is_taken_is_left_alone(
    out: str, tmp_path: Path, say: Callable[..., tuple[int, str]]
) -> None:
    """Nothing is written over, nor through a link."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = _files(tmp_path)
    code, said = say("scenarios", "new", "tea", "--out", out)
    assert code == 1
    assert "with --out" in said
    assert len(said.splitlines()) == 2
    assert _files(tmp_path) == before


def test_a_hostile_pack_ends_the_command_itself(allegiance: Run, tea: Path) -> None:
    """The same in a process of its own: exit code 1, and standard error alone."""
    put("id: skeleton", "id: ../../x")(tea)
    found = allegiance("scenarios", "show", "./tea")
    assert (found.returncode, found.stdout) == (1, "")
    assert len(found.stderr.splitlines()) == 2


def _files(folder: Path) -> set[str]:
    """All that lies in a folder, by name."""
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*")}
