"""What an OpenID Connect provider says about itself: its addresses, and the keys that it signs with."""

from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.auth_oauth.providers import Provider
from hubbub.plugins.auth_oauth.remote import Remote, failed

KEPT_S: Final = 3_600.0
ROTATION_S: Final = 30.0
"""Keys are asked for again when one is unknown, but not more often than this (seconds)."""
MAX_KEYS: Final = 100


class Metadata(msgspec.Struct, frozen=True):
    """The provider's configuration (OpenID Connect Discovery 1.0, RFC 9207); what we don't use is left out."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]
    read_at: float


class Discovery:
    """Documents of providers, kept for an hour in each worker."""

    def __init__(self, context: PluginContext) -> None:
        self._documents = context.cache("documents", max_items=20, ttl_s=KEPT_S)
        self._keys = context.cache("keys", max_items=20, ttl_s=KEPT_S)

    def metadata(self, provider: Provider, remote: Remote) -> Metadata:
        """Return what the provider says about itself. Raises `ProviderFailed`."""
        known: Metadata | None = self._documents.get(provider.discovery)
        if known is None:
            known = _metadata(provider, remote.get_object(provider.discovery))
            self._documents.set(provider.discovery, known)
        return known

    def keys(self, provider: Provider, remote: Remote, url: str, kid: str | None) -> list[dict[str, Any]]:
        """Return the keys that may have signed with this id (None: all). Raises `ProviderFailed`."""
        known: _Keys | None = self._keys.get(url)
        found = _with_id(known.keys, kid) if known is not None else []
        if known is None or (not found and monotonic() - known.read_at >= ROTATION_S):
            keys = remote.get_object(url).get("keys")
            if not isinstance(keys, list):
                raise failed(provider, f"{url} has no list of keys")
            known = _Keys([key for key in keys[:MAX_KEYS] if isinstance(key, dict)], monotonic())
            self._keys.set(url, known)
            found = _with_id(known.keys, kid)
        return found


def _with_id(keys: list[dict[str, Any]], kid: str | None) -> list[dict[str, Any]]:
    return [key for key in keys if (kid is None or key.get("kid") == kid) and key.get("use", "sig") == "sig"]


def _metadata(provider: Provider, document: dict[str, Any]) -> Metadata:
    try:
        found = msgspec.convert(document, Metadata)
    except msgspec.ValidationError as error:
        raise failed(provider, f"its discovery document can't be used: {error}") from None
    secure = provider.discovery.startswith("https://")
    for field in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        url = getattr(found, field)
        if not url and field == "userinfo_endpoint":
            continue
        # SECURITY: a document that came over TLS can't lead anybody's code to where it is read on the way.
        if not is_address(url, secure=secure):
            raise failed(
                provider, f"the {field} of its discovery document is no {'https' if secure else 'http'} address"
            )
    if not found.issuer:
        raise failed(provider, "its discovery document names no issuer")
    return found


def is_address(url: str, *, secure: bool) -> bool:
    """Say whether it is an address of a web server, with TLS if it must be."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in (("https",) if secure else ("http", "https")) and bool(parts.hostname)
