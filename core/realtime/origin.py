"""From which web pages a WebSocket may be opened."""

from urllib.parse import SplitResult, urlsplit


def is_allowed(origin: str | None, *, host: str, site_url: str, allowed: str) -> bool:
    """Say whether a page of `origin` may connect.

    `origin`: the Origin header, None when there is none (no browser sent it: accepted). `host`: the Host header.
    `allowed`: AllowCorsFrom, origins separated by spaces, `*` for all; when empty the origin must be the site's.
    """
    if origin is None:
        return True
    if allowed:
        site = urlsplit(site_url)
        own = f"{site.scheme}://{site.netloc}" if site.netloc else ""
        return "*" in allowed.split() or any(_same(origin, one) for one in (*allowed.split(), own) if one)
    asked = _split(origin)
    if asked is None:
        # SECURITY: `null` is what sandboxed frames and local files send; it is nobody's site.
        return False
    if site_url:
        site = urlsplit(site_url)
        return asked.netloc.lower() == site.netloc.lower() and asked.scheme.lower() == site.scheme.lower()
    return asked.netloc.lower() == host.lower()


def _same(origin: str, allowed: str) -> bool:
    return origin.rstrip("/").lower() == allowed.rstrip("/").lower()


def _split(origin: str) -> SplitResult | None:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts if parts.scheme and parts.netloc else None
