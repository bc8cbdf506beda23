"""How long other requests take while something expensive goes on: a large photo, fifty sign-ins at once.

`.venv/bin/python bench/beside.py`. One worker on SQLite; GET /users/me is asked again and again, one at a time.
"""

import io
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from files import RAW, send
from PIL import Image

from hubbub.core.testing import LiveServer
from hubbub.core.testing.factories import PASSWORD

WIDTH, HEIGHT = 6_000, 4_000
SIGN_INS: Final = 50
QUIET_S: Final = 5.0


def photo() -> bytes:
    """Return a picture of 24 megapixels as cameras make them: noise over colours, JPEG."""
    noise = Image.frombytes("RGB", (WIDTH // 8, HEIGHT // 8), os.urandom(WIDTH * HEIGHT * 3 // 64))
    out = io.BytesIO()
    noise.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR).save(out, "JPEG", quality=90)
    return out.getvalue()


def ask(server: LiveServer, token: str, until: Callable[[], bool]) -> list[float]:
    """Return how long each request took (ms), over one connection."""
    head = f"GET /api/v4/users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    times = []
    with closing(socket.create_connection((server.host, server.port))) as connection:
        while not until():
            began = time.perf_counter()
            connection.sendall(head)
            answer = connection.recv(65_536)
            times.append(1000 * (time.perf_counter() - began))
            assert b" 200 " in answer[:20], answer[:200]
            time.sleep(0.002)
    return times


def beside(server: LiveServer, token: str, work: Callable[[], object]) -> tuple[list[float], float]:
    """Return the times of requests while `work` goes on, and how long it took (s)."""
    thread = threading.Thread(target=work)
    began = time.monotonic()
    thread.start()
    times = ask(server, token, lambda: not thread.is_alive())
    return times, time.monotonic() - began


def told(what: str, times: list[float], seconds: float) -> str:
    """Return a line of the table."""
    times = sorted(times)
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    return f"| {what} | {seconds:.1f} s | {len(times)} | {p50:.1f} ms | {p99:.1f} ms | {times[-1]:.0f} ms |"


def run(folder: Path) -> Iterator[str]:
    """Yield a line for each."""
    config: dict[str, Any] = {
        "FileSettings": {"Directory": str(folder / "kept")},
        "RateLimitSettings": {"Enable": False},
    }
    config["PluginSettings"] = {"Plugins": {"auth_password": {"Iterations": 600_000}}}  # tests have fewer
    with LiveServer(config, workers=1, folder=folder) as server:
        alice = server.create_user("alice")
        channel, token = server.create_channel(owner=alice)["id"], str(alice.token)
        end = time.monotonic() + QUIET_S
        yield told("nothing", ask(server, token, lambda: time.monotonic() > end), QUIET_S)
        data = photo()
        path = f"/files?channel_id={channel}&filename=photo.jpg"
        upload = lambda: send(server, token, path, RAW, iter([data]), len(data))  # noqa: E731  (a line, not a block)
        yield told("a photo of 24 megapixels", *beside(server, token, upload))

        def sign_in() -> None:
            threads = [
                threading.Thread(target=lambda: server.client().login("alice", PASSWORD)) for _ in range(SIGN_INS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        yield told(f"{SIGN_INS} sign-ins at once", *beside(server, token, sign_in))


def main() -> None:
    """Print a table."""
    with TemporaryDirectory(prefix="hubbub-bench-beside-") as folder:
        print("| beside | lasts | requests | p50 | p99 | longest |\n| --- | --- | --- | --- | --- | --- |")
        for line in run(Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
