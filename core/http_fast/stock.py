"""The way out of the fast path: one request for gunicorn's own parser and response code, then back."""

from io import BytesIO
from typing import Any

from gevent import Timeout
from gunicorn import http
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.workers.base_async import ALREADY_HANDLED
from gunicorn.workers.ggevent import GeventWorker

from hubbub.core.http_fast.connection import Connection
from hubbub.core.http_fast.errors import ApplicationError, RequestTimeout
from hubbub.core.http_fast.settings import MAX_DRAIN, MAX_SMALL_BODY, Environ


def answer_with_gunicorn(worker: GeventWorker, connection: Connection) -> bool:
    """Answer one unusual request, or all of a connection that begins with the PROXY protocol.

    The bytes read so far go back into the parser by its unreader, the way gunicorn itself does after looking for an
    HTTP/2 preface. Returns whether the connection goes on; what the parser read too far is in its buffer again.
    """
    source: Any = connection
    parser = http.get_parser(worker.cfg, source, connection.address)
    parser.unreader.unread(connection.buffer)
    connection.buffer = b""
    connection.parser = parser
    connection.client.settimeout(connection.settings.io_timeout)
    try:
        _requests(worker, connection, parser)
        connection.buffer = parser.unreader.take_buffered()
    except StopIteration:
        if not connection.detached:
            connection.linger()
        return False
    finally:
        connection.parser = None
        connection.reading_body = False
        if not connection.detached:
            connection.client.settimeout(None)
    return True


def _requests(worker: GeventWorker, connection: Connection, parser: Any) -> None:
    """Answer one request, or with the PROXY protocol all that come. Raises StopIteration to end the connection."""
    request: Any = None
    proxy_info: Any = {}
    sticky = worker.cfg.proxy_protocol != "off"
    seconds = connection.settings.keepalive or connection.settings.head_timeout
    try:
        while True:
            request = None
            connection.reading_body = False
            with Timeout(seconds, False):  # type: ignore[arg-type]  # gevent: False raises nothing
                request = next(parser)
            if request is None:
                raise StopIteration
            proxy_info = request.proxy_protocol_info = request.proxy_protocol_info or proxy_info
            connection.start_body()
            worker.handle_request(connection.listener_name, request, connection.client, connection.address)
            if not _skip_body(parser):
                raise StopIteration
            if not sticky:
                return
    except (StopIteration, NoMoreData, RequestTimeout):
        if isinstance(connection.failed, RequestTimeout) and not connection.answering:
            connection.refuse(408)
        raise StopIteration from None
    except OSError as error:
        worker.log.debug("Connection lost: %s", error)
        raise StopIteration from None
    except (Exception, Timeout) as error:
        worker.handle_error(request, connection.client, connection.address, error)
        raise StopIteration from None


def _skip_body(parser: Any) -> bool:
    """Throw away what the application did not read; tell whether the next request can be found.

    SECURITY: where the next request begins is unknown behind a body that is malformed or too long: the connection
    ends. Without a word, as gunicorn's 400 would come behind this request's answer and be taken for the next one's.
    """
    try:
        return bool(parser.finish_body(max_bytes=MAX_DRAIN))
    except (ParseException, OSError):
        return False


def call_for_gunicorn(application: Any, connection: Connection, environ: Environ, start_response: Any) -> Any:
    """Call the application for gunicorn with the same extras in the environ as on the fast path."""
    environ["hubbub.detach"] = connection.detach
    length = environ.get("CONTENT_LENGTH", "0")
    connection.answering = False
    if "HTTP_TRANSFER_ENCODING" not in environ and int(length) <= MAX_SMALL_BODY:
        environ["hubbub.body"] = environ["wsgi.input"].read()
        environ["wsgi.input"] = BytesIO(environ["hubbub.body"])
    try:
        iterable = application(environ, start_response)
    except OSError as error:
        if connection.failed is None:
            # gunicorn would take it for a lost client and not answer. It is the application's: a database is down, say.
            raise ApplicationError("the application raised an OSError") from error
        raise
    failed = connection.failed
    if not connection.detached and failed is None:
        connection.answering = True
        return iterable
    close = getattr(iterable, "close", None)
    if close is not None:
        close()
    if failed is not None:
        raise failed
    return ALREADY_HANDLED
