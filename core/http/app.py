"""The WSGI application: one falcon app, one way in and one way out for every request."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import falcon

from hubbub.core.contracts.errors import AppError, BadRequest, InvalidUrlParam, SessionExpired, Unavailable
from hubbub.core.contracts.sessions import Session, SessionService
from hubbub.core.http import access_log, errors, ratelimit, response
from hubbub.core.http.access import SAFE_METHODS, Access
from hubbub.core.http.cookies import cleared_cookies
from hubbub.core.http.dispatch import Dispatcher
from hubbub.core.http.headers import REQUEST_ID, RETRY_AFTER, VERSION_ID
from hubbub.core.http.ratelimit import RateLimited, RateLimiter
from hubbub.core.http.request import Request
from hubbub.core.http.response import Response
from hubbub.core.http.routing import Route, Router
from hubbub.core.http.settings import HttpSettings, http_settings
from hubbub.core.ids import new_id
from hubbub.core.log import request_id
from hubbub.core.metrics import Metrics

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
TOO_LONG: Final = "basic_security_check.url.too_long_error"

log = logging.getLogger("hubbub.http")


class UrlTooLong(BadRequest):
    id = TOO_LONG
    status_code = 414
    message = "The address is too long."


class HttpApp:
    """Serves the routes of a router. A WSGI callable; `rebuild()` after the routes have changed.

    `config_store` is a `ConfigStore` (`.current`, `.subscribe`); `sessions` returns the session service, or None while
    no plugin provides one; `version_id` returns the text of X-Version-Id; `mfa_passed` says whether a session has the
    second factor that settings demand; `tell_answered` is called after each request that isn't a GET.
    """

    def __init__(
        self,
        config_store: Any,
        router: Router,
        sessions: Callable[[], SessionService | None],
        metrics: Metrics | None = None,
        version_id: Callable[[], str] = lambda: "",
        mfa_passed: Callable[[Session], bool] = lambda _session: True,
        tell_answered: Callable[[Request, Route, int], None] = lambda _req, _route, _status: None,
    ) -> None:
        self.router = router
        self.settings: HttpSettings = http_settings(config_store.current)
        self.access = Access(self.settings, sessions, mfa_passed)
        self.version_id = version_id
        self._tell_answered = tell_answered
        self._metrics = metrics or Metrics()
        self._limiter = _limiter(self.settings)
        self._dispatcher = Dispatcher(self.access, router, self._metrics)
        self._common: dict[tuple[bool, str], dict[str, str]] = {}
        self._falcon = self._build()
        config_store.subscribe(lambda _old, new: self.use_config(new))

    def _build(self) -> falcon.App[Request, Response]:
        router: Any = self._dispatcher  # falcon takes any object with add_route and find; its hints name one class
        app: falcon.App[Request, Response] = falcon.App(
            request_type=Request,
            response_type=Response,
            router=router,
            middleware=[_Middleware(self)],
        )
        app.req_options.strip_url_path_trailing_slash = True
        app.add_error_handler(Exception, self._on_error)
        app.add_error_handler(falcon.HTTPError, self._on_error)
        return app

    def use_config(self, config: Any) -> None:
        """Take a new configuration over, for the requests that begin from now on."""
        before = self.settings.rate_limits
        self.settings = self.access.settings = http_settings(config)
        self._common = {}
        if self.settings.rate_limits != before:
            self._limiter = _limiter(self.settings)
            self._dispatcher.forget_limits()

    def rebuild(self) -> None:
        """Serve the routes that the router has now; requests on their way finish with the old ones."""
        self._dispatcher.compile()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        try:
            if self.settings.subpath:
                strip_subpath(environ, self.settings.subpath)
            return self._falcon(environ, start_response)
        except Exception:
            # What comes here was wrong before falcon's own error handling began; it must not reach the worker.
            log.exception("request could not be handled", extra={"path": environ.get("PATH_INFO", "")})
            return self.refuse(errors.as_app_error(RuntimeError()), start_response)

    def refuse(self, error: AppError, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with an error where no request can be handled."""
        status, body = errors.render(error, new_id(), hardened=self.settings.hardened)
        headers = [("content-type", "application/json")]
        if status == 503 and isinstance(error, Unavailable):
            headers.append((RETRY_AFTER, str(error.retry_after_s)))
        start_response(falcon.code_to_http_status(status), headers)
        return [body]

    def begin(self, req: Request, resp: Response) -> None:
        """Do what comes before the route: checks that hold for every request, CORS preflight, rate limit."""
        req.access = self.access
        request_id.set(req.request_id)
        settings = self.settings
        query = req.query_string
        if query and ("%00" in query or "\x00" in query):
            raise InvalidUrlParam("query")
        if len(req.path) + len(query) > settings.url_limit:
            raise UrlTooLong
        if "\x00" in req.path:
            raise InvalidUrlParam("path")
        limits = settings.rate_limits
        if limits is not None and self._limiter is not None:
            verdict = self._limiter.hit(ratelimit.general_key(req, limits))
            resp.merge(verdict.headers())
            if not verdict.allowed:
                raise RateLimited(verdict)
        if req.method == "OPTIONS" and settings.cors is not None:
            self._preflight(req, resp)

    def _preflight(self, req: Request, resp: Response) -> None:
        origin = req.env.get("HTTP_ORIGIN")
        cors = self.settings.cors
        if cors is None or origin is None or "HTTP_ACCESS_CONTROL_REQUEST_METHOD" not in req.env:
            return
        resp.merge(cors.preflight(origin, req.env.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")))
        resp.status = "204 No Content"
        resp.complete = True

    def finish(self, req: Request, resp: Response) -> None:
        """Do what comes after the route: common headers, CORS, gzip, access log, metrics."""
        settings = self.settings
        env = req.env
        data = resp.data
        if data is not None and len(data) >= 1400 and settings.gzip:
            response.compress(resp, env.get("HTTP_ACCEPT_ENCODING"))
            data = resp.data
        policy = resp.get_header("content-security-policy")
        resp.merge(self._common_headers(req.is_secure))
        if policy is not None:
            # Both hold: browsers apply each policy of the list.
            resp.merge({"content-security-policy": f"{resp.get_header('content-security-policy')}, {policy}"})
        resp.merge({REQUEST_ID: req.request_id})
        if req.method == "GET" and resp.get_header("expires") is None:
            resp.merge({"expires": "0"})
        if settings.cors is not None and "HTTP_ORIGIN" in env and not resp.complete:
            for name, value in settings.cors.headers(env["HTTP_ORIGIN"]).items():
                resp.add_vary(value) if name == "vary" else resp.merge({name: value})
        size = len(data) if data is not None else (-1 if resp.stream is not None else 0)
        seconds = time.perf_counter() - req.started
        status = str(resp.status)[:3]
        self._dispatcher.count(req, status, seconds)
        if req.route is not None and req.method not in SAFE_METHODS:
            self._tell_answered(req, req.route, int(status))
        if settings.log_access:
            access_log.write(req, int(status), seconds, size)
        # The greenlet lives on between the requests of a connection.
        request_id.set("")

    def _common_headers(self, secure: bool) -> dict[str, str]:
        version = self.version_id()
        common = self._common.get((secure, version))
        if common is None:
            if len(self._common) > 8:
                self._common.clear()
            chosen = self.settings.secure_headers if secure else self.settings.headers
            common = self._common[secure, version] = {**chosen, VERSION_ID: version} if version else dict(chosen)
        return common

    def _on_error(self, req: Request, resp: Response, error: Exception, _params: Any, **_: Any) -> None:
        """Turn what left a handler into an answer, once."""
        resp.stream = None
        if isinstance(error, RateLimited):
            resp.merge(error.verdict.headers())
            resp.status = "429 Too Many Requests"
            resp.content_type = "text/plain; charset=utf-8"
            resp.data = ratelimit.TEXT
            return
        named = errors.as_app_error(error)
        req.error_id = named.error_id
        if named.status >= 500:
            self._log_failure(req, error, named)
        settings = self.settings
        status, body = errors.render(named, req.request_id, developer=settings.developer, hardened=settings.hardened)
        resp.status = falcon.code_to_http_status(status)
        resp.content_type = "application/json"
        resp.data = body
        if status == 503 and isinstance(named, Unavailable):
            resp.merge({RETRY_AFTER: str(named.retry_after_s)})
        if status == 401 and req.token_in_cookie and type(named) is SessionExpired:
            for cookie in cleared_cookies(req, settings.config):
                resp.append_header("set-cookie", cookie)

    def _log_failure(self, req: Request, error: Exception, named: AppError) -> None:
        session = req.known_session
        fields = {
            "method": req.method,
            "route": req.route.template if req.route is not None else "",
            "user_id": session.user_id if session is not None else "",
        }
        # A named error says what is wrong by itself; its stack matters where another error caused it.
        shown = error if not isinstance(error, AppError) or error.__cause__ is not None else None
        log.error("%s (request %s)", named.error_id, req.request_id, exc_info=shown, extra=fields)


class _Middleware:
    """The one middleware: falcon calls it before the route and after it."""

    def __init__(self, app: HttpApp) -> None:
        self.process_request = app.begin
        self._finish = app.finish

    def process_response(self, req: Request, resp: Response, _resource: object, _succeeded: bool) -> None:
        """Finish the answer, also after an error."""
        self._finish(req, resp)


def strip_subpath(environ: Environ, subpath: str) -> None:
    """Move the SiteURL's path from PATH_INFO to SCRIPT_NAME; a path without it is left as it is."""
    path = environ["PATH_INFO"]
    if path.startswith(subpath) and (len(path) == len(subpath) or path[len(subpath)] == "/"):
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + subpath
        environ["PATH_INFO"] = path[len(subpath) :] or "/"


def _limiter(settings: HttpSettings) -> RateLimiter | None:
    limits = settings.rate_limits
    return RateLimiter(limits.per_second, limits.burst, limits.keys) if limits is not None else None
