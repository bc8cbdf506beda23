"""The way of records to the table and the file: a bounded queue, written many at a time by a background greenlet."""

import socket
from collections import deque
from itertools import islice
from pathlib import Path
from typing import Final

from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.log_file import RotatingFile
from hubbub.plugins.audits.record import Record, line_of
from hubbub.plugins.audits.store import AuditStore

WAITING: Final = 10_000
"""Records that wait at most; beyond, the newest are counted and lost: a request never waits for its record."""
BATCH: Final = 500
RETRY_S: Final = 5
FILE_NAME: Final = "audit.log"


class Trail:
    """Takes records and writes them soon."""

    def __init__(self, context: PluginContext, store: AuditStore) -> None:
        self._context = context
        self._store = store
        self._waiting: deque[Record] = deque()
        self._scheduled = False
        self._busy = False
        self._file: RotatingFile | None = None
        self._server = socket.gethostname()
        self._lost = context.metrics.counter("hubbub_audit_records_lost_total", "Audit records that found no room")

    def add(self, record: Record) -> None:
        """Take a record; never waits."""
        if len(self._waiting) >= WAITING:
            self._lost.inc()
            return
        self._waiting.append(record)
        if not self._scheduled:
            # Without room for it in the queue of background work, `write` comes by itself in a few seconds.
            self._scheduled = self._context.tasks.submit(self.write, droppable=True)

    def write(self) -> None:
        """Write what waits. What the database doesn't take now is tried again."""
        self._scheduled = False
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                batch = list(islice(self._waiting, BATCH))
                self._store.add_many(batch)
                for _ in batch:
                    self._waiting.popleft()
                self._append(batch)
        except AppError as error:
            self._context.log.warning("%s audit records wait for the database: %s", len(self._waiting), error.error_id)
        finally:
            self._busy = False

    def _append(self, records: list[Record]) -> None:
        """Write JSON lines, where settings name a file."""
        settings = self._context.config.ExperimentalAuditSettings
        if not settings.FileEnabled:
            self.close()
            return
        path = Path(settings.FileName) if settings.FileName else self._context.data_directory / FILE_NAME
        lines = [line_of(record, self._server) for record in records]
        try:
            self._context.tasks.run_in_thread(self._write_lines, path, lines)
        except OSError as error:
            self._context.log.error("audit records can't be written to %s: %s", path, error)

    def _write_lines(self, path: Path, lines: list[bytes]) -> None:
        if self._file is None or self._file.path != path:
            self.close()
            self._file = RotatingFile(path)
        for line in lines:
            self._file.write(line)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
