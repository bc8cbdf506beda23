"""Invitations that somebody takes up by signing in at a provider."""

from typing import Any

import pytest

from hubbub.core.contracts.tokens import GUEST_INVITATION, TEAM_INVITATION, OneTimeTokenService
from hubbub.tests.plugins.auth_oauth.idp import ANNA, Idp
from hubbub.tests.plugins.auth_oauth.kit import Browser, said
from hubbub.tests.plugins.posts.world import ONLY


@pytest.fixture
def only() -> tuple[str, ...]:
    """Have teams."""
    return (*ONLY, "auth_oauth", "invitations")


@pytest.fixture
def team(server: Any) -> dict[str, Any]:
    """Return a team that needs an invitation."""
    admin = server.client()
    admin.login("admin")
    answer = admin.post("/teams", {"name": "crew", "display_name": "Crew", "type": "I"})
    assert answer.status == 201, answer
    return dict(answer.json)


def invite(server: Any, team: dict[str, Any], email: str, type: str = TEAM_INVITATION) -> str:
    """Return the token of an invitation by mail."""
    tokens: OneTimeTokenService = server.app.services.get(OneTimeTokenService)
    return tokens.create(type, {"teamId": team["id"], "email": email, "channels": "", "senderId": "s" * 26})


def teams_of(browser: Browser) -> list[str]:
    """Return the names of the teams of whoever is signed in."""
    return [team["name"] for team in browser.open("/api/v4/users/me/teams").json]


def test_a_teams_link_brings_new_people_and_old_ones_into_it(server: Any, idp: Idp, team: dict[str, Any]) -> None:
    browser = Browser(server)
    assert browser.sign_in(f"/oauth/openid/signup?id={team['invite_id']}").status == 302
    assert teams_of(browser) == ["crew"]
    idp.person = ANNA | {"sub": "2", "email": "otto@corp.example"}
    other = Browser(server)
    other.sign_in()
    assert teams_of(other) == []
    other.sign_in(f"/oauth/openid/signup?id={team['invite_id']}")
    assert teams_of(other) == ["crew"]


def test_an_invitation_by_mail_is_taken_up_once_by_whom_it_was_sent_to(
    server: Any, idp: Idp, team: dict[str, Any]
) -> None:
    token = invite(server, team, "anna@corp.example")
    idp.person = ANNA | {"sub": "2", "email": "eve@corp.example"}
    answer = Browser(server).sign_in(f"/oauth/openid/signup?t={token}")
    assert (answer.status, "sent to another address" in said(answer)) == (403, True)
    assert server.app.db.fetch_one("SELECT COUNT(*) FROM {users} WHERE authservice = 'openid'")[0] == 0
    idp.person = dict(ANNA)
    browser = Browser(server)
    assert browser.sign_in(f"/oauth/openid/signup?t={token}").status == 302
    assert teams_of(browser) == ["crew"]
    assert browser.open(f"/oauth/openid/signup?t={token}").status == 400


@pytest.mark.engines("sqlite")
def test_a_guest_is_invited_as_one(server: Any, idp: Idp, team: dict[str, Any]) -> None:
    server.configure(GuestAccountsSettings={"Enable": True})
    token = invite(server, team, "anna@corp.example", GUEST_INVITATION)
    browser = Browser(server)
    browser.sign_in(f"/oauth/openid/signup?t={token}")
    assert (browser.me["roles"], teams_of(browser)) == ("system_guest", ["crew"])
    browser.sign_in()
    assert browser.me["roles"] == "system_guest", "signing in again doesn't make more of them"
    link = browser.sign_in(f"/oauth/openid/signup?id={team['invite_id']}")
    assert link.status == 404, "guests come by mail only"


@pytest.mark.engines("sqlite")
def test_invitations_that_are_none_are_refused_before_anybody_leaves(
    server: Any, idp: Idp, team: dict[str, Any]
) -> None:
    for query, status in (("t=" + "x" * 64, 400), ("t=" + "x" * 300, 400), ("id=" + "x" * 26, 404)):
        assert Browser(server).open(f"/oauth/openid/signup?{query}").status == status
    server.app.db.execute("UPDATE {tokens} SET createat = 0")
    assert idp.asked == []
