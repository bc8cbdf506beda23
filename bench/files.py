"""Files over loopback: how fast a large one goes up and comes down, what it costs, what memory it takes.

`.venv/bin/python bench/files.py [--mib 1024] [--folder /a/disk]`. One worker, driver local, raw sockets, so that the
client costs little. CPU is the worker's own, memory its peak above what it had before.
"""

import argparse
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from hubbub.core.testing import LiveServer

PIECE: Final = os.urandom(1 << 20)
MIB: Final = 1 << 20
TICKS: Final = os.sysconf("SC_CLK_TCK")
RAW: Final = "application/octet-stream"
EDGE: Final = "frontier"


class Worker:
    """The process that serves: its CPU seconds and memory in KiB."""

    def __init__(self, server: LiveServer) -> None:
        master = server.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        self._folder = Path("/proc") / children[-1]

    def cpu(self) -> float:
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, key: str = "VmRSS") -> int:
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))

    def forget_peak(self) -> None:
        (self._folder / "clear_refs").write_text("5")


def send(server: LiveServer, token: str, path: str, kind: str, body: Iterator[bytes], length: int) -> Any:
    """Return the JSON of the answer to a body that is sent in pieces."""
    head = (
        f"POST /api/v4{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    with closing(socket.create_connection((server.host, server.port))) as connection:
        connection.sendall(head.encode())
        for piece in body:
            connection.sendall(piece)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
    status, _, rest = answer.partition(b"\r\n\r\n")
    assert b" 201 " in status.splitlines()[0], answer[:500]
    return json.loads(rest)


def receive(server: LiveServer, token: str, path: str) -> int:
    """Return how many bytes an answer has, head and all."""
    buffer, size = bytearray(1 << 20), 0
    with closing(socket.create_connection((server.host, server.port))) as connection:
        head = f"GET /api/v4{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        while count := connection.recv_into(buffer):
            size += count
    return size


def run(folder: Path, mib: int) -> Iterator[str]:
    """Yield a line for each way."""
    size = mib * MIB
    config = {"FileSettings": {"Directory": str(folder / "kept"), "MaxFileSize": size + 1}}
    with LiveServer(config, workers=1, folder=folder) as server:
        alice = server.create_user("alice")
        channel, token = server.create_channel(owner=alice)["id"], str(alice.token)
        worker = Worker(server)
        found: dict[str, Any] = {}

        def raw() -> None:
            path = f"/files?channel_id={channel}&filename=raw.bin"
            found["id"] = send(server, token, path, RAW, (PIECE for _ in range(mib)), size)["file_infos"][0]["id"]

        def form() -> None:
            begin = (
                f'--{EDGE}\r\nContent-Disposition: form-data; name="channel_id"\r\n\r\n{channel}\r\n--{EDGE}\r\n'
                'Content-Disposition: form-data; name="files"; filename="form.bin"\r\n\r\n'
            ).encode()
            end = f"\r\n--{EDGE}--\r\n".encode()
            body = (piece for pieces in ([begin], (PIECE for _ in range(mib)), [end]) for piece in pieces)
            send(server, token, "/files", f"multipart/form-data; boundary={EDGE}", body, len(begin) + size + len(end))

        def session() -> None:
            wanted = {"channel_id": channel, "filename": "session.bin", "file_size": size}
            upload = alice.post("/uploads", wanted).json["id"]
            send(server, token, f"/uploads/{upload}", RAW, (PIECE for _ in range(mib)), size)

        def download() -> None:
            assert receive(server, token, f"/files/{found['id']}") > size

        for name, act in (("up, raw", raw), ("up, form", form), ("up, /uploads", session), ("down", download)):
            worker.forget_peak()
            idle, cpu, began = worker.memory(), worker.cpu(), monotonic()
            act()
            passed, spent = monotonic() - began, worker.cpu() - cpu
            peak = (worker.memory("VmHWM") - idle) / 1024
            yield f"| {name} | {mib / passed:.0f} MiB/s | {spent * 1024 / mib:.2f} s | {peak:.0f} MiB |"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="hubbub-bench-files-", dir=options.folder) as folder:
        print("| way | speed | CPU per GiB | memory above idle |\n| --- | --- | --- | --- |")
        for line in run(Path(folder), options.mib):
            print(line, flush=True)


if __name__ == "__main__":
    main()
