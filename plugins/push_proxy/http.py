"""The HTTP client for Apple and Google: httpx, HTTP/2, certificates that the system trusts."""

import logging
import ssl
from typing import Final

import httpx

from hubbub.core.version import VERSION
from hubbub.plugins.push_proxy.outcome import LATER, Outcome

MAX_ANSWER: Final = 65_536
CONNECTIONS: Final = 100


def make_client(*, http1: bool) -> httpx.Client:
    """Return a client whose connections are shared by all greenlets, many requests on one where HTTP/2 is spoken."""
    # SECURITY: it logs every address at level INFO, and those of Apple have the phone's token in them.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    return httpx.Client(
        http1=http1,
        http2=True,
        verify=ssl.create_default_context(),
        follow_redirects=False,
        headers={"User-Agent": f"Hubbub/{VERSION}"},
        limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=300),
    )


def failed(error: httpx.HTTPError) -> Outcome:
    """Return what a request that got no answer means."""
    if isinstance(error, httpx.TimeoutException):
        return Outcome(LATER, "no answer in time")
    reason = str(error.__cause__ or error).strip() or type(error).__name__
    return Outcome(LATER, f"no answer: {reason[:200]}")
