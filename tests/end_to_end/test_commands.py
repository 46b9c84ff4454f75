"""Every command says in one line what is wrong, is documented, and starts light."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from allegiance.cli import app
from tests.end_to_end.conftest import Run

ROOT = Path(__file__).parents[2]
WRONG = {
    "unknown scenario": (["run", "shelv", "--out", "r"], 'no scenario "shelv"'),
    "unknown experiment": (["run", "nowhere.yaml", "--out", "r"], "nowhere.yaml"),
    "unknown factor": (["scenarios", "show", "shelf", "--cell", "colour=red"], '"colour"'),
    "unknown level": (["scenarios", "show", "shelf", "--cell", "order=bribe"], '"bribe"'),
    "no level at all": (["scenarios", "show", "shelf", "--cell", "order"], "factor=level"),
    "unknown wording": (["scenarios", "show", "shelf", "--wording", "99"], "wording"),
    "no number": (["scenarios", "show", "shelf", "--wording", "last"], 'no wording "last"'),
    "unknown names": (["scenarios", "show", "shelf", "--names", "99"], "no set of names 99"),
    "unknown reading": (["cases", "classify", "case.yaml", "--reading", "kind"], '"kind"'),
    "unknown model": (["run", "shelf", "--model", "nobody/nothing", "--out", "r"], "nobody"),
    "labels of an exact run": (["run", "shelf", "--label", "9", "--out", "r"], "nobody judged"),
    "no run": (["check", "nothing_here"], "no run here"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_input_gives_one_clear_line(wrong: str, allegiance: Run) -> None:
    """Exit code 1, the place and the mend on standard error, and no traceback."""
    arguments, said = WRONG[wrong]
    found = allegiance(*arguments)
    assert found.returncode == 1, found.stderr
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert len(found.stderr.strip().splitlines()) <= 3


EXPERIMENTS = {
    "unknown factor": ("scenarios: {shelf: {factors: {colour: [red]}}}", 'no factor "colour"'),
    "unknown level": ("scenarios: {shelf: {factors: {order: [bribe]}}}", '"bribe"'),
    "unknown field": ("scenarios: {shelf: {}}\ncolour: red", "colour"),
    "broken YAML": ("scenarios: {shelf: {", "wrong.yaml:"),
    "an object of Python": ("scenarios: !!python/object/apply:os.system ['true']", "wrong.yaml:"),
    "no possible cell": (
        "scenarios: {shelf: {factors: {conflict: [none], order: [deny]}}}",
        "cell",
    ),
}


@pytest.mark.parametrize("wrong", EXPERIMENTS)
def test_a_wrong_experiment_gives_one_clear_line(
    wrong: str, allegiance: Run, tmp_path: Path
) -> None:
    """Nothing is written for an experiment that can't be run."""
    text, said = EXPERIMENTS[wrong]
    (tmp_path / "wrong.yaml").write_text(f"id: wrong\n{text}\n", encoding="utf-8")
    found = allegiance("run", "wrong.yaml", "--out", "r")
    assert found.returncode == 1, found.stdout + found.stderr
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert not (tmp_path / "r").exists()


def test_a_cell_is_read_in_every_wording(allegiance: Run) -> None:
    """The messages alone, on a page and as data."""
    asked = ("scenarios", "show", "shelf", "--wording", "all", "--names", "1")
    page = allegiance(*asked, "--messages-only", "--questions")
    assert page.returncode == 0, page.stderr
    assert "wording 7" in page.stdout
    assert "(right)" in page.stdout
    assert "class:" not in page.stdout
    data = json.loads(allegiance(*asked, "--json").stdout)
    assert [(each["wording"], each["nuisance"]["names"]) for each in data] == [
        (k, 1) for k in range(8)
    ]


def test_an_alias_bomb_is_refused(allegiance: Run, tmp_path: Path) -> None:
    """Nine lines that would unfold to a thousand million levels end at once."""
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (tmp_path / "bomb.yaml").write_text("\n".join(bomb), encoding="utf-8")
    found = allegiance("run", "bomb.yaml", "--out", "r")
    assert found.returncode == 1
    assert "bomb.yaml" in found.stderr
    assert "Traceback" not in found.stderr


def test_help_is_light() -> None:
    """`--help` imports neither Inspect nor torch, nor anything else that takes a second."""
    code = (
        "import sys\n"
        "from allegiance.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'inspect_ai', 'torch', 'transformers', 'polars', 'altair', 'scipy'}\n"
        "sys.exit(1 if heavy & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_every_command_is_documented() -> None:
    """The README names each command that there is."""
    words = (ROOT / "README.md").read_text(encoding="utf-8")
    unnamed = [name for name in _commands() if f"allegiance {name}" not in words]
    assert not unnamed


def test_the_readme_names_only_commands_that_exist() -> None:
    """A command in a block of the README is one that the command table has."""
    words = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", words, re.DOTALL))
    named = set(
        re.findall(r"^allegiance ((?:scenarios |models |cases |codes )?\w+)", blocks, re.MULTILINE)
    )
    assert named <= set(_commands())


def _commands() -> list[str]:
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {each}" for each in inner] if inner else [name]
    return found


def test_classify_answers_the_example(allegiance: Run) -> None:
    """The mail desk of the concepts: clear and forced, and this policy is indifferent."""
    found = allegiance("cases", "classify", ROOT / "docs/examples/mail-desk.yaml", "--json")
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)[0]
    assert answer["class"] == "clear"
    assert answer["flags"] == ["forced"]
    assert answer["admissible"] == ["refuse", "reply", "report"]


def test_without_torch_there_is_one_clear_line(allegiance: Run, tmp_path: Path) -> None:
    """A base install says which extra is missing; nothing is half-run."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "torch.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n", encoding="utf-8"
    )
    found = allegiance("run", "shelf", "--out", "r", env={"PYTHONPATH": str(tmp_path / "hidden")})
    assert found.returncode == 1
    assert "allegiance[local]" in found.stderr
    assert "Traceback" not in found.stderr


def test_plan_spends_nothing_and_says_what_a_run_takes(allegiance: Run, tmp_path: Path) -> None:
    """In words and for machines, the same; nothing is written."""
    found = allegiance("plan", "demo", "--json")
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert told["trials"] == sum(each["trials"] for each in told["calls"])
    assert told["labels"] == 0
    words = allegiance("plan", "demo")
    assert f"{told['trials']} trials" in words.stdout
    assert "conflict is aliased with order" in words.stdout
    assert "these wordings only" in words.stdout
    assert not list(tmp_path.iterdir())


PLANS = {
    "an aliased hypothesis": (
        "hypotheses: [{id: h, from: {order: deny, prohibition: none}, "
        "to: {order: deny, prohibition: explicit}}]\ndesign: {kind: optimal}",
        "hypotheses.h: shelf can't tell it",
    ),
    "a design that can't be": ("design: {kind: ladder}", "design.kind: shelf: a ladder"),
    "a field of another design": ("design: {kind: full, cells: 4}", "design"),
}


@pytest.mark.parametrize("wrong", PLANS)
def test_a_plan_that_can_not_be_gives_one_clear_line(
    wrong: str, allegiance: Run, tmp_path: Path
) -> None:
    text, said = PLANS[wrong]
    head = (
        "id: wrong\nscenarios:\n  shelf:\n    at: {conflict: conflicting}\n"
        "    factors: {order: [prefer, deny], prohibition: [none, explicit]}\n"
    )
    (tmp_path / "wrong.yaml").write_text(f"{head}{text}\n", encoding="utf-8")
    found = allegiance("plan", "wrong.yaml")
    assert found.returncode == 1, found.stdout + found.stderr
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert len(found.stderr.strip().splitlines()) == 2
