"""Where the workers of one host find each other: a folder of sockets that only the server's user can enter."""

import contextlib
import os
import secrets
import struct

# The plain socket, not gevent's: connecting and sending here never wait, and must not switch greenlets.
from _socket import AF_UNIX, SO_PEERCRED, SOCK_STREAM, SOL_SOCKET, socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# sun_path holds 108 bytes with the final NUL.
_LONGEST: Final = 107


class RunDirectory:
    """The sockets of one kind: one per worker, named by process id, chance and `suffix`."""

    def __init__(self, path: Path, suffix: str) -> None:
        self.path = path.absolute()
        self.suffix = suffix

    def create(self) -> None:
        """Make the folder. Raises `OSError`."""
        self.path.mkdir(parents=True, exist_ok=True)
        # SECURITY: whoever can reach the sockets can read every message and forge events.
        self.path.chmod(0o700)
        for hidden in self.path.glob(f".*{self.suffix}"):
            if not _alive(hidden.name[1:]):
                self.remove(hidden.name[1:])

    def new_name(self) -> str:
        """Return a name for a worker of this process."""
        return f"{os.getpid()}-{secrets.token_hex(4)}{self.suffix}"

    def listen(self, name: str) -> socket:
        """Return a socket that listens under `name`. Raises `OSError`.

        The file gets its name only once it listens: a socket that refuses is taken for a dead worker's and removed.
        """
        hidden = f".{name}"
        listener = socket(AF_UNIX, SOCK_STREAM)
        listener.setblocking(False)
        with self._address(hidden) as address:
            listener.bind(address)
        listener.listen(128)
        (self.path / hidden).replace(self.path / name)
        return listener

    def names(self) -> set[str]:
        """Return the names of the workers whose files are there, dead ones included."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self.path) as entries:
            return {e.name for e in entries if e.name.endswith(self.suffix) and not e.name.startswith(".")}
        return set()

    def connect(self, name: str) -> socket | None:
        """Return a connected non-blocking socket, or None: the worker is dead (its file is removed) or too busy."""
        client = socket(AF_UNIX, SOCK_STREAM)
        client.setblocking(False)
        try:
            with self._address(name) as address:
                client.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            self.remove(name)
        except OSError:  # its queue of new connections is full: try again later
            pass
        else:
            return client
        client.close()
        return None

    def remove(self, name: str) -> None:
        """Remove a worker's file, and what it left behind if it died before it had its name."""
        for file in (self.path / name, self.path / f".{name}"):
            with contextlib.suppress(OSError):
                file.unlink()

    @contextlib.contextmanager
    def _address(self, name: str) -> Iterator[str]:
        """Give an address for bind or connect; a folder with a long path is reached through a descriptor."""
        address = str(self.path / name)
        if len(os.fsencode(address)) <= _LONGEST:
            yield address
            return
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{folder}/{name}"
        finally:
            os.close(folder)


def same_user(descriptor: int) -> bool:
    """Say whether the process at the other end of a Unix socket runs as our user (or as root)."""
    # SECURITY: the folder's mode protects already; this holds even where somebody loosened it.
    peer = socket(fileno=os.dup(descriptor))
    credentials = peer.getsockopt(SOL_SOCKET, SO_PEERCRED, struct.calcsize("3i"))
    peer.close()
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return uid in (os.geteuid(), 0)


def _alive(name: str) -> bool:
    pid = name.split("-", 1)[0]
    return pid.isdigit() and Path(f"/proc/{pid}").exists()
