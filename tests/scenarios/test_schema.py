"""The JSON Schema takes what authors may write, and nothing else; skeletons are lawful."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from allegiance.documents.document import read_document
from allegiance.errors import UserError
from allegiance.scenarios.catalogue import built_in
from allegiance.scenarios.load import load_scenario
from allegiance.scenarios.schema import scenario_schema, schema_text
from allegiance.scenarios.skeletons import SCHEMA, import_scenario, new_scenario
from allegiance.vignettes.lint.finding import Severity
from allegiance.vignettes.lint.rules import QUICK, lint_folder
from allegiance.vignettes.lint.unfinished import UNFINISHED

from .conftest import PARCEL

EXAMPLES = [each.parent for each in (Path(__file__).parents[2] / "docs").rglob("scenario.yaml")]
WRITTEN = [*built_in(), *EXAMPLES, PARCEL]
VALIDATOR = Draft202012Validator(scenario_schema())
PROMPTS = "# system\nYou answer the {shop}'s chat.\n\n# user\nWhen is my lamp done?\n"


def test_the_schema_is_one() -> None:
    """By the dialect that it names."""
    Draft202012Validator.check_schema(scenario_schema())
    assert json.loads(schema_text()) == scenario_schema()


@pytest.mark.parametrize("folder", WRITTEN, ids=lambda folder: folder.name)
def test_every_scenario_that_there_is_fits_the_schema(folder: Path) -> None:
    """The built-in ones, those of the documentation, and that of the tests."""
    assert not _faults(folder)


def test_a_new_scenario_fits_the_schema_and_lints_clean(tmp_path: Path) -> None:
    """It works as it stands, under the name that it was given."""
    folder = new_scenario("my-tea", tmp_path / "tea")
    assert load_scenario(folder).id == "my-tea"
    assert not _faults(folder)
    assert all(each.severity is Severity.NOT_CHECKED for each in lint_folder(folder, rules=QUICK))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lamp.md", PROMPTS),
        ("lamp.json", '[{"role": "user", "content": "When?\\n- x: {y}\\n# \\ud83d\\ude00"}]'),
        ("lamp.yaml", "system: Be brief.\nuser: |\n  When?\n   Soon?\n\n  # no comment\n"),
    ],
)
def test_an_imported_scenario_fits_the_schema_and_says_what_is_to_be_written(
    name: str, content: str, tmp_path: Path
) -> None:
    """It loads; each mark is told by file and line, and hides nothing else."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    folder = import_scenario(tmp_path / name, tmp_path / "made")
    assert load_scenario(folder).id == "lamp"
    assert not _faults(folder)
    found = lint_folder(folder, rules=QUICK)
    told = [(each.path, each.line) for each in found if each.rule == "unfinished"]
    assert told == list(_marks(folder))
    assert len(told) > 10


def test_an_imported_message_keeps_its_words(tmp_path: Path) -> None:
    """Braces are doubled, so that none of them is taken for a slot."""
    (tmp_path / "lamp.md").write_text(PROMPTS, encoding="utf-8")
    messages = load_scenario(import_scenario(tmp_path / "lamp.md", tmp_path / "made")).messages
    texts = {each.id: each.texts[0].text for each in messages}
    assert texts["prompt"].startswith("You answer the {{shop}}'s chat.")
    assert texts["request"] == "When is my lamp done?"


def test_editors_find_the_schema_beside_a_skeleton(tmp_path: Path) -> None:
    """Where the head of the file points; it is no part of the scenario."""
    folder = new_scenario("tea", tmp_path / "tea")
    head = (folder / "scenario.yaml").read_text(encoding="utf-8")[:400]
    assert f"$schema={SCHEMA}" in head
    assert json.loads((folder / SCHEMA).read_text(encoding="utf-8")) == scenario_schema()
    digest = load_scenario(folder).digest
    (folder / SCHEMA).unlink()
    assert load_scenario(folder).digest == digest


PLACES: list[tuple[str | int, ...]] = [
    (), ("parties", 0), ("factors", "conflict"), ("instructions", 0), ("actions", 0),
    ("elements", 0), ("messages", 0), ("nuisance",), ("welfare", 0), ("facts", 0),
    ("comprehension", 0), ("comprehension", 0, "answers", 0), ("contrast",), ("controls",),
    ("controls", "positive"), ("experiment",), ("experiment", "contrasts", 0),
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_unknown_key_is_refused_wherever_it_stands(
    place: tuple[str | int, ...], tmp_path: Path
) -> None:
    """By the schema and by the reader alike."""
    folder = new_scenario("tea", tmp_path / "tea")
    data = read_document(folder / "scenario.yaml").data
    part: Any = data
    for step in place:
        part = part[step]
    part["colour"] = "red"
    assert not VALIDATOR.is_valid(data)
    (folder / "scenario.yaml").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UserError, match="colour: unknown key"):
        load_scenario(folder)


WRONG: list[tuple[tuple[str | int, ...], object]] = [
    (("id",), 12), (("version",), "one"), (("version",), 0), (("title",), None),
    (("parties",), {}), (("tiers",), "O"), (("channels",), []), (("trust_root",), "chat"),
    (("factors",), []), (("factors", "stakes", "values"), "2"), (("actions",), None),
    (("instructions", 0, "mode"), "must"), (("instructions", 0, "when"), "none"),
    (("actions", 0, "texts"), 12), (("messages", 0, "channel"), 12), (("controls",), {}),
    (("contrast", "for"), []), (("welfare", 0, "amount"), [1]), (("neutral",), ["x"]),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), WRONG, ids=str)
def test_a_value_of_the_wrong_kind_is_refused(
    place: tuple[str | int, ...], value: object, tmp_path: Path
) -> None:
    """By the schema and by the reader alike, there with its line."""
    folder = new_scenario("tea", tmp_path / "tea")
    data = read_document(folder / "scenario.yaml").data
    part: Any = data
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    assert not VALIDATOR.is_valid(data)
    (folder / "scenario.yaml").write_text(json.dumps(data, indent=1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_scenario(folder)
    assert caught.value.line is not None
    assert str(place[0]) in str(caught.value.field)


def _faults(folder: Path) -> list[str]:
    data = read_document(folder / "scenario.yaml").data
    return [each.message for each in VALIDATOR.iter_errors(data)]


def _marks(folder: Path) -> Iterator[tuple[Path, int]]:
    """Where a place is still to be written, but for comments."""
    for path in sorted(folder.rglob("*.*")):
        if path.name.startswith(".") or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if UNFINISHED in line and not line.lstrip().startswith(("#", "<!--")):
                yield path, number
