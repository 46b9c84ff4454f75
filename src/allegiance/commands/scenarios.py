"""`allegiance scenarios`: what there is, how it reads, what is wrong with it, how to begin one."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from allegiance.commands.options import Json, levels_in
from allegiance.errors import UserError

if TYPE_CHECKING:
    from allegiance.vignettes.lint.finding import Finding

app = typer.Typer(help="Scenarios: what they hold, and how they read.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A scenario, by name or folder.", metavar="ID")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="The folder, new or empty.", metavar="DIR")
]
ALL = "all"
"""Every wording set."""
Wording = Annotated[int, typer.Option("--wording", help="Wording set, from 0.")]


@app.command("list")
def list_scenarios(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of scenarios beside the packs.", metavar="[FOLDER]..."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the scenarios of all packs, or of folders."""
    from allegiance.scenarios.catalogue import listed

    found, faults = listed(folders or ())
    if as_json:
        _print_json([vars(each) for each in found])
    else:
        for each in found:
            Console().print(Text.assemble((each.name, "bold"), f" {each.title}"), soft_wrap=True)
    for fault in faults[1:]:
        print(fault, file=sys.stderr)
    if faults:
        raise faults[0]


@app.command("show")
def show(
    name: Name,
    cell: Annotated[
        list[str] | None,
        typer.Option("--cell", help="Levels, as k=v,...; the rest stays at its baseline."),
    ] = None,
    wording: Annotated[
        str, typer.Option("--wording", help="Wording set, from 0, or `all`.", metavar="K|all")
    ] = "0",
    names: Annotated[int, typer.Option("--names", help="Set of names, from 0.")] = 0,
    only_messages: Annotated[
        bool, typer.Option("--messages-only", help="Leave out actions, class and reasons.")
    ] = False,
    with_questions: Annotated[
        bool, typer.Option("--questions", help="Add the comprehension items, as they are asked.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a cell as the model will see it, with its class, admissible actions and stances."""
    from allegiance.scenarios.catalogue import find
    from allegiance.vignettes.show import cell_page, describe_cell

    scenario, levels = find(name), levels_in(cell, "--cell")
    sets = _wordings_in(wording)
    found = [describe_cell(scenario, levels, wording=each, names=names) for each in sets]
    if as_json:
        _print_json(found if wording == ALL else found[0])
    else:
        page = cell_page(found, only_messages=only_messages, with_questions=with_questions)
        Console().print(page)


@app.command("diff")
def diff(
    name: Name,
    before: Annotated[
        list[str] | None,
        typer.Option("--from", help="Levels, as k=v,...; the rest stays at its baseline."),
    ] = None,
    after: Annotated[
        list[str] | None, typer.Option("--to", help="The same, of the other cell.")
    ] = None,
    wording: Wording = 0,
    as_json: Json = False,
) -> None:
    """Show what changes from one cell to another, in words and in structure."""
    from allegiance.scenarios.catalogue import find
    from allegiance.vignettes.diff import diff_cells, diff_data, diff_page

    cells = levels_in(before, "--from"), levels_in(after, "--to")
    scenario = find(name)
    found = diff_cells(scenario, *cells, wording=wording)
    if not found.cells:
        factors = ", ".join(scenario.factors)
        mend = f"Write what differs: --to factor=level. Its factors: {factors}."
        raise UserError("both cells are the same", mend=mend, field="--to")
    if as_json:
        _print_json(diff_data(found))
    else:
        Console().print(diff_page(found), soft_wrap=True)


@app.command("lint")
def lint(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Scenarios or packs, by name or folder; all built-in ones where none is named.",
            metavar="[ID|FOLDER]...",
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the sentence encoder.")] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong with scenarios, by file and line; exit 1 where something must be mended."""
    from allegiance.scenarios.catalogue import expanded
    from allegiance.scenarios.catalogue import names as built_in
    from allegiance.vignettes.lint.rules import QUICK, RULES, has_errors, lint_each

    asked = expanded(names) if names else built_in()
    found = lint_each(asked, rules=QUICK if quick else RULES)
    if as_json:
        _print_json([_lint_data(str(name), each) for name, each in found.items()])
    else:
        for name, each in found.items():
            _print_findings(str(name), each)
    if any(has_errors(each) for each in found.values()):
        raise typer.Exit(1)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Its id: letters, digits, hyphens.", metavar="NAME")],
    out: Out = None,
) -> None:
    """Begin a scenario: a small one that works, to be written over."""
    from allegiance.scenarios.skeletons import new_scenario

    _say_made(new_scenario(name, out))


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="A system prompt and a user message.", metavar="FILE")
    ],
    out: Out = None,
) -> None:
    """Make a skeleton of a file with a system prompt and a user message, to be filled in."""
    from allegiance.scenarios.skeletons import import_scenario

    _say_made(import_scenario(file, out))


@app.command("schema")
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file.", metavar="FILE")
    ] = None,
) -> None:
    """Print the JSON Schema of `scenario.yaml`, for editors."""
    from allegiance.scenarios.schema import schema_text

    if out is None:
        print(schema_text(), end="")
    else:
        out.write_text(schema_text(), encoding="utf-8")


def _wordings_in(text: str) -> range:
    """The wording sets that are asked for: one, or all."""
    from allegiance.scenarios.scenario import WORDINGS

    if text == ALL:
        return range(WORDINGS)
    if not text.isdecimal() or not text.isascii():
        mend = f"Write 0 to {WORDINGS - 1}, or {ALL}."
        raise UserError(f'no wording "{text}"', mend=mend, field="--wording")
    return range(int(text), int(text) + 1)


def _say_made(folder: Path) -> None:
    print(f"{folder / 'scenario.yaml'}\nNext: allegiance scenarios lint {_as_path(folder)}")


def _as_path(folder: Path) -> str:
    """The folder, so that it can't be taken for a name."""
    return str(folder) if folder.is_absolute() or len(folder.parts) > 1 else f"./{folder}"


def _lint_data(name: str, findings: "tuple[Finding, ...]") -> dict[str, Any]:
    from allegiance.vignettes.lint.finding import count

    return {
        "scenario": name,
        **count(findings),
        "findings": [each.as_data() for each in findings],
    }


def _print_findings(name: str, findings: "tuple[Finding, ...]") -> None:
    from allegiance.vignettes.lint.finding import count

    for each in findings:
        print(each.beside(Path.cwd()))
    counts = (
        f"{number} {kind.removesuffix('s') if number == 1 else kind}".replace("_", " ")
        for kind, number in count(findings).items()
    )
    print(f"{name}: {', '.join(counts)}")


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=1, ensure_ascii=False))
