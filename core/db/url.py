"""SqlSettings.DriverName and SqlSettings.DataSource, as existing config.json files have them."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from hubbub.core.db.dialects import Engine
from hubbub.core.db.errors import BadDataSource

_log: Final = logging.getLogger("hubbub.db")
_ENGINES: Final[dict[str, Engine]] = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
}
DEFAULT_FILE: Final = "hubbub.db"
# Options of the reference server's drivers that say nothing to ours: they come with every config.json.
_HARMLESS: Final = frozenset(
    {"binary_parameters", "charset", "collation", "parseTime", "multiStatements", "maxAllowedPacket"}
)
# Settings of a session, which the reference server's driver hands on and libpq takes as `options`. SECURITY: without
# search_path another schema would be looked into, and a new site begun there.
_SESSION: Final = frozenset({"search_path", "lock_timeout", "idle_in_transaction_session_timeout", "timezone"})
_GO_DSN: Final = re.compile(
    r"(?:(?P<userinfo>.*)@)?(?:(?P<net>[a-z0-9]+)(?:\((?P<address>.*)\))?)?/(?P<name>[^?]*)(?:\?(?P<query>.*))?"
)
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_KEY_VALUE: Final = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']*)\s*")


@dataclass(frozen=True)
class MysqlSource:
    """Where a MySQL server is. `read_timeout` and `write_timeout` in seconds, None for no limit."""

    database: str
    user: str = ""
    password: str = ""
    host: str = "127.0.0.1"
    port: int = 3306
    unix_socket: str | None = None
    read_timeout: float | None = None
    write_timeout: float | None = None
    connect_timeout: float = 10.0
    tls: str = "false"


def engine_of(driver_name: str) -> Engine:
    """Return the engine for SqlSettings.DriverName."""
    engine = _ENGINES.get(driver_name.lower())
    if engine is None:
        raise BadDataSource(f"SqlSettings.DriverName is {driver_name!r}: use postgres, mysql or sqlite.")
    return engine


def sqlite_path(data_source: str, data_directory: str | Path) -> str:
    """Return the path of the SQLite file; an empty data source is `hubbub.db` in the data directory."""
    bare = data_source.removeprefix("sqlite://").removeprefix("sqlite3://")
    if not bare:
        return str(Path(data_directory) / DEFAULT_FILE)
    if "://" in bare or "@tcp(" in bare:
        raise BadDataSource("SqlSettings.DataSource isn't a file's path, but SqlSettings.DriverName is sqlite.")
    return bare


def postgres_source(data_source: str, is_known: Callable[[str], bool]) -> str:
    """Return `data_source` (a URL or `key=value` text) as libpq takes it.

    Options that libpq doesn't know (`is_known`), those of other drivers, are left out with a warning.
    """
    if not data_source.startswith(("postgres://", "postgresql://")):
        return _known_pairs(data_source, is_known)
    address, _, query = data_source.partition("?")
    known = _known(parse_qsl(query, keep_blank_values=True), is_known)
    return f"{address}?{urlencode(known, quote_via=quote)}" if known else address


def _known(options: list[tuple[str, str]], is_known: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return what libpq takes, settings of the session as its `options`; warn of the rest."""
    session = [f"-c {key}={_escaped(value)}" for key, value in options if key.lower() in _SESSION]
    _warn([key for key, _ in options if not is_known(key) and key.lower() not in _SESSION])
    taken = [(key, value) for key, value in options if is_known(key) and not (session and key == "options")]
    own = [value for key, value in options if key == "options"]
    return [*taken, ("options", " ".join([*own, *session]))] if session else taken


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _known_pairs(data_source: str, is_known: Callable[[str], bool]) -> str:
    pairs = list(_KEY_VALUE.finditer(data_source))
    if not pairs or "".join(pair[0] for pair in pairs) != data_source.strip():
        raise BadDataSource(
            "SqlSettings.DataSource is neither postgres://user:password@host:port/name nor key=value pairs."
        )
    known = _known([(pair[1], _unquoted(pair[2])) for pair in pairs], is_known)
    return " ".join(f"{key}={_quoted(value)}" for key, value in known)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith("'") else text


def _quoted(value: str) -> str:
    """Return a value as libpq's `key=value` text has it."""
    if value and re.fullmatch(r"[^\s'\\]+", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _warn(ignored: list[str]) -> None:
    unusual = [name for name in ignored if name not in _HARMLESS]
    if unusual:
        _log.warning("SqlSettings.DataSource: ignored options: %s", ", ".join(unusual))


def mysql_source(data_source: str) -> MysqlSource:
    """Return the parts of a Go MySQL data source: `user:password@tcp(host:port)/name?readTimeout=30s`."""
    match = _GO_DSN.fullmatch(data_source.removeprefix("mysql://"))
    if match is None or not match["name"]:
        raise BadDataSource("SqlSettings.DataSource isn't of the form user:password@tcp(host:port)/name?options.")
    user, _, password = (match["userinfo"] or "").partition(":")
    fields: dict[str, Any] = {"database": unquote(match["name"]), "user": user, "password": password}
    net, address = match["net"] or "tcp", match["address"] or ""
    if net == "unix":
        fields["unix_socket"] = address
    elif net in ("tcp", "tcp4", "tcp6"):
        host, _, port = address.rpartition(":") if re.search(r":\d+$", address) else (address, "", "")
        fields["host"] = host.strip("[]") or "127.0.0.1"
        fields["port"] = int(port) if port else 3306
    else:
        raise BadDataSource(f"SqlSettings.DataSource: the network {net!r} isn't supported: use tcp(...) or unix(...).")
    return MysqlSource(**fields, **_mysql_options(match["query"] or ""))


def _mysql_options(query: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    ignored: list[str] = []
    names = {"readTimeout": "read_timeout", "writeTimeout": "write_timeout", "timeout": "connect_timeout"}
    for key, value in parse_qsl(query):
        if key in names:
            options[names[key]] = _seconds(key, value)
        elif key == "tls":
            options["tls"] = _tls(value)
        else:
            ignored.append(key)
    _warn(ignored)
    return options


def _tls(value: str) -> str:
    if value not in ("true", "false", "skip-verify", "preferred"):
        raise BadDataSource(f"SqlSettings.DataSource: tls={value!r}: use true, false, skip-verify or preferred.")
    return value


def _seconds(key: str, text: str) -> float | None:
    if text == "0":
        return None
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise BadDataSource(f"SqlSettings.DataSource: {key}={text!r} isn't a duration such as 30s.")
    return sum(float(number) * _UNITS[unit] for number, unit in parts) or None
