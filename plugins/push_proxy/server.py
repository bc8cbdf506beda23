"""The proxy's own HTTP: the push notification service protocol, version, liveness, metrics."""

import hmac
import logging
from typing import Any, Final

import falcon
import msgspec

from hubbub.core.contracts.notifications import NotificationAck
from hubbub.core.contracts.push import ACK_PATH, FAIL, OK, SEND_PATH, PushAnswer, PushMessage
from hubbub.core.metrics import Metrics
from hubbub.core.metrics_text import CONTENT_TYPE, render
from hubbub.core.version import BUILD, VERSION
from hubbub.plugins.push_proxy.delivery import Delivery
from hubbub.plugins.push_proxy.settings import ProxySettings
from hubbub.plugins.push_proxy.throttle import Throttle

MAX_BODY: Final = 65_536
MAX_TOKEN: Final = 1_024
_PAGE: Final = "<!doctype html><title>Hubbub push proxy</title><p>The push proxy is running.</p>\n"
_log = logging.getLogger("hubbub.push_proxy")


class Incoming(PushMessage, kw_only=True):
    """A message as servers of any age send it: nothing is required here, `problem_with` says what is missing."""

    ack_id: str = ""
    platform: str = ""
    server_id: str = ""
    device_id: str = ""
    post_id: str = ""
    is_crt_enabled: bool = False
    is_id_loaded: bool = False
    signature: str = ""


class Proxy:
    """Answers requests. Whatever is wrong with a message is said in the answer's body, with HTTP 200."""

    def __init__(self, settings: ProxySettings, delivery: Delivery, metrics: Metrics) -> None:
        self._settings = settings
        self._delivery = delivery
        self._metrics = metrics
        self._throttle = Throttle(settings.ThrottlePerSec, settings.ThrottleMemoryStoreSize)
        self._throttled = metrics.counter("hubbub_push_proxy_throttled_total", "Requests answered with 429.")
        self._acks = metrics.counter(
            "hubbub_push_proxy_acks_total", "Phones that said they got a message.", ("platform", "type")
        )

    def application(self) -> Any:
        """Return the WSGI application."""
        app: Any = falcon.App()
        app.add_error_handler(Exception, self._bug)
        app.add_route("/", self, suffix="page")
        app.add_route("/version", self, suffix="version")
        app.add_route(SEND_PATH, self, suffix="send")
        app.add_route(ACK_PATH, self, suffix="ack")
        if self._settings.EnableMetrics:
            app.add_route("/metrics", self, suffix="metrics")
        return app

    def on_get_page(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """GET /: it lives."""
        resp.content_type, resp.text = falcon.MEDIA_HTML, _PAGE

    def on_get_version(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """GET /version."""
        resp.data = msgspec.json.encode({"name": "Hubbub push proxy", "version": VERSION, "hash": BUILD})

    def on_get_metrics(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """GET /metrics, if the settings say so."""
        resp.content_type, resp.data = CONTENT_TYPE, render(self._metrics.snapshot())

    def on_post_send(self, req: falcon.Request, resp: falcon.Response) -> None:
        """POST /api/v1/send_push: OK, FAIL with an error, or REMOVE."""
        self._count(req)
        try:
            message = msgspec.json.decode(_body(req), type=Incoming)
        except (msgspec.DecodeError, UnicodeDecodeError):
            _reply(resp, PushAnswer(FAIL, "the message can't be read: it is no JSON of the protocol"))
            return
        problem = self._problem_with(message)
        _reply(resp, PushAnswer(FAIL, problem) if problem else self._delivery.deliver(message))

    def on_post_ack(self, req: falcon.Request, resp: falcon.Response) -> None:
        """POST /api/v1/ack: OK or FAIL."""
        self._count(req)
        try:
            ack = msgspec.json.decode(_body(req), type=NotificationAck)
        except (msgspec.DecodeError, UnicodeDecodeError):
            _reply(resp, PushAnswer(FAIL, "the acknowledgement can't be read: it is no JSON of the protocol"))
            return
        missing = [name for name in ("id", "platform", "type") if not getattr(ack, name)]
        if missing:
            _reply(resp, PushAnswer(FAIL, f"the acknowledgement has no {missing[0]}"))
            return
        # What devices call themselves must not make as many metrics as they like.
        platform = ack.platform if ack.platform in ("ios", "android") else "other"
        kind = ack.type if ack.type in ("message", "clear", "update_badge", "session", "test") else "other"
        self._acks.labels(platform, kind).inc()
        _reply(resp, PushAnswer(OK))

    def _count(self, req: falcon.Request) -> None:
        key = req.get_header(self._settings.ThrottleVaryByHeader) if self._settings.ThrottleVaryByHeader else None
        if not self._throttle.allows((key or req.remote_addr)[:200]):
            self._throttled.inc()
            raise falcon.HTTPTooManyRequests(retry_after=1)

    def _problem_with(self, message: Incoming) -> str:
        for name in ("server_id", "device_id"):
            if not getattr(message, name):
                return f"the message has no {name}"
        allowed = self._settings.AllowedServerIDs
        if allowed and not any(hmac.compare_digest(message.server_id.encode(), one.encode()) for one in allowed):
            return "this proxy doesn't serve that server"
        # SECURITY: it becomes part of an address.
        token = message.device_id
        if len(token) > MAX_TOKEN or not token.isascii() or not all(one.isalnum() or one in "-_:." for one in token):
            return "the device_id is none"
        return ""

    def _bug(self, req: falcon.Request, resp: falcon.Response, error: Exception, _params: Any) -> None:
        _log.error("%s %s failed", req.method, req.path, exc_info=error)
        resp.status = falcon.HTTP_500
        _reply(resp, PushAnswer(FAIL, "the proxy has failed: its log says more"))


def _body(req: falcon.Request) -> bytes:
    if (req.content_length or 0) > MAX_BODY:
        raise falcon.HTTPContentTooLarge(description=f"At most {MAX_BODY} bytes are taken.")
    try:
        body: bytes = req.bounded_stream.read(MAX_BODY + 1)
    except OSError:  # it ended in the middle, or nothing came for too long
        raise falcon.HTTPBadRequest(description="The request's body didn't arrive whole.") from None
    if len(body) > MAX_BODY:
        raise falcon.HTTPContentTooLarge(description=f"At most {MAX_BODY} bytes are taken.")
    return body


def _reply(resp: falcon.Response, answer: PushAnswer) -> None:
    resp.data = msgspec.json.encode(answer)
