"""Does the site's address lead here? Asked like a client would."""

from http.client import HTTPException
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from hubbub.core.contracts.errors import BadRequest

TIMEOUT_S: Final = 5.0


class SiteUrlWrong(BadRequest):
    id = "app.admin.test_site_url.failure"
    message = "The site URL doesn't lead to this server: {why}."


class _NoRedirects(HTTPRedirectHandler):
    # SECURITY: an address that an administrator names must not be turned into another one by whoever answers there.
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def check(site_url: str) -> None:
    """Ask `<site_url>/api/v4/system/ping`. Raises `SiteUrlWrong`; nothing of the answer is shown."""
    if not _is_address(site_url):
        raise SiteUrlWrong(why="it is no address that begins with http:// or https://")
    request = Request(f"{site_url.rstrip('/')}/api/v4/system/ping", headers={"User-Agent": "hubbub"})
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_S) as answer:
            status = answer.status
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise SiteUrlWrong(why="it can't be reached", detailed_error=type(error).__name__) from error
    if status != 200:
        raise SiteUrlWrong(why="another answer than a server's came from there")


def _is_address(site_url: str) -> bool:
    try:
        parts = urlsplit(site_url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
