"""Accounts follow the directory."""

import io
import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from hubbub.core.contracts.errors import AppError
from hubbub.tests.core.cli_kit import COMMAND
from hubbub.tests.plugins.auth_ldap.proxy import wire
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.ldap import COUNT, PASSWORD, LdapServer, Tree

Found = dict[str, dict[str, Any]]


def sync(server: Any) -> dict[str, Any]:
    """Run the job as an administrator asks for it; return its data."""
    server.admin.post("/ldap/sync", expect=200)
    server.settle()
    job = server.admin.get("/jobs/type/ldap_sync").json[0]
    assert job["status"] == "success", job
    return dict(job["data"])


def accounts(server: Any) -> Found:
    """Return the accounts of the directory by their ids there."""
    columns = ("authdata", "username", "email", "lastname", "deleteat", "roles", "lastpictureupdate", "id")
    sql = f"SELECT {', '.join(columns)} FROM {{users}} WHERE authservice = 'ldap'"
    return {row[0].removeprefix("id-"): dict(zip(columns, row, strict=True)) for row in server.app.db.fetch_all(sql)}


def people_with_accounts(server: Any, tree: Tree, *uids: str) -> None:
    """Add people, and have them sign in once."""
    for uid in uids:
        tree.add(uid)
        server.client().login(uid, PASSWORD, expect=200)


@pytest.fixture
def on(make_server: Any, database: DatabaseSource) -> Callable[..., Any]:
    """Return `on(ldap_settings, **sections)`: a server with an administrator on each engine in turn."""

    def on(settings: dict[str, Any], **sections: Any) -> Any:
        server = make_server(database, LdapSettings=settings, **sections)
        server.admin = server.sign_up("admin")
        return server

    return on


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_accounts_follow_who_changes_who_leaves_and_who_comes_back(on: Any, tree: Tree) -> None:
    server = on(tree.settings())
    people_with_accounts(server, tree, "anna", "bert", "carl")
    tree.add("never")
    session = server.client()
    session.login("bert", PASSWORD, expect=200)
    tree.change("anna", sn="Berg", mail="berg@example.org")
    tree.remove("bert")
    assert sync(server) == {"people": "3", "updated": "1", "pictures": "0", "deactivated": "1"}
    found = accounts(server)
    assert sorted(found) == ["anna", "bert", "carl"]  # who never signed in has no account
    assert (found["anna"]["lastname"], found["anna"]["email"]) == ("Berg", "berg@example.org")
    assert [uid for uid, one in found.items() if one["deleteat"]] == ["bert"]
    assert session.get("/users/me").status == 401
    assert sync(server)["deactivated"] == "0"
    tree.add("bert")
    assert sync(server)["updated"] == "1"
    assert not accounts(server)["bert"]["deleteat"]
    server.client().login("bert", PASSWORD, expect=200)


def test_local_accounts_and_those_of_other_providers_are_left_alone(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    people_with_accounts(server, tree, "anna")
    server.sign_up("bob")
    sync(server)
    assert server.admin.get("/users/username/bob", expect=200).json["delete_at"] == 0


def test_guests_and_administrators_follow_their_filters(start: Any, tree: Tree) -> None:
    filters = {"GuestFilter": "(title=Visitor)", "AdminFilter": "(title=Boss)", "EnableAdminFilter": True}
    server = start(tree.settings(**filters), GuestAccountsSettings={"Enable": True})
    people_with_accounts(server, tree, "anna", "bert", "carl")
    tree.change("anna", title="Boss")
    tree.change("bert", title="Visitor")
    sync(server)
    roles = {uid: one["roles"] for uid, one in accounts(server).items()}
    assert roles == {"anna": "system_admin system_user", "bert": "system_guest", "carl": "system_user"}
    tree.change("anna", title="Clerk")
    tree.change("bert", title="Clerk")
    sync(server)
    assert {one["roles"] for one in accounts(server).values()} == {"system_user"}


def picture(color: str) -> bytes:
    """Return a picture in one colour."""
    data = io.BytesIO()
    Image.new("RGB", (20, 20), color).save(data, "JPEG")
    return data.getvalue()


def test_pictures_are_taken_over_once(start: Any, tree: Tree) -> None:
    server = start(tree.settings(PictureAttribute="jpegPhoto"))
    people_with_accounts(server, tree, "anna", "bert")
    tree.change("anna", jpegPhoto=picture("red"))
    tree.change("bert", jpegPhoto=b"no picture")
    assert sync(server)["pictures"] == "1"
    assert sync(server)["pictures"] == "0"
    first = server.admin.get(f"/users/{accounts(server)['anna']['id']}/image", expect=200).body
    tree.change("anna", jpegPhoto=picture("blue"))
    assert sync(server)["pictures"] == "1"
    assert server.admin.get(f"/users/{accounts(server)['anna']['id']}/image", expect=200).body != first


def test_a_taken_name_or_address_is_left_as_it_is(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    people_with_accounts(server, tree, "anna", "bert")
    server.sign_up("taken", email="taken@example.org")
    tree.change("anna", mail="taken@example.org", sn="Berg")
    tree.move(tree.dn("bert"), "uid=taken")
    sync(server)
    found = accounts(server)
    assert (found["anna"]["email"], found["anna"]["lastname"]) == ("anna@example.org", "Berg")
    assert found["bert"]["username"] == "bert"


def run(server: Any, progress: Callable[[int], bool] = lambda _percent: True) -> dict[str, Any]:
    """Run the job's work here."""
    data: dict[str, Any] = {}
    server.app.plugins.instance("auth_ldap").sync.run(data, progress)
    return data


def filled(server: Any, tree: Tree, count: int = 6) -> None:
    """Add people who have accounts, by the shortest way."""
    for number in range(count):
        people_with_accounts(server, tree, f"p{number}")


def active(server: Any) -> int:
    """Return how many accounts of the directory are active."""
    return sum(not one["deleteat"] for one in accounts(server).values())


@pytest.mark.parametrize("breaks", [True, False])
def test_a_directory_that_fails_in_the_middle_deactivates_nobody(
    start: Any, tree: Tree, ldap_server: LdapServer, breaks: bool
) -> None:
    server = start(tree.settings(MaxPageSize=2, QueryTimeout=1))
    filled(server, tree)
    tree.remove("p5")
    with wire(ldap_server.port, limit=700, breaks=breaks) as bad:
        server.configure(LdapSettings={"LdapPort": bad.port})
        with pytest.raises(AppError, match="search_failure"):
            run(server)
        assert bad.stalled.is_set()
    assert active(server) == 6
    server.configure(LdapSettings={"LdapPort": ldap_server.port})
    assert run(server)["deactivated"] == 1


def test_a_directory_killed_between_two_pages_deactivates_nobody(start: Any, own_ldap_server: LdapServer) -> None:
    server = start(own_ldap_server.settings(MaxPageSize=100, QueryTimeout=2))
    for number in (1, 250):
        server.client().login(f"person{number:05d}", PASSWORD, expect=200)

    def kill(_percent: int) -> bool:
        own_ldap_server.kill()
        return True

    with pytest.raises(AppError):
        run(server, kill)
    assert active(server) == 2
    own_ldap_server.start()
    assert run(server) == {"people": COUNT, "updated": 0, "pictures": 0, "deactivated": 0}


def test_a_filter_that_finds_nobody_deactivates_nobody(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    people_with_accounts(server, tree, "anna")
    server.configure(LdapSettings={"UserFilter": "(objectClass=person2)"})
    with pytest.raises(AppError, match="returned nobody"):
        run(server)
    assert active(server) == 1


def test_a_job_that_is_told_to_stop_deactivates_nobody(start: Any, tree: Tree) -> None:
    server = start(tree.settings(MaxPageSize=2))
    filled(server, tree)
    tree.remove("p1")
    run(server, lambda _percent: False)
    assert active(server) == 6


def test_a_job_that_fails_says_why(start: Any, tree: Tree) -> None:
    server = start(tree.settings(BindPassword="wrong"))
    server.admin.post("/ldap/sync", expect=200)
    server.settle()
    job = server.admin.get("/jobs/type/ldap_sync").json[0]
    assert job["status"] == "pending"  # to be tried once more
    assert "doesn't accept the account" in job["data"]["error"]


def test_the_job_is_scheduled_as_the_configuration_says(start: Any, tree: Tree) -> None:
    server = start(tree.settings(SyncIntervalMinutes=7))

    def due_in_minutes() -> float:
        server.app.plugins.instance("jobs").look()
        due = server.app.db.fetch_value("SELECT nextat FROM {hb_jobschedules} WHERE type = 'ldap_sync'")
        return (int(due) - time.time() * 1000) / 60_000

    assert 6 < due_in_minutes() <= 7
    server.configure(LdapSettings={"SyncIntervalMinutes": 3})
    assert 2 < due_in_minutes() <= 3
    server.configure(LdapSettings={"EnableSync": False})
    assert due_in_minutes() < 0


def hubbub(server: Any, *words: str) -> subprocess.Popen[str]:
    """Start a command on the server's configuration."""
    command = [*COMMAND, "--config", str(server.app.config_store.path), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_sync_that_is_killed_leaves_nothing_half_done(start: Any, tree: Tree, ldap_server: LdapServer) -> None:
    server = start(tree.settings(MaxPageSize=2))
    filled(server, tree)
    for number in range(5):
        tree.change(f"p{number}", sn="Changed")
    tree.remove("p5")
    with wire(ldap_server.port, limit=700) as slow:
        server.configure(LdapSettings={"LdapPort": slow.port})
        process = hubbub(server, "ldap", "sync")
        assert slow.stalled.wait(20)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert active(server) == 6
    server.configure(LdapSettings={"LdapPort": ldap_server.port})
    process = hubbub(server, "ldap", "sync")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "5 people in the directory" in said
    assert "1 accounts deactivated" in said
    assert [one["lastname"] for one in accounts(server).values()].count("Changed") == 5
    said, _ = hubbub(server, "ldap", "test").communicate(timeout=30)
    assert "Found 5 people" in said
    assert "UserFilter (objectClass=inetOrgPerson): 5 entries match." in said
