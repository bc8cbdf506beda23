"""MySQL and MariaDB through PyMySQL, whose sockets gevent has patched."""

import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import pymysql
from pymysql.constants import CLIENT

from hubbub.core.contracts.errors import AppError
from hubbub.core.db import errors
from hubbub.core.db.dialects import MysqlDialect
from hubbub.core.db.dialects.mysql import KEPT
from hubbub.core.db.pool import TooManyConnections
from hubbub.core.db.session import Params, Row
from hubbub.core.db.url import MysqlSource

_GRACE_S: Final = 5.0
_VANISHED_MS: Final = 10_000  # of a host that has vanished, nothing else tells for many minutes
_KEPT: Final = KEPT.partition("{")[0]
_MODE: Final = (
    "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',"
    " SESSION transaction_isolation = 'READ-COMMITTED', SESSION innodb_lock_wait_timeout = {seconds}"
)
_ERRORS: Final[dict[int, type[AppError]]] = {
    **dict.fromkeys((1205,), errors.StoreBusy),
    **dict.fromkeys((1213,), errors.SerializationFailed),
    **dict.fromkeys((1969, 3024, 1317), errors.QueryTimedOut),
    **dict.fromkeys((1264, 1265, 1292, 1366, 1406, 3140, 4025), errors.BadValue),
    **dict.fromkeys((1290, 1792, 1836), errors.StoreReadOnly),
    **dict.fromkeys((1021, 1114), errors.StoreFull),
    **dict.fromkeys((0, 1053, 1077, 1152, 1153, 1158, 1159, 1160, 1161, 1927), errors.ConnectionLost),
    **dict.fromkeys((2002, 2003, 2006, 2013, 2014, 2055, 4031), errors.ConnectionLost),
}
_DUPLICATE: Final = frozenset({1062, 1586})
_TOO_MANY: Final = frozenset({1040, 1203, 1226})


class MysqlSession:
    """One connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.reused = False
        self.idle_since = 0.0
        self.expires_at = 0.0
        self.generation = 0
        self.server = ""
        self.is_demoted = False
        self.reached: Any = None
        self.usual_timeout = 0.0
        self._cursor = connection.cursor()

    def fetch_one(self, text: str, params: Params) -> Row | None:
        self._cursor.execute(text, params)
        row: Row | None = self._cursor.fetchone()
        return row

    def fetch_all(self, text: str, params: Params) -> list[Row]:
        self._cursor.execute(text, params)
        return list(self._cursor.fetchall())

    def fetch_named(self, text: str) -> dict[str, Any]:
        """Run `text` and return its first row by the columns' names, empty when there is none."""
        row = self.fetch_one(text, ())
        return {} if row is None else dict(zip([column[0] for column in self._cursor.description], row, strict=True))

    def execute(self, text: str, params: Params) -> int:
        rows = max(int(self._cursor.execute(text, params)), 0)
        return 0 if rows == 1 and self._cursor.lastrowid and _KEPT in text else rows

    def execute_many(self, text: str, rows: Iterable[Params]) -> None:
        for row in rows:
            self._cursor.execute(text, row)

    def begin(self) -> None:
        self.connection.begin()

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def limit(self, seconds: float | None) -> None:
        seconds = self.usual_timeout if seconds is None else seconds
        self.execute(timeout_sql(self.connection, seconds), ())
        self.connection._read_timeout = seconds + _GRACE_S

    def translate(self, error: BaseException) -> AppError | None:
        named = translate(error)
        if isinstance(named, errors.StoreReadOnly):
            self.is_demoted = True
        return named

    def usable_after(self, error: BaseException) -> bool:
        if not isinstance(error, Exception) or not self.connection.open:
            return False
        return not isinstance(self.translate(error), errors.ConnectionLost | errors.StoreReadOnly)

    def fileno(self) -> int:
        return int(self.connection._sock.fileno()) if self.connection.open else -1

    def cut(self) -> None:
        if self.connection.open:
            with suppress(OSError):
                self.connection._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        # Without the protocol's goodbye: it could block, and the server notices the closed socket as well.
        self.connection._force_close()


def connector(source: MysqlSource, query_timeout: float, dialect: MysqlDialect) -> Any:
    """Return the function that opens a session; the first one teaches `dialect` how the tables are spelled."""
    patience = query_timeout + _GRACE_S
    learned = False

    def connect() -> MysqlSession:
        nonlocal learned
        try:
            session = MysqlSession(_open(source, patience))
            _set_up(session, query_timeout)
            if not learned:
                rows = session.fetch_all(
                    "SELECT table_name, table_collation FROM information_schema.tables WHERE table_schema = DATABASE()",
                    (),
                )
                dialect.learn_tables({str(row[0]): str(row[1] or "") for row in rows})
                learned = True
        except (pymysql.MySQLError, OSError) as error:
            kind = TooManyConnections if _code(error) in _TOO_MANY else errors.StoreUnavailable
            raise kind(detailed_error=str(error)) from error
        return session

    return connect


def _open(source: MysqlSource, patience: float) -> Any:
    options: dict[str, Any] = {}
    if source.unix_socket:
        options["unix_socket"] = source.unix_socket
    if source.tls in ("true", "skip-verify"):
        options["ssl"] = _tls_context(is_verified=source.tls == "true")
    elif source.tls != "preferred":
        options["ssl_disabled"] = True
    connection: Any = pymysql.connect(
        host=source.host,
        port=source.port,
        user=source.user,
        password=source.password,
        database=source.database,
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=source.connect_timeout,
        read_timeout=min(source.read_timeout or patience, patience),
        write_timeout=min(source.write_timeout or patience, patience),
        client_flag=CLIENT.FOUND_ROWS,
        **options,
    )
    if not source.unix_socket and hasattr(socket, "TCP_USER_TIMEOUT"):
        connection._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _VANISHED_MS)
    return connection


def _tls_context(is_verified: bool) -> ssl.SSLContext:
    """Return the context for tls=true, or for skip-verify: encrypted, to whomever answers."""
    context = ssl.create_default_context()
    if not is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _set_up(session: MysqlSession, query_timeout: float) -> None:
    session.usual_timeout = query_timeout
    mode = _MODE.format(seconds=max(1, int(query_timeout)))
    session.execute(
        mode.replace("transaction_isolation", "tx_isolation") if _is_mariadb(session.connection) else mode, ()
    )
    session.execute(timeout_sql(session.connection, query_timeout), ())


def _is_mariadb(connection: Any) -> bool:
    return "MariaDB" in connection.get_server_info()


def timeout_sql(connection: Any, seconds: float) -> str:
    """Return the statement that limits a statement's time; MySQL limits SELECT only."""
    if _is_mariadb(connection):
        return f"SET SESSION max_statement_time = {seconds}"
    return f"SET SESSION max_execution_time = {int(seconds * 1000)}"


def _code(error: BaseException) -> int:
    code = error.args[0] if error.args else 0
    return code if isinstance(code, int) else 0


def translate(error: BaseException) -> AppError | None:
    """Return the named error for what PyMySQL raised; None when it isn't its own."""
    if isinstance(error, OSError):
        return errors.ConnectionLost(detailed_error=str(error))
    if isinstance(error, UnicodeEncodeError):
        return errors.BadValue(detailed_error=str(error))
    if not isinstance(error, pymysql.MySQLError):
        return None
    code = _code(error)
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    if code in _DUPLICATE:
        return errors.UniqueViolation(text.rpartition("for key ")[2].strip("'\""), detailed_error=text)
    if code in _ERRORS or isinstance(error, pymysql.InterfaceError):
        return _ERRORS.get(code, errors.ConnectionLost)(detailed_error=text)
    kind = errors.BadValue if isinstance(error, pymysql.DataError) else errors.StoreError
    return kind(detailed_error=text)
