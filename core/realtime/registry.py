"""The tables of connections: by id, by session, by user, and those that nobody has authenticated yet."""

from hubbub.core.contracts.sessions import Session
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.index import Index, UserEntry


class Registry:
    """Every connection of the process, open or waiting to be resumed. Plain tables: nothing blocks."""

    def __init__(self) -> None:
        self.index = Index()
        self.by_id: dict[str, Connection] = {}
        self.open_count = 0
        self._anonymous: set[Connection] = set()
        self._sessions: dict[str, tuple[Connection, ...]] = {}

    def add_anonymous(self, connection: Connection) -> None:
        """Count an open connection of which nobody knows whose it is."""
        self.open_count += 1
        self._anonymous.add(connection)

    def add(self, connection: Connection, session: Session, connection_id: str) -> None:
        """Make an anonymous connection one of the session's user."""
        self._anonymous.discard(connection)
        connection.sign_in(session)
        connection.connection_id = connection_id
        self.by_id[connection_id] = connection
        self._sessions[session.id] = (*self._sessions.get(session.id, ()), connection)
        user = self.index.add_user(session.user_id)
        user.connections = (*user.connections, connection)
        connection.user = user

    def entry_of(self, connection: Connection) -> UserEntry:
        """Return the user of an authenticated connection."""
        assert connection.user is not None
        return connection.user

    def of_session(self, session_id: str) -> tuple[Connection, ...]:
        """Return the connections of a session."""
        return self._sessions.get(session_id, ())

    def change_session(self, connection: Connection, session: Session) -> None:
        """Let the same user's connection go on with another session."""
        self._leave_session(connection)
        connection.sign_in(session)
        self._sessions[session.id] = (*self._sessions.get(session.id, ()), connection)
        if connection.user is not None:
            self.recheck(connection.user)

    def recheck(self, user: UserEntry) -> None:
        """Have sessions and permissions of the user looked at before anything else is sent to them."""
        user.recheck = True
        user.generation += 1

    def rename(self, connection: Connection, connection_id: str) -> None:
        """Let the connection have another id."""
        self.forget_id(connection)
        connection.connection_id = connection_id
        self.by_id[connection_id] = connection

    def forget_id(self, connection: Connection) -> None:
        """Let nobody resume the connection."""
        if self.by_id.get(connection.connection_id) is connection:
            del self.by_id[connection.connection_id]

    def forget_ids(self) -> None:
        """Let nobody resume anything."""
        self.by_id.clear()

    def reopened(self) -> None:
        """Count a connection that got a socket again."""
        self.open_count += 1

    def closed(self, connection: Connection) -> None:
        """Count a connection out whose socket has gone."""
        self.open_count -= 1
        self._anonymous.discard(connection)

    def remove(self, connection: Connection) -> None:
        """Forget a connection that belonged to a user."""
        self.forget_id(connection)
        self._leave_session(connection)
        user = connection.user
        if user is None:
            return
        connection.user = None
        connection.valid = False
        user.connections = tuple(one for one in user.connections if one is not connection)
        if not user.connections:
            self.index.remove_user(user)

    def _leave_session(self, connection: Connection) -> None:
        rest = tuple(one for one in self._sessions.get(connection.session_id, ()) if one is not connection)
        if rest:
            self._sessions[connection.session_id] = rest
        else:
            self._sessions.pop(connection.session_id, None)

    def everybody(self) -> list[Connection]:
        """Return all connections, with and without a user or a socket."""
        return [*self._anonymous, *(one for user in self.index.users.values() for one in user.connections)]
