"""Accounts that nobody has used for long are reported, and deactivated where that is wanted; some never are."""

from typing import Any

import pytest
from click.testing import CliRunner

from hubbub.core.clock import now_ms
from hubbub.core.testing import PASSWORD
from hubbub.plugins.inactive_accounts.commands import inactive_accounts
from hubbub.tests.plugins.posts.world import ONLY

DAY_MS = 86_400_000
WITH = (*ONLY, "jobs", "audits", "inactive_accounts")


@pytest.fixture
def make_site(make_server: Any, database: Any) -> Any:
    """Return `make(**settings)`: a server with alice, its administrator, bob, carol and dave."""

    def make(**settings: Any) -> Any:
        plugins = {"Plugins": {"inactive_accounts": settings}}
        server = make_server(database, WITH, PluginSettings=plugins, GuestAccountsSettings={"Enable": True})
        server.people = {name: server.sign_up(name) for name in ("alice", "bob", "carol", "dave")}
        return server

    return make


def age(server: Any, *names: str, days: int = 100) -> None:
    """Make it so long that people were here."""
    db, at = server.app.db, now_ms() - days * DAY_MS
    for name in names:
        user_id = server.people[name].id
        db.execute("UPDATE {users} SET createat = ?, updateat = ?, lastlogin = ? WHERE id = ?", (at, at, at, user_id))
        db.execute("UPDATE {sessions} SET lastactivityat = ? WHERE userid = ?", (at, user_id))
        db.execute("UPDATE {status} SET lastactivityat = ? WHERE userid = ?", (at, user_id))
    server.app.caches.invalidate_all()


def run(server: Any) -> dict[str, Any]:
    """Have the job run to its end; return its data."""
    # The one who asks for it is active by that, so it is done by its plugin here.
    data: dict[str, Any] = {}
    server.plugin("inactive_accounts")._accounts.run(data, lambda _percent: True)
    return data


def active(server: Any) -> set[str]:
    """Return the names of active accounts."""
    return {row[0] for row in server.app.db.fetch_all("SELECT username FROM {users} WHERE deleteat = 0")}


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_who_was_not_here_for_long_is_deactivated_and_that_is_recorded(make_site: Any) -> None:
    server = make_site(InactiveDays=90, Deactivate=True)
    age(server, "bob", "dave")
    age(server, "carol", days=80)
    assert run(server) == {"inactive": 2, "deactivated": 2}
    assert active(server) == {"alice", "carol"}
    assert server.client().login("bob", PASSWORD).status == 401
    assert server.people["bob"].get("/users/me").status == 401, "sessions end"
    server.plugin("audits")._trail.write()
    records = server.people["alice"].get("/audits?per_page=100").json
    said = [one["extra_info"] for one in records if one["user_id"] == server.people["bob"].id]
    assert any("active=false" in text for text in said)
    assert run(server) == {"inactive": 0, "deactivated": 0}


@pytest.mark.engines("sqlite")
def test_it_only_reports_unless_more_is_wanted(make_site: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = make_site(InactiveDays=90)
    age(server, "bob")
    with caplog.at_level("INFO"):
        assert run(server) == {"inactive": 1, "deactivated": 0}
    assert "1 accounts without activity for 90 days (bob), 0 deactivated" in caplog.text
    assert "bob" in active(server)


@pytest.mark.engines("sqlite")
def test_without_days_nothing_happens_of_itself(make_site: Any) -> None:
    server = make_site(Deactivate=True)
    age(server, "bob")
    assert not server.plugin("jobs").types.get("inactive_accounts").enabled(server.app.config)
    assert run(server) == {"inactive": 0, "deactivated": 0}
    assert "bob" in active(server)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "sign",
    [
        "UPDATE {sessions} SET lastactivityat = ? WHERE userid = ?",
        "UPDATE {status} SET lastactivityat = ? WHERE userid = ?",
        "UPDATE {users} SET lastlogin = ? WHERE id = ?",
        "UPDATE {users} SET createat = ? WHERE id = ?",
        "UPDATE {users} SET updateat = ? WHERE id = ?",
    ],
)
def test_any_sign_of_life_counts(make_site: Any, sign: str) -> None:
    server = make_site(InactiveDays=90, Deactivate=True)
    bob = server.people["bob"].id
    server.people["bob"].put(f"/users/{bob}/status", {"user_id": bob, "status": "away"})
    age(server, "bob")
    assert server.app.db.execute(sign, (now_ms(), bob)) == 1
    assert run(server)["inactive"] == 0


@pytest.mark.engines("sqlite")
def test_the_administrator_who_was_here_last_stays(make_site: Any) -> None:
    server = make_site(InactiveDays=90, Deactivate=True)
    bob = server.people["bob"].id
    server.people["alice"].put(f"/users/{bob}/roles", {"roles": "system_user system_admin"})
    age(server, "alice", days=300)
    age(server, "bob", days=200)
    age(server, "carol", "dave")
    assert run(server) == {"inactive": 4, "deactivated": 3}
    assert active(server) == {"bob"}


@pytest.mark.engines("sqlite")
def test_bots_and_spared_accounts_stay_and_guests_do_not(make_site: Any) -> None:
    server = make_site(InactiveDays=90, Deactivate=True, SparedUsernames=["Carol"])
    server.people["alice"].put(f"/users/{server.people['dave'].id}/roles", {"roles": "system_guest"})
    server.app.db.insert_many(
        "bots",
        ("userid", "description", "ownerid", "createat", "updateat", "deleteat"),
        [(server.people["bob"].id, "", server.people["alice"].id, 1, 1, 0)],
    )
    age(server, "bob", "carol", "dave")
    assert run(server) == {"inactive": 2, "deactivated": 1}
    assert active(server) == {"alice", "bob", "carol"}


@pytest.mark.engines("sqlite")
def test_who_comes_back_is_not_taken_away_again_the_next_day(make_site: Any) -> None:
    server = make_site(InactiveDays=90, Deactivate=True)
    age(server, "bob")
    assert run(server)["deactivated"] == 1
    server.people["alice"].put(f"/users/{server.people['bob'].id}/active", {"active": True}, expect=200)
    assert run(server)["inactive"] == 0


@pytest.mark.engines("sqlite")
def test_accounts_that_follow_a_directory_are_left_to_it(make_server: Any, database: Any) -> None:
    names = dict.fromkeys(("EmailAttribute", "UsernameAttribute", "IdAttribute", "LoginIdAttribute"), "uid")
    ldap = {"Enable": True, "EnableSync": True, "LdapServer": "127.0.0.1", "BaseDN": "dc=example", **names}
    server = make_server(database, WITH, LdapSettings=ldap)
    server.people = {name: server.sign_up(name) for name in ("alice", "bob")}
    server.app.db.execute("UPDATE {users} SET authservice = 'ldap' WHERE username = 'bob'")
    age(server, "bob")
    found = [why for _account, why in server.plugin("inactive_accounts")._accounts.find(90)]
    assert found == ["left to the LDAP directory"]


@pytest.mark.engines("sqlite")
def test_the_command_lists_and_deactivates(make_site: Any) -> None:
    server = make_site(SparedUsernames=["carol"])
    age(server, "bob", days=41)
    age(server, "carol", days=40)
    command = inactive_accounts(server.plugin("inactive_accounts")._accounts)
    listed = CliRunner().invoke(command, ["--days", "30"])
    assert listed.exit_code == 0, listed.output
    assert [line.split("\t")[1] for line in listed.stdout.splitlines()] == ["bob", "carol"]
    assert "spared by SparedUsernames" in listed.stdout
    assert "2 accounts without activity for 30 days." in listed.stderr
    assert CliRunner().invoke(command).stdout == "", "90 days without a word"
    assert "1 of them were deactivated" in CliRunner().invoke(command, ["--days", "30", "--deactivate"]).stderr
    assert active(server) == {"alice", "carol", "dave"}
