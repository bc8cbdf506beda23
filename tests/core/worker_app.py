"""A tiny WSGI application that the worker's tests run under a real gunicorn. One path, one behaviour."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent

TRACE = os.environ.get("WORKER_APP_TRACE", "")
BIG_FILE = os.environ.get("WORKER_APP_FILE", "")
_kept: list[Any] = []


def trace(word: str) -> None:
    if TRACE:
        with Path(TRACE).open("a") as file:
            file.write(word + "\n")


class Closing:
    """An iterable that says when it was closed."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        trace("closed")


def shown(value: Any) -> Any:
    if type(value) in (str, int, bool, type(None)) or (type(value) is tuple and all(type(v) is int for v in value)):
        return value
    return f"<{type(value).__name__}>"


def show_environ(environ: dict[str, Any], start: Any) -> list[bytes]:
    body = json.dumps({key: shown(value) for key, value in environ.items()}).encode()
    start("200 OK", [("Content-Type", "application/json")])
    return [body]


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def small(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [repr(environ.get("hubbub.body")).encode()]


def count(environ: dict[str, Any], start: Any) -> list[bytes]:
    total, stream = 0, environ["wsgi.input"]
    while block := stream.read(65536):
        total += len(block)
    start("200 OK", [])
    return [str(total).encode()]


def lines(environ: dict[str, Any], start: Any) -> list[bytes]:
    stream = environ["wsgi.input"]
    first = stream.readline()
    start("200 OK", [])
    return [json.dumps([first.decode(), [line.decode() for line in stream][-1]]).encode()]


def ignore(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [b"ignored"]


def stream(environ: dict[str, Any], start: Any) -> Closing:
    start("200 OK", [])
    return Closing(iter([b"one", b"", b"two", b"three"]))


def sized_stream(environ: dict[str, Any], start: Any) -> Closing:
    start("200 OK", [("Content-Length", "6")])
    return Closing(iter([b"one", b"two"]))


def too_long(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Length", "3")])
    return [b"one", b"two"]


def too_short(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Length", "9")])
    return [b"one"]


def written(environ: dict[str, Any], start: Any) -> list[bytes]:
    write = start("200 OK", [("Content-Length", "6")])
    write(b"one")
    return [b"two"]


def no_content(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("204 No Content", [("Content-Length", "3")])
    return [b"abc"]


def not_modified(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("304 Not Modified", [("ETag", '"x"')])
    return [b"abc"]


def file(environ: dict[str, Any], start: Any) -> Any:
    size = Path(BIG_FILE).stat().st_size
    start("200 OK", [("Content-Length", str(size))])
    return environ["wsgi.file_wrapper"](Path(BIG_FILE).open("rb"))


def file_unsized(environ: dict[str, Any], start: Any) -> Any:
    start("200 OK", [])
    return environ["wsgi.file_wrapper"](Path(BIG_FILE).open("rb"))


def big(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [b"x" * 20_000_000]


def boom(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise RuntimeError("boom")


def boom_os(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise ConnectionRefusedError("the database is down")


def boom_timeout(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise gevent.Timeout(1)


def boom_exit(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise SystemExit(3)


def boom_later(environ: dict[str, Any], start: Any) -> Closing:
    start("200 OK", [])

    def chunks() -> Iterator[bytes]:
        yield b"one"
        raise RuntimeError("boom")

    return Closing(chunks())


def replaced(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("X-Old", "1")])
    try:
        raise RuntimeError("boom")
    except RuntimeError as error:
        start("503 Later", [("X-New", "1")], (RuntimeError, error, error.__traceback__))
    return [b"later"]


def split(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("X-Name", "a\r\nX-Evil: 1\r\n\r\nHTTP/1.1 200 OK")])
    return [b"never"]


def split_name(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("X-Evil: 1\r\nX", "a")])
    return [b"never"]


def silent(environ: dict[str, Any], start: Any) -> list[bytes]:
    return [b"no start_response"]


def text(environ: dict[str, Any], start: Any) -> Any:
    start("200 OK", [])
    return ["text"]


def slow(environ: dict[str, Any], start: Any) -> list[bytes]:
    trace("slow began")
    gevent.sleep(1.5)
    start("200 OK", [])
    return [b"slow"]


def pid(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [str(os.getpid()).encode()]


def swallow(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Do what a framework's catch-all does with a broken upload."""
    try:
        environ["wsgi.input"].read()
    except OSError:
        trace("swallowed")
    start("200 OK", [])
    return [b"swallowed"]


def detach(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Take the socket over and echo on it with a watcher, no greenlet, until the client closes."""
    sock, early = environ["hubbub.detach"]()
    sock.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + early)
    watcher = gevent.get_hub().loop.io(sock.fileno(), 1)
    entry = (sock, watcher)

    def ready() -> None:
        data = sock.recv(65536)
        if data:
            sock.send(data)
        else:
            watcher.stop()
            watcher.close()
            sock.close()
            _kept.remove(entry)

    watcher.start(ready)
    _kept.append(entry)
    start("500 Ignored", [])
    return [b"ignored"]


def detach_boom(environ: dict[str, Any], start: Any) -> list[bytes]:
    detach(environ, start)
    raise RuntimeError("boom after detaching")


def descriptors(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [str(sum(1 for _ in Path("/proc/self/fd").iterdir())).encode()]


def greenlets(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Say how many connections the worker holds greenlets for, this one included."""
    import gc

    from gevent.pool import Pool

    start("200 OK", [])
    return [str(sum(len(pool) for pool in gc.get_objects() if isinstance(pool, Pool))).encode()]


class HubbubApp:
    def start(self) -> None:
        trace(f"start {os.getpid()}")

    def stop(self) -> None:
        trace("stop")
        for sock, watcher in list(_kept):
            watcher.stop()
            watcher.close()
            sock.send(b"bye")
            sock.close()


ROUTES = {
    f"/{function.__name__}": function
    for function in (
        show_environ, echo, small, count, lines, ignore, stream, sized_stream, too_long, too_short, written, no_content,
        not_modified, file, file_unsized, big, boom, boom_os, boom_timeout, boom_exit, boom_later, replaced, split,
        split_name, silent, text, slow, pid, swallow, detach, detach_boom, descriptors, greenlets,
    )
}  # fmt: skip


def application(environ: dict[str, Any], start: Any) -> Any:
    handler = ROUTES.get(environ["PATH_INFO"], show_environ)
    trace(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
    return handler(environ, start)


application.hubbub_app = HubbubApp()
