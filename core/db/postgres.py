"""PostgreSQL through psycopg2, waiting in the event loop."""

import os
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any, Final

import gevent
import psycopg2
from gevent import get_hub
from gevent.socket import wait_read, wait_write
from psycopg2 import extensions

from hubbub.core.contracts.errors import AppError
from hubbub.core.db import errors
from hubbub.core.db.kept_plans import Keeping, KeptPlans, KeptText
from hubbub.core.db.pool import TooManyConnections
from hubbub.core.db.session import Params, Row

_READ: Final = 1  # libev's EV_READ
_GRACE_S: Final = 5.0  # the server stops a statement itself; when it says nothing for this long after, it is gone
_BIG_RESULT: Final = 1000
_CONNECT_TIMEOUT_S: Final = 10
_DEFAULTS: Final = {
    "application_name": "hubbub",
    "client_encoding": "utf8",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",  # ms: of a host that has vanished, nothing else tells for many minutes
}
_TOO_MANY: Final = ("too many clients", "connection slots are reserved", "too many connections")
_NO_SUCH_PLAN: Final = "26000"
_STALE_PLAN: Final = "cached plan must not change result type"
_EXACT: Final[dict[str, type[AppError]]] = {
    "57014": errors.QueryTimedOut,
    "40001": errors.SerializationFailed,
    "40P01": errors.SerializationFailed,
    "53100": errors.StoreFull,
    "25006": errors.StoreReadOnly,
    "55P03": errors.StoreBusy,
    "25P02": errors.TransactionFailed,
    "57P01": errors.ConnectionLost,
    "57P02": errors.ConnectionLost,
    "57P03": errors.ConnectionLost,
    "57P05": errors.ConnectionLost,
    "25P03": errors.ConnectionLost,
    _NO_SUCH_PLAN: errors.ConnectionLost,
    "XX001": errors.StoreCorrupt,
    "XX002": errors.StoreCorrupt,
}
_CLASSES: Final[dict[str, type[AppError]]] = {
    "08": errors.ConnectionLost,
    "22": errors.BadValue,
    "53": errors.StoreUnavailable,
    "58": errors.StoreUnavailable,
}
_SPECIAL: Final = re.compile(r"[\\\n\r\t]")
_ESCAPES: Final = {ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
# A promoted standby begins a timeline of its own.
_WHO: Final = (
    "SELECT pg_backend_pid(), CASE WHEN pg_is_in_recovery() THEN ''"
    " ELSE left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) END"
)
_JSON_TEXT: Final = extensions.new_type((114, 3802), "JSON_TEXT", lambda value, cursor: value)
_BYTES: Final = extensions.new_type(
    (17,), "BYTES", lambda value, cursor: None if value is None else bytes(psycopg2.BINARY(value, cursor))
)


class GreenConnection(extensions.connection):
    """A connection that keeps its watcher, so that a statement doesn't make a new one."""

    watcher: Any = None
    patience: float = 0.0
    """Seconds to wait for the server to say anything."""
    usual_patience: float = 0.0


def wait(connection: Any) -> None:
    """Let other greenlets run until libpq has what it waits for (psycopg2's wait callback)."""
    poll = connection.poll
    watcher = getattr(connection, "watcher", None)
    while True:
        state = poll()
        if state == extensions.POLL_OK:
            return
        if state == extensions.POLL_READ:
            if watcher is None:
                wait_read(connection.fileno())
            else:
                _wait_read(watcher, connection.patience)
        else:
            wait_write(connection.fileno())


def _wait_read(watcher: Any, patience: float) -> None:
    with gevent.Timeout(patience, psycopg2.OperationalError("the server doesn't answer")):
        get_hub().wait(watcher)


class PostgresSession:
    """One connection. BEGIN travels with the first statement of a transaction."""

    def __init__(self, connection: GreenConnection, keeping: Keeping) -> None:
        self.connection = connection
        self.keeping = keeping
        self._plans = KeptPlans(keeping)
        self.reused = False
        self.idle_since = 0.0
        self.expires_at = 0.0
        self.generation = 0
        self.server = ""
        self.is_demoted = False
        self.reached: Any = None
        self._begins = False
        self._cursor = connection.cursor()

    def _command(self, text: str) -> str:
        if type(text) is KeptText:
            text = self._plans.command(text, self._cursor)
        if self._begins:
            self._begins = False
            return "BEGIN;" + text
        return text

    def fetch_one(self, text: str, params: Params) -> Row | None:
        cursor = self._cursor
        cursor.execute(self._command(text), params)
        return cursor.fetchone()

    def fetch_all(self, text: str, params: Params) -> list[Row]:
        cursor = self._cursor
        cursor.execute(self._command(text), params)
        rows = cursor.fetchall()
        if len(rows) > _BIG_RESULT:  # libpq's copy would stay in memory until the next statement
            self._cursor = self.connection.cursor()
        return rows

    def execute(self, text: str, params: Params) -> int:
        cursor = self._cursor
        cursor.execute(self._command(text), params)
        return max(cursor.rowcount, 0)

    def execute_many(self, text: str, rows: Iterable[Params]) -> None:
        mogrify = self._cursor.mogrify
        if type(text) is KeptText:
            text = self._plans.command(text, self._cursor)
        waiting: list[bytes] = [b"BEGIN"] if self._begins else []
        self._begins = False
        for row in rows:
            waiting.append(mogrify(text, row))
            if len(waiting) >= 200:
                self._cursor.execute(b";".join(waiting))
                waiting.clear()
        if waiting:
            self._cursor.execute(b";".join(waiting))

    def copy_in(self, text: str, rows: Iterable[Params]) -> None:
        """Run a COPY … FROM STDIN of `rows`. psycopg2 can't wait in the event loop then: nobody else runs meanwhile."""
        data = "".join(map(_copied, rows)).encode()  # here, since a failure below would look like the server's
        if self._begins:
            self._begins = False
            self._cursor.execute("BEGIN")
        extensions.set_wait_callback(None)
        try:
            self._cursor.copy_expert(text, BytesIO(data))
        finally:
            extensions.set_wait_callback(wait)

    def begin(self) -> None:
        self._begins = True

    def commit(self) -> None:
        if self._begins:
            self._begins = False
            return
        warnings = self.connection.notices
        if warnings:
            warnings.clear()
        self._cursor.execute("COMMIT")
        if self._cursor.statusmessage != "COMMIT":
            raise psycopg2.OperationalError("the server rolled the transaction back")
        if warnings:  # a synchronous standby didn't confirm in time: the change is here, and lost with this server
            raise psycopg2.OperationalError(f"the commit isn't certain: {warnings[-1].strip()}")

    def rollback(self) -> None:
        if self._begins:
            self._begins = False
            return
        self._cursor.execute("ROLLBACK")

    def limit(self, seconds: float | None) -> None:
        connection = self.connection
        if seconds is None:  # the server's own limit went with the transaction
            connection.patience = connection.usual_patience
            return
        self.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}", ())
        connection.patience = seconds + _GRACE_S

    def translate(self, error: BaseException) -> AppError | None:
        named = translate(error, bool(self.connection.closed))
        if isinstance(named, errors.ConnectionLost) and getattr(error, "pgcode", None) == _NO_SUCH_PLAN:
            self.keeping.turn_off("the database doesn't know what was prepared a moment ago")
        if isinstance(named, errors.StoreReadOnly):
            self.is_demoted = True
        return named

    def usable_after(self, error: BaseException) -> bool:
        if not isinstance(error, Exception) or self.connection.closed:
            return False  # killed or timed out: a result may still be on its way
        return not isinstance(self.translate(error), errors.ConnectionLost | errors.StoreReadOnly)

    def fileno(self) -> int:
        return -1 if self.connection.closed else self.connection.fileno()

    def cut(self) -> None:
        if not self.connection.closed:
            # libpq's own socket stays open: who waits for it sees the end of the stream.
            with socket.socket(fileno=os.dup(self.connection.fileno())) as same, suppress(OSError):
                same.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        watcher, self.connection.watcher = self.connection.watcher, None
        if watcher is not None:
            watcher.close()
        self.connection.close()


def _copied(row: Params) -> str:
    """Return a row as COPY takes it in its text format."""
    return "\t".join([_field(value) for value in row]) + "\n"


def _field(value: Any) -> str:
    if type(value) is str:
        return value.translate(_ESCAPES) if _SPECIAL.search(value) else value
    if value is None:
        return "\\N"
    return f"\\\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def connector(parameters: dict[str, str], query_timeout: float) -> Any:
    """Return the function that opens a session; nothing is opened yet. Sets psycopg2's wait callback."""
    settings = {**_DEFAULTS, **parameters}
    keeping = Keeping()
    connect_timeout = int(settings.pop("connect_timeout", 0) or _CONNECT_TIMEOUT_S)
    extensions.set_wait_callback(wait)

    def connect() -> PostgresSession:
        try:
            with gevent.Timeout(connect_timeout, psycopg2.OperationalError("connecting took too long")):
                return _open(settings, query_timeout, keeping)
        except (psycopg2.Error, OSError) as error:
            text = str(error).strip()
            kind = TooManyConnections if any(words in text for words in _TOO_MANY) else errors.StoreUnavailable
            raise kind(detailed_error=text) from error

    return connect


def _open(settings: dict[str, str], query_timeout: float, keeping: Keeping) -> PostgresSession:
    connection = psycopg2.connect(extensions.make_dsn(**_resolve(settings)), connection_factory=GreenConnection)
    try:
        connection.autocommit = True
        extensions.register_type(_JSON_TEXT, connection)
        extensions.register_type(_BYTES, connection)
        session = PostgresSession(connection, keeping)
        row = session.fetch_one(f"SET statement_timeout = {int(query_timeout * 1000)}; {_WHO}", ())
        pid, session.server = row or (0, "")
        keeping.check(connection, pid)
        connection.patience = connection.usual_patience = query_timeout + _GRACE_S
        connection.watcher = get_hub().loop.io(connection.fileno(), _READ)
    except BaseException:
        connection.close()
        raise
    return session


def _resolve(settings: dict[str, str]) -> dict[str, str]:
    """Return `settings` with the host's addresses: libpq itself would block every greenlet while it looks them up."""
    host = settings.get("host", "")
    if not host or host.startswith(("/", "@")) or "," in host or "hostaddr" in settings:
        return settings
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    return {**settings, "host": ",".join([host] * len(addresses)), "hostaddr": ",".join(addresses)}


def parameters(data_source: str) -> dict[str, str]:
    """Return libpq's connection options of `data_source`. Raises `BadDataSource`."""
    try:
        found: dict[str, str] = extensions.parse_dsn(data_source)
    except psycopg2.ProgrammingError:
        found = {}
    if not found or "@" in found.get("dbname", ""):
        # SECURITY: libpq's own message isn't shown, it quotes what may be a part of the password.
        raise errors.BadDataSource(
            "SqlSettings.DataSource isn't a PostgreSQL address: it is written postgres://user:password@host:5432/name,"
            " special characters of user and password percent-encoded (@ is %40, / is %2F)."
        )
    return found


def is_option(name: str) -> bool:
    """Say whether libpq knows the connection option `name`."""
    try:
        extensions.parse_dsn(f"{name}=1")
    except psycopg2.ProgrammingError:
        return False
    return True


def translate(error: BaseException, is_closed: bool) -> AppError | None:
    """Return the named error for what psycopg2 raised; None when it isn't its own."""
    if isinstance(error, ValueError):  # a NUL or half a surrogate pair in a text
        return errors.BadValue(detailed_error=str(error))
    if not isinstance(error, psycopg2.Error):
        return None
    text = str(error).strip()
    code = error.pgcode or ""
    if code == "23505":
        return errors.UniqueViolation(error.diag.constraint_name or text, detailed_error=text)
    kind = _EXACT.get(code) or _CLASSES.get(code[:2])
    if code == "0A000" and _STALE_PLAN in text:
        kind = errors.ConnectionLost  # a table has changed: new connections plan anew
    if kind is None and (is_closed or (not code and isinstance(error, psycopg2.OperationalError))):
        kind = errors.ConnectionLost
    return (kind or errors.StoreError)(detailed_error=text)
