"""The request as handlers see it: who asks, what they ask for, and the body decoded into a record."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any, Final, TypeVar

import falcon

from hubbub.core.contracts.errors import InvalidBodyParam, InvalidUrlParam, Unauthorized
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import body as bodies
from hubbub.core.http.paging import PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM, Page, parse_number, parse_page
from hubbub.core.http.routing import Route
from hubbub.core.ids import new_id

_T = TypeVar("_T")
NAME_SHOWN: Final = 64
"""Characters of a name of the client's making that an error repeats."""
TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})


class Request(falcon.Request):
    """One request. Made by `HttpApp`; handlers get it as their first argument."""

    __slots__ = (
        "_ip",
        "_secure",
        "access",
        "body_read",
        "error_id",
        "known_session",
        "path_values",
        "request_id",
        "route",
        "started",
        "token_in_cookie",
    )

    request_id: str
    """26 characters, in the answer's X-Request-Id and in every error."""
    route: Route | None
    access: Any
    """The `Access` of the app: settings, sessions, proxies."""

    known_session: Session | None
    """The session, where it has been looked up already; for logs."""
    error_id: str
    """The id of the error that it was answered with, "" for a success (once it is answered)."""
    body_read: bytes
    """What `read_bytes` has returned, for those who keep a record of what was asked."""
    path_values: list[str]
    """Values of the route's path fields, in order; where no route was found, the methods that the path has."""

    def __init__(self, env: dict[str, Any], options: falcon.RequestOptions | None = None) -> None:
        super().__init__(env, options)
        self.started = perf_counter()
        self.request_id = new_id()
        self.route = None
        self.error_id = ""
        self.body_read = b""
        self.known_session = None
        self.token_in_cookie = False
        self._ip: str | None = None
        self._secure: bool | None = None

    # -- who asks

    @property
    def session(self) -> Session:
        """Return the session. Raises `Unauthorized` when nobody is signed in."""
        session = self.known_session
        if session is None:
            session = self.session_or_none
            if session is None:
                raise Unauthorized
        return session

    @property
    def session_or_none(self) -> Session | None:
        """Return the session, or None when nobody is signed in (or the route asks for nobody)."""
        if self.known_session is None and (self.route is None or self.route.auth != "none"):
            self.known_session = self.access.session_of(self)
        return self.known_session

    @property
    def user_id(self) -> str:
        """Return the id of the user who is signed in. Raises `Unauthorized`."""
        return self.session.user_id

    @property
    def ip(self) -> str:
        """Return the address of the client; of a trusted proxy, the one that it names."""
        if self._ip is None:
            self._ip = self.access.client_ip(self.env)
        return self._ip

    @property
    def is_secure(self) -> bool:
        """Say whether the client came over TLS (as a trusted proxy says it)."""
        if self._secure is None:
            self._secure = self.access.is_secure(self.env)
        return self._secure

    @property
    def connection_id(self) -> str:
        """Return the WebSocket connection that the client says it also has, or an empty string."""
        return str(self.env.get("HTTP_CONNECTION_ID", ""))

    @property
    def user_agent(self) -> str:  # type: ignore[override]  # falcon's is an attribute
        """Return the User-Agent header, or an empty string."""
        return str(self.env.get("HTTP_USER_AGENT", ""))

    @property
    def is_ajax(self) -> bool:
        """Say whether a browser's script sent it (X-Requested-With: XMLHttpRequest)."""
        return self.env.get("HTTP_X_REQUESTED_WITH") == "XMLHttpRequest"

    def header(self, name: str, default: str = "") -> str:
        """Return a request header by its name."""
        return str(self.env.get("HTTP_" + name.upper().replace("-", "_"), default))

    # -- the query

    def query(self, name: str, default: str = "") -> str:
        """Return a query value (the first of several)."""
        value = self._params.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else value[0]

    def query_list(self, name: str) -> list[str]:
        """Return all values of a query parameter that may be repeated."""
        value = self._params.get(name)
        if value is None:
            return []
        return [value] if isinstance(value, str) else list(value)

    def query_int(self, name: str, default: int = 0, *, minimum: int | None = None, maximum: int | None = None) -> int:
        """Return a query value as a 64-bit integer. Raises `InvalidUrlParam` for no integer or one out of bounds."""
        text = self.query(name)
        if not text:
            return default
        number = parse_number(text)
        if number is None or (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            raise InvalidUrlParam(name)
        return number

    def query_bool(self, name: str, default: bool = False) -> bool:
        """Return a query value as a truth value; what is neither true nor false is `default`."""
        text = self.query(name)
        if text in TRUE:
            return True
        return False if text in FALSE else default

    def page(
        self,
        default: int = PER_PAGE_DEFAULT,
        maximum: int = PER_PAGE_MAXIMUM,
        *,
        page_name: str = "page",
        per_page_name: str = "per_page",
    ) -> Page:
        """Return the slice that `page` and `per_page` ask for; never fails."""
        return parse_page(self.query(page_name), self.query(per_page_name), default=default, maximum=maximum)

    def etag_matches(self, etag: str) -> bool:
        """Say whether the client already has the version that `etag` (without quotes) names."""
        sent = self.env.get("HTTP_IF_NONE_MATCH")
        return sent is not None and matches(sent, etag)

    # -- the body

    @property
    def body_limit(self) -> int:
        """Return how many bytes the body may have here."""
        return int(self.access.body_limit(self.route))

    def read_bytes(self) -> bytes:
        """Return the whole body. Raises `TooLarge`."""
        self.body_read = bodies.read_body(self.env, self.body_limit)
        return self.body_read

    def read_chunks(self, limit: int | None = None) -> Iterator[bytes]:
        """Yield the body in pieces, for what is too large for memory. Raises `TooLarge` on the way."""
        limit = self.body_limit if limit is None else limit
        bodies.check_length(self.env, limit)
        yield from bodies.read_chunks(self.env, limit)

    def read(self, type: type[_T], *, name: str = "") -> _T:
        """Return the JSON body as `type` (a Struct, or anything msgspec knows).

        `null` for a field that can't be null counts as absent. Raises `InvalidBodyParam` naming the field;
        `name` names the body itself where it is wrong as a whole.
        """
        value: _T = bodies.decode(self.read_bytes(), type, name)
        return value

    def read_list(
        self,
        type: type[_T] = str,  # type: ignore[assignment]  # mypy takes no default for a type variable
        *,
        max_items: int | None = None,
        name: str = "",
    ) -> list[_T]:
        """Return the JSON body as a list. Raises `InvalidBodyParam` when it has more than `max_items`."""
        items: list[_T] = bodies.decode(self.read_bytes(), list[type], name)  # type: ignore[valid-type]  # known at run time
        if max_items is not None and len(items) > max_items:
            raise InvalidBodyParam(name or "body", detailed_error=f"more than {max_items} items")
        return items

    def read_map(self, *, name: str = "") -> dict[str, str]:
        """Return the JSON body as a map of strings. Raises `InvalidBodyParam` naming the key that isn't one."""
        values: dict[str, Any] = bodies.decode(self.read_bytes(), dict[str, Any], name)
        texts: dict[str, str] = {}
        for key, value in values.items():
            if isinstance(value, str):
                texts[key] = value
            elif value is not None:
                raise InvalidBodyParam(key[:NAME_SHOWN])
        return texts


def matches(sent: str, etag: str) -> bool:
    """Say whether an If-None-Match header names `etag` (weak comparison, RFC 9110 section 13.1.2).

    Clients of this API also send the bare validator, without quotes.
    """
    if etag not in sent:
        return sent.strip() == "*"
    for part in sent.split(","):
        text = part.strip().removeprefix("W/")
        if text == etag or text == f'"{etag}"':
            return True
    return sent.strip() == etag
