"""Make openapi.json from the published description of the API: only what our router has, only names and types.

    python tests/api/reduce_description.py openapi.yaml

Run it when routes were added. Prose and examples are left out: they are somebody else's text, and tests need none.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

OUT: Final = Path(__file__).parent / "openapi.json"
API: Final = "/api/v4"
METHODS: Final = ("get", "post", "put", "patch", "delete")
PROSE: Final = frozenset(
    {"description", "summary", "example", "examples", "tags", "externalDocs", "security", "x-codeSamples", "title"}
)
ORIGIN: Final = (
    "Reduced by reduce_description.py from the published OpenAPI description of the Mattermost API v4 (server 11.6): "
    "the operations that this server has, names and types only."
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
    """Return an operation with its parameters and body; what it answers is not checked with this file."""
    kept = {key: operation[key] for key in ("operationId", "parameters", "requestBody") if key in operation}
    return {**without_prose(kept), "responses": {"default": {"description": ""}}}


def reduce(document: dict[str, Any], routes: set[tuple[str, str]]) -> dict[str, Any]:
    """Return the description of the operations that `routes` (method, shape of the path) has."""
    paths: dict[str, dict[str, Any]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations and (method.upper(), shape(path)) in routes:
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


def shape(path: str) -> str:
    """Return a path with its fields nameless."""
    path = path if path.startswith(API) else API + path
    return "/".join("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))


def our_routes() -> set[tuple[str, str]]:
    """Return method and shape of every route of a server with all built-in plugins."""
    from hubbub.core.testing import make_app

    with make_app() as server:
        return {(route.method, shape(route.template)) for route in server.app.router.routes}


def main() -> None:
    """Write openapi.json."""
    from gevent import monkey

    monkey.patch_all()
    import yaml

    document = yaml.safe_load(Path(sys.argv[1]).read_text())
    reduced = reduce(document, our_routes())
    OUT.write_text(json.dumps(reduced, indent=1, ensure_ascii=False) + "\n")
    print(f"{OUT}: {sum(map(len, reduced['paths'].values()))} operations, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
