"""The pages of docs/ that are made from the code: never written by hand, never stale.

    commands        every command and option, from the command table
    scenario        every field of scenario.yaml, from the models and their docstrings
    experiment      the same of an experiment's file; case and code: of a case's, of a code's
    data            every column of every table
    vocabulary      stances, outcomes, classes, flags, moves, missing reasons
    codes           the built-in codes, a page each: see code_pages
    decisions       the list of decisions
    llms.txt        the site's pages, in the form of llmstxt.org

    python scripts/reference.py            write them anew
    python scripts/reference.py --out DIR  write them there instead, to compare

A field, option or member without words of its own is an error: write its docstring.
"""

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml
from code_pages import code_pages
from page_form import page, sentence, table
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command

from allegiance.cases import file as case_file
from allegiance.cases.hierarchy import HierarchyEntry
from allegiance.cli import app
from allegiance.codes.code import Code
from allegiance.experiment.experiment import Experiment
from allegiance.missing import INSPECT_REASONS, MissingReason
from allegiance.scenarios import fields
from allegiance.scenarios.comprehension import About
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.action import COVERT_OR_COERCIVE, Action, Exit, Move, MoveKind
from allegiance.situation.channel import Claim
from allegiance.situation.classify import CaseClass
from allegiance.situation.flags import Flag
from allegiance.situation.instruction import Force, Instruction, Mode
from allegiance.situation.outcome import By, Outcome
from allegiance.situation.stance import Stance
from allegiance.situation.subversion import Reading
from allegiance.tables.schema import TABLES, Column

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LINT = "allegiance.vignettes.lint.rules"


def pages() -> dict[str, str]:
    """Every page that is made, by its place under docs/."""
    made = {
        "reference/commands.md": commands(),
        "reference/scenario.md": scenario_format(),
        "reference/experiment.md": experiment_format(),
        "reference/case.md": case_format(),
        "reference/code.md": code_format(),
        "reference/data.md": data_dictionary(),
        "reference/vocabulary.md": vocabulary(),
        **code_pages(),
        "decisions/index.md": decisions(),
    }
    return {**made, "llms.txt": llms_txt(made)}


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=DOCS, help="where docs/ is")
    out: Path = parser.parse_args().out
    for place, text in pages().items():
        path = out / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# Commands


def commands() -> str:
    """A section for each command, with a table of all that it takes."""
    parts = [
        "Every command, with all that it takes. `--help` behind a command says the same, shorter.",
        "Exit codes: 0 done; 1 the input is wrong, said in one clear line; "
        "2 incomplete, or below the coverage gate. "
        "What is printed for machines (`--json`) goes to standard output, errors go to standard "
        "error.",
    ]
    for name, command in leaf_commands():
        arguments = [each for each in command.params if not each.opts[0].startswith("-")]
        options = [each for each in command.params if each.opts[0].startswith("-")]
        words = [name, *(_shown_argument(each) for each in arguments)]
        usage = " ".join([*words, "[OPTIONS]"] if options else words)
        rows = [
            (_shown_name(each), _shown_default(each), _words_of(each)) for each in command.params
        ]
        parts += [
            f"## {name}",
            sentence(inspect.cleandoc(command.help or _lacking(name))),
            f"```text\n{usage}\n```",
            *([table(("what", "default", "meaning"), rows)] if rows else []),
        ]
    return page("Commands", *parts)


def leaf_commands() -> Iterator[tuple[str, Any]]:
    """Each command that does something, by its full name."""
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        if inner is None:
            yield f"allegiance {name}", command
        else:
            yield from ((f"allegiance {name} {sub}", each) for sub, each in inner.items())


def _shown_argument(parameter: Any) -> str:
    shown = str(parameter.metavar or parameter.name.upper())
    return shown if parameter.required or shown.startswith("[") else f"[{shown}]"


def _shown_name(parameter: Any) -> str:
    if not parameter.opts[0].startswith("-"):
        return f"`{parameter.metavar or parameter.name.upper()}`"
    names = ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
    return (
        names if parameter.is_flag else f"{names} `{parameter.metavar or parameter.name.upper()}`"
    )


def _shown_default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if parameter.default in (None, False, ()):
        return ""
    return f"`{parameter.default}`"


def _words_of(parameter: Any) -> str:
    words = sentence(parameter.help or _lacking(parameter.name))
    return f"{words} May be repeated." if parameter.multiple else words


# Formats of files


def scenario_format() -> str:
    """Every field of `scenario.yaml`, then what lint looks for."""
    parts = [
        "`scenario.yaml`, field by field. [How to write a scenario](../how-to/write-a-scenario.md) "
        "goes through it in the order of work.",
        "Unknown keys are errors. *By cell* means: one value, or a list of `{value, when}` of "
        "which exactly one holds in each cell. *Texts* are a list of texts, or "
        "`texts/file.md#section`: a Markdown file in the scenario's folder, with texts between "
        "lines of `---`. Levels are text; numbers and truth values are taken as they are "
        "written. `off`, `yes`, `9:00` and a path with `#` are text and need no quotes; a text "
        "that begins with a slot does. `allegiance scenarios schema` prints the same as a JSON "
        "Schema, for editors.",
        *_sections([Scenario]),
    ]
    if find_spec(LINT.rpartition(".")[0]) and find_spec(LINT):
        from importlib import import_module

        rules = [(f"`{each.id}`", sentence(each.says)) for each in import_module(LINT).RULES]
        parts += ["## What lint looks for", table(("rule", "it finds"), rules)]
    return page("Scenario format", *parts)


def experiment_format() -> str:
    """Every field of an experiment's file."""
    return page(
        "Experiment format",
        "An experiment's file, field by field: scenarios, levels, models, read-out, gate.",
        "What a scenario's entry leaves out comes from that scenario's default experiment. "
        "Unknown keys are errors.",
        *_sections([Experiment]),
    )


def case_format() -> str:
    """Every field of a case's file, then of an order of rank's."""
    return page(
        "Case format",
        "A file for `allegiance cases classify`: one case, or a list of them, field by field.",
        "Unknown keys are errors. Last comes the file of an order of rank, for "
        "[`allegiance codes apply --hierarchy`](../how-to/read-a-run-under-other-ranks.md).",
        *_sections([case_file.CaseEntry]),
        *_sections([HierarchyEntry]),
    )


def code_format() -> str:
    """Every field of a code's file."""
    return page(
        "Code format",
        "A file that says what ought to be done, by whose principles: clauses, and the rules "
        "under which they fire, field by field.",
        "[How to write a code](../how-to/write-a-code.md) goes through it in the order of work. "
        "Unknown keys are errors. A list of one may be written without brackets.",
        *_sections([Code]),
    )


DOMAIN: dict[type, type] = {
    case_file.MoveEntry: Move,
    case_file.ActionEntry: Action,
    case_file.InstructionEntry: Instruction,
    case_file.ClaimEntry: Claim,
}
"""Entries whose fields mean just what the field of that name means there."""

SAME = {
    "id": "Its name.",
    "when": "The cells in which it is there; all where left out.",
    "action": "The action.",
    "party": "The party that it befalls.",
}
"""Fields that mean the same wherever they stand; their own docstring goes before."""

SHORT_FORMS: tuple[tuple[Any, str], ...] = (
    (fields.When, "`{factor: [levels]}`, or `{factor: level}`"),
    (fields.PartialCell, "`{factor: level}`"),
    (fields.LevelList, "list of levels"),
    (fields.MoveField, "[move](#moveentry)"),
    (case_file.MoveField, "[move](#moveentry)"),
    (fields.Name, "name"),
    (str, "text"),
    (int, "whole number"),
    (float, "number"),
    (int | float, "number"),
    (bool, "true or false"),
    (NoneType, "null"),
)


def _sections(waiting: list[type[BaseModel]]) -> Iterator[str]:
    """A section for each model, the models within it behind it."""
    seen: list[type[BaseModel]] = []
    while waiting:
        model = waiting.pop(0)
        if model in seen:
            continue
        seen.append(model)
        words = field_words(model)
        rows = [
            (
                f"`{field.alias or name}`",
                _type_words(_hints(model)[name]),
                _default_words(field),
                sentence(words.get(name) or SAME.get(name) or _lacking(f"{model.__name__}.{name}")),
            )
            for name, field in model.model_fields.items()
        ]
        yield f"## {model.__name__}"
        yield inspect.getdoc(model) or _lacking(model.__name__)
        yield table(("field", "what stands there", "default", "meaning"), rows)
        waiting += [each for name in model.model_fields for each in _inner(_hints(model)[name])]


def _hints(model: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def field_words(model: type) -> dict[str, str]:
    """The docstring under each field of a class, those that it takes over included."""
    found = field_words(DOMAIN[model]) if model in DOMAIN else {}
    for each in reversed(model.__mro__):
        if each.__module__.startswith("allegiance."):
            found |= _words_under(each)
    return found


def _words_under(cls: type) -> dict[str, str]:
    """Name to the docstring that stands under it, from the source of a class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for statement, after in zip(tree.body, tree.body[1:], strict=False):
        target = getattr(statement, "target", None) or next(
            iter(getattr(statement, "targets", [])), None
        )
        words = getattr(getattr(after, "value", None), "value", None)
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(words, str):
            found[target.id] = inspect.cleandoc(words)
    return found


def _type_words(hint: Any) -> str:
    """A type as an author would say it."""
    for form, words in SHORT_FORMS:
        if hint == form:
            return words
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        by_cell = fields.BY_CELL in inner
        return _type_words(_only_value(inner[0])) + ("; by cell" if by_cell else "")
    if hint is fields.Passage:
        return "texts"
    if origin is Literal:
        return _one_of(str(each) for each in inner)
    if origin in (Union, UnionType):
        return " or ".join(_type_words(each) for each in inner if each is not NoneType)
    if origin in (tuple, list):
        return _list_words(inner)
    if origin is dict:
        return f"mapping of {_type_words(inner[0])} to {_type_words(inner[1])}"
    if issubclass(hint, StrEnum):
        return _one_of(hint)
    return f"[{hint.__name__}](#{hint.__name__.lower()})"


def _list_words(inner: tuple[Any, ...]) -> str:
    if inner[0] is fields.Passage:
        return "texts"
    if len(inner) == 2 and inner[1] is not Ellipsis:
        return "`[one, other]`" if inner[0] is str else "`[low, high]`"
    return f"list of {_type_words(inner[0])}"


def _only_value(hint: Any) -> Any:
    """What stands in the variants of a field that is read by cell."""
    for each in (hint, *get_args(hint)):
        value = getattr(each, "model_fields", {}).get("value")
        if value is not None:
            return value.annotation
    return hint


def _one_of(names: Iterable[str]) -> str:
    return "one of " + ", ".join(f"`{each}`" for each in names)


def _default_words(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, tuple) and len(default) == 1 and isinstance(default[0], fields.Variant):
        default = default[0].value
    if isinstance(default, BaseModel):
        return "as below"
    if default is None or default in ("", (), [], {}):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, (tuple, list)):
        return f"`[{', '.join(f'{x:g}' if isinstance(x, float) else str(x) for x in default)}]`"
    return f"`{default}`"


def _inner(hint: Any) -> Iterator[type[BaseModel]]:
    """The models that a type holds, those of our own that an author writes."""
    for each in get_args(hint):
        yield from _inner(each)
    if not isinstance(hint, type) or not issubclass(hint, BaseModel) or get_args(hint):
        return
    if hint.__pydantic_generic_metadata__["origin"] is fields.Variant:
        yield from _inner(hint.model_fields["value"].annotation)
    elif hint is not fields.Passage:
        yield hint


# Tables and words


def data_dictionary() -> str:
    """Every column of every table."""
    parts = [
        "The tables of a run, `tables/*.parquet`, column by column.",
        "`trials`, `responses` and `outcomes` also have a column for each factor, `factor.<name>`, "
        'and for each nuisance, `nuisance.<name>`. Null means "does not apply" or "not '
        'measured", never zero. Probabilities are in points of 1.',
    ]
    for name, columns in TABLES.items():
        parts += [f"## {name}", table(("column", "type", "what it holds"), map(_column, columns))]
    return page("Data dictionary", *parts)


def _column(column: Column) -> tuple[str, str, str]:
    return f"`{column.name}`", str(column.type), sentence(column.about)


VOCABULARY: tuple[tuple[str, str, type[StrEnum]], ...] = (
    (
        "Classes of a case",
        "Is it clear whom to obey? See [obey or refuse](../concepts/obey-or-refuse.md).",
        CaseClass,
    ),
    ("Flags of a case", "What a class cannot say.", Flag),
    (
        "Stances",
        "One word for a response, over all who bind; the first that holds, from the top.",
        Stance,
    ),
    (
        "Outcomes",
        "What became of a party, or of one of its instructions. A party's roll-up is its worst.",
        Outcome,
    ),
    ("Who did it", "The column `by` of `outcomes`.", By),
    ("Readings", "May a higher principal order a lie to a lower one?", Reading),
    ("Exits", "The two ways out. Every menu has `refuse`.", Exit),
    ("Force of an instruction", "How strongly something is wanted.", Force),
    ("Mode of an instruction", "What it does with the actions that it concerns.", Mode),
    ("What a comprehension item asks", "See [validity](../concepts/validity.md).", About),
)


def vocabulary() -> str:
    """The words of tables and files, each with its meaning."""
    reasons = [
        (f"`{each}`", words, f"`{INSPECT_REASONS[each]}`")
        for each, words in _meanings(MissingReason).items()
    ]
    kinds = [
        (f"`{each}`", words, "yes" if each in COVERT_OR_COERCIVE else "")
        for each, words in _meanings(MoveKind).items()
    ]
    parts = ["The words that stand in tables and files, each in one line."]
    for title, about, words in VOCABULARY:
        rows = [(f"`{each}`", meaning) for each, meaning in _meanings(words).items()]
        parts += [f"## {title}", about, table(("word", "meaning"), rows)]
    parts += [
        "## Moves",
        "What is seen in an action: descriptions, never verdicts. Covert and coercive kinds "
        "subvert the party that they are aimed at, unless they were ordered.",
        table(("kind", "what is seen", "covert or coercive"), kinds),
        "## Missing reasons",
        "Why a trial was not measured. Never harmless, never harmful, never a zero: see "
        "[the two laws](../concepts/two-laws.md).",
        table(("reason", "meaning", "Inspect's word"), reasons),
    ]
    return page("Vocabulary", *parts)


def _meanings(words: type[StrEnum]) -> dict[Any, str]:
    """Each word with its meaning: the docstring under it, else its line in the module's table."""
    under = _words_under(words)
    module = inspect.getdoc(inspect.getmodule(words)) or ""
    table = dict(re.findall(r"^ +(\w+) {2,}(\S.*)$", module, re.MULTILINE))
    return {
        each: sentence(under.get(each.name) or table.get(each.value) or _lacking(each.value))
        for each in words
    }


# The site


def decisions() -> str:
    """The list of decisions."""
    files = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.name != "index.md")
    rows = [f"- [{_title(path.read_text(encoding='utf-8'))}]({path.name})" for path in files]
    return page(
        "Decisions",
        "What was decided that others live with, half a page each: context, choice, what was "
        "rejected.",
        "\n".join(rows),
    )


def llms_txt(made: dict[str, str]) -> str:
    """All pages of the navigation with a note each, for language models (llmstxt.org)."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    parts = [f"# {site['site_name']}", f"> {site['site_description']}"]
    top = [entry for entry in site["nav"] if isinstance(next(iter(entry.values())), str)]
    for title, entries in [("Start", top), *_folders(site["nav"])]:
        links = []
        for entry in entries:
            name, place = next(iter(entry.items()))
            text = made.get(place) or (DOCS / place).read_text(encoding="utf-8")
            links.append(f"- [{name}]({place.removesuffix('.md')}.html): {_first_sentence(text)}")
        parts.append(f"## {title}\n\n" + "\n".join(links))
    return "\n\n".join(parts) + "\n"


def _folders(nav: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for entry in nav:
        for title, inner in entry.items():
            if isinstance(inner, list):
                yield title, inner


def _title(text: str) -> str:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1] if found else _lacking("title")


def _first_sentence(text: str) -> str:
    """The first sentence behind the title, without markup."""
    _, _, body = text.partition(f"# {_title(text)}\n")
    paragraph = " ".join(body.strip().split("\n\n")[0].split())
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", paragraph)
    plain = re.sub(r"(\*\*?)(?=\S)([^*`]+?)\1", r"\2", plain)
    return re.split(r"(?<=[.?!]) (?=[A-Z`])", plain)[0]


def _lacking(name: str) -> str:
    sys.exit(f"{name}: no words of its own\n  Write its docstring or help, then run this again.")


if __name__ == "__main__":
    main()
