"""Operations of the plugin auth_ldap, with a directory of their own."""

from typing import Any, Final

import pytest

from hubbub.tests.services.ldap import SUFFIX, LdapServer
from hubbub.tests.services.process import ServiceMissing
from hubbub.tests.services.smtp import make_certificate
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
    attributes = {"GroupIdAttribute": "sAMAccountName", "GroupDisplayNameAttribute": "cn"}
    world.server.configure(LdapSettings=directory(world).settings(SUFFIX, **attributes))
    return {}


def off(world: World) -> None:
    """Have nobody sign in with it any more."""
    world.server.configure(LdapSettings={"Enable": False, "EnableSync": False})


def settings(world: World) -> dict[str, Any]:
    """Return what an administrator has typed into the form."""
    return directory(world).settings(GroupIdAttribute="cn", GroupDisplayNameAttribute="cn")


def group(world: World) -> Made:
    """Make a group in the directory."""
    on(world)
    name = f"walk{world.number()}"
    directory(world).new_tree().add_group(name, [])
    return {"remote_id": f"id-{name}"}


def linked_group(world: World) -> Made:
    """Make a group in the directory and link it."""
    made = group(world)
    world.alice.post(f"/ldap/groups/{made['remote_id']}/link", expect=201)
    return made


def newcomer(world: World) -> Made:
    """Make a local account for somebody in the directory."""
    on(world)
    number = world.number()
    world.server.create_user(f"mover{number}", email=f"person{number:05d}@example.org")
    return {}


def account(world: World) -> Made:
    """Make an account of the directory."""
    on(world)
    user = world.new_user()
    body = {"auth_service": "ldap", "auth_data": f"walk-{world.number()}"}
    world.alice.put(f"/users/{user.id}/auth", body, expect=200)
    return {"user_id": user.id}


def pair(world: World) -> tuple[bytes, bytes]:
    """Return a certificate and its key."""
    folder = directory(world).folder
    make_certificate(folder / "client.pem", folder / "client.key")
    return (folder / "client.pem").read_bytes(), (folder / "client.key").read_bytes()


def form(data: bytes) -> bytes:
    """Return a form with a file."""
    head = b'--walk\r\nContent-Disposition: form-data; name="certificate"; filename="a.pem"\r\n\r\n'
    return head + data + b"\r\n--walk--\r\n"


FORM: Final = {"Content-Type": "multipart/form-data; boundary=walk"}
CASES: Final = [
    Case(operation="GetLdapGroups", who="alice", make=group, after=off, answer="LDAPGroupsPaged"),
    Case(operation="LinkLdapGroup", who="alice", make=group, after=off, answer="Group"),
    Case(operation="UnlinkLdapGroup", who="alice", make=linked_group, after=off),
    Case(operation="MigrateIdLdap", who="alice", make=on, after=off, body={"toAttribute": "uid"}),
    Case(
        operation="MigrateAuthToLdap",
        who="alice",
        make=newcomer,
        after=off,
        body={"from": "email", "match_field": "email", "force": True},
        answer="StatusOK",
    ),
    Case(operation="AddUserToGroupSyncables", who="alice", make=account, after=off),
    Case(operation="UploadLdapPublicCertificate", who="alice", body=lambda world: form(pair(world)[0]), headers=FORM),
    Case(operation="UploadLdapPrivateCertificate", who="alice", body=lambda world: form(pair(world)[1]), headers=FORM),
    Case(operation="DeleteLdapPublicCertificate", who="alice"),
    Case(operation="DeleteLdapPrivateCertificate", who="alice"),
    Case(operation="SyncLdap", who="alice", make=on, after=off),
    Case(operation="TestLdap", who="alice", make=on, after=off),
    Case(operation="TestLdapConnection", who="alice", body=settings),
    Case(operation="TestLdapDiagnostics", who="alice", query="test=attributes", body=settings),
]
