"""Run a real server process for tests: throw-away folder, own port, ordinary user, gone when the tests are.

Nothing here knows pytest or Hubbub, so that bench/ uses it as well.
"""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

# Below the range that Linux hands to outgoing connections (32768 up): while a server is down for a failure
# test, no client socket may take its port, nor connect to itself.
PORTS: Final = range(15_000, 32_000)
START_SECONDS: Final = 60
STOP_SECONDS: Final = 30
HOST: Final = "127.0.0.1"


class ServiceMissing(Exception):
    """A server's program is not installed; the message says which package brings it."""


class ServiceFailed(Exception):
    """A server did not start; the message ends with the last lines of its log."""


def free_port() -> int:
    """Return a loopback port that nothing listens on and no outgoing connection will be given."""
    for port in random.sample(PORTS, 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise ServiceFailed(f"no free port between {PORTS.start} and {PORTS.stop}")


class Server(ABC):
    """One server process, started, stopped, killed and started again on the same port and data.

    As root the process runs as an ordinary user (PostgreSQL and MariaDB refuse root). Where setpriv is there,
    the kernel stops the server when the tests' process dies, however it dies.
    """

    name: str
    user: str = "nobody"
    """Whom the process runs as when the tests run as root; must exist."""
    stop_signal: signal.Signals = signal.SIGTERM

    def __init__(self) -> None:
        _remove_leftovers(self.name)
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"hubbub-{self.name}-{os.getpid()}-", dir=_open_folder()))
        self._account = _account(self.user)
        self._process: subprocess.Popen[bytes] | None = None
        if self._account is not None:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)

    @abstractmethod
    def prepare(self) -> None:
        """Create the data folder; called once, before the first start."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line that runs the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether the server takes connections now."""

    @property
    def running(self) -> bool:
        """Tell whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id; an error when the server is down."""
        if self._process is None:
            raise ServiceFailed(f"{self.name} is not running")
        return self._process.pid

    @property
    def log_file(self) -> Path:
        """What the server printed since it was first started."""
        return self.folder / "log"

    def start(self) -> None:
        """Start the server and return when it answers; nothing happens if it runs already."""
        if self.running:
            return
        with self.log_file.open("ab") as log:
            self._process = self._spawn(self._tied_to_us() + self.command(), log)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise ServiceFailed(f"{self.name} did not start; its log ends:\n{self.log_tail()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server in order and wait for its end; kill it if it does not end."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def kill(self) -> None:
        """End the server and its children as a power cut would (SIGKILL), and wait until they are gone."""
        if self._process is None:
            return
        pids = [self._process.pid, *_children(self._process.pid)] if self.running else []
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        deadline = time.monotonic() + STOP_SECONDS
        while any(_alive(pid) for pid in pids[1:]) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._process = None

    def restart(self) -> None:
        """Stop in order and start again on the same port and data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self, lines: int = 15) -> str:
        """Return the last lines of the log."""
        if not self.log_file.exists():
            return "(empty)"
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    def run(self, command: list[str]) -> None:
        """Run a set-up command as the server's user; raise ServiceFailed with its output when it fails."""
        with self.log_file.open("ab") as log:
            status = self._spawn(command, log).wait()
        if status != 0:
            raise ServiceFailed(f"{command[0]} ended with {status}; its output ends:\n{self.log_tail()}")

    def _spawn(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a process as the server's user, in a session of its own so that Ctrl-C does not reach it."""
        account = self._account
        as_user = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            # NOTE: a clean environment: PGDATA, MYSQL_HOST and their like must not lead to somebody's real data.
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
            start_new_session=True,
            **as_user,  # type: ignore[arg-type]  # a dict of mixed values cannot match Popen's keywords
        )

    def _tied_to_us(self) -> list[str]:
        """Return the command prefix that makes the kernel stop the server when this process dies."""
        setpriv = shutil.which("setpriv")
        return [setpriv, "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"] if setpriv else []


def find_program(name: str, folders: list[str], package: str) -> str:
    """Return the path of a program from the folders or PATH, or raise ServiceMissing naming Debian's package."""
    path = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", ""), "/usr/sbin"]))
    if path is None:
        raise ServiceMissing(f"{name} is not installed (Debian: apt-get install {package})")
    return os.path.realpath(path)


def _account(name: str) -> pwd.struct_passwd | None:
    """Return whom to run as: nobody else unless we are root."""
    return pwd.getpwnam(name) if os.geteuid() == 0 else None


def _open_folder() -> str:
    """Return a folder for temporary files that other users can enter, too."""
    preferred = Path(tempfile.gettempdir()).resolve()
    enterable = all(folder.stat().st_mode & 0o001 for folder in (preferred, *preferred.parents))
    return str(preferred) if enterable or os.geteuid() != 0 else "/var/tmp"


def _remove_leftovers(name: str) -> None:
    """Delete the folders of earlier runs that were killed before they could."""
    for folder in Path(_open_folder()).glob(f"hubbub-{name}-*-*"):
        owner = folder.name.split("-")[-2]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    """Return the process ids of the direct children (Linux; elsewhere none)."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _alive(pid: int) -> bool:
    """Tell whether the process exists and is more than a zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
