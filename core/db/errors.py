"""What can go wrong between Hubbub and its database, named once for every engine."""

from hubbub.core.contracts.errors import BadRequest, Conflict, Internal, Unavailable


class StoreError(Internal):
    """The database refused a statement: a bug here, or a schema that isn't the expected one."""

    id = "store.sql.app_error"
    message = "The database refused a statement."


class BadValue(BadRequest):
    """A value doesn't fit its column: too long, out of range, or a NUL character in a text."""

    id = "store.sql.bad_value.app_error"
    message = "A value is too long, out of range, or holds a character that can't be stored."


class UniqueViolation(Conflict):
    """A row with this key exists. `key` is the constraint or the columns, as far as the engine tells."""

    id = "store.sql.unique.app_error"
    message = "It exists already."

    def __init__(self, key: str, detailed_error: str = "") -> None:
        super().__init__(detailed_error=detailed_error or key)
        self.key = key.lower()

    def about(self, column: str) -> bool:
        """Say whether `column` is part of the key that was violated (`users_email_key` is about `email`)."""
        return column.lower() in self.key.replace(".", "_").replace(",", "_").replace(" ", "_").split("_")


class StoreUnavailable(Unavailable):
    """The database can't be reached, or the connection was lost; nothing of an open transaction was kept."""

    id = "store.sql.unavailable.app_error"
    message = "The database can't be reached right now. Please try again in a moment."


class ConnectionLost(StoreUnavailable):
    """The connection broke under a statement."""

    id = "store.sql.connection_lost.app_error"


class CommitUnknown(StoreUnavailable):
    """The connection broke during COMMIT: the change may have been stored, and may not."""

    id = "store.sql.commit_unknown.app_error"
    message = "The database went away while it stored the change; check whether it is there before you repeat it."


class TransactionFailed(StoreUnavailable):
    """An earlier statement of this transaction failed, so all of it is rolled back."""

    id = "store.sql.transaction_failed.app_error"
    message = "The change was rolled back because a part of it failed."


class PoolExhausted(Unavailable):
    """No connection came free in time (SqlSettings.MaxOpenConns, QueryTimeout)."""

    id = "store.sql.pool.app_error"
    message = "The database is too busy right now. Please try again in a moment."


class StoreBusy(Unavailable):
    """Somebody else holds the lock that is needed, longer than SqlSettings.QueryTimeout."""

    id = "store.sql.busy.app_error"
    message = "The database is locked by somebody else. Please try again in a moment."


class SerializationFailed(Unavailable):
    """A deadlock, or two transactions that can't both be kept: this one was rolled back and may be repeated."""

    id = "store.sql.serialization.app_error"
    message = "Two changes got in each other's way. Please try again."


class QueryTimedOut(Unavailable):
    """A statement took longer than SqlSettings.QueryTimeout and was stopped."""

    id = "store.sql.timeout.app_error"
    message = "The database took too long to answer."


class StoreFull(Unavailable):
    """There is no room left where the database is stored."""

    id = "store.sql.full.app_error"
    message = "The database's disk is full: nothing can be stored until there is room."


class StoreReadOnly(Unavailable):
    """The database can't be written: file permissions, a read-only disk or a standby server."""

    id = "store.sql.read_only.app_error"
    message = "The database is read-only."


class StoreCorrupt(Unavailable):
    """The file isn't a database, or is damaged."""

    id = "store.sql.corrupt.app_error"
    message = "The database file is damaged or isn't a database."


class BadDataSource(ValueError):
    """SqlSettings.DriverName or SqlSettings.DataSource can't be understood; the text says why and what to do."""
