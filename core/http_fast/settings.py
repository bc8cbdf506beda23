"""What the fast path needs from gunicorn's configuration, read once per worker."""

import copy
import io
import os
from dataclasses import dataclass
from typing import Any, Final

from gunicorn.config import Config
from gunicorn.http.message import MAX_HEADERS, MAX_REQUEST_LINE
from gunicorn.http.wsgi import WSGIErrorsWrapper, base_environ

MAX_HEAD: Final = 64 * 1024
"""Bytes of request line and headers together; more is a 431."""

MAX_SMALL_BODY: Final = 64 * 1024
"""Bytes of a body that is read before the application is called."""

MAX_DRAIN: Final = 256 * 1024
"""Bytes of a body nobody read that are thrown away to keep the connection; more closes it."""

MIN_RATE: Final = 1024
"""Bytes per second: what a client that sends or reads slowly must reach on average."""

_HEAD_SECONDS: Final = 10.0
_IO_SECONDS: Final = 30.0

Environ = dict[str, Any]


class _ErrorLog(io.TextIOBase):
    """wsgi.errors: gunicorn's error log, looked up at each write because SIGUSR1 reopens its files."""

    def __init__(self, cfg: Config) -> None:
        super().__init__()
        self._cfg = cfg

    def write(self, text: str) -> int:
        wrapper: Any = WSGIErrorsWrapper(self._cfg)  # its stubs say bytes; its streams take text
        wrapper.write(text)
        return len(text)


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the fast path. Times in seconds, sizes in bytes; a size of 0 means no limit."""

    keepalive: float
    head_timeout: float
    io_timeout: float
    limit_line: int
    limit_fields: int
    limit_field_size: int
    script_name: str
    sendfile: bool
    environ: Environ

    @classmethod
    def of(cls, cfg: Config) -> "Settings":
        """Read gunicorn's settings the way its own parser reads them, so that both paths refuse the same."""
        line, fields, size = cfg.limit_request_line, cfg.limit_request_fields, cfg.limit_request_field_size
        return cls(
            keepalive=float(cfg.keepalive),
            head_timeout=min(float(cfg.keepalive) or _HEAD_SECONDS, _HEAD_SECONDS),
            io_timeout=float(cfg.timeout) or _IO_SECONDS,
            limit_line=MAX_REQUEST_LINE if line < 0 else min(line, MAX_REQUEST_LINE),
            limit_fields=fields if 0 < fields <= MAX_HEADERS else MAX_HEADERS,
            limit_field_size=size if size > 0 else MAX_REQUEST_LINE,
            script_name=os.environ.get("SCRIPT_NAME", ""),
            sendfile=cfg.sendfile is not False,
            environ=dict(base_environ(cfg))
            | {
                "wsgi.errors": _ErrorLog(cfg),
                "wsgi.multithread": True,
                "wsgi.url_scheme": "http",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "SCRIPT_NAME": "",
            },
        )


def private_config(cfg: Config) -> Config:
    """Return a copy of gunicorn's configuration that believes no forwarding header.

    SECURITY: gunicorn would take wsgi.url_scheme and SCRIPT_NAME from headers of peers in forwarded_allow_ips
    (127.0.0.1 by default), but only on its own path. Whoever picks the path (an odd header is enough) could
    then pick the scheme. X-Forwarded-* is read in one place, core/http, from the proxies that config.json trusts.
    The C parser is refused because it takes obsolete folding and bare LF as line ends.
    """
    private = copy.copy(cfg)
    private.settings = {name: copy.copy(setting) for name, setting in cfg.settings.items()}
    private.set("secure_scheme_headers", {})
    private.set("forwarder_headers", "")
    private.set("http_parser", "python")
    return private


def needs_gunicorn(cfg: Config) -> bool:
    """Tell whether every connection is gunicorn's from the first byte: TLS, HTTP/2, uwsgi, request hooks."""
    hooked = any(
        cfg.settings[name].get() is not type(cfg.settings[name])().get() for name in ("pre_request", "post_request")
    )
    return bool(cfg.is_ssl) or cfg.http2_cleartext != "off" or getattr(cfg, "protocol", "http") != "http" or hooked
