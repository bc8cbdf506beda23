"""One JSON line per request on the logger `hubbub.access`: never a token, never a query."""

import logging
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.http.request import Request

SECRET_FIELDS: Final = frozenset({"token", "hook_id", "invite_id", "code", "secret", "email"})
"""Path fields that are as good as a password, or name a person: the route's template is logged instead."""

log = logging.getLogger("hubbub.access")


class AccessLine(msgspec.Struct):
    """What is known about a request that was answered. `ts` and `ms` in ms, `bytes` of the body (-1: streamed)."""

    ts: int
    method: str
    path: str
    status: int
    ms: float
    bytes: int
    ip: str
    user_id: str
    request_id: str


def write(req: Request, status: int, seconds: float, size: int) -> None:
    """Log one request. Its record's message is the JSON line, so a handler only has to print it."""
    if not log.isEnabledFor(logging.INFO):
        return
    route = req.route
    path = req.path
    if route is not None and not SECRET_FIELDS.isdisjoint(route.names):
        path = route.template
    session = req.known_session
    line = AccessLine(
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
    # PERF: log.info() looks for its caller's frame, which costs more than the rest of this function.
    log.handle(logging.LogRecord(log.name, logging.INFO, __file__, 0, json.encode_str(line), None, None))
