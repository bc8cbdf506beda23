"""One record per request on the logger `hubbub.access`, a JSON line in the log: never a token, never a query."""

import logging
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.http.request import Request
from hubbub.core.log import access_log

SECRET_FIELDS: Final = frozenset({"token", "hook_id", "invite_id", "code", "secret", "email"})
"""Path fields that are as good as a password, or name a person: the route's template is logged instead."""


def write(req: Request, status: int, seconds: float, size: int) -> None:
    """Log one request: `seconds` until the answer was ready, `size` of its body in bytes (-1: streamed)."""
    if not access_log.isEnabledFor(logging.INFO):
        return
    route = req.route
    path = req.path
    if route is not None and not SECRET_FIELDS.isdisjoint(route.names):
        path = route.template
    session = req.known_session
    # PERF: access_log.info() looks for its caller's frame, which costs more than the rest of this function.
    record = logging.LogRecord(access_log.name, logging.INFO, __file__, 0, "request", None, None)
    record.__dict__.update(
        ts=now_ms(),
        method=req.method,
        path=path,
        status=status,
        ms=round(seconds * 1000, 3),
        bytes=size,
        ip=req.ip,
        user_id=session.user_id if session is not None else "",
        request_id=req.request_id,
    )
    access_log.handle(record)
