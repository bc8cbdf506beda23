"""CPU per request of Hubbub's gunicorn worker and of gunicorn's own gevent worker, for a Falcon hello.

Run `python bench/worker_hello.py`. One worker process each, 16 keep-alive connections on 127.0.0.1, in turns; the CPU
time is utime + stime of the worker from /proc, so the load generator's own does not count. Read the ratio: the
absolute figures are the machine's.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import falcon

WORKERS: Final = {"hubbub": "hubbub.core.worker.Worker", "stock gevent": "gevent"}
CONNECTIONS: Final = 16
REQUEST: Final = (
    b"GET /hello HTTP/1.1\r\nHost: localhost:8065\r\nUser-Agent: bench\r\nAccept: application/json\r\n"
    b"Accept-Encoding: gzip\r\nAuthorization: Bearer xxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n"
)


class Hello:
    """A responder that says hello and which process said it."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.data = b'{"hello":"world"}'
        resp.set_header("X-Pid", str(os.getpid()))


def create_app() -> Any:
    app = falcon.App()
    app.add_route("/hello", Hello())
    return app


class Client:
    """Sixteen connections that each have one request under way."""

    def __init__(self, port: int) -> None:
        self.socks = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(CONNECTIONS)]

    def round(self) -> bytes:
        """Send one request on every connection, then read every answer."""
        answer = b""
        for sock in self.socks:
            sock.sendall(REQUEST)
        for sock in self.socks:
            answer = b""
            while not answer.endswith(b"}"):
                data = sock.recv(65536)
                if not data:
                    raise ConnectionError(f"the server closed after {answer!r}")
                answer += data
        return answer

    def worker_pid(self) -> int:
        head = self.round().decode().lower()
        return int(head.split("x-pid: ")[1].split("\r\n")[0])

    def close(self) -> None:
        for sock in self.socks:
            sock.close()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(worker: str) -> tuple[subprocess.Popen[bytes], int]:
    listener = socket.socket()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    command = [sys.executable, "-m", "gunicorn", "-k", worker, "-b", f"fd://{listener.fileno()}", "--no-control-socket"]
    command += ["--keep-alive", "60", "--chdir", str(Path(__file__).parent), "worker_hello:create_app()"]
    process = subprocess.Popen(command, pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL)
    port = listener.getsockname()[1]
    listener.close()
    return process, port


def measure(client: Client, pid: int, requests: int) -> float:
    """Return µs of the worker's CPU time per request."""
    before = cpu_seconds(pid)
    rounds = requests // CONNECTIONS
    for _ in range(rounds):
        client.round()
    return (cpu_seconds(pid) - before) / (rounds * CONNECTIONS) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=16_000, help="requests per measurement")
    parser.add_argument("--repeats", type=int, default=5, help="measurements per worker")
    options = parser.parse_args()
    running = {name: start(worker) for name, worker in WORKERS.items()}
    results: dict[str, list[float]] = {name: [] for name in WORKERS}
    try:
        clients = {name: Client(port) for name, (_, port) in running.items()}
        pids = {name: client.worker_pid() for name, client in clients.items()}
        for _ in range(options.repeats):
            for name, client in clients.items():
                results[name].append(measure(client, pids[name], options.requests))
        for client in clients.values():
            client.close()
    finally:
        for process, _ in running.values():
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    print(f"{'worker':<14}{'best µs':>10}{'median µs':>12}")
    for name, values in results.items():
        print(f"{name:<14}{min(values):>10.0f}{sorted(values)[len(values) // 2]:>12.0f}")


if __name__ == "__main__":
    main()
