"""Who is in the directory: one person by a name or an id, and everybody in pages."""

import re
from collections.abc import Iterable, Iterator
from logging import Logger
from typing import Any, Final, NamedTuple

from hubbub.core.contracts.auth import ExternalIdentity
from hubbub.plugins.auth_ldap import filters
from hubbub.plugins.auth_ldap.directory import Directory
from hubbub.plugins.auth_ldap.entries import Entry, identity_of, subject_of, wanted_attributes
from hubbub.plugins.auth_ldap.errors import Incomplete

_ATTRIBUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*").fullmatch
"""RFC 4512, section 1.4: some directories refuse a whole search for a name that can't be one."""


class Person(NamedTuple):
    """Somebody in the directory: where, and who."""

    dn: str
    identity: ExternalIdentity


class People:
    """People of a directory, as the configuration describes them; `more` attributes are read beside its own."""

    def __init__(self, directory: Directory, config: Any, extras: Any, log: Logger, more: Iterable[str] = ()) -> None:
        self.directory = directory
        self._ldap = config.LdapSettings
        self._attributes = sorted({*wanted_attributes(self._ldap), *filter(_ATTRIBUTE, more)})
        self._links_by_email = extras.LinkByEmail
        self._log = log
        guests = self._ldap.GuestFilter if config.GuestAccountsSettings.Enable else ""
        self._filters = {"guest": guests, "admin": self._ldap.AdminFilter if self._ldap.EnableAdminFilter else ""}

    def by_login(self, login_id: str) -> Person | None:
        """Return whom somebody means who types this. Raises `DirectoryError`."""
        return self._one(filters.equals(self._ldap.LoginIdAttribute, login_id))

    def by_subject(self, subject: str) -> Person | None:
        """Return the person with an id. Raises `DirectoryError`."""
        return self._one(filters.has_subject(self._ldap.IdAttribute, subject))

    def by_email(self, email: str) -> Person | None:
        """Return the person with a mail address. Raises `DirectoryError`."""
        return self._one(filters.equals(self._ldap.EmailAttribute, email))

    def _one(self, condition: str) -> Person | None:
        wanted = filters.both(self._ldap.UserFilter, condition)
        try:
            found = self.directory.search(wanted, self._attributes, limit=2)
        except Incomplete:
            found = [Entry("", {}), Entry("", {})]  # more than two
        if len(found) > 1:
            # SECURITY: whose password would count? Nobody's.
            self._log.warning("nobody signs in: several entries of the directory match %s", wanted)
            return None
        if not found:
            return None
        entry = found[0]
        return Person(entry.dn, self._identity(entry, self._is(entry, "guest"), self._is(entry, "admin")))

    def _is(self, entry: Entry, role: str) -> bool | None:
        """Say whether the role's filter matches an entry; None without such a filter."""
        text = self._filters[role]
        return bool(self.directory.search(text, [], base=entry.dn, one=True)) if text else None

    def _identity(self, entry: Entry, is_guest: bool | None, is_admin: bool | None) -> ExternalIdentity:
        ldap = self._ldap
        return identity_of(entry, ldap, is_guest=is_guest, is_admin=is_admin, links_by_email=self._links_by_email)

    def pages(self) -> Iterator[list[Person]]:
        """Yield everybody, in pages. Raises `DirectoryError`; who was not yielded by then may exist all the same."""
        guests, admins = self._subjects("guest"), self._subjects("admin")
        for page in self.directory.pages(filters.both(self._ldap.UserFilter), self._attributes):
            yield [self._of_page(entry, guests, admins) for entry in page if entry.first(self._ldap.IdAttribute)]

    def _of_page(self, entry: Entry, guests: set[str] | None, admins: set[str] | None) -> Person:
        subject = self._subject(entry)
        is_guest = None if guests is None else subject in guests
        is_admin = None if admins is None else subject in admins
        return Person(entry.dn, self._identity(entry, is_guest, is_admin))

    def _subjects(self, role: str) -> set[str] | None:
        text = self._filters[role]
        if not text:
            return None
        wanted = filters.both(self._ldap.UserFilter, text)
        attribute = self._ldap.IdAttribute
        return {self._subject(entry) for page in self.directory.pages(wanted, [attribute]) for entry in page}

    def _subject(self, entry: Entry) -> str:
        return subject_of(entry.first(self._ldap.IdAttribute), self._ldap.IdAttribute)
