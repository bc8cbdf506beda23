"""Where somebody may be sent after signing in: to our own pages, or to an app whose scheme is known."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from hubbub.core.contracts.single_sign_on import RedirectRefused, SchemeRefused

LONGEST: Final = 1_000
_PORTS: Final = {"http": 80, "https": 443}
_NEVER: Final = frozenset({"", "http", "https", "javascript", "data", "vbscript", "file", "blob", "about"})
"""Schemes that are no app's, whatever config.json says."""


def own_address(text: str, site_url: str) -> str:
    """Return the path, query and fragment of an address of this site; "" for none. Raises `RedirectRefused`.

    SECURITY: what is returned begins with one slash, so that a browser can't be sent anywhere else by it.
    """
    if not text:
        return ""
    parts = _split(text)
    if parts is None or text.startswith("//"):
        raise RedirectRefused
    if parts.scheme or parts.netloc:
        site = _split(site_url)
        if site is None or not site.netloc or _origin(parts) is None or _origin(parts) != _origin(site):
            raise RedirectRefused
        base = site.path.rstrip("/")
        if base and parts.path != base and not parts.path.startswith(f"{base}/"):
            raise RedirectRefused
    path = _rest(parts)
    if not path.startswith("/") or path.startswith("//"):
        raise RedirectRefused
    return path


def below(path: str, site_url: str) -> str:
    """Return an address of ours for a browser: `path` below the folder that the site is published in."""
    base = urlsplit(site_url).path.rstrip("/")
    path = path or "/"
    return path if not base or path == base or path.startswith(f"{base}/") else base + path


def app_address(text: str, schemes: Iterable[str]) -> str:
    """Return the address of a mobile app. Raises `SchemeRefused` unless its scheme is one of `schemes` ("mmauth://")."""
    parts = _split(text)
    allowed = {scheme.partition(":")[0].strip().lower() for scheme in schemes} - _NEVER
    if parts is None or parts.scheme not in allowed or not text.lower().startswith(f"{parts.scheme}://"):
        raise SchemeRefused
    return text


def with_query(address: str, values: Mapping[str, str]) -> str:
    """Return an address with more values in its query."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True) + list(values.items())
    return parts._replace(query=urlencode(query), fragment="").geturl()


def _split(text: str) -> SplitResult | None:
    """Return the parts of an address; None for one that browsers read in another way than we do."""
    if len(text) > LONGEST or not text.isascii() or "\\" in text or any(ord(letter) <= 32 for letter in text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts if "@" not in parts.netloc else None


def _origin(parts: SplitResult) -> tuple[str, str, int] | None:
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _rest(parts: SplitResult) -> str:
    """Return what follows the host."""
    path = parts.path or ("/" if parts.netloc else "")
    return path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
