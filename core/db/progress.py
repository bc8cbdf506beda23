"""How far a server's history goes: what a primary has stored, and whether a replica has received it yet."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Protocol

import gevent

from hubbub.core.clock import now_ms
from hubbub.core.db import errors
from hubbub.core.db.session import Session
from hubbub.core.ids import new_id

_FIRST_PAUSE_S: Final = 0.001
_LONGEST_PAUSE_S: Final = 0.01


@dataclass(frozen=True)
class Position:
    """A place in a primary's history: everything that was committed before it was asked for lies before it.

    Only positions of one `branch` can be compared: another server that takes over as primary begins a new one.
    """

    branch: str
    point: Any


class Progress(Protocol):
    """How one engine tells it. Statements run outside of transactions; errors are the driver's own."""

    def is_read_only(self, session: Session) -> bool:
        """Say whether the server takes no changes: a standby, or one that was demoted."""

    def position(self, session: Session) -> Position | None:
        """Return how far the primary's history goes now, None where the engine can't tell."""

    def reached(self, session: Session, position: Position, patience: float) -> bool:
        """Say whether a replica has everything up to `position`, waiting at most `patience` seconds for it."""

    def lag(self, session: Session) -> float | None:
        """Return by how many seconds a replica says it is behind, None where it can't tell."""


class PostgresProgress:
    """Places in the write-ahead log, on a timeline."""

    _POSITION: Final = (
        "SELECT pg_wal_lsn_diff(at, '0/0'), left(pg_walfile_name(at), 8) FROM (SELECT CASE"
        " current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()"
        " ELSE pg_current_wal_flush_lsn() END AS at) AS now"
    )
    _REPLAYED: Final = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') WHERE pg_is_in_recovery()"
    _LAG: Final = "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())"

    def is_read_only(self, session: Session) -> bool:
        row = session.fetch_one("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'", ())
        return bool(row and row[0])

    def position(self, session: Session) -> Position | None:
        row = _asked(session, self._POSITION)
        return None if row is None else Position(str(row[1]), int(row[0]))

    def reached(self, session: Session, position: Position, patience: float) -> bool:
        def replayed() -> bool:
            row = _asked(session, self._REPLAYED)
            return row is not None and row[0] is not None and int(row[0]) >= position.point

        return until(replayed, patience)

    def lag(self, session: Session) -> float | None:
        row = _asked(session, self._LAG)
        return None if row is None or row[0] is None else max(0.0, float(row[0]))


class MysqlProgress:
    """Global transaction ids, which MariaDB numbers in one sequence; others are told by heartbeats."""

    def is_read_only(self, session: Session) -> bool:
        row = session.fetch_one("SELECT @@global.read_only", ())
        return row is not None and str(row[0]).upper() not in ("0", "OFF", "NO_LOCK")

    def position(self, session: Session) -> Position | None:
        row = _asked(session, "SELECT @@server_id, @@gtid_current_pos")
        return Position(str(row[0]), str(row[1])) if row is not None and row[1] else None

    def reached(self, session: Session, position: Position, patience: float) -> bool:
        row = _asked(session, "SELECT MASTER_GTID_WAIT(%s, %s)", (position.point, patience))
        return row is not None and row[0] == 0

    def lag(self, session: Any) -> float | None:
        """Return Seconds_Behind_Master; it takes the privilege REPLICA MONITOR (MySQL: REPLICATION CLIENT)."""
        row = _known(session, lambda: session.fetch_named("SHOW SLAVE STATUS"))
        behind = None if row is None else row.get("Seconds_Behind_Master")
        return None if behind is None else float(behind)


class Heartbeats:
    """A row that is written through the primary: a replica has everything before it once it shows it.

    That holds for every engine and every kind of replication, at the price of a commit per position.
    """

    BRANCH: Final = "heartbeat"
    _SHOWN: Final = "SELECT beat FROM hb_heartbeats WHERE id = %s"

    def __init__(self, upsert: str) -> None:
        self._store = f"INSERT INTO hb_heartbeats (id, beat, beatat) VALUES (%s, %s, %s){upsert}"
        self.forget()

    def forget(self) -> None:
        """Begin anew, as another process: two must not write one row."""
        self._id = new_id()
        self._beat = 0

    def position(self, session: Session) -> Position:
        """Write the next beat."""
        self._beat += 1
        beat = self._beat
        session.execute(self._store, (self._id, beat, now_ms()))
        return Position(self.BRANCH, beat)

    def reached(self, session: Session, position: Position, patience: float) -> bool:
        """Say whether a replica shows the beat, waiting at most `patience` seconds for it."""

        def shown() -> bool:
            row = _asked(session, self._SHOWN, (self._id,))
            return row is not None and int(row[0]) >= position.point

        return until(shown, patience)


def until(is_so: Callable[[], bool], patience: float) -> bool:
    """Say whether `is_so()` comes true within `patience` seconds; it is called once at least."""
    give_up = monotonic() + patience
    pause = _FIRST_PAUSE_S
    while not is_so():
        if monotonic() + pause > give_up:
            return False
        gevent.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)
    return True


def _asked(session: Session, text: str, params: tuple[Any, ...] = ()) -> Any:
    """Return the first row; None from a server that doesn't know what is asked for."""
    return _known(session, lambda: session.fetch_one(text, params))


def _known(session: Session, ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:
        if isinstance(session.translate(error), errors.StoreError):
            return None
        raise
