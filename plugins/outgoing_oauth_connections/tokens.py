"""Getting tokens: the requests to token endpoints (RFC 6749 3.2), and how long tokens are kept."""

import base64
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.outgoing import Answer, OutgoingUnreachable
from hubbub.core.contracts.outgoing_tokens import TokenRefused
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.outgoing_oauth_connections.records import PASSWORD, Connection

MAX_ANSWER: Final = 65_536
MAX_TOKEN: Final = 8_192
UNSAID_S: Final = 600
"""How long a token is used of which the server doesn't say how long it is good."""
LONGEST_S: Final = 86_400
MARGIN_S: Final = 30
"""So long before its end a token isn't used any more, or half its life when that is shorter."""


class Token(msgspec.Struct, frozen=True):
    """An access token, and until when it is used (ms)."""

    text: str
    until: int


class _Said(msgspec.Struct):
    access_token: str = ""
    token_type: str = "bearer"  # nosec B105  # the kind of a token
    expires_in: int | float | str | None = None
    error: str = ""


class TokenEndpoint:
    """Asks authorization servers."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def fetch(self, connection: Connection) -> Token:
        """Return a new token. Raises `OutgoingRefused`, `OutgoingFailed`, `TokenRefused`."""
        answer = self._ask(connection, in_header=True)
        if answer.status in (400, 401):
            # RFC 6749 2.3.1: servers must take the secret by HTTP Basic; some take it in the body alone.
            again = self._ask(connection, in_header=False)
            answer = again if again.status == 200 else answer
        if answer.status >= 500 or answer.status == 429:
            raise OutgoingUnreachable(url=_host(connection), reason=f"it answered {answer.status}")
        return _read(connection, answer)

    def _ask(self, connection: Connection, *, in_header: bool) -> Answer:
        fields = {"grant_type": connection.grant_type}
        if connection.grant_type == PASSWORD:
            fields |= {"username": connection.credentials_username, "password": connection.credentials_password}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if in_header:
            pair = f"{quote_plus(connection.client_id)}:{quote_plus(connection.client_secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            fields |= {"client_id": connection.client_id, "client_secret": connection.client_secret}
        # SECURITY: no redirects: the secret goes to the address that was named and to no other.
        return self._context.outgoing.request(
            "POST",
            connection.oauth_token_url,
            headers=headers,
            body=urlencode(fields).encode(),
            max_bytes=MAX_ANSWER,
        )


def _read(connection: Connection, answer: Answer) -> Token:
    try:
        said: _Said = json.decode(answer.body, _Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        said = _Said()
    if answer.status != 200 or not said.access_token:
        raise TokenRefused(url=_host(connection), reason=_why(answer, said))
    if said.token_type.lower() != "bearer":
        raise TokenRefused(url=_host(connection), reason="its tokens aren't bearer tokens")
    if len(said.access_token) > MAX_TOKEN or not all("!" <= character <= "~" for character in said.access_token):
        raise TokenRefused(url=_host(connection), reason="its token can't be sent in a header")
    return Token(said.access_token, now_ms() + 1_000 * _used_for(said.expires_in))


def _used_for(expires_in: Any) -> int:
    """Return for how many seconds a token is used that is good for so long."""
    try:
        seconds = min(LONGEST_S, int(float(expires_in))) if expires_in is not None else UNSAID_S
    except (ValueError, OverflowError):
        seconds = UNSAID_S
    return max(0, seconds - min(MARGIN_S, seconds // 2))


def _why(answer: Answer, said: _Said) -> str:
    # SECURITY: of what another server says only the short names of RFC 6749 5.2: the rest may repeat secrets.
    if said.error.replace("_", "").isalpha() and len(said.error) <= 64:
        return f"it says {said.error}"
    return f"it answered {answer.status} without a token"


def _host(connection: Connection) -> str:
    return connection.oauth_token_url.partition("?")[0]
