"""What answers have to look like: the published description's schemas, made strict with the fields of the records.

The description names types but seldom says which fields are always there. records.json does: a record has its
`always` fields, may have its `sometimes` fields, and no others.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema

from hubbub.tests.api.kit import DESCRIPTION
from hubbub.tests.meta.operations import Operation, shape
from hubbub.tests.walk.case import Case
from hubbub.tests.walk.corrections import ANSWERS, LEFT_OUT, SCHEMAS, TYPES

RECORDS: Final[dict[str, dict[str, str]]] = json.loads((Path(__file__).parent / "records.json").read_text())["records"]
SHOWN: Final = 6
_PLACES: Final = "#/components/schemas/"


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return document


@cache
def _by_shape() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), shape(path)): operation
        for path, methods in _document()["paths"].items()
        for method, operation in methods.items()
    }


def complaints(operation: Operation, case: Case, content_type: str, body: bytes) -> list[str]:
    """Return what is wrong with the answer of a success."""
    if case.raw:
        return [] if content_type.startswith(case.raw) else [f"content type {content_type!r}, not {case.raw!r}"]
    if not body and operation.sent == 204:
        return []
    if content_type != "application/json":
        return [f"content type {content_type!r}, not application/json"]
    schema = _schema_of(operation, case)
    if schema is None:
        return ['the description has no schema for it: say answer="Record" (or "[Record]") in its case']
    checker = jsonschema.Draft202012Validator({"allOf": [schema], "components": {"schemas": _components()}})
    errors = sorted(checker.iter_errors(json.loads(body)), key=lambda error: list(map(str, error.absolute_path)))
    return [f"at {error.json_path}: {error.message[:300]}" for error in errors[:SHOWN]]


def _schema_of(operation: Operation, case: Case) -> dict[str, Any] | None:
    named = case.answer or ANSWERS.get(operation.id, "")
    if named:
        record = {"$ref": _PLACES + named.strip("[]")}
        return {"type": "array", "items": record} if named.startswith("[") else record
    described = _by_shape().get(operation.key, {}).get("responses", {})
    for status, answer in described.items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if str(status).startswith("2") and schema is not None:
            return _converted(schema)
    return None


@cache
def _components() -> dict[str, Any]:
    described = {**_document()["components"]["schemas"], **SCHEMAS}
    named = {*described, *RECORDS}
    return {name: _strict(name, _merged(described.get(name, {}), described)) for name in sorted(named)}


def _merged(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its parts (`allOf`, `$ref`) put together."""
    if set(schema) == {"$ref"}:
        return _merged(described[schema["$ref"].removeprefix(_PLACES)], described)
    properties = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        properties.update(_merged(part, described).get("properties", {}))
    rest = {key: value for key, value in schema.items() if key != "allOf"}
    return {**rest, "properties": properties} if properties else rest


def _strict(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a record's schema with the fields that it has, no others."""
    converted = _converted(schema)
    record = RECORDS.get(name)
    if record is None:
        return converted
    properties = converted.get("properties", {})
    always, sometimes, null = (record[key].split() for key in ("always", "sometimes", "null"))
    always = [field for field in always if f"{name}.{field}" not in LEFT_OUT]
    fields = {field: TYPES.get(f"{name}.{field}", properties.get(field, {})) for field in (*always, *sometimes)}
    fields |= {field: _or_null(fields[field]) for field in null if field in fields}
    return {"type": "object", "properties": fields, "required": always, "additionalProperties": False}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}


def _converted(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as one of JSON Schema: `nullable` is another type there."""
    if isinstance(node, list):
        return [_converted(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in ("nullable", "format", "required")}
    made: dict[str, Any] = {key: _converted(value) for key, value in kept.items()}
    if made.get("type") == "object" and any(key.startswith("<") for key in made.get("properties", {})):
        return {"type": "object", "additionalProperties": next(iter(made["properties"].values()))}
    if node.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
