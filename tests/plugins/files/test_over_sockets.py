"""Files over real sockets: a line that breaks, a body that is refused, a large one that passes through."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.testing import LiveServer

PIECE = b"0123456789abcdef" * 4096
"""64 KiB."""


@pytest.fixture
def server(live_server: Any, tmp_path: Path) -> LiveServer:
    """Return a server in a process of its own."""
    files = {"Directory": str(tmp_path / "kept"), "MaxFileSize": 64 << 20}
    server: LiveServer = live_server(config={"FileSettings": files})
    return server


def begin(server: LiveServer, client: Any, path: str, length: int) -> socket.socket:
    """Return a connection on which the head of an upload was sent."""
    connection = socket.create_connection((server.host, server.port), timeout=30)
    head = (
        f"POST /api/v4{path} HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {client.token}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    connection.sendall(head.encode())
    return connection


def answer_of(connection: socket.socket) -> tuple[int, Any]:
    """Return the status and the JSON of an answer."""
    data = b""
    while piece := connection.recv(65_536):
        data += piece
    connection.close()
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body) if body else None


def offset(client: Any, upload: dict[str, Any]) -> int:
    """Return how much of an upload is there."""
    return int(client.get(f"/uploads/{upload['id']}").json["file_offset"])


def test_files_pass_through_whole_or_not_at_all(server: LiveServer, tmp_path: Path) -> None:
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    path = f"/files?channel_id={channel['id']}&filename=film.bin"

    connection = begin(server, alice, path, 20 * len(PIECE))
    for _ in range(20):
        connection.sendall(PIECE)
    status, whole = answer_of(connection)
    assert status == 201
    assert alice.get(f"/files/{whole['file_infos'][0]['id']}").body == PIECE * 20

    status, refused = answer_of(begin(server, alice, path, (64 << 20) + 100_000))
    assert (status, refused["id"]) == (413, "api.context.request_body_too_large.app_error")

    body = {"channel_id": channel["id"], "filename": "long.bin", "file_size": 20 * len(PIECE)}
    upload = alice.post("/uploads", body).json
    connection = begin(server, alice, f"/uploads/{upload['id']}", 20 * len(PIECE))
    for _ in range(10):
        connection.sendall(PIECE)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65_536):
        pass  # the server notices, keeps what came, and closes
    connection.close()
    here = offset(alice, upload)
    assert here == 10 * len(PIECE)
    rest = (PIECE * 20)[here:]
    connection = begin(server, alice, f"/uploads/{upload['id']}", len(rest))
    connection.sendall(rest)
    status, info = answer_of(connection)
    assert (status, info["size"]) == (201, 20 * len(PIECE))
    assert alice.get(f"/files/{info['id']}").body == PIECE * 20

    connection = begin(server, alice, path, 20 * len(PIECE))
    connection.sendall(PIECE)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65_536):
        pass
    connection.close()
    assert sorted(file.name for file in (tmp_path / "kept").rglob("*") if file.is_file()) == ["film.bin", "long.bin"]
