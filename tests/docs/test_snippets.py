"""What the pages show runs, loads, and says what they say that it says."""

import re
import shlex
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from allegiance.cases.file import read_cases
from allegiance.cli import app
from allegiance.codes.load import read_code
from allegiance.experiment.experiment import Experiment, read_experiment
from allegiance.experiment.resolve import resolve
from allegiance.scenarios.factors import complete_cell
from allegiance.scenarios.load import load_scenario
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.decision import Decision, decide
from allegiance.situation.subversion import Reading
from allegiance.vignettes.formal import situation_of
from tests.docs.conftest import DOCS, EXAMPLE, Block, blocks

HOW_TO = "how-to/write-a-scenario"
COMING = {"scenarios lint", "scenarios new", "scenarios diff", "models list"}
"""Commands that the pages name already; each is checked as soon as it is there."""
COMMANDS = [
    (block.page, line)
    for block in blocks(language="sh")
    for line in block.text.splitlines()
    if line.startswith("allegiance ")
]


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_command_is_one_that_there_is(page: str, line: str) -> None:
    """Name, arguments and options, as the command table parses them."""
    command, words = get_command(app), shlex.split(line)[1:]
    while hasattr(command, "commands"):
        name = words.pop(0)
        if name not in command.commands:
            assert " ".join(shlex.split(line)[1:3]) in COMING, (page, line)
            return
        command = command.commands[name]
    command.make_context(line, words)


@pytest.mark.parametrize("block", blocks(language="yaml", title="code.yaml"))
def test_a_code_is_one(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads, and what stands beside it judges a case by it."""
    page = block.page.removesuffix(".md")
    case = blocks("how-to/classify-a-case", language="yaml", title="case.yaml")[0]
    for each in (block, case):
        (tmp_path / each.title).write_text(each.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_code(tmp_path / "code.yaml").ruled
    for each in blocks(page, language="python"):
        exec(compile(each.text, each.page, "exec"), {})


@pytest.mark.parametrize("block", blocks(language="yaml", title="experiment.yaml"))
def test_an_experiment_is_one(block: Block, tmp_path: Path) -> None:
    """Each loads; what it names is there."""
    file = tmp_path / "experiment.yaml"
    text = block.text
    if "answer_form" not in Experiment.model_fields:  # coming: checked as soon as it is there
        text = re.sub(r"(?m)^answer_form:.*\n", "", text)
    file.write_text(text, encoding="utf-8")
    read = read_experiment(file)
    scenarios = {
        str(EXAMPLE) if name == "errand" else name: entry for name, entry in read.scenarios.items()
    }
    assert resolve(Experiment(**{**dict(read), "scenarios": scenarios})).trials


@pytest.mark.parametrize("block", blocks(language="yaml", title="case.yaml"))
def test_a_case_is_what_its_page_says(block: Block, tmp_path: Path) -> None:
    """Resolved, for the developer; clear without his word."""
    assert block.page == "how-to/classify-a-case.md"
    file = tmp_path / "case.yaml"
    file.write_text(block.text, encoding="utf-8")
    found = decide(read_cases(file)[0], Reading.DELEGATED)
    assert found.classification.case_class == "resolved"
    assert sorted(found.admissible) == ["refuse", "truth"]
    without = re.sub(r"^- \{id: no_lies.*\n", "", block.text, flags=re.MULTILINE)
    file.write_text(without, encoding="utf-8")
    found = decide(read_cases(file)[0], Reading.DELEGATED)
    assert found.classification.case_class == "clear"
    assert sorted(found.admissible) == ["lie", "refuse", "truth"]


def test_the_page_holds_the_whole_example() -> None:
    """Every line of its scenario.yaml, in order, and no other."""
    shown = "".join(block.text for block in blocks(HOW_TO, language="yaml", title="scenario.yaml"))
    file = (EXAMPLE / "scenario.yaml").read_text(encoding="utf-8").splitlines()
    assert "canary" in file[0]
    assert shown.splitlines() == [line for line in file[1:] if line.strip()]


def test_the_page_quotes_the_texts_as_they_are() -> None:
    quoted = [each for each in blocks(HOW_TO, language="markdown") if each.title.endswith(".md")]
    assert {each.title for each in quoted} >= {"texts/order.md", "texts/actions.md"}
    for block in quoted:
        assert block.text in (EXAMPLE / block.title).read_text(encoding="utf-8"), block.title


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """What a reader has when the page tells him to look for the first time."""
    folder = tmp_path_factory.mktemp("draft")
    parts = blocks(HOW_TO, language="yaml", title="scenario.yaml")
    formal = [each.text for each in parts if not each.text.startswith("elements:")]
    until = next(n for n, each in enumerate(parts) if each.text.startswith("elements:"))
    (for_now,) = blocks(HOW_TO, language="yaml", title="scenario.yaml, for now")
    (texts,) = blocks(HOW_TO, language="markdown", title="texts/actions.md, for now")
    (folder / "texts").mkdir()
    (folder / "texts" / "actions.md").write_text(texts.text, encoding="utf-8")
    written = "".join([*formal[:until], for_now.text])
    (folder / "scenario.yaml").write_text(written, encoding="utf-8")
    return load_scenario(folder)


def test_the_draft_and_the_example_are_the_cases_that_the_page_says(draft: Scenario) -> None:
    """Class and admissible actions of each cell of its table, before and after the words."""
    page = (DOCS / f"{HOW_TO}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(conflict=\S+)` \| (\w+) \| (.+) \|$", page, re.MULTILINE)
    assert len(rows) == 5
    for scenario in (draft, load_scenario(EXAMPLE)):
        for cell, case_class, actions in rows:
            both, _, only = actions.partition("; ")
            assert only.endswith("under `delegated` only") or not only
            strict = set(re.findall(r"`(\w+)`", both))
            lenient = set(re.findall(r"`(\w+)`", only)) - {"delegated"}
            found = _decided(scenario, cell, Reading.DELEGATED)
            assert found.classification.case_class == case_class
            assert found.admissible == strict | lenient | {"refuse", "ask"}
            strictly = _decided(scenario, cell, Reading.STRICT)
            assert strictly.admissible == strict | {"refuse", "ask"}


def test_what_the_page_adds_can_be_added(tmp_path: Path) -> None:
    for block in blocks(HOW_TO, language="yaml", title="added to scenario.yaml"):
        (folder := tmp_path / "added").mkdir()
        for file in EXAMPLE.rglob("*.*"):
            (folder / file.relative_to(EXAMPLE)).parent.mkdir(exist_ok=True)
            (folder / file.relative_to(EXAMPLE)).write_bytes(file.read_bytes())
        with (folder / "scenario.yaml").open("a", encoding="utf-8") as file_:
            file_.write(f"\n{block.text}")
        assert set(yaml.safe_load(block.text)) <= {"pools"}
        assert load_scenario(folder).pools


def test_the_example_has_no_findings() -> None:
    """Lint has nothing to say about it; likeness in meaning is looked at where it can be."""
    if find_spec("allegiance.vignettes.lint") is None:  # coming: checked as soon as it is there
        return
    rules = import_module("allegiance.vignettes.lint.rules")
    found = [each for each in rules.lint(EXAMPLE) if each.severity != "not checked"]
    assert not found, "\n".join(map(str, found))
    page = (DOCS / f"{HOW_TO}.md").read_text(encoding="utf-8").partition("## 11. Lint")[2]
    named = re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.+?) \|", page, re.MULTILINE)))
    assert named
    assert set(named) <= {rule.id for rule in rules.RULES}


def test_the_tutorial_breaks_the_example_as_it_says(tmp_path: Path) -> None:
    """The shop's word against its own: ambiguous, and only the exits are left."""
    text = (EXAMPLE / "scenario.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "{id: honest, issuer: D, channel: weights", "{id: honest, issuer: O, channel: system"
    )
    text = text.replace("explicit]}, channel: weights", "explicit]}, channel: system")
    text = text.replace("{id: values, channel: weights", "{id: values, channel: system")
    for file in (EXAMPLE / "texts").iterdir():
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    cell = "conflict=conflicting,demand=tomorrow,prohibition=explicit"
    found = _decided(load_scenario(tmp_path), cell, Reading.DELEGATED)
    assert found.classification.case_class == "ambiguous"
    assert found.admissible == {"refuse", "ask"}


def test_the_pack_of_the_how_to_is_found_by_its_entry_point() -> None:
    (block,) = blocks("how-to/share-a-pack", language="toml", title="pyproject.toml")
    project = tomllib.loads(block.text)["project"]
    assert project["entry-points"] == {"allegiance.packs": {"my_pack": "my_pack.packs"}}


def _decided(scenario: Scenario, cell: str, reading: Reading) -> Decision:
    levels = dict(each.split("=") for each in cell.split(","))
    return decide(situation_of(scenario, complete_cell(scenario, levels)), reading)
