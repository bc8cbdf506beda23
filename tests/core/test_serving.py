"""How gunicorn runs the server: its settings from config.json, with our command or without, with TLS, when stuck."""

import os
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import msgspec
import pytest

from hubbub.core import serving
from hubbub.core.config import Config
from hubbub.core.config.sections.database import SqlSettings
from hubbub.core.config.sections.hubbub import HubbubSettings
from hubbub.core.config.sections.service import ServiceSettings
from hubbub.core.patching import PatchedTooLate, refuse_early_imports
from hubbub.core.paths import default_config_path
from hubbub.tests.core.cli_kit import Server, environment, write_config

ROOT = Path(serving.__file__).resolve().parent.parent


def config(workers: int = 0, driver: str = "sqlite", listen: str = ":8065") -> Config:
    return Config(
        HubbubSettings=HubbubSettings(Workers=workers),
        SqlSettings=SqlSettings(DriverName=driver),
        ServiceSettings=ServiceSettings(ListenAddress=listen),
    )


def test_sqlite_gets_one_worker_and_other_databases_one_per_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(16)))
    assert serving.worker_count(config(driver="sqlite")) == 1
    assert serving.worker_count(config(driver="postgres")) == 4
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    assert serving.worker_count(config(driver="mysql")) == 2
    assert serving.worker_count(config(workers=3, driver="sqlite")) == 3


@pytest.mark.parametrize(
    ("listen", "bind"), [("0.0.0.0:8065", "0.0.0.0:8065"), ("127.0.0.1:1", "127.0.0.1:1"), ("[::1]:80", "[::1]:80")]
)
def test_the_address_as_gunicorn_wants_it(listen: str, bind: str) -> None:
    assert serving.bind_address(config(listen=listen)) == bind


def test_certificates_are_used_only_when_the_server_speaks_tls() -> None:
    service = ServiceSettings(TLSCertFile="cert.pem", TLSKeyFile="key.pem")
    assert serving.tls_files(Config(ServiceSettings=service)) == (None, None)
    service = msgspec.structs.replace(service, ConnectionSecurity="TLS")
    assert serving.tls_files(Config(ServiceSettings=service)) == ("cert.pem", "key.pem")


def test_where_the_configuration_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_config_path({}) == Path("config.json")
    (tmp_path / "config").mkdir()
    assert default_config_path({}) == Path("config/config.json")
    assert default_config_path({"HUBBUB_CONFIG": "/etc/hubbub.json"}) == Path("/etc/hubbub.json")


def test_a_database_library_imported_before_the_patch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "peewee", sys)
    with pytest.raises(PatchedTooLate, match="peewee"):
        refuse_early_imports()


def test_the_application_refuses_a_process_patched_too_late(tmp_path: Path) -> None:
    write_config(tmp_path)
    script = "import peewee, hubbub.wsgi"  # peewee brings the drivers that are installed
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert "PatchedTooLate: peewee" in done.stderr


@contextmanager
def gunicorn(folder: Path, *arguments: str, cwd: Path) -> Iterator[str]:
    """Run gunicorn as somebody without our command would; give its address."""
    from gevent import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", address, *arguments],
        cwd=cwd,
        env=environment(HUBBUB_CONFIG=str(folder / "config.json")),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield address
    finally:
        process.terminate()
        assert process.wait(30) == 0


def answers(url: str, context: ssl.SSLContext | None = None) -> bool:
    """Wait until the server answers a ping."""
    with gevent.Timeout(60, False):
        while True:
            try:
                with urllib.request.urlopen(f"{url}/api/v4/system/ping", timeout=10, context=context) as answer:
                    return answer.status == 200
            except OSError:
                gevent.sleep(0.05)
    return False


def with_absolute_paths(folder: Path) -> None:
    """Write a configuration that works from any working directory."""
    write_config(
        folder, HubbubSettings={"DataDirectory": str(folder / "data")}, PluginSettings={"Directory": str(folder)}
    )


def test_gunicorn_alone_runs_the_server_with_our_settings(tmp_path: Path) -> None:
    with_absolute_paths(tmp_path)
    settings = str(ROOT / "config" / "gunicorn.py")
    with gunicorn(tmp_path, "-c", settings, "hubbub.wsgi:application", cwd=tmp_path) as address:
        assert answers(f"http://{address}")


def test_a_stock_gevent_worker_runs_a_checkout(tmp_path: Path) -> None:
    with_absolute_paths(tmp_path)
    with gunicorn(tmp_path, "-k", "gevent", "wsgi:application", cwd=ROOT) as address:
        assert answers(f"http://{address}")


def test_a_checkout_that_is_not_installed_can_be_imported(tmp_path: Path) -> None:
    with_absolute_paths(tmp_path)
    # No site-packages of ours: the finder of the editable installation is taken out before anything is imported.
    script = (
        "import sys\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "import wsgi, hubbub\n"
        "print(hubbub.__file__, type(wsgi.application.hubbub_app).__module__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment(HUBBUB_CONFIG=str(tmp_path / "config.json")),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == f"{ROOT / '__init__.py'} hubbub.core.app\n", done.stderr


def test_the_server_speaks_tls_itself(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
        f" -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    service = {"ConnectionSecurity": "TLS", "TLSCertFile": str(certificate), "TLSKeyFile": str(key)}
    write_config(tmp_path, ServiceSettings=service | {"TLSMinVer": "1.3"})
    trusting = ssl.create_default_context(cafile=str(certificate))
    server = Server(tmp_path, scheme="https", context=trusting)
    try:
        assert answers(server.url, trusting)
        old = ssl.create_default_context(cafile=str(certificate))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(OSError, match=r"(?i)version|alert"):
            urllib.request.urlopen(f"{server.url}/api/v4/system/ping", timeout=10, context=old)
    finally:
        server.stop()
