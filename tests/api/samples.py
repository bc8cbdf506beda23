"""Good bodies, made from the description of the API: what nasty ones begin as."""

import json
from typing import Any

from hubbub.tests.api.kit import DESCRIPTION
from hubbub.tests.meta.operations import shape

_DOCUMENT: dict[str, Any] = json.loads(DESCRIPTION.read_text())


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its reference followed and its parts merged."""
    while "$ref" in schema:
        kind, name = schema["$ref"].removeprefix("#/components/").split("/")
        schema = _DOCUMENT["components"][kind][name]
    for part in schema.get("allOf", ()):
        schema = {**schema, "properties": {**schema.get("properties", {}), **_resolved(part).get("properties", {})}}
    return schema


def _sample(schema: dict[str, Any], name: str, ids: dict[str, str], depth: int = 0) -> Any:
    """Return a value of the schema; ids by their names are those of things that exist."""
    schema = _resolved(schema)
    if schema.get("enum"):
        return schema["enum"][0]
    if "properties" in schema or schema.get("type") == "object":
        properties = schema.get("properties", {}) if depth < 3 else {}
        return {key: _sample(part, key, ids, depth + 1) for key, part in properties.items()}
    if schema.get("type") == "array":
        singular = name.removesuffix("s")
        return [_sample(schema.get("items", {}), singular, ids, depth + 1)]
    if schema.get("type") in ("integer", "number"):
        return 1
    if schema.get("type") == "boolean":
        return True
    return ids.get(name, "sample")


def good_body(method: str, template: str, ids: dict[str, str]) -> Any:
    """Return a body as the description of this operation has it; None when it takes none, or nobody describes it."""
    for path, operations in _DOCUMENT["paths"].items():
        operation = operations.get(method.lower())
        if operation is not None and shape(path) == shape(template):
            content = operation.get("requestBody", {}).get("content", {})
            described = content.get("application/json")
            return None if described is None else _sample(described["schema"], "", ids)
    return None
