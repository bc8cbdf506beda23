"""CPU time of this process per database call on each engine, in microseconds; the server's own is not in it.

Run: python bench/db_calls.py [engine ...]
"""

# Patching comes before what it patches.
# ruff: noqa: E402
from gevent import monkey

monkey.patch_all()

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import gevent

from hubbub.core.db import BatchWriter, Database
from hubbub.core.ids import new_id
from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.postgres import PostgresServer

ENGINES: Final = ("sqlite", "postgres", "mysql")
ROWS: Final = 2000
CALLS: Final = 1000
REPEATS: Final = 7
CLIENTS: Final = 64
KEYS: Final = [str(number).rjust(26, "0") for number in range(ROWS)]


@contextmanager
def opened(engine: str, folder: Path) -> Iterator[Database]:
    """Yield a database with a table of 2,000 rows, in a server of its own."""
    server = {"postgres": PostgresServer, "mysql": MariadbServer}.get(engine, lambda: None)()
    source = str(folder / "bench.db")
    if server is not None:
        server.prepare()
        server.start()
        source = server.data_source(server.create_database())
    try:
        db = Database(
            SimpleNamespace(
                DriverName=engine,
                DataSource=source,
                MaxIdleConns=10,
                MaxOpenConns=10,
                ConnMaxLifetimeMilliseconds=0,
                ConnMaxIdleTimeMilliseconds=0,
                QueryTimeout=30,
                Trace=False,
            ),
            folder,
        )
        db.execute("CREATE TABLE {hb_bench} (id varchar(26) PRIMARY KEY, message varchar(100), counter integer)")
        db.insert_many("hb_bench", ("id", "message", "counter"), [(key, "hello", 0) for key in KEYS])
        yield db
        db.close()
    finally:
        if server is not None:
            server.remove()


def cpu_us(call: Callable[[], object], calls: int = CALLS) -> float:
    """Return the best of several measurements of one call."""
    best = float("inf")
    for _ in range(REPEATS):
        begin = time.process_time()
        for _ in range(calls):
            call()
        best = min(best, time.process_time() - begin)
    return best / calls * 1e6


def batched_us(db: Database, write: Callable[[list[tuple[str, str, int]]], Sequence[object]]) -> float:
    """Return the CPU time per item when 64 greenlets submit 20 items each."""
    writer: BatchWriter[tuple[str, str, int], object] = BatchWriter(db, write)

    def client() -> None:
        for _ in range(20):
            writer.submit((new_id(), "hello", 0))

    def everybody() -> None:
        gevent.joinall([gevent.spawn(client) for _ in range(CLIENTS)], raise_error=True)

    return cpu_us(everybody, calls=1) / (CLIENTS * 20)


def measure(db: Database) -> dict[str, float]:
    """Return each case's time."""
    read = db.prepare("SELECT id, message, counter FROM {hb_bench} WHERE id = ?")
    update = db.prepare("UPDATE {hb_bench} SET counter = counter + 1 WHERE id = ?")
    key = (KEYS[7],)
    hundred = KEYS[:100]

    def transaction() -> None:
        with db.transaction():
            db.execute(update, key)
            db.execute(update, key)

    def write(items: list[tuple[str, str, int]]) -> Sequence[object]:
        db.insert_many("hb_bench", ("id", "message", "counter"), items)
        return items

    return {
        "fetch_one by key": cpu_us(lambda: db.fetch_one(read, key)),
        "fetch_one, source text": cpu_us(lambda: db.fetch_one(read.source, key)),
        "select_in, 100 ids": cpu_us(
            lambda: db.select_in("SELECT id, message FROM {hb_bench} WHERE id IN ({ids})", hundred), 100
        ),
        "execute, one update": cpu_us(lambda: db.execute(update, key), 200),
        "transaction, two updates": cpu_us(transaction, 200),
        "insert_many, per row of 50": cpu_us(
            lambda: db.insert_many("hb_bench", ("id", "counter"), [(new_id(), 1) for _ in range(50)]), 20
        )
        / 50,
        "BatchWriter, per inserted row": batched_us(db, write),
        "BatchWriter alone, per item": batched_us(db, lambda items: items),
    }


def main() -> None:
    """Measure the engines named on the command line, all by default, and print a table."""
    engines = sys.argv[1:] or ENGINES
    results: dict[str, dict[str, float]] = {}
    for engine in engines:
        with tempfile.TemporaryDirectory() as folder, opened(engine, Path(folder)) as db:
            results[engine] = measure(db)
    print(f"{'CPU µs per call':32}" + "".join(f"{engine:>10}" for engine in engines))
    for case in results[engines[0]]:
        print(f"{case:32}" + "".join(f"{results[engine][case]:10.1f}" for engine in engines))


if __name__ == "__main__":
    main()
