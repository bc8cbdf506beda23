"""Operations of the plugin auth_ldap, with a directory of their own."""

from typing import Any, Final

import pytest

from hubbub.tests.services.ldap import LdapServer
from hubbub.tests.services.process import ServiceMissing
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

_NAME: Final = "ldap_server"


def directory(world: World) -> LdapServer:
    """Return the directory of a world, started when the first case asks."""
    server: LdapServer | None = getattr(world, _NAME, None)
    if server is None:
        try:
            server = LdapServer()
        except ServiceMissing as missing:
            pytest.skip(str(missing))
        world.on_close(server.remove)
        server.prepare()
        server.start()
        setattr(world, _NAME, server)
    return server


def on(world: World) -> Made:
    """Have people sign in with the directory."""
    world.server.configure(LdapSettings=directory(world).settings())
    return {}


def off(world: World) -> None:
    """Have nobody sign in with it any more."""
    world.server.configure(LdapSettings={"Enable": False, "EnableSync": False})


def settings(world: World) -> dict[str, Any]:
    """Return what an administrator has typed into the form."""
    return directory(world).settings(GroupIdAttribute="cn", GroupDisplayNameAttribute="cn")


CASES: Final = [
    Case(operation="SyncLdap", who="alice", make=on, after=off),
    Case(operation="TestLdap", who="alice", make=on, after=off),
    Case(operation="TestLdapConnection", who="alice", body=settings),
    Case(operation="TestLdapDiagnostics", who="alice", query="test=attributes", body=settings),
]
