"""A directory on one or more servers: a bounded number of connections, and the next server when one fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import Logger
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

from hubbub.plugins.auth_ldap import connecting
from hubbub.plugins.auth_ldap.entries import Entry
from hubbub.plugins.auth_ldap.errors import (
    BadCertificate,
    BadFilter,
    BindRefused,
    DirectoryError,
    Incomplete,
    NotTrusted,
    SearchFailed,
    Unreachable,
)
from hubbub.plugins.auth_ldap.settings import Address, DirectorySettings

if TYPE_CHECKING:
    from ldap3 import Connection

R = TypeVar("R")
SIGN_IN_S: Final = 8
"""How long all that a sign-in asks may take: who waits gets an answer in ten seconds."""
DOWN_S: Final = 30
"""How long a server that failed is asked last."""
IDLE_S: Final = 60
MAX_FOUND: Final = 500
_PAGED: Final = "1.2.840.113556.1.4.319"
_SUCCESS: Final = 0
_NO_SUCH_OBJECT: Final = 32


class Directory:
    """Searches with the service account, and checks passwords on connections of their own."""

    def __init__(self, settings: DirectorySettings, log: Logger) -> None:
        self.settings = settings
        self._log = log
        self._room = BoundedSemaphore(settings.connections)
        self._idle: list[tuple[Connection, float]] = []
        self._down: dict[Address, float] = {}

    # -- for sign-ins

    @contextmanager
    def in_time(self, seconds: float = SIGN_IN_S) -> Iterator[None]:
        """Raise `Unreachable` when the block takes longer."""
        with connecting.within(seconds, Unreachable(f"The directory doesn't answer within {seconds:.0f} s.")):
            yield

    def search(
        self, text: str, attributes: list[str], *, base: str | None = None, one: bool = False, limit: int = MAX_FOUND
    ) -> list[Entry]:
        """Return entries (at most `limit`) below `base`; with `one` that entry alone. Raises `DirectoryError`."""

        def ask(connection: "Connection") -> list[Entry]:
            return self._search(connection, text, attributes, base=base, one=one, limit=limit)

        return self._with_connection(ask)

    def check_password(self, dn: str, password: str) -> bool:
        """Say whether the password is that of an entry. Raises `DirectoryError` when no server can tell."""
        if not dn or not password:
            # SECURITY: such a bind is anonymous, and succeeds (RFC 4513, 5.1.2).
            return False
        with self._room_for_one():
            connection = self._open_first()
            try:
                return connecting.bind(connection, dn, password)
            except BindRefused as refused:
                self._log.info("%s", refused.text)  # locked, expired and the like, as some directories say it
                return False
            finally:
                connecting.close(connection)

    # -- for long readings

    def pages(self, text: str, attributes: list[str], *, base: str | None = None) -> Iterator[list[Entry]]:
        """Yield all entries in pages. Raises `Incomplete` when the directory gives up before the end.

        Has a connection of its own while it is read; other greenlets get their turn between two pages.
        """
        connection = self._bound()
        cookie: bytes | None = None
        try:
            while True:
                yield self._search(connection, text, attributes, base=base, page_cookie=cookie, paged=True)
                controls = (connection.result or {}).get("controls") or {}
                cookie = ((controls.get(_PAGED) or {}).get("value") or {}).get("cookie")
                if not cookie:
                    return
                gevent.sleep(0)
        finally:
            connecting.close(connection)

    def try_out(self) -> None:
        """Open and bind one new connection to each server. Raises the first `DirectoryError`."""
        for address in self.settings.servers:
            connecting.close(self._bound_to(address))

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            connecting.close(self._idle.pop()[0])

    # -- connections

    @contextmanager
    def _room_for_one(self) -> Iterator[None]:
        # Who waits here is bounded by `in_time`; without it, the directory is only as slow as its queue.
        with self._room:
            yield

    def _with_connection(self, work: Callable[["Connection"], R]) -> R:
        with self._room_for_one():
            kept = self._take_idle()
            if kept is not None:
                try:
                    return self._kept(kept, work)
                except Unreachable:
                    pass  # it had died while nobody used it
            return self._kept(self._bound(), work)

    def _kept(self, connection: "Connection", work: Callable[["Connection"], R]) -> R:
        """Do the work, and keep the connection for others if it is still good."""
        good = False
        try:
            result = work(connection)
            good = True
            return result
        except (BadFilter, SearchFailed):
            good = not connection.closed
            raise
        finally:
            if good:
                self._idle.append((connection, monotonic()))
            else:
                connecting.close(connection)
                self.close()  # the others lead to the same server

    def _take_idle(self) -> "Connection | None":
        while self._idle:
            connection, since = self._idle.pop()
            if monotonic() - since < IDLE_S:
                return connection
            connecting.close(connection)
        return None

    def _bound(self) -> "Connection":
        """Return a new connection of the service account."""
        connection = self._open_first()
        try:
            self._bind_service(connection)
        except BaseException:
            connecting.close(connection)
            raise
        return connection

    def _bound_to(self, address: Address) -> "Connection":
        connection = connecting.open_connection(self.settings, address, self.settings.query_timeout_s)
        try:
            self._bind_service(connection)
        except BaseException:
            connecting.close(connection)
            raise
        return connection

    def _bind_service(self, connection: "Connection") -> None:
        user = self.settings.user
        if not connecting.bind(connection, user, self.settings.password):
            raise BindRefused(
                f"The directory doesn't accept the account {user} or its password "
                "(LdapSettings.BindUsername, BindPassword)."
            )

    def _open_first(self) -> "Connection":
        """Return a connection to the first server that gives one; those that failed lately are asked last."""
        now = monotonic()
        order = sorted(self.settings.servers, key=lambda address: self._down.get(address, 0) > now)
        errors: list[DirectoryError] = []
        for address in order:
            try:
                connection = connecting.open_connection(self.settings, address, self.settings.query_timeout_s)
            except (Unreachable, NotTrusted) as error:
                self._down[address] = monotonic() + DOWN_S
                errors.append(error)
                continue
            self._down.pop(address, None)
            return connection
        if len(errors) == 1 or isinstance(errors[0], BadCertificate):
            raise errors[0]
        raise type(errors[0])(" ".join(error.text for error in errors))

    # -- searching

    def _search(
        self,
        connection: "Connection",
        text: str,
        attributes: list[str],
        *,
        base: str | None = None,
        one: bool = False,
        limit: int = 0,
        paged: bool = False,
        page_cookie: bytes | None = None,
    ) -> list[Entry]:
        from ldap3 import BASE, DEREF_NEVER, SUBTREE
        from ldap3.core.exceptions import LDAPException, LDAPInvalidFilterError

        limit_s = self.settings.query_timeout_s
        try:
            slow = Unreachable(f"The directory didn't answer a search within {limit_s} s (QueryTimeout).")
            with connecting.within(limit_s + 1, slow):
                connection.search(
                    self.settings.base if base is None else base,
                    text,
                    search_scope=BASE if one else SUBTREE,
                    dereference_aliases=DEREF_NEVER,
                    attributes=attributes or ["1.1"],  # RFC 4511, 4.5.1.8: none
                    size_limit=0 if paged else limit,
                    time_limit=limit_s,
                    paged_size=self.settings.page_size if paged else None,
                    paged_cookie=page_cookie,
                )
        except LDAPInvalidFilterError:
            raise BadFilter(f"{text} isn't a search filter.") from None
        except (LDAPException, OSError) as error:
            connecting.close(connection)
            raise Unreachable(f"The directory broke off a search: {error}.") from None
        self._check(connection.result or {}, text, one=one)
        return [_entry(found) for found in connection.response or () if found.get("type") == "searchResEntry"]

    def _check(self, result: dict[str, Any], text: str, *, one: bool) -> None:
        """Raise unless the search came to its end."""
        code = result.get("result")
        if code == _SUCCESS or (code == _NO_SUCH_OBJECT and one):
            return
        said = connecting.told(result)
        if code == _NO_SUCH_OBJECT:
            raise SearchFailed(f"There is no entry {self.settings.base} to search in (LdapSettings.BaseDN): {said}.")
        raise Incomplete(f"The directory didn't answer the search {text} in full: {said}.")


def _entry(found: dict[str, Any]) -> Entry:
    return Entry(found["dn"], {name.lower(): list(values) for name, values in found["raw_attributes"].items()})
