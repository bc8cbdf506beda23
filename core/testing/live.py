"""`hubbub serve` as a process of its own: real sockets, real workers, and an end that may be a power cut."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from hubbub.core.testing.app import config_document
from hubbub.core.testing.client import Client, HttpTransport
from hubbub.core.testing.factories import Factories
from hubbub.core.testing.websocket import WebSocketClient

START_S: Final = 60
STOP_S: Final = 30
_COMMAND: Final = (sys.executable, "-c", "from hubbub.core.cli import main; main()")
_ADDRESS: Final = re.compile(r" is on https?://([\d.]+):(\d+)").search


class ServerEnded(Exception):
    """The server did not start; the text is the end of what it printed."""


class LiveServer(Factories):
    """A server on a free port of 127.0.0.1, its data in a temporary folder unless `folder` is given.

    `plugins` are files or packages that are copied into its plugin folder. `python_path` is searched before what is
    installed. Leaving the `with` block stops it and deletes temporary data.
    """

    def __init__(
        self,
        config: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        plugins: Iterable[Path | str] = (),
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        workers: int | None = None,
        folder: Path | str | None = None,
        python_path: Iterable[Path | str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._temporary = folder is None
        self.folder = Path(folder) if folder is not None else Path(tempfile.mkdtemp(prefix="hubbub-live-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config_path = self.folder / "config.json"
        self.plugin_folder = self.folder / "data" / "plugins"
        self.log_file = self.folder / "server.log"
        self.host, self.port = "127.0.0.1", 0
        self._arguments = [] if workers is None else ["--workers", str(workers)]
        self._environment = _clean_environment(python_path) | dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.plugin_folder.mkdir(parents=True, exist_ok=True)
        for plugin in plugins:
            self.add_plugin(Path(plugin))
        if config is not None or not self.config_path.exists():
            document = config_document(self.folder / "data", config, settings)
            self.config_path.write_text(json.dumps(document))

    def add_plugin(self, path: Path) -> None:
        """Copy a plugin, a file or a package, into the plugin folder; a running server sees it at the next start."""
        target = self.plugin_folder / path.name
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copyfile(path, target)

    # --- life ---

    def start(self) -> Self:
        """Start the server and return when its workers answer. Raises `ServerEnded` with its last words."""
        begin = self.log_file.stat().st_size if self.log_file.exists() else 0
        with self.log_file.open("ab") as output:
            self._process = subprocess.Popen(
                [*_COMMAND, "serve", "--listen", f"{self.host}:{self.port}", *self._arguments],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S
        while not self._answers(begin):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerEnded(self._said(begin)[-4000:])
            time.sleep(0.03)
        return self

    def stop(self) -> None:
        """Stop in order, as an init system does; killed when it takes longer than `STOP_S`."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
        self.kill()

    def kill(self) -> None:
        """End master and workers as a power cut does (SIGKILL)."""
        if self._process is None:
            return
        pids = [self._process.pid, *self.worker_pids] if self._process.poll() is None else []
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + STOP_S
        while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.01)

    def restart(self) -> None:
        """Stop in order and start again on the same port and data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop and delete temporary data."""
        self.stop()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self if self._process is not None else self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.remove()

    @property
    def pid(self) -> int:
        """The process id of the master. Raises `ServerEnded` when it is down."""
        if self._process is None:
            raise ServerEnded("the server is not running")
        return self._process.pid

    @property
    def worker_pids(self) -> list[int]:
        """The process ids of the workers (Linux; elsewhere none)."""
        with suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        return []

    @property
    def log(self) -> str:
        """Everything that the server printed."""
        return self._said(0)

    # --- use ---

    @property
    def url(self) -> str:
        """Where it listens, as `http://127.0.0.1:12345`."""
        return f"http://{self.host}:{self.port}"

    def client(self) -> Client:
        """Return a client that nobody has signed in; each request is a connection, so any worker may answer."""
        return Client(HttpTransport(self.host, self.port))

    def websocket(
        self, user: Client | None = None, *, headers: dict[str, str] | None = None, **query: str | int
    ) -> WebSocketClient:
        """Return a WebSocket of a signed-in user, or one that nobody has signed in."""
        return WebSocketClient(self.host, self.port, user.token if user is not None else "", headers=headers, **query)

    def configure(self, **sections: dict[str, Any]) -> None:
        """Change config.json beside the running server, as an editor does; workers see it within seconds."""
        from hubbub.core.config import ConfigStore

        ConfigStore(self.config_path, {}).update(sections, patch=True)

    def wait_until(self, condition: Callable[[], object], *, timeout: float = 30) -> None:
        """Wait until `condition()` is true. Raises `TimeoutError` with the end of the log."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"it did not come true within {timeout} s; the log ends:\n{self.log[-2000:]}")
            time.sleep(0.05)

    def _answers(self, begin: int) -> bool:
        found = _ADDRESS(self._said(begin))
        if found is None:
            return False
        self.host, self.port = found[1], int(found[2])
        try:
            return self.client().get("/system/ping").status == 200
        except OSError:
            return False

    def _said(self, begin: int) -> str:
        if not self.log_file.exists():
            return ""
        with self.log_file.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")


def _runs(pid: int) -> bool:
    """Say whether a process of ours still does anything; one that only waits to be collected does not.

    While another of its threads has yet to end, its listening socket still takes connections.
    """
    with suppress(OSError):
        ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not ended or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _clean_environment(python_path: Iterable[Path | str]) -> dict[str, str]:
    """Return the environment without what configures another server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MM_", "HUBBUB_"))}
    before = [str(path) for path in python_path]
    if before:
        kept["PYTHONPATH"] = os.pathsep.join([*before, *filter(None, [kept.get("PYTHONPATH", "")])])
    return kept
