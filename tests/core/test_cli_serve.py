"""`hubbub serve`: real servers, started, reloaded, killed and stopped."""

import json
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import gevent
import pytest

from hubbub.core.listen import ListenAddress
from hubbub.tests.core.cli_kit import Server, hubbub, write_config

Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    servers: list[Server] = []

    def start_one(*arguments: str) -> Server:
        servers.append(Server(tmp_path, *arguments))
        return servers[-1]

    yield start_one
    for server in servers:
        server.stop()


def refused(folder: Path, *arguments: str) -> str:
    """Run a server that must not start, and return the one line that it says."""
    done = hubbub(folder, "serve", *arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    return line


def eventually(condition: Callable[[], bool]) -> None:
    with gevent.Timeout(30):
        while not condition():
            gevent.sleep(0.05)


def test_the_first_start_makes_what_it_needs_and_says_where_it_is(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start()
    assert server.ping()["status"] == "OK"
    assert str(tmp_path / "config.json") in "".join(server.said)
    assert (tmp_path / "data" / "hubbub.db").stat().st_mode & 0o007 == 0
    assert server.stop() == 0
    assert not [file for file in (tmp_path / "data" / "run").iterdir() if file.suffix == ".bus"]


@pytest.mark.optional_elsewhere("needs IPv6 and IPv4 in one socket, which containers often lack")
def test_every_address_is_one_of_ipv6_and_of_ipv4_and_clients_keep_theirs(tmp_path: Path, start: Start) -> None:
    if ListenAddress("", 0).bind.startswith("0.0.0.0"):
        pytest.skip("this machine has no IPv6 beside IPv4")
    forwarded = {"X-Forwarded-For": "198.51.100.9"}
    write_config(
        tmp_path, HubbubSettings={"LogAccess": True, "TrustedProxies": ["127.0.0.1"]}, LogSettings={"ConsoleJson": True}
    )
    server = start("--listen", ":0")
    port = urlsplit(server.url).port
    for host, headers in [("127.0.0.1", {}), ("[::1]", forwarded), ("127.0.0.1", forwarded)]:
        request = urllib.request.Request(f"http://{host}:{port}/api/v4/system/ping?seen", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200

    def addresses() -> list[str]:
        return [json.loads(line)["ip"] for line in server.said if '"ip"' in line]

    eventually(lambda: len(addresses()) >= 4)
    # Only the proxy on 127.0.0.1 is trusted.
    assert addresses()[-3:] == ["127.0.0.1", "::1", "198.51.100.9"]


def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start()
    line = refused(tmp_path, "--listen", "127.0.0.1:0")
    assert str(server.process.pid) in line
    assert server.ping()["status"] == "OK"


def test_a_port_in_use_is_one_line_with_a_remedy(tmp_path: Path) -> None:
    write_config(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        line = refused(tmp_path, "--listen", address)
    assert address in line
    assert "--listen" in line


@pytest.mark.parametrize("address", ["nonsense:port", "::1", "192.0.2.1:8065"])
def test_an_address_that_cannot_be_used_is_one_line(tmp_path: Path, address: str) -> None:
    write_config(tmp_path)
    assert address in refused(tmp_path, "--listen", address)


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    write_config(tmp_path, HubbubSettings={"DataDirectory": "./file"})
    line = refused(tmp_path)
    assert str(tmp_path / "file") in line
    assert "HubbubSettings.DataDirectory" in line


def test_a_broken_configuration_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"TeamSettings": {"SiteName": "x",}}')
    done = hubbub(tmp_path, "serve")
    assert done.returncode == 1
    assert "line 1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_said_at_the_start(tmp_path: Path) -> None:
    source = "postgres://hubbub:secret@127.0.0.1:1/hubbub?sslmode=disable&connect_timeout=2"
    write_config(tmp_path, SqlSettings={"DriverName": "postgres", "DataSource": source})
    done = hubbub(tmp_path, "serve", "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert "hubbub: the database can't be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_killed_worker_is_replaced(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start()
    (worker,) = server.workers()
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: bool(server.workers()) and server.workers() != [worker])
    assert server.ping()["status"] == "OK"


def test_a_reload_under_load_drops_no_request(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start("--workers", "2")
    before = server.workers()
    answered = 0
    failures: list[str] = []
    ending = False

    def client() -> None:
        """Ask again and again, each time on a new connection: none may be refused or cut."""
        nonlocal answered
        while not ending:
            try:
                with urllib.request.urlopen(f"{server.url}/api/v4/system/ping", timeout=20) as answer:
                    answer.read()
                answered += 1
            except OSError as error:
                failures.append(repr(error))

    clients = [gevent.spawn(client) for _ in range(4)]
    for _ in range(2):
        old = set(server.workers())
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda old=old: len(server.workers()) == 2 and not old & set(server.workers()))
    ending = True
    gevent.joinall(clients, timeout=30)
    assert failures == []
    assert answered > 20
    assert not set(before) & set(server.workers())


def test_a_reload_takes_over_the_configuration_and_ignores_a_broken_one(tmp_path: Path, start: Start) -> None:
    path = write_config(tmp_path)
    server = start()
    good = json.loads(path.read_text())
    path.write_text("{broken")
    server.process.send_signal(signal.SIGHUP)
    eventually(lambda: "can't be" in "".join(server.said))
    assert server.ping()["status"] == "OK"
    path.write_text(json.dumps(good | {"HubbubSettings": {"Workers": 2}}))
    server.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(server.workers()) == 2)
    assert server.ping()["status"] == "OK"


def test_a_request_in_flight_is_finished_at_the_stop(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as client:
        client.sendall(b"POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
        gevent.sleep(0.3)  # the worker has the head and waits for the body
        server.process.terminate()
        gevent.sleep(0.3)
        client.sendall(b"{}")
        client.settimeout(15)
        assert client.recv(100).startswith(b"HTTP/1.1 ")
    assert server.process.wait(20) == 0


def test_metrics_of_all_workers_are_on_one_page(tmp_path: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    write_config(tmp_path, MetricsSettings={"Enable": True, "ListenAddress": f"127.0.0.1:{port}"})
    start("--workers", "2")

    def both_are_there() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                return b"\nhubbub_workers 2.0\n" in answer.read()
        except OSError:
            return False

    eventually(both_are_there)


def test_the_stop_does_not_wait_for_idle_connections(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as idle:
        idle.sendall(b"GET /api/v4/system/ping HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(10_000).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert server.stop() == 0
        # The grace for requests in flight is 10 seconds: an idle connection must not use it up.
        assert time.monotonic() - began < 8


PLUGIN = """
from hubbub import hookspecs
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(id="greeter", version="1.0")


class Plugin:
    def __init__(self, context):
        pass

    @hookspecs.hookimpl
    def register_routes(self, router):
        router.get("/api/v4/greeting", lambda req: {"text": "hello"}, auth="none")
"""


def test_a_reload_builds_the_server_anew_with_a_plugin_put_there_meanwhile(tmp_path: Path, start: Start) -> None:
    write_config(tmp_path)
    server = start()
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "greeter.py").write_text(PLUGIN)

    def greeted() -> bool:
        try:
            with urllib.request.urlopen(f"{server.url}/api/v4/greeting", timeout=10) as answer:
                return bool(json.load(answer) == {"text": "hello"})
        except OSError:
            return False

    assert not greeted()
    server.process.send_signal(signal.SIGHUP)
    eventually(greeted)
