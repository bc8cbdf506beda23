"""The life of a connection on the fast path: head, body, application, answer, and again."""

from datetime import datetime
from io import BytesIO
from typing import Any, Final, Protocol

from greenlet import GreenletExit

from hubbub.core.http_fast.body import StreamedBody, buffered
from hubbub.core.http_fast.connection import (
    HEAD_CLOSED,
    HEAD_LONG_LINE,
    HEAD_ODD,
    HEAD_TOO_LARGE,
    Connection,
)
from hubbub.core.http_fast.errors import IdleTimeout, RequestTimeout
from hubbub.core.http_fast.parse import parse_head
from hubbub.core.http_fast.respond import Response
from hubbub.core.http_fast.settings import MAX_DRAIN, MAX_SMALL_BODY, Environ, Settings

_REFUSALS: Final = {HEAD_LONG_LINE: 414, HEAD_TOO_LARGE: 431}


class Server(Protocol):
    """What a connection needs from its worker."""

    alive: bool
    settings: Settings
    application: Any
    log: Any
    access_log: bool

    def count_request(self) -> None:
        """Count one more request; `alive` turns false when it was the last one this worker takes."""

    def answer_unusual(self, connection: Connection) -> bool:
        """Let gunicorn parse and answer what is in the connection's buffer; tell whether the connection goes on."""


def serve(connection: Connection, server: Server) -> None:
    """Answer the requests of one connection until it ends, is given away or breaks; then close it."""
    fresh = True
    try:
        while True:
            end = connection.read_head(fresh, server.alive)
            fresh = False
            if end == HEAD_CLOSED:
                return
            if end < 0 and end != HEAD_ODD:
                connection.refuse(_REFUSALS[end])
                return
            parsed = parse_head(connection.buffer, end, connection.base, server.settings) if end >= 0 else None
            if parsed is None:
                if not server.answer_unusual(connection):
                    return
            elif not _answer(connection, server, parsed[0], parsed[1], end + 4):
                return
    except IdleTimeout:
        pass
    except RequestTimeout:
        connection.refuse(408)
    except OSError as error:
        server.log.debug("Connection lost: %s", error)
    finally:
        connection.close()


def _answer(connection: Connection, server: Server, environ: Environ, length: int, start: int) -> bool:
    """Call the application for one request and send its answer; tell whether the connection goes on."""
    server.count_request()
    if "SERVER_NAME" not in environ:
        _name_server(environ)
    stream = None
    if length > MAX_SMALL_BODY:
        stream = StreamedBody(connection, start, length)
        environ["wsgi.input"] = buffered(stream)
    else:
        body = connection.read_body(start, length)
        environ["wsgi.input"] = BytesIO(body)
        environ["hubbub.body"] = body
    wish = environ.get("HTTP_CONNECTION")
    close = not server.settings.keepalive or (wish is not None and "close" in wish.lower())
    response = Response(connection, environ["REQUEST_METHOD"], close)
    started = datetime.now() if server.access_log else None
    refusal = 0
    try:
        _run(connection, server, environ, response, stream)
    except GreenletExit:
        raise
    except BaseException as error:  # an application may raise anything, gevent.Timeout and SystemExit included
        refusal = _judge(connection, server, environ, response, error)
    if started is not None:
        server.log.access(response, _request_headers(environ), environ, datetime.now() - started)
    return _go_on(connection, response, stream, refusal)


def _go_on(connection: Connection, response: Response, stream: StreamedBody | None, refusal: int) -> bool:
    """Leave the connection ready for its next request, or end it; tell which."""
    if connection.detached:
        return False
    remaining = stream.remaining if stream is not None else 0
    if refusal and not response.headers_sent:
        connection.refuse(refusal, unread=remaining > 0)
        return False
    if response.close or refusal:
        connection.end(unread=remaining > 0)
        return False
    return stream is None or _drain(stream)


def _run(connection: Connection, server: Server, environ: Environ, response: Response, stream: Any) -> None:
    """Call the application, send what it returns, close that whatever happens."""
    iterable = None
    try:
        iterable = server.application(environ, response.start)
        if connection.detached:
            return
        if connection.failed is not None:
            # The application swallowed the error of a broken upload: what it made of half a body is not the answer.
            raise connection.failed
        if not server.alive or (stream is not None and stream.remaining > MAX_DRAIN):
            response.close = True
        response.finish(iterable, server.settings.sendfile)
    finally:
        close = getattr(iterable, "close", None)
        if close is not None:
            close()


def _drain(stream: StreamedBody) -> bool:
    """Throw away what the application did not read; tell whether it came. The request has been answered already."""
    try:
        stream.drain()
    except OSError:
        return False
    return True


def _judge(connection: Connection, server: Server, environ: Environ, response: Response, error: BaseException) -> int:
    """Log what went wrong; return the status to answer with if no head was sent yet, 0 for a client that is gone."""
    lost = connection.failed
    if lost is None:
        server.log.error("Error handling request %s %s", environ["REQUEST_METHOD"], environ["RAW_URI"], exc_info=error)
        status = 500
    else:
        server.log.debug("Connection lost: %s", lost)
        status = 408 if isinstance(lost, RequestTimeout) else 0
    response.close = True
    if not response.headers_sent:
        response.status = str(status or 499)
    return status


def _name_server(environ: Environ) -> None:
    """Derive SERVER_NAME and SERVER_PORT from Host on a Unix socket, as gunicorn does."""
    name, *port = environ["HTTP_HOST"].split(":")
    environ["SERVER_NAME"] = name
    environ["SERVER_PORT"] = port[0] if port else "80"


def _request_headers(environ: Environ) -> list[tuple[str, str]]:
    """Return the request's headers as gunicorn's access log wants them."""
    return [(key[5:].replace("_", "-"), value) for key, value in environ.items() if key.startswith("HTTP_")]
