"""Make openapi.json from the published description of the API: names and types of every operation, nothing else.

    python tests/api/reduce_description.py openapi.yaml

It needs no new run when routes are added: tests take the operations that the router has (`kit.description`). Prose and
examples are left out: they are somebody else's text, and tests need none.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

OUT: Final = Path(__file__).parent / "openapi.json"
METHODS: Final = ("get", "post", "put", "patch", "delete")
PROSE: Final = frozenset(
    {"description", "summary", "example", "examples", "tags", "externalDocs", "security", "x-codeSamples", "title"}
)
ORIGIN: Final = (
    "Reduced by reduce_description.py from the published OpenAPI description of the Mattermost API v4 (server 11.6): "
    "names and types only."
)


def without_prose(node: Any, *, names: bool = False) -> Any:
    """Return the node without its texts; below `properties` keys are names of fields, which all stay."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_prose(value, names=not names and key in ("properties", "parameters", "schemas"))
        for key, value in node.items()
        if names or (key not in PROSE and not key.startswith("x-"))
    }


def references(node: Any) -> set[str]:
    """Return the names of the schemas and other components that a node refers to, as `kind/name`."""
    if isinstance(node, list):
        return set().union(*map(references, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = {node["$ref"].removeprefix("#/components/")} if isinstance(node.get("$ref"), str) else set()
    return found.union(*map(references, node.values())) if node else found


def operation_of(operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation with its parameters, its body and what it answers when all goes well."""
    kept = {key: operation[key] for key in ("operationId", "parameters", "requestBody") if key in operation}
    answers = {
        status: {**without_prose({"content": answer["content"]} if "content" in answer else {}), "description": ""}
        for status, answer in operation["responses"].items()
        if str(status).startswith("2")
    }
    return {**without_prose(kept), "responses": {**answers, "default": {"description": ""}}}


def reduce(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description of every operation."""
    paths: dict[str, dict[str, Any]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                paths.setdefault(path, {})[method] = operation_of(operations[method])
    components: dict[str, dict[str, Any]] = {}
    waiting = references(paths)
    while waiting:
        kind, name = waiting.pop().split("/", 1)
        if name not in components.setdefault(kind, {}):
            components[kind][name] = without_prose(document["components"][kind][name])
            waiting |= references(components[kind][name])
    return {
        "openapi": document["openapi"],
        "info": {"title": "API v4", "version": "4.0.0", "description": ORIGIN},
        "paths": paths,
        "components": {kind: dict(sorted(entries.items())) for kind, entries in sorted(components.items())},
    }


def text_of(document: dict[str, Any]) -> str:
    """Return JSON with a line for each path and component, so that a change shows as one."""
    lines = ["{"]
    for key in ("openapi", "info"):
        lines.append(f" {json.dumps(key)}: {json.dumps(document[key])},")
    lines += [' "paths": {', *_lines(document["paths"]), " },", ' "components": {']
    kinds = [
        f'  "{kind}": {{\n' + "\n".join(_lines(entries)) + "\n  }" for kind, entries in document["components"].items()
    ]
    return "\n".join([*lines, ",\n".join(kinds), " }", "}", ""])


def _lines(entries: dict[str, Any]) -> list[str]:
    made = [f"  {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in entries.items()]
    return [*(line + "," for line in made[:-1]), *made[-1:]]


def main() -> None:
    """Write openapi.json."""
    import yaml

    reduced = reduce(yaml.safe_load(Path(sys.argv[1]).read_text()))
    OUT.write_text(text_of(reduced))
    print(f"{OUT}: {sum(map(len, reduced['paths'].values()))} operations, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
