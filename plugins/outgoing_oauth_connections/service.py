"""The rules: which connections there may be, and which of them a request uses."""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.outgoing_tokens import TokenRefused
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.outgoing_oauth_connections import errors
from hubbub.plugins.outgoing_oauth_connections.addresses import best, origin, parsed
from hubbub.plugins.outgoing_oauth_connections.errors import (
    ConnectionNotFound,
    ConnectionsOff,
    InvalidConnection,
    NotReached,
    NotValid,
)
from hubbub.plugins.outgoing_oauth_connections.records import (
    CLIENT_CREDENTIALS,
    PASSWORD,
    Connection,
    ConnectionRequest,
)
from hubbub.plugins.outgoing_oauth_connections.store import AT_MOST, ConnectionStore
from hubbub.plugins.outgoing_oauth_connections.tokens import Token, TokenEndpoint

MAX_NAME: Final = 64
MAX_FIELD: Final = 255
MAX_URL: Final = 2_048
MAX_AUDIENCES: Final = 1_024
"""Characters of the list as JSON: the column's width."""
_ALL: Final = "all"
_SECRETS: Final = (("client_secret", "client_id"), ("credentials_password", "credentials_username"))


class Connections:
    """Makes, changes and tries connections, and is the `OutgoingTokens`. The caller has checked permissions."""

    def __init__(self, context: PluginContext, store: ConnectionStore) -> None:
        self._context = context
        self._store = store
        self._endpoint = TokenEndpoint(context)
        self._cached = context.cache("outgoing_oauth_connections", max_items=2)
        self._tokens = context.cache("outgoing_oauth_tokens", max_items=AT_MOST, ttl_s=86_400)

    @property
    def is_on(self) -> bool:
        """Say whether settings allow them."""
        return bool(self._context.config.ServiceSettings.EnableOutgoingOAuthConnections)

    def require_on(self) -> None:
        """Raise `ConnectionsOff` when settings don't allow them."""
        if not self.is_on:
            raise ConnectionsOff

    def all(self) -> Sequence[Connection]:
        """Return the connections by name, cached."""
        found: tuple[Connection, ...] = self._cached.get_or_load(_ALL, lambda _key: tuple(self._store.all()))
        return found

    def for_address(self, url: str) -> Connection | None:
        """Return the connection for an address, None when there is none."""
        return best(self.all(), url)

    def get(self, connection_id: str) -> Connection:
        """Return a connection. Raises `ConnectionNotFound`."""
        for connection in self.all():
            if connection.id == connection_id:
                return connection
        raise ConnectionNotFound

    def create(self, request: ConnectionRequest, creator_id: str) -> Connection:
        """Make a connection. Raises `InvalidConnection`."""
        now = now_ms()
        blank = Connection(id=new_id(), creator_id=creator_id, create_at=now, update_at=now)
        made = _merged(blank, request, errors.CREATE)
        with self._context.db.transaction():
            if len(self._store.all()) >= AT_MOST:
                raise InvalidConnection("There are as many connections as there may be.", id=errors.CREATE)
            self._store.insert(made)
            self._forget(made.id)
        return made

    def update(self, connection_id: str, request: ConnectionRequest) -> Connection:
        """Change a connection; what is empty stays. Raises `ConnectionNotFound`, `InvalidConnection`."""
        changed = _merged(self.get(connection_id), request, errors.UPDATE)
        changed = structs.replace(changed, update_at=now_ms())
        with self._context.db.transaction():
            if not self._store.update(changed):
                raise ConnectionNotFound
            self._forget(connection_id)
        return changed

    def delete(self, connection_id: str) -> None:
        """Remove a connection. Raises `ConnectionNotFound`."""
        with self._context.db.transaction():
            if not self._store.delete(connection_id):
                raise ConnectionNotFound
            self._forget(connection_id)

    def validate(self, request: ConnectionRequest) -> None:
        """Try to get a token. Raises `ConnectionNotFound`, `InvalidConnection`, `NotValid`, `NotReached`."""
        old = self.get(request.id) if request.id else Connection(name="trial", audiences=["https://trial.invalid"])
        try:
            self._endpoint.fetch(_merged(old, request, errors.VALIDATE))
        except (TokenRefused, OutgoingRefused) as error:
            raise NotValid(reason=str(error.params["reason"])) from None
        except OutgoingFailed as error:
            raise NotReached(reason=str(error.params["reason"])) from None

    def _forget(self, connection_id: str) -> None:
        self._cached.invalidate(_ALL)
        self._tokens.invalidate(connection_id)

    # --- OutgoingTokens ---

    def headers_for(self, url: str) -> dict[str, str]:
        """See `OutgoingTokens.headers_for`."""
        connection = self.for_address(url) if self.is_on else None
        if connection is None:
            return {}
        old: Token | None = self._tokens.get(connection.id)
        if old is not None and old.until <= now_ms():
            self._tokens.invalidate(connection.id)
        token: Token = self._tokens.get_or_load(connection.id, lambda _key: self._endpoint.fetch(connection))
        return {"Authorization": f"Bearer {token.text}"}

    def refused(self, url: str) -> None:
        """See `OutgoingTokens.refused`."""
        if connection := self.for_address(url):
            self._tokens.invalidate(connection.id)


def _merged(old: Connection, request: ConnectionRequest, error_id: str) -> Connection:
    """Return a connection with what a request says of it. Raises `InvalidConnection`."""
    names = [name for name in request.__struct_fields__ if name != "id" and getattr(request, name)]
    made = structs.replace(old, **{name: getattr(request, name) for name in names})
    # SECURITY: who may change a connection must not learn its secrets by having them sent elsewhere.
    if old.oauth_token_url and origin(old.oauth_token_url) != origin(made.oauth_token_url):
        for secret, _ in _SECRETS:
            if getattr(old, secret) and not getattr(request, secret):
                raise InvalidConnection(
                    "{field} must be given again: another server is to get it.", id=error_id, field=secret
                )
    for field, problem in _problems(made):
        raise InvalidConnection("{field} {problem}.", id=error_id, field=field, problem=problem)
    return made


def _problems(one: Connection) -> list[tuple[str, str]]:
    """Return fields and what is wrong with them."""
    found = []
    if not 0 < len(one.name) <= MAX_NAME:
        found.append(("name", f"has 1 to {MAX_NAME} characters"))
    if one.grant_type not in (CLIENT_CREDENTIALS, PASSWORD):
        found.append(("grant_type", f"is {CLIENT_CREDENTIALS} or {PASSWORD}"))
    for pair in _SECRETS[: 2 if one.grant_type == PASSWORD else 1]:
        found += [(name, "is missing") for name in pair if not getattr(one, name)]
    for name in ("client_id", "client_secret", "credentials_username", "credentials_password"):
        if len(getattr(one, name)) > MAX_FIELD:
            found.append((name, f"has at most {MAX_FIELD} characters"))
    token_url = parsed(one.oauth_token_url)
    if token_url is None or token_url.username or token_url.fragment or len(one.oauth_token_url) > MAX_URL:
        found.append(("oauth_token_url", "is no address that begins with http:// or https://"))
    if not one.audiences or any(parsed(audience) is None for audience in one.audiences):
        found.append(("audiences", "are addresses that begin with http:// or https://, at least one"))
    if len(json.encode_str(one.audiences)) > MAX_AUDIENCES:
        found.append(("audiences", f"have at most {MAX_AUDIENCES} characters as a list"))
    return found
