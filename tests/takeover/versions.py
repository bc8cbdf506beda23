"""The tables of Mattermost servers of several versions, and their SQL on PostgreSQL and MySQL.

`tests/meta/data/schema.json` has the tables of 11.6 on PostgreSQL; `data/history.json` says which migration brought
what came after 9.10, the names of all migrations, the enum types, and how column names are spelled on MySQL.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hubbub.core.db.dialects.mysql import KNOWN_TABLES

_TESTS: Final = Path(__file__).parents[1]
_NEWEST: Final[dict[str, dict[str, Any]]] = json.loads((_TESTS / "meta" / "data" / "schema.json").read_text())
_HISTORY: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "history.json").read_text())
_SPELLED: Final = {name.lower(): name for name in (*_HISTORY["spelling"], *KNOWN_TABLES)}
_INDEX: Final = re.compile(r"CREATE (UNIQUE )?INDEX (\w+) ON public\.(\w+) USING btree \(([\w, ]+)\)$")
_LONG: Final = 1000
COLLATION: Final = "utf8mb4_unicode_520_ci"
"""Of the tables on MySQL: not the one that Hubbub's own have by default."""
# Types that MySQL's tables have where a rule doesn't tell.
_MYSQL_TYPES: Final = {"roles.permissions": "longtext", "posts.fileids": "text", "licenses.bytes": "text"}


@dataclass(frozen=True)
class Version:
    """A Mattermost version by its newest migration."""

    name: str
    latest: int

    @property
    def is_11(self) -> bool:
        return self.latest > 143


V9_11: Final = Version("9.11", 124)
V10_11: Final = Version("10.11", 141)
V11_6: Final = Version("11.6", 159)


def _later(kind: str, version: Version) -> set[str]:
    """Return the names (of tables, columns, indexes) that came after `version`."""
    return {
        name for number, names in _HISTORY[f"{kind}_since"].items() if int(number) > version.latest for name in names
    }


def migrations(version: Version) -> list[tuple[int, str]]:
    """Return the rows of db_migrations."""
    return [(int(number), name) for number, name in _HISTORY["migrations"].items() if int(number) <= version.latest]


def columns(version: Version) -> dict[str, dict[str, list[Any]]]:
    """Return each table's columns: name → [type, nullable, default, position in the primary key]."""
    absent = _later("tables", version)
    later = _later("columns", version)
    return {
        table: {name: facts for name, *facts in described["columns"] if f"{table}.{name}" not in later}
        for table, described in _NEWEST.items()
        if table not in absent
    }


def _indexes(version: Version, table: str) -> list[str]:
    later = _later("indexes", version)
    return [
        text
        for text in _NEWEST[table]["indexes"]
        if "_pkey ON " not in text and text.split(" ON ")[0].rpartition(" ")[2] not in later
    ]


def postgres_sql(version: Version) -> Iterator[str]:
    """Yield the statements that make the tables on PostgreSQL."""
    tables = columns(version)
    used = {facts[0] for found in tables.values() for facts in found.values()}
    for name, labels in _HISTORY["enums"].items():
        if name in used:
            yield f"CREATE TYPE {name} AS ENUM ({_literals(labels)})"
    for table, found in tables.items():
        lines = [_column_sql(f'"{name}"', facts[0], facts) for name, facts in found.items()]
        yield f'CREATE TABLE "{table}" (\n  ' + ",\n  ".join([*lines, *_key(table, found, "")]) + ")"
        for index in _indexes(version, table):
            yield index.replace(" ON public.", " ON ")


def mysql_sql(version: Version, spelled: Callable[[str], str]) -> Iterator[str]:
    """Yield the statements that make the tables on MySQL; `spelled` says how names are written there."""
    for table, found in columns(version).items():
        lines = []
        for name, facts in found.items():
            kind = mysql_type(table, name, facts[0])
            default = None if kind in ("text", "longtext", "json", "mediumblob") else facts[2]
            lines.append(_column_sql(f"`{spelled(name)}`", kind, [facts[0], facts[1], default, facts[3]]))
        keys = [*_key(table, found, "`"), *_mysql_indexes(version, table, found)]
        yield f"CREATE TABLE `{spelled(table)}` (\n  " + ",\n  ".join([*lines, *keys]) + f") COLLATE {COLLATION}"


def spelled(name: str) -> str:
    """Return a table's or column's name as MySQL's tables have it."""
    return name if name.startswith("db_") else _SPELLED.get(name, name)


def mysql_type(table: str, column: str, kind: str) -> str:
    """Return a column's type on MySQL for its type on PostgreSQL."""
    if f"{table}.{column}" in _MYSQL_TYPES:
        return str(_MYSQL_TYPES[f"{table}.{column}"])
    if kind in _HISTORY["enums"]:
        return f"enum({_literals(_HISTORY['enums'][kind])})"
    length = re.search(r"\((\d+)\)", kind)
    if length:
        is_long = int(length[1]) >= _LONG
        return "text" if is_long else f"varchar({length[1]})"
    return {
        "character varying": "varchar(64)", "boolean": "tinyint(1)", "jsonb": "json", "bytea": "mediumblob",
        "integer": "int(11)", "bigint": "bigint(20)", "real": "float", "text": "text", "smallint": "smallint(6)",
    }.get(kind, "varchar(190)")  # fmt: skip


def _literals(labels: Iterable[str]) -> str:
    return ", ".join(f"'{label}'" for label in labels)


def _ticks(names: Iterable[str]) -> str:
    return ", ".join(f"`{spelled(name)}`" for name in names)


def _column_sql(name: str, kind: str, facts: list[Any]) -> str:
    default = "" if facts[2] is None else f" DEFAULT {facts[2].split('::')[0]}"
    return f"{name} {kind}{'' if facts[1] else ' NOT NULL'}{default}"


def _key(table: str, found: dict[str, list[Any]], quote: str) -> list[str]:
    names = [name for name, facts in sorted(found.items(), key=lambda item: item[1][3]) if facts[3]]
    if not names:
        return []
    if quote:
        return [f"PRIMARY KEY ({_ticks(names)})"]
    return [f"CONSTRAINT {table}_pkey PRIMARY KEY ({', '.join(names)})"]


def _mysql_indexes(version: Version, table: str, found: dict[str, list[Any]]) -> Iterator[str]:
    """Yield the plain indexes: those on expressions or with conditions aren't MySQL's."""
    for text in _indexes(version, table):
        match = _INDEX.match(text)
        if match is None:
            continue
        names = [name.removesuffix(" DESC") for name in match[4].split(", ")]
        if all(mysql_type(table, name, found[name][0]) not in ("text", "longtext") for name in names):
            yield f"{'UNIQUE ' if match[1] else ''}KEY `{match[2]}` ({_ticks(names)})"
    if table == "posts":
        yield "FULLTEXT KEY `idx_posts_message_txt` (`Message`)"
