"""Who answers which method and path: declared by plugins, checked for clashes, matched by a tree.

A template is made of literal segments and fields, `/api/v4/users/{user_id}/posts`. Literals beat fields, and the
matcher goes back to a field when a literal leads nowhere. A field named `…_id` must be an id (26 letters and digits),
but for the few that the API spells otherwise; say `{name:text}` to take any text, `{name:path}` (last) for the rest
of the path.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final, Literal, TypedDict, Unpack

from hubbub.core.contracts.errors import InvalidUrlParam, Unauthorized
from hubbub.core.ids import is_valid_id

Auth = Literal["required", "optional", "none"]
Handler = Callable[..., object]
BodyLimit = int | Callable[[Any], int] | None

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOT_IDS: Final = frozenset({"plugin_id", "category_id", "invite_id", "invoice_id", "action_id", "report_id"})
"""Fields called `…_id` whose values have other shapes (facts of the API)."""
MAX_SEGMENTS: Final = 32

_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)(?::(id|text|path))?\}").fullmatch
_LITERAL = re.compile(r"[^{}\s?#]+").fullmatch


class RouteClash(Exception):
    """Two plugins (or one twice) want the same method and path."""


class BadTemplate(Exception):
    """A path template that can't be understood."""


class RouteOptions(TypedDict, total=False):
    """Options of a route; `Router.add` explains them."""

    auth: Auth
    status: int
    csrf: bool
    body_limit: BodyLimit
    rate_limit: tuple[int, int] | None
    owner: str | None
    mfa: bool


class Route:
    """One method of one template, with everything about it that is known before a request comes."""

    __slots__ = (
        "auth",
        "body_limit",
        "checks",
        "csrf",
        "handler",
        "method",
        "mfa",
        "names",
        "owner",
        "rate_limit",
        "shape",
        "status",
        "template",
    )

    def __init__(
        self,
        method: str,
        template: str,
        handler: Handler,
        *,
        auth: Auth = "required",
        status: int = 200,
        csrf: bool = True,
        body_limit: BodyLimit = None,
        rate_limit: tuple[int, int] | None = None,
        owner: str = "core",
        mfa: bool = True,
    ) -> None:
        self.method = method
        self.template = template
        self.handler = handler
        self.auth = auth
        self.status = status
        self.csrf = csrf
        self.body_limit = body_limit
        self.rate_limit = rate_limit
        self.owner = owner
        self.mfa = mfa
        self.shape, self.names, self.checks = _parse_template(template)

    def params(self, values: Iterable[str]) -> dict[str, str]:
        """Return the path's fields by name. Raises `InvalidUrlParam` for a wrong one; `me` is left as it is."""
        found = dict(zip(self.names, values, strict=True))
        for name in self.checks:
            value = found[name]
            if not is_valid_id(value) and not (value == "me" and name == "user_id"):
                raise InvalidUrlParam(name)
        return found


def resolve_me(params: dict[str, str], user_id: str | None) -> None:
    """Put the session's user in the place of `me`. Raises `Unauthorized` when nobody is signed in."""
    if user_id is None:
        raise Unauthorized
    params["user_id"] = user_id


@cache
def _parse_template(template: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the template's shape (fields as `{}` or `{*}`), its field names, and which of them are ids."""
    if not template.startswith("/"):
        raise BadTemplate(f"route template {template!r} must begin with a slash")
    shape: list[str] = []
    names: list[str] = []
    ids: list[str] = []
    segments = template.strip("/").split("/") if template != "/" else []
    for position, segment in enumerate(segments):
        field = _FIELD(segment)
        if field is None:
            if _LITERAL(segment) is None:
                raise BadTemplate(f"route template {template!r}: segment {segment!r} is neither a literal nor {{name}}")
            shape.append(segment)
            continue
        name, kind = field.groups()
        if name in names:
            raise BadTemplate(f"route template {template!r} has the field {name} twice")
        if kind == "path" and position != len(segments) - 1:
            raise BadTemplate(f"route template {template!r}: a path field must come last")
        names.append(name)
        shape.append("{*}" if kind == "path" else "{}")
        if kind == "id" or (kind is None and name.endswith("_id") and name not in NOT_IDS):
            ids.append(name)
    return tuple(shape), tuple(names), tuple(ids)


class _Table:
    """What all views of one router share."""

    __slots__ = ("fallback", "routes")

    def __init__(self) -> None:
        self.routes: dict[tuple[str, tuple[str, ...]], Route] = {}
        self.fallback: tuple[str, Handler] | None = None


class Router:
    """Collects the routes of core and plugins. `owned_by` gives a plugin its own view."""

    def __init__(self) -> None:
        self._table = _Table()
        self._owner = "core"

    def owned_by(self, plugin_id: str) -> "Router":
        """Return a view of this router whose routes belong to the plugin."""
        view = Router()
        view._table = self._table
        view._owner = plugin_id
        return view

    def add(
        self,
        method: str,
        template: str,
        handler: Handler,
        *,
        auth: Auth = "required",
        status: int = 200,
        csrf: bool = True,
        body_limit: BodyLimit = None,
        rate_limit: tuple[int, int] | None = None,
        owner: str | None = None,
        mfa: bool = True,
    ) -> None:
        """Declare that `handler` answers `method` on `template`.

        `auth`: "required", "optional" (looked up when asked for) or "none" (nobody is signed in here). `status`: of a
        success. `csrf=False`: for what browsers send without our header. `body_limit`: bytes, or a function of the
        configuration; default MaximumPayloadSizeBytes. `rate_limit`: (per second, burst) beside the general one.
        `mfa=False`: also for sessions that lack the second factor which settings demand of everybody.
        Raises `RouteClash` naming both owners, `BadTemplate`.
        """
        route = Route(
            method,
            template,
            handler,
            auth=auth,
            status=status,
            csrf=csrf,
            body_limit=body_limit,
            rate_limit=rate_limit,
            owner=owner or self._owner,
            mfa=mfa,
        )
        taken = self._table.routes.setdefault((method, route.shape), route)
        if taken is not route:
            raise RouteClash(
                f"{method} {template} of plugin {route.owner!r} clashes with {taken.template} of plugin"
                f" {taken.owner!r}: turn one of them off, or change the template"
            )

    def get(self, template: str, handler: Handler, **options: Unpack[RouteOptions]) -> None:
        """Declare a GET (HEAD is answered by the same handler)."""
        self.add("GET", template, handler, **options)

    def post(self, template: str, handler: Handler, **options: Unpack[RouteOptions]) -> None:
        """Declare a POST."""
        self.add("POST", template, handler, **options)

    def put(self, template: str, handler: Handler, **options: Unpack[RouteOptions]) -> None:
        """Declare a PUT."""
        self.add("PUT", template, handler, **options)

    def patch(self, template: str, handler: Handler, **options: Unpack[RouteOptions]) -> None:
        """Declare a PATCH."""
        self.add("PATCH", template, handler, **options)

    def delete(self, template: str, handler: Handler, **options: Unpack[RouteOptions]) -> None:
        """Declare a DELETE."""
        self.add("DELETE", template, handler, **options)

    def fallback(self, handler: Handler) -> None:
        """Answer every GET outside /api that nothing else answers, as a web client's pages need it."""
        taken = self._table.fallback
        if taken is not None:
            raise RouteClash(f"plugin {self._owner!r} and plugin {taken[0]!r} both want the fallback route")
        self._table.fallback = (self._owner, handler)

    def remove_owner(self, plugin_id: str) -> None:
        """Forget the routes of a plugin that is turned off; takes effect at the next `HttpApp.rebuild()`."""
        table = self._table
        table.routes = {key: route for key, route in table.routes.items() if route.owner != plugin_id}
        if table.fallback is not None and table.fallback[0] == plugin_id:
            table.fallback = None

    @property
    def routes(self) -> list[Route]:
        """Return every route, for the matcher, the reference pages and tests."""
        return list(self._table.routes.values())

    @property
    def fallback_handler(self) -> Handler | None:
        """Return what answers pages that nothing else answers."""
        return self._table.fallback[1] if self._table.fallback is not None else None
