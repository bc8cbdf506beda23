"""The compiled form of the routes: a tree per segment, walked once per request."""

from collections.abc import Iterable
from typing import Final

from hubbub.core.http.routing import MAX_SEGMENTS, Route


class _Node:
    __slots__ = ("field", "literals", "methods", "rest")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.field: _Node | None = None
        self.rest: dict[str, Route] | None = None
        self.methods: dict[str, Route] = {}


Found = tuple[dict[str, Route], list[str]]
NOTHING: Final[Found] = ({}, [])


class Matcher:
    """Finds the routes of a path: by method, with the values of the path's fields in order."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self._plain: dict[str, dict[str, Route]] = {}
        for route in routes:
            self._insert(route)

    def _insert(self, route: Route) -> None:
        if not route.names:
            self._plain.setdefault("/" + "/".join(route.shape), {})[route.method] = route
        node = self._root
        for segment in route.shape:
            if segment == "{*}":
                if node.rest is None:
                    node.rest = {}
                node.rest[route.method] = route
                return
            if segment == "{}":
                if node.field is None:
                    node.field = _Node()
                node = node.field
            else:
                node = node.literals.setdefault(segment, _Node())
        node.methods[route.method] = route

    def find(self, path: str, method: str) -> Found:
        """Return the routes by method and the values of their fields; no routes when the path is unknown.

        A literal's branch is preferred, but left again when it has no route for `method` and a field's branch has.
        """
        plain = self._plain.get(path)
        if plain is not None and method in plain:
            return plain, []
        segments = path.split("/", MAX_SEGMENTS + 1)
        del segments[0]
        if segments and segments[-1] == "":
            segments.pop()
        if len(segments) > MAX_SEGMENTS:
            return NOTHING
        values: list[str] = []
        found = _walk(self._root, segments, 0, method, values)
        if found is not None:
            return found, values
        # Another method's route tells which methods the path has.
        other = _walk(self._root, segments, 0, None, values)
        return (other, values) if other is not None else NOTHING


def _walk(node: _Node, segments: list[str], at: int, method: str | None, values: list[str]) -> dict[str, Route] | None:
    """Return the methods at the end of `segments`, the field values appended to `values`."""
    if at == len(segments):
        methods = node.methods
        return methods if methods and (method is None or method in methods) else None
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _walk(literal, segments, at + 1, method, values)
        if found is not None:
            return found
    if node.field is not None and segment:
        values.append(segment)
        found = _walk(node.field, segments, at + 1, method, values)
        if found is not None:
            return found
        values.pop()
    rest = node.rest
    if rest and (method is None or method in rest):
        values.append("/".join(segments[at:]))
        return rest
    return None
