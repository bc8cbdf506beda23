"""The one HTTP client of the server (contract `Outgoing`): urllib3 with guarded connections, bounded as a whole."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import gevent
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, ProxyManager, Retry, disable_warnings
from urllib3.exceptions import ConnectTimeoutError, HTTPError, InsecureRequestWarning, NewConnectionError

from hubbub.core.contracts.outgoing import Answer, OutgoingFailed, OutgoingRefused, OutgoingUnreachable
from hubbub.core.outgoing.addresses import AllowList
from hubbub.core.outgoing.connection import Inside, pools
from hubbub.core.version import VERSION

REDIRECTS: Final = (301, 302, 303, 307, 308)
CHUNK: Final = 65_536
SECRET: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
PARALLEL_PER_HOST: Final = 8
_log = logging.getLogger("hubbub.outgoing")


class OutgoingHttp:
    """See `Outgoing`. Takes proxies from the environment (`HTTPS_PROXY`, `NO_PROXY`), as Mattermost does.

    `config` returns the configuration as it is now.
    """

    def __init__(self, config: Callable[[], Any]) -> None:
        self._config = config
        self._managers: dict[tuple[bool, bool, str], PoolManager] = {}
        self._allowed_text = ""
        self._allowed = AllowList("")

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
        """See `Outgoing.request`."""
        seconds = timeout_s or self._config().ServiceSettings.OutgoingIntegrationRequestsTimeout
        sent = {"User-Agent": f"Hubbub/{VERSION}", **(headers or {})}
        try:
            with gevent.Timeout(seconds, _TooSlow(f"it took longer than {seconds:g} s")):
                return self._follow(method, url, sent, body, max_bytes, redirects, truncate, trusted)
        except _TooSlow as error:
            raise OutgoingFailed(url=_shown(url), reason=error) from None

    def _follow(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        max_bytes: int,
        redirects: int,
        truncate: bool,
        trusted: bool,
    ) -> Answer:
        for left in range(redirects, -1, -1):
            response = self._send(method, url, headers, body, trusted)
            try:
                target = response.headers.get("location", "")
                if response.status not in REDIRECTS or not target or not redirects:
                    content = _read(response, url, max_bytes, truncate)
                    named = {name.lower(): value for name, value in response.headers.items()}
                    return Answer(status=response.status, headers=named, body=content, url=url)
            finally:
                response.close()
                response.release_conn()
            if not left:
                break
            following = urljoin(url, target)
            if _origin(following) != _origin(url):
                headers = {name: value for name, value in headers.items() if name.lower() not in SECRET}
            if response.status == 303 or (response.status in (301, 302) and method == "POST"):
                method, body = "GET", b""
                headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
            url = following
        raise OutgoingFailed(url=_shown(url), reason="too many redirects")

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes, trusted: bool) -> BaseHTTPResponse:
        parts = _checked(url)
        manager = self._manager(url, trusted)
        try:
            return manager.request(
                method,
                url,
                headers=HTTPHeaderDict(headers),
                body=body or None,
                redirect=False,
                retries=Retry(False),
                preload_content=False,
            )
        except Inside:
            _log.warning("an outgoing request to the inside was refused", extra={"host": parts.hostname})
            reason = (
                f"{parts.hostname} is inside a private network; an administrator can allow it in "
                "ServiceSettings.AllowedUntrustedInternalConnections"
            )
            raise OutgoingRefused(url=_shown(url), reason=reason) from None
        except (HTTPError, OSError, ValueError) as error:
            unsent = isinstance(error, (NewConnectionError, ConnectTimeoutError))
            failure = OutgoingUnreachable if unsent else OutgoingFailed
            raise failure(url=_shown(url), reason=_reason(error)) from error

    def _manager(self, url: str, trusted: bool) -> PoolManager:
        insecure = bool(self._config().ServiceSettings.EnableInsecureOutgoingConnections)
        proxy = select_proxy(url, get_environ_proxies(url)) or ""
        key = (trusted, insecure, proxy)
        found = self._managers.get(key)
        if found is None:
            options: dict[str, Any] = {"maxsize": PARALLEL_PER_HOST, "block": False}
            if insecure:
                disable_warnings(InsecureRequestWarning)
                options["cert_reqs"] = "CERT_NONE"
            if proxy:
                found = ProxyManager(proxy, **options)
            else:
                found = pools(_anywhere if trusted else self._permit, **options)
            self._managers[key] = found
        return found

    def _permit(self, host: str, address: str) -> bool:
        text = self._config().ServiceSettings.AllowedUntrustedInternalConnections
        if text != self._allowed_text:
            self._allowed_text, self._allowed = text, AllowList(text)
        return self._allowed.host(host) or self._allowed.address(address)


class _TooSlow(Exception):
    pass


def _anywhere(_host: str, _address: str) -> bool:
    return True


def _checked(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise OutgoingRefused(url=_shown(url), reason="it is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OutgoingRefused(url=_shown(url), reason="only http:// and https:// addresses are asked")
    return parts


def _origin(url: str) -> tuple[str, str]:
    parts = _checked(url)
    return parts.scheme, parts.netloc


def _shown(url: str) -> str:
    """SECURITY: what is behind `?`, and a password before the host, stay out of messages and logs."""
    scheme, _, rest = url.partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"[:300] if rest else scheme[:300]


def _read(response: BaseHTTPResponse, url: str, max_bytes: int, truncate: bool) -> bytes:
    content = bytearray()
    try:
        for chunk in response.stream(CHUNK, decode_content=True):
            content += chunk
            if len(content) > max_bytes:
                break
    except (HTTPError, OSError) as error:
        raise OutgoingFailed(url=_shown(url), reason=_reason(error)) from error
    if len(content) > max_bytes and not truncate:
        raise OutgoingFailed(url=_shown(url), reason=f"its answer is larger than {max_bytes} bytes")
    return bytes(content[:max_bytes])


def _reason(error: Exception) -> str:
    """Return a short reason without the objects that urllib3 names in its messages."""
    inner = error.__cause__ or getattr(error, "reason", None) or error
    return str(getattr(inner, "strerror", "") or inner).strip().rstrip(".") or type(error).__name__
