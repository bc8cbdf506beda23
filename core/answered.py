"""Tells plugins of requests that may have changed something: the hook `request_has_been_answered`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hubbub.core.contracts.audit import AnsweredRequest
from hubbub.core.http.request import Request
from hubbub.core.http.routing import Route

if TYPE_CHECKING:
    from hubbub.core.app import App

MAX_BODY: Final = 16_384


def tell_answered(app: "App") -> Callable[[Request, Route, int], None]:
    """Return what core/http calls after each request that isn't a GET."""

    def tell(req: Request, route: Route, status: int) -> None:
        if app.hooks.has("request_has_been_answered"):
            app.hooks.tell("request_has_been_answered", request=_record(req, route, status))

    return tell


def _record(req: Request, route: Route, status: int) -> AnsweredRequest:
    session = req.known_session
    user_id = session.user_id if session is not None else ""
    params = dict(zip(route.names, req.path_values, strict=False))
    if params.get("user_id") == "me":
        params["user_id"] = user_id
    return AnsweredRequest(
        request_id=req.request_id,
        event=f"{route.owner}.{getattr(route.handler, '__name__', 'handler')}",
        method=req.method,
        route=route.template,
        params=params,
        user_id=user_id,
        session_id=session.id if session is not None else "",
        ip_address=req.ip,
        user_agent=req.user_agent,
        status=status,
        error_id=req.error_id,
        body=req.body_read if len(req.body_read) <= MAX_BODY else b"",
    )
