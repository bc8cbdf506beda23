"""Reading all rows of a table, a batch at a time, in constant memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from hubbub.core.db import Params, Row
from hubbub.core.db.dialects import Dialect

BATCH: Final = 2000
Fetch = Callable[[str, Params], list[Row]]


def batches(
    fetch: Fetch, dialect: Dialect, table: str, columns: Sequence[str], key: Sequence[str], after: Sequence[Any] = ()
) -> Iterator[list[Row]]:
    """Yield the rows of `columns` in the order of the primary key, those behind the key `after` only.

    `key` are columns among `columns`. A table without one is read in the order of all of its columns, from the start.
    """
    named = ", ".join(dialect.quote(column) for column in columns)
    if not key:
        yield from _without_key(fetch, table, named)
        return
    order = ", ".join(dialect.quote(column) for column in key)
    places = [columns.index(column) for column in key]
    head = f"SELECT {named} FROM {{{table}}}"
    behind = f" WHERE {_behind([dialect.quote(column) for column in key])}"
    last: Sequence[Any] = after
    while True:
        params = _params(last) if last else ()
        rows = fetch(f"{head}{behind if last else ''} ORDER BY {order} LIMIT {BATCH}", params)
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        last = [rows[-1][place] for place in places]


def _behind(key: Sequence[str]) -> str:
    """Return the condition for keys after a given one. Row values would be shorter, but MariaDB finds no index then."""
    first, rest = key[0], key[1:]
    if not rest:
        return f"{first} > ?"
    return f"{first} >= ? AND ({first} > ? OR ({_behind(rest)}))"


def _params(last: Sequence[Any]) -> list[Any]:
    if len(last) == 1:
        return [last[0]]
    return [last[0], last[0], *_params(last[1:])]


def _without_key(fetch: Fetch, table: str, named: str) -> Iterator[list[Row]]:
    start = 0
    while True:
        rows = fetch(f"SELECT {named} FROM {{{table}}} ORDER BY {named} LIMIT {BATCH} OFFSET {start}", ())
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        start += len(rows)
