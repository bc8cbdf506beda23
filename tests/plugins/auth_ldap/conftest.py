"""Servers whose people are in a directory."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hubbub.tests.plugins.conftest import migrate
from hubbub.tests.services.databases import Databases, DatabaseSource
from hubbub.tests.services.ldap import LdapServer, Tree


@pytest.fixture
def tree(ldap_server: LdapServer) -> Tree:
    """Return an empty tree of the directory."""
    return ldap_server.new_tree()


@pytest.fixture
def with_tables(databases: Databases) -> Iterator[DatabaseSource]:
    """Yield a SQLite database with all tables."""
    with databases.copy("sqlite", "tables", migrate) as source:
        yield source


@pytest.fixture
def start(make_server: Any, with_tables: DatabaseSource) -> Callable[..., Any]:
    """Return `start(ldap_settings, **sections)`: a server with an administrator and LDAP."""

    def start(settings: dict[str, Any], **sections: Any) -> Any:
        server = make_server(with_tables, LdapSettings=settings, **sections)
        server.admin = server.sign_up("admin")
        server.ldap = server.app.plugins.instance("auth_ldap").ldap
        return server

    return start
