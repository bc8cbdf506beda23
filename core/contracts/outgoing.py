"""Requests that the server sends to others: webhooks, slash commands, link previews, identity providers."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import BadRequest, Unavailable


class Answer(msgspec.Struct, kw_only=True, frozen=True):
    """What another server answered, whatever its status. Names of `headers` are in lower case.

    `url` is the address that answered, after redirects.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class OutgoingRefused(BadRequest):
    """The address may not be asked: not http(s), or inside a network that isn't allowed."""

    id = "app.outgoing.refused.app_error"
    message = "{url} may not be reached: {reason}."


class OutgoingFailed(Unavailable):
    """No usable answer came: unreachable, too slow, certificate not trusted, too large, not HTTP."""

    id = "app.outgoing.failed.app_error"
    message = "{url} gave no usable answer: {reason}."


class OutgoingUnreachable(OutgoingFailed):
    """No connection came about: nobody has got the request, so it can be sent again."""


class Outgoing(Protocol):
    """Sends HTTP requests to addresses that people chose, without letting them reach the inside (SSRF)."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout_s: float | None = None,
        max_bytes: int = 1_048_576,
        redirects: int = 0,
        truncate: bool = False,
        trusted: bool = False,
    ) -> Answer:
        """Send a request; return the answer with up to `max_bytes` of body (more: an error, or cut with `truncate`).

        `timeout_s` (default: `ServiceSettings.OutgoingIntegrationRequestsTimeout`) bounds the whole of it, redirects
        included; each of those is checked like the first address, and credentials don't follow to another origin.
        `trusted` is for addresses out of config.json: the inside may be reached then.
        Raises `OutgoingRefused`, `OutgoingFailed` (`OutgoingUnreachable` when nothing was sent).
        """
