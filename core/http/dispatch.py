"""From a matched route to its handler and back: session, path fields, one call, the answer rendered."""

from collections.abc import Callable
from typing import Any, Final

import falcon

from hubbub.core.http import body as bodies
from hubbub.core.http import response
from hubbub.core.http.access import Access
from hubbub.core.http.errors import UnknownRoute
from hubbub.core.http.matching import Matcher
from hubbub.core.http.ratelimit import RateLimited, RateLimiter
from hubbub.core.http.request import Request
from hubbub.core.http.response import Response
from hubbub.core.http.routing import Route, Router, resolve_me
from hubbub.core.metrics import CounterChild, HistogramChild, Metrics

Responder = Callable[..., None]
NO_PARAMS: Final[dict[str, str]] = {}
LIMITER_KEYS: Final = 10_000

_NOTHING_HERE: Final = b"There is nothing at this address. Point a Mattermost client here: the API is below /api/v4.\n"


class _EveryMethod(dict[str, Responder]):
    """The method map of what answers any method."""

    def __init__(self, responder: Responder) -> None:
        super().__init__()
        self._responder = responder

    def __missing__(self, _method: str) -> Responder:
        return self._responder


class Endpoint:
    """A route made ready: its responder and its metrics."""

    __slots__ = ("counters", "method_map", "route", "timing")

    def __init__(self, route: Route, responder: Responder, timing: HistogramChild) -> None:
        self.route = route
        self.method_map = {route.method: responder}
        if route.method == "GET":
            self.method_map["HEAD"] = responder
        self.timing = timing
        self.counters: dict[str, CounterChild] = {}


class Dispatcher:
    """The router that falcon asks; `compile()` swaps all routes at once."""

    def __init__(self, access: Access, router: Router, metrics: Metrics) -> None:
        self._access = access
        self._router = router
        self._requests = metrics.counter(
            "hubbub_http_requests_total", "Requests answered", ("route", "method", "status")
        )
        self._seconds = metrics.histogram(
            "hubbub_http_request_duration_seconds", "Time from request to answer", labels=("route", "method")
        )
        self._limiters: dict[Route, RateLimiter] = {}
        self._endpoints: dict[Route, Endpoint] = {}
        self._unknown = _EveryMethod(self._answer_unknown)
        self._options = _EveryMethod(self._answer_options)
        self.compile()

    # -- what falcon's router interface asks for

    def add_route(self, *_: Any, **__: Any) -> None:
        """Refuse: routes are declared on `Router`."""
        raise NotImplementedError("declare routes on hubbub.core.http.Router")

    def find(self, uri: str, req: Any = None) -> tuple[object, dict[str, Responder], dict[str, str], str | None]:
        """Return what answers a request (falcon's router interface)."""
        method = req.method
        routes, values = self._matcher.find(uri, "GET" if method == "HEAD" else method)
        route = routes.get("GET" if method == "HEAD" else method)
        if route is not None:
            req.route = route
            req.path_values = values
            return self, self._endpoints[route].method_map, NO_PARAMS, route.template
        req.path_values = sorted(routes)
        return self, (self._options if routes and method == "OPTIONS" else self._unknown), NO_PARAMS, None

    def compile(self) -> None:
        """Take over the routes that the router has now."""
        endpoints: dict[Route, Endpoint] = {}
        for route in self._router.routes:
            timing = self._seconds.labels(route.template, route.method)
            endpoints[route] = self._endpoints.get(route) or Endpoint(route, self._responder(route), timing)
        matcher = Matcher(endpoints)
        # The old endpoints stay reachable for requests that were matched before the swap.
        self._endpoints = {**self._endpoints, **endpoints}
        self._matcher = matcher
        self._endpoints = endpoints

    def forget_limits(self) -> None:
        """Begin counting anew, after the settings have changed."""
        self._limiters.clear()

    def count(self, req: Request, status: str, seconds: float) -> None:
        """Count an answer under its route's template."""
        route = req.route
        endpoint = self._endpoints.get(route) if route is not None else None
        if endpoint is None:
            self._requests.labels("unknown", _known_method(req.method), status).value += 1
            return
        counter = endpoint.counters.get(status)
        if counter is None:
            labels = (endpoint.route.template, endpoint.route.method, status)
            counter = endpoint.counters[status] = self._requests.labels(*labels)
        counter.value += 1
        endpoint.timing.observe(seconds)

    # -- responders

    def _responder(self, route: Route) -> Responder:
        """Return the function that answers `route`."""
        access = self._access
        handler = route.handler
        required = route.auth == "required"
        status = falcon.code_to_http_status(route.status) if route.status != 200 else ""
        has_me = "user_id" in route.checks

        def respond(req: Request, resp: Response) -> None:
            if route.rate_limit is not None:
                self._limit(route, req)
            if req.env.get("CONTENT_LENGTH"):
                bodies.check_length(req.env, access.body_limit(route))
            if required:
                req.known_session = access.session_required(req)
            if status:
                resp.status = status
            if not route.names:
                response.render(handler(req), resp, req)
                return
            params = route.params(req.path_values)
            if has_me and params["user_id"] == "me":
                session = req.session_or_none
                resolve_me(params, session.user_id if session is not None else None)
            response.render(handler(req, **params), resp, req)

        return respond

    def _limit(self, route: Route, req: Request) -> None:
        """Apply a route's own limit, per address, where rate limits are on at all."""
        if self._access.settings.rate_limits is None or route.rate_limit is None:
            return
        limiter = self._limiters.get(route)
        if limiter is None:
            limiter = self._limiters[route] = RateLimiter(*route.rate_limit, LIMITER_KEYS)
        verdict = limiter.hit(req.ip)
        if not verdict.allowed:
            raise RateLimited(verdict)

    def _answer_options(self, req: Request, resp: Response) -> None:
        resp.status = "204 No Content"
        resp.set_header("allow", _allow(req.path_values))

    def _answer_unknown(self, req: Request, resp: Response) -> None:
        """Answer what no route answers: JSON under /api, elsewhere the fallback or a plain page.

        A known path with another method is as unknown to clients of this API; Allow says what there is.
        """
        if req.path_values:
            resp.set_header("allow", _allow(req.path_values))
            raise UnknownRoute
        if req.path == "/api" or req.path.startswith("/api/"):
            raise UnknownRoute
        fallback = self._router.fallback_handler
        if fallback is not None and req.method in ("GET", "HEAD"):
            response.render(fallback(req), resp, req)
            return
        resp.status = "404 Not Found"
        resp.content_type = "text/plain; charset=utf-8"
        resp.data = (
            b"There is nothing at this address. Point a Mattermost client at this server; its API is in /api/v4.\n"
        )


def _allow(methods: list[str]) -> str:
    names = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return ", ".join(sorted(names))


def _known_method(method: str) -> str:
    # Labels are time series: a hostile client must not make new ones.
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
