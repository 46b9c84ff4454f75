"""The JSON Schema of `scenario.yaml`, for editors: generated from the models, never written.

The models say what a file is once it has been read; an author may write less. Each function
that reads such a short form stands in a table here, beside the form that it allows:

    {value, when} lists     or the value alone
    [kind, toward]          a move in short
    when: {factor: level}   one level, or a list of them; numbers and truth values too
    texts                   a list of texts, or texts/x.md#section
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, BeforeValidator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from allegiance.scenarios.fields import (
    BY_CELL,
    LevelList,
    MoveField,
    Part,
    PartialCell,
    Passage,
    When,
)
from allegiance.scenarios.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The version of JSON Schema."""
_LEVEL = {"type": ["string", "number", "boolean"]}
_TEXTS = {
    "anyOf": [
        {"type": "array", "items": {"type": "string"}},
        {"type": "string", "pattern": r"^[^#\n]+\.md(#[^#\n]+)?$"},
    ],
    "description": "A list of texts, or the path of a Markdown file: texts/x.md#section.",
}
_SHARED = {
    "id": "Its name: a letter, then letters, digits and underscores.",
    "when": "There only in cells at these levels: factor to one level, or a list of them.",
    "value": "What holds in the cells of `when`.",
}
"""Fields that mean the same wherever they stand."""


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of what an author may write in `scenario.yaml`."""
    schema = Scenario.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    written: dict[str, Any] = _with_texts(schema)
    for name, model in _models(Scenario):
        definition = written if model is Scenario else written["$defs"].get(name)
        if definition is not None:
            _describe(definition, model)
    for definition in (written, *written["$defs"].values()):
        for key, words in _SHARED.items():
            if key in definition.get("properties", {}):
                definition["properties"][key].setdefault("description", words)
    return {"$schema": DIALECT, "title": "Scenario", **written}


class _AsWritten(GenerateJsonSchema):
    """Puts the form that is written in place of the form that was read."""

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        read = super().function_before_schema(schema)
        widen = _WRITTEN.get(schema["function"]["function"])
        return widen(read) if widen else read


def _one_or_variants(read: JsonSchemaValue) -> JsonSchemaValue:
    """A list of `{value, when}`, or the value alone. The value's own schema is put in later."""
    return {"anyOf": [{"$value": read["items"]}, {**read, "minItems": 1}]}


def _short_move(read: JsonSchemaValue) -> JsonSchemaValue:
    pair = {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"type": "string"}],
        "minItems": 2,
        "maxItems": 2,
        "description": "A move in short: [kind, toward].",
    }
    return {"anyOf": [pair, read]}


def _levels(_: JsonSchemaValue) -> JsonSchemaValue:
    return {"type": "array", "items": _LEVEL}


def _level_each(_: JsonSchemaValue) -> JsonSchemaValue:
    return {"type": "object", "additionalProperties": _LEVEL}


def _levels_each(_: JsonSchemaValue) -> JsonSchemaValue:
    several = {"type": "array", "items": _LEVEL, "minItems": 1}
    return {"type": "object", "additionalProperties": {"anyOf": [_LEVEL, several]}}


def _reader(annotated: Any) -> Any:
    """The function that reads the short form of a field."""
    parts = (annotated,) if isinstance(annotated, BeforeValidator) else get_args(annotated)
    return next(each.func for each in parts if isinstance(each, BeforeValidator))


_WRITTEN: dict[Any, Callable[[JsonSchemaValue], JsonSchemaValue]] = {
    _reader(BY_CELL): _one_or_variants,
    _reader(MoveField): _short_move,
    _reader(LevelList): _levels,
    _reader(PartialCell): _level_each,
    _reader(When): _levels_each,
}


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def _with_texts(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with texts as they are written, and single values put in."""
    definitions = schema["$defs"]
    passages = {"$ref": f"#/$defs/{Passage.__name__}"}

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(each) for each in node]
        if not isinstance(node, dict):
            return node
        if node.get("items") == passages:
            return _TEXTS
        if "$value" in node:
            name = node["$value"]["$ref"].removeprefix("#/$defs/")
            return walk(definitions[name]["properties"]["value"])
        named_by_class = isinstance(node.get("title"), str)
        return {k: walk(v) for k, v in node.items() if k != "title" or not named_by_class}

    written: dict[str, Any] = walk(schema)
    del written["$defs"][Passage.__name__]
    return written


def _describe(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Put the docstrings of a model's fields into its schema."""
    words = _field_docs(model)
    for name, field in model.model_fields.items():
        place = definition["properties"].get(field.alias or name)
        if place is not None and name in words:
            place.setdefault("description", words[name])


def _field_docs(model: type[BaseModel]) -> dict[str, str]:
    """The docstring of each field of a model, read from its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[field.target.id] = str(after.value.value)
    return found


def _models(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The parts of a file, by the names under which the schema knows them."""
    yield model.__name__, model
    waiting = list(Part.__subclasses__())
    while waiting:
        part = waiting.pop()
        waiting += part.__subclasses__()
        if part is not model and not part.__pydantic_generic_metadata__["parameters"]:
            yield part.__name__, part
