"""Requests to providers: within eight seconds in all, small answers only, errors without secrets."""

import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from gevent import Timeout

from hubbub.core import json
from hubbub.core.contracts.outgoing import Answer, Outgoing, OutgoingFailed, OutgoingRefused
from hubbub.plugins.auth_oauth.errors import ProviderFailed
from hubbub.plugins.auth_oauth.providers import Provider

SECONDS: Final = 8.0
MAX_BYTES: Final = 262_144
JSON: Final = "application/json"
_log = logging.getLogger("hubbub.plugins.auth_oauth")


class Slow(Exception):
    """The provider took all the time there is for one sign-in."""


def write_down(provider: Provider, reason: str) -> None:
    """Tell administrators why a sign-in failed. SECURITY: `reason` holds no codes, tokens or secrets."""
    _log.warning("signing in with %s failed: %s", provider.name, reason, extra={"section": provider.section})


def failed(provider: Provider, reason: str) -> ProviderFailed:
    """Return the error for people, and tell administrators the reason."""
    write_down(provider, reason)
    return ProviderFailed(name=provider.name)


def origin(url: str) -> tuple[str, str]:
    """Return scheme and host with port; raises ValueError for what is no address."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


class Remote:
    """Talks to one provider for one sign-in."""

    def __init__(self, outgoing: Outgoing, provider: Provider) -> None:
        self._outgoing = outgoing
        self._provider = provider
        self._named = {
            origin(url) for url in (provider.auth, provider.token, provider.user_api, provider.discovery) if url
        }

    def ask(self, method: str, url: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send a request. Raises `ProviderFailed`.

        SECURITY: hosts that config.json names may be inside; where a provider's own documents lead is guarded.
        """
        # A connection of the last sign-in would often be one that the provider is just closing.
        sent = {"Accept": JSON, "Connection": "close", **(headers or {})}
        trusted = origin(url) in self._named
        try:
            return self._outgoing.request(
                method, url, headers=sent, body=body, timeout_s=SECONDS, max_bytes=MAX_BYTES, trusted=trusted
            )
        except (OutgoingFailed, OutgoingRefused) as error:
            raise failed(self._provider, error.text) from None

    def get_object(self, url: str, *, token: str = "") -> dict[str, Any]:
        """Return a JSON object. Raises `ProviderFailed`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.ask("GET", url, headers=headers)
        shown = url.partition("?")[0]
        if answer.status != 200:
            raise failed(self._provider, f"{shown} answered with the status {answer.status}")
        try:
            found = json.decode(answer.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise failed(self._provider, f"{shown} answered with something else than a JSON object")
        return found


def in_time(provider: Provider, work: Callable[[], Any]) -> Any:
    """Return `work()`, which may take eight seconds, whatever number of requests it makes. Raises `ProviderFailed`."""
    try:
        with Timeout(SECONDS, Slow()):
            return work()
    except Slow:
        raise failed(provider, f"it took longer than {SECONDS:g} s") from None
