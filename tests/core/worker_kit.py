"""A real gunicorn on 127.0.0.1 for the worker's tests, and a client that sends exactly the bytes it is told to."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
import pytest

HUBBUB = "hubbub.core.worker.Worker"
STOCK = "gevent"
PATIENCE = 15.0


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait for what a server does after its answer has been sent; tell whether it happened."""
    for _ in range(200):
        if condition():
            return True
        gevent.sleep(0.02)
    return False


@dataclass
class Answer:
    """One parsed response. `complete` is false when the connection ended before the body did."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    complete: bool = True

    @property
    def text(self) -> str:
        return self.body.decode()


class RawClient:
    """A connection that sends raw bytes and reads responses one by one."""

    def __init__(self, port: int, receive_buffer: int = 0) -> None:
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(("127.0.0.1", port))
        self.buffer = b""

    def send(self, data: bytes) -> "RawClient":
        self.sock.sendall(data)
        return self

    def get(self, path: str, *headers: str, method: str = "GET") -> Answer:
        fields = "".join(f"{header}\r\n" for header in headers)
        self.send(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n".encode("latin-1"))
        return self.answer(method)

    def more(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except ConnectionError:
            data = b""
        self.buffer += data
        return bool(data)

    def line_end(self, mark: bytes) -> bytes | None:
        while mark not in self.buffer:
            if not self.more():
                return None
        part, self.buffer = self.buffer.split(mark, 1)
        return part

    def take(self, size: int) -> bytes:
        while len(self.buffer) < size and self.more():
            pass
        part, self.buffer = self.buffer[:size], self.buffer[size:]
        return part

    def answer(self, method: str = "GET") -> Answer:
        """Read one response, an interim 100 being one too. Raises EOFError when the connection ends instead."""
        head = self.line_end(b"\r\n\r\n")
        if head is None:
            raise EOFError(self.buffer)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        result = Answer(int(first.split(" ")[1]), headers)
        if method == "HEAD" or result.status < 200 or result.status in (204, 304):
            return result
        if headers.get("transfer-encoding") == "chunked":
            self._chunks(result)
        elif "content-length" in headers:
            result.body = self.take(int(headers["content-length"]))
            result.complete = len(result.body) == int(headers["content-length"])
        else:
            while self.more():
                pass
            result.body, self.buffer = self.buffer, b""
        return result

    def _chunks(self, result: Answer) -> None:
        while True:
            size = self.line_end(b"\r\n")
            if size is None:
                result.complete = False
                return
            chunk = self.take(int(size, 16) + 2)
            result.complete = chunk.endswith(b"\r\n")
            if size == b"0" or not result.complete:
                return
            result.body += chunk[:-2]

    def statuses(self) -> list[int]:
        """Read until the connection ends; return the status of each response that came."""
        while self.more():
            pass
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", self.buffer)]

    @property
    def ended(self) -> bool:
        """Whether the server has closed: waits for it."""
        return not self.buffer and not self.more()

    def close(self) -> None:
        self.sock.close()


@dataclass
class GunicornServer:
    """One running gunicorn. Everything it wrote is in `log`, what the application did in `trace`."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path
    trace_path: Path
    clients: list[RawClient] = field(default_factory=list)

    def client(self, receive_buffer: int = 0) -> RawClient:
        self.clients.append(RawClient(self.port, receive_buffer))
        return self.clients[-1]

    def get(self, path: str, *headers: str, method: str = "GET") -> Answer:
        return self.client().get(path, *headers, method=method)

    @property
    def trace(self) -> list[str]:
        return self.trace_path.read_text().splitlines()

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def close_clients(self) -> None:
        while self.clients:
            self.clients.pop().close()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        self.close_clients()
        if self.process.poll() is None:
            self.terminate()
        return self.process.wait(PATIENCE)


def start_gunicorn(folder: Path, worker: str, *options: str, unix: bool = False) -> GunicornServer:
    """Run gunicorn with `worker` on a port that is bound before it starts, so that it can't be taken meanwhile."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    folder.mkdir(parents=True, exist_ok=True)
    log, trace = folder / "log", folder / "trace"
    trace.touch()
    big_file = folder / "file"
    big_file.write_bytes(bytes(range(256)) * 2000)
    command = [sys.executable, "-m", "gunicorn", "-k", worker, "-b", f"fd://{listener.fileno()}", "--no-control-socket"]
    command += ["--chdir", str(Path(__file__).parent), *options, "worker_app:application"]
    environ = os.environ | {"WORKER_APP_TRACE": str(trace), "WORKER_APP_FILE": str(big_file)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=environ, pass_fds=[listener.fileno()], cwd=folder
        )
    server = GunicornServer(process, listener.getsockname()[1], log, trace)
    listener.close()
    return server


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, GunicornServer]]:
    """Both workers, running side by side: ours and gunicorn's gevent worker."""
    running: dict[str, GunicornServer] = {}
    try:
        for name in (HUBBUB, STOCK):
            running[name] = start_gunicorn(tmp_path_factory.mktemp("gunicorn"), name, "--keep-alive", "5")
        yield running
    finally:
        for server in running.values():
            server.stop()


@pytest.fixture
def hubbub(servers: dict[str, GunicornServer]) -> Iterator[GunicornServer]:
    yield servers[HUBBUB]
    servers[HUBBUB].close_clients()


@pytest.fixture(params=[HUBBUB, STOCK], ids=["hubbub", "stock"])
def either(request: Any, servers: dict[str, GunicornServer]) -> Iterator[GunicornServer]:
    """Each of the two workers in turn, for what both have to do alike."""
    yield servers[request.param]
    servers[request.param].close_clients()
