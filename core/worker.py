"""The gunicorn worker: gevent, with a fast path for simple requests and sockets that can be given away."""

import os
import socket
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, Final

import gevent
from gevent.pool import Pool
from gevent.server import StreamServer
from gevent.socket import socket as GeventSocket
from gevent.socket import wait_read
from gunicorn.sock import ssl_context
from gunicorn.workers.base_async import ALREADY_HANDLED
from gunicorn.workers.ggevent import GeventWorker

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.http_fast.connection import Connection
from hubbub.core.http_fast.serve import serve
from hubbub.core.http_fast.settings import Environ, Settings, needs_gunicorn, private_config
from hubbub.core.http_fast.stock import answer_with_gunicorn, call_for_gunicorn
from hubbub.core.http_fast.tls import TlsServer
from hubbub.core.listen import plain_peer

_BEAT_SECONDS: Final = 1.0
_QUICK_STOP_SECONDS: Final = 2.0
_START_AGAIN_SECONDS: Final = 1.0


class Worker(GeventWorker):
    """Serve simple HTTP/1.1 requests with one parse and one send; leave the rest to gunicorn's own code.

    If the WSGI callable has an attribute `hubbub_app`, its `start()` is called once in the worker process before the
    first connection, and its `stop()` at the end, before the worker waits for the requests in flight.
    Beyond PEP 3333 the environ has

    - `hubbub.body`: the body as bytes, where it is at most 64 KiB and not chunked;
    - `hubbub.detach`: call it to take the socket over (see `Connection.detach`); absent under TLS.
    """

    on_stop: list[Callable[[], None]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cfg = private_config(self.cfg)
        self.settings = Settings.of(self.cfg)
        self.access_log = bool(self.log.access_log_enabled)
        self.connections: dict[GeventSocket, Connection] = {}
        self.application: Any = None
        self.on_stop = []
        # Kept because a connection may be accepted just before its listener is closed, and handled after.
        self._names: dict[GeventSocket, Any] = {}
        self._all_to_gunicorn = needs_gunicorn(self.cfg)

    # -- gunicorn's hooks

    def load_wsgi(self) -> None:
        """Load the application and start it: a failure here stops the master instead of restarting for ever."""
        super().load_wsgi()
        self.application = self.wsgi
        stock: Any = self._call_application
        self.wsgi = stock
        hosted = getattr(self.application, "hubbub_app", None)
        if hosted is not None:
            self._start_hosted(hosted)
            self.on_stop.append(hosted.stop)

    def _start_hosted(self, hosted: Any) -> None:
        """Start the application, later if its database can't be used now: a master ends when a worker can't boot.

        Until then each request is answered with what is wrong.
        """
        if not self._try_to_start(hosted):
            waiting = gevent.spawn(self._start_later, hosted)
            self.on_stop.append(waiting.kill)

    def _start_later(self, hosted: Any) -> None:
        while not self._try_to_start(hosted):
            gevent.sleep(_START_AGAIN_SECONDS)

    def _try_to_start(self, hosted: Any) -> bool:
        error = self._start_beating(hosted)
        if isinstance(error, Unavailable) and not hosted.started:
            self.log.error("Worker can't start yet (pid:%s): %s", self.pid, error.error_id)
            return False
        if isinstance(error, Unavailable):
            raise SystemExit(1) from error  # it stands half: the master starts another worker
        if error is not None:
            raise error
        return True

    def _start_beating(self, hosted: Any) -> BaseException | None:
        """Start it while the heart beats: a database may hang, or a migration take its time. Return what it raised."""
        raised: list[BaseException] = []

        def start() -> None:
            try:
                hosted.start()
            except BaseException as error:
                raised.append(error)

        starting = gevent.spawn(start)
        while not starting.ready():
            if not self.alive:
                raise SystemExit(0)
            self.notify()
            starting.join(timeout=_BEAT_SECONDS)
        return raised[0] if raised else None

    def handle(self, listener: GeventSocket, client: GeventSocket, addr: Any) -> None:
        """Serve one connection in its greenlet."""
        addr = plain_peer(addr)
        if self._all_to_gunicorn:
            super().handle(listener, client, addr)
            return
        client.setblocking(True)
        connection = Connection(client, addr, self._names[listener], self.settings)
        self.connections[client] = connection
        try:
            serve(connection, self)
        finally:
            del self.connections[client]

    def is_already_handled(self, respiter: object) -> bool:
        """End gunicorn's loop for a connection that was given away; it would go on reading a dead socket."""
        if respiter is ALREADY_HANDLED:
            raise StopIteration
        return False

    def run(self) -> None:
        """Accept connections until told to stop; then let what is in flight finish, for graceful_timeout seconds."""
        servers = [self._listen(sock) for sock in self.sockets]
        try:
            while self.alive:
                self._beat()
        except BaseException:
            self._run_on_stop(_QUICK_STOP_SECONDS)
            raise
        self._stop(servers)

    # -- what the connections call

    def count_request(self) -> None:
        """Count one more request; see `Server.count_request`."""
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
            os.write(self.PIPE[1], b"1")

    def answer_unusual(self, connection: Connection) -> bool:
        """Let gunicorn answer; see `Server.answer_unusual`."""
        return answer_with_gunicorn(self, connection)

    def _call_application(self, environ: Environ, start_response: Any) -> Any:
        connection = self.connections.get(environ["gunicorn.socket"])
        if connection is None:
            return self.application(environ, start_response)
        return call_for_gunicorn(self.application, connection, environ, start_response)

    # -- start and stop

    def _listen(self, sock: Any) -> StreamServer:
        sock.setblocking(True)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            # gunicorn does not set it on listeners that it is given (fd://, systemd): chunks would wait for ACKs.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._names[sock] = sock.getsockname()
        server = self._server(sock)
        if self.cfg.workers > 1:
            server.max_accept = 1
        server.start()
        return server

    def _server(self, sock: Any) -> StreamServer:
        handle, pool = partial(self.handle, sock), Pool(self.worker_connections)
        if not self.cfg.is_ssl:
            return StreamServer(sock, handle=handle, spawn=pool)
        seconds = self.settings.head_timeout
        return TlsServer(sock, context=ssl_context(self.cfg), seconds=seconds, handle=handle, spawn=pool)

    def _beat(self) -> None:
        """Tell the master that we live, end the waits whose time is over, and sleep until the next beat or a signal."""
        self.notify()
        now = monotonic()
        for connection in list(self.connections.values()):
            connection.expire(now)
        try:
            wait_read(self.PIPE[0], timeout=_BEAT_SECONDS)
            os.read(self.PIPE[0], 4096)
        except (TimeoutError, BlockingIOError):
            pass

    def _stop(self, servers: list[StreamServer]) -> None:
        deadline = monotonic() + self.cfg.graceful_timeout
        pools = [server.pool for server in servers if server.pool is not None]
        for server in servers:
            server.close()
            if isinstance(server, TlsServer):
                server.end_handshakes()
        self._run_on_stop(self.cfg.graceful_timeout)
        while any(pools):
            if monotonic() > deadline:
                self.log.warning("Worker graceful timeout (pid:%s)", self.pid)
                for server in servers:
                    server.stop(timeout=1)
                return
            self.notify()
            now = monotonic()
            for connection in list(self.connections.values()):
                connection.expire_if_idle(now)
                connection.expire(now)
            for pool in pools:
                pool.join(timeout=min(_BEAT_SECONDS, max(deadline - now, 0.01)))

    def _run_on_stop(self, seconds: float) -> None:
        """Call what wants to know that the worker stops, for at most `seconds`; the heart goes on beating."""
        callbacks, self.on_stop = self.on_stop, []
        running = gevent.spawn(self._call_all, callbacks)
        deadline = monotonic() + seconds
        while not running.ready() and monotonic() < deadline:
            self.notify()
            running.join(timeout=_BEAT_SECONDS)

    def _call_all(self, callbacks: list[Callable[[], None]]) -> None:
        for callback in callbacks:
            try:
                callback()
            except Exception:
                self.log.exception("Error while stopping the worker")
