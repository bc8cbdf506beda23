"""The event bus between the workers of one host: every worker has a connection to every other.

Each worker listens on a socket file of its own and connects to those of all others to send. Who accepts a
connection learns the sender's name from its first message and connects back. What is published is sent once per
turn of the loop, so that a burst costs one system call per worker.
"""

import logging
from pathlib import Path
from time import monotonic
from typing import Any, Final

import gevent
import gevent.socket
import msgspec
from gevent.event import Event

from hubbub.core import json
from hubbub.core.contracts.realtime import OnMessage, OnReconnect
from hubbub.core.run_directory import RunDirectory, same_user
from hubbub.plugins.cluster_local.frames import BrokenStream, Unpacker, pack
from hubbub.plugins.cluster_local.link import MAX_HELD_BACK, Link

# Topics of the bus itself; those of the server have names.
_HELLO: Final = ""
_BYE: Final = "\0"
_RECEIVE_SIZE: Final = 128 * 1024
_FLUSH_AT: Final = 256 * 1024
_SCAN_EVERY_S: Final = 2.0
_STARTING_S: Final = 1.0
_STOPPING_S: Final = 1.0
_DYING_S: Final = 0.05


class Hello(msgspec.Struct):
    """The first message on a connection: who sends, and whether earlier messages did not get through."""

    name: str
    missed: bool = False


class LocalBus:
    """`EventBus` for one host. Everything runs in the loop of the thread that called `start`."""

    def __init__(
        self, directory: Path, *, log: logging.Logger | None = None, max_held_back: int = MAX_HELD_BACK
    ) -> None:
        self._directory = RunDirectory(directory, ".bus")
        self._log = log or logging.getLogger("hubbub.plugins.cluster_local")
        self._max_held_back = max_held_back
        self.name = ""
        self._running = False
        self._serving = False
        self._links: dict[str, Link] = {}
        # Workers that live, but that could not be sent everything: told so on the next connection.
        self._missed: set[str] = set()
        # Workers that were there before us and have not connected back yet.
        self._awaited: set[str] = set()
        # The connection on which each other worker sends to us.
        self._connections: dict[str, gevent.socket.socket] = {}
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._scheduled = False
        self._greenlets: list[gevent.Greenlet[..., None]] = []
        self._receivers: set[gevent.Greenlet[..., None]] = set()

    @property
    def healthy(self) -> bool:
        """Say whether every living worker of this host hears us and we hear it."""
        return self._running and not self._missed and not self._awaited

    @property
    def has_peers(self) -> bool:
        """Say whether anybody would hear a message."""
        return bool(self._links)

    @property
    def peers(self) -> frozenset[str]:
        """Return the names of the workers that we can send to."""
        return frozenset(self._links)

    def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None:
        """Listen, connect to the workers that are there, and wait (a second at most) until they have connected back.

        Raises `OSError` when the run directory can't be used.
        """
        self._on_message = on_message
        self._on_reconnect = on_reconnect
        self._loop: Any = gevent.get_hub().loop
        self._wake = Event()
        self._directory.create()
        self.name = self._directory.new_name()
        self._running = True
        self._listen()
        self._connect_to_others()
        self._awaited = set(self._links)
        deadline = monotonic() + _STARTING_S
        while self._awaited & set(self._links) and monotonic() < deadline:
            gevent.sleep(0.002)
        self._awaited &= set(self._links)
        self._serving = True
        self._greenlets.append(gevent.spawn(self._keep_connected))

    def publish(self, topic: str, payload: bytes) -> None:
        """Send to every other worker at the end of this turn of the loop; never waits.

        Raises `ValueError` for a payload above 64 MiB.
        """
        if not self._links:
            return
        frame = pack(topic, payload)
        self._pending.append(frame)
        self._pending_size += len(frame)
        if self._pending_size >= _FLUSH_AT:
            self._flush()
        elif not self._scheduled:
            self._scheduled = True
            self._loop.run_callback(self._flush)

    def flush(self) -> None:
        """Send now what was published in this turn of the loop; never waits."""
        self._flush()

    def _flush(self) -> None:
        self._scheduled = False
        if not self._pending:
            return
        data = b"".join(self._pending)
        self._pending.clear()
        self._pending_size = 0
        for link in list(self._links.values()):
            link.send(data)

    def stop(self) -> None:
        """Say goodbye, give what is held back a second, and close."""
        if not self._running:
            return
        self._running = False
        self._directory.remove(self.name)
        self._pending.append(pack(_BYE, b""))
        self._flush()
        deadline = monotonic() + _STOPPING_S
        while any(link.held_back for link in self._links.values()) and monotonic() < deadline:
            gevent.sleep(0.005)
        for link in self._links.values():
            link.close()
        self._links.clear()
        current = gevent.getcurrent()
        gevent.killall([g for g in (*self._greenlets, *self._receivers) if g is not current], block=False)
        self._greenlets.clear()
        self._listener.close()

    # Sending side

    def _connect_to_others(self) -> None:
        names = self._directory.names() - {self.name}
        for name in names - set(self._links):
            self._connect(name)
        # Whose file is gone is dead: nobody is left to be told.
        gone = (self._missed | self._awaited) - self._directory.names()
        self._missed -= gone
        self._awaited -= gone

    def _connect(self, name: str) -> None:
        peer = self._directory.connect(name)
        if peer is None:
            self._missed.add(name)
            return
        # What was published before is not for this one.
        self._flush()
        link = self._links[name] = Link(name, peer, self._loop, self._link_closed, self._max_held_back)
        link.send(pack(_HELLO, json.encode(Hello(self.name, name in self._missed))))
        self._missed.discard(name)

    def _link_closed(self, link: Link) -> None:
        """Take note that a worker died or reads too slowly; the scan finds out which."""
        if self._links.get(link.name) is link:
            del self._links[link.name]
            self._missed.add(link.name)
            self._wake.set()

    def _keep_connected(self) -> None:
        while self._running:
            self._wake.wait(_SCAN_EVERY_S)
            self._wake.clear()
            try:
                if self.name not in self._directory.names():
                    self._listen_again()
                self._connect_to_others()
            except OSError as error:
                self._log.warning("the run directory can't be used: %s", error)

    # Receiving side

    def _listen(self) -> None:
        listener = self._directory.listen(self.name)
        self._listener = gevent.socket.socket(fileno=listener.detach())
        self._greenlets.append(gevent.spawn(self._accept, self._listener))

    def _listen_again(self) -> None:
        """Make our file anew under its old name: somebody has cleaned the folder."""
        self._log.warning("the worker's socket file was removed; making it again", extra={"file": self.name})
        self._directory.create()
        self._listener.close()
        self._listen()

    def _accept(self, listener: gevent.socket.socket) -> None:
        while self._running and listener is self._listener:
            try:
                peer, _ = listener.accept()
            except OSError as error:
                if listener.fileno() < 0:
                    return
                self._log.warning("a worker's connection could not be accepted: %s", error)
                gevent.sleep(0.5)
                continue
            if not same_user(peer.fileno()):
                self._log.warning("a connection of another user was refused")
                peer.close()
                continue
            receiver: gevent.Greenlet[..., None] = gevent.spawn(self._receive, peer)
            self._receivers.add(receiver)
            receiver.link(self._receivers.discard)

    def _receive(self, peer: gevent.socket.socket) -> None:
        unpacker = Unpacker()
        sender = ""
        try:
            while data := peer.recv(_RECEIVE_SIZE):
                for topic, payload in unpacker.feed(data):
                    if not sender:
                        sender = self._greeted(topic, payload, peer)
                    elif self._connections.get(sender) is peer:
                        self._handle(sender, topic, payload)
                    else:
                        return  # replaced: what is still on its way here has been resynchronised
                if len(data) == _RECEIVE_SIZE:
                    gevent.sleep(0)  # more is waiting: let others run in between
        except (BrokenStream, msgspec.DecodeError) as error:
            self._log.warning("a connection between workers was cut: %s", error)
        except OSError:
            pass  # the other worker is gone
        finally:
            peer.close()
            if self._connections.get(sender) is peer:
                del self._connections[sender]
                if self._running:
                    self._parted(sender)

    def _parted(self, sender: str) -> None:
        """Resynchronise when a worker ended without a goodbye: what it had still to tell is lost with it.

        One that lives has only cut us off because we were slow; it comes back and says that we missed something.
        """
        gevent.sleep(_DYING_S)  # its sockets are closed one after another
        probe = self._directory.connect(sender) if self._running else None
        if probe is not None:
            probe.close()
        elif self._running and sender not in self._directory.names():
            self._log.warning("a worker died; messages of it may be lost", extra={"worker": sender})
            self._on_reconnect()

    def _greeted(self, topic: str, payload: bytes, peer: gevent.socket.socket) -> str:
        """Return the sender's name from its first message; connect back."""
        if topic != _HELLO:
            raise BrokenStream("the first message was no greeting")
        hello: Hello = json.decode(payload, Hello)
        late = self._serving and hello.name in self._awaited
        self._awaited.discard(hello.name)
        self._connections[hello.name] = peer
        if self._running and hello.name not in self._links:
            self._connect(hello.name)
        if hello.missed or late:
            self._log.warning("messages of another worker were missed", extra={"worker": hello.name})
            self._on_reconnect()
        return hello.name

    def _handle(self, sender: str, topic: str, payload: bytes) -> None:
        if topic == _BYE:
            del self._connections[sender]
            link = self._links.pop(sender, None)
            if link is not None:
                link.close()
            return
        try:
            self._on_message(topic, payload)
        except Exception:
            self._log.exception("a message of another worker could not be handled", extra={"topic": topic})
