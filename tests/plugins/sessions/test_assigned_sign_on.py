"""Ways to sign in that administrators give, and what another way does not prove."""

from typing import Any

from hubbub.core.contracts.single_sign_on import SWITCH, Journey, SingleSignOn
from hubbub.tests.plugins.sessions.test_single_sign_on import Elsewhere, elsewhere, identity, rules, sign_on

__all__ = ["elsewhere", "sign_on"]


@rules
def test_an_administrator_says_who_somebody_is_elsewhere(
    server: Any, sign_on: SingleSignOn, elsewhere: Elsewhere
) -> None:
    admin, bob, eve = server.client(), server.sign_up("bob"), server.sign_up("eve")
    admin.login("admin")
    path, body = f"/users/{bob.id}/auth", {"auth_service": "openid", "auth_data": "id-robert"}
    assert eve.put(path, body).status == 403
    for wrong in ({"auth_data": ""}, {"auth_service": ""}, {"auth_service": "nowhere"}):
        assert admin.put(path, body | wrong).status == 400
    assert admin.put(path, body).json == body
    assert bob.get("/users/me").status == 401
    session = sign_on.arrive(Journey(provider="openid"), identity("robert")).session
    assert session is not None
    assert session.user_id == bob.id
    assert admin.put(f"/users/{eve.id}/auth", body).status == 400, "one person, one account"


@rules
def test_whoever_edits_others_does_not_become_an_administrator_by_it(
    server: Any, sign_on: SingleSignOn, elsewhere: Elsewhere
) -> None:
    admin, manager = server.client(), server.sign_up("manager")
    admin.login("admin")
    server.make_user_manager(admin, manager)
    body = {"auth_service": "openid", "auth_data": "id-manager"}
    assert manager.put(f"/users/{admin.id}/auth", body).status == 403
    assert manager.put(f"/users/{server.sign_up('bob').id}/auth", body).status == 200


@rules
def test_another_way_to_sign_in_confirms_no_address(server: Any, sign_on: SingleSignOn, elsewhere: Elsewhere) -> None:
    """Or whoever signed up with somebody else's address would own it by signing in as themselves elsewhere."""
    for name, says, confirmed in (
        ("ann", {"email_verified": False, "email": "ann@example.com"}, False),
        ("bea", {"email": ""}, False),
        ("cia", {"email": "CIA@example.com"}, True),
    ):
        account = server.sign_up(name)
        sign_on.arrive(Journey(provider="openid", purpose=SWITCH, user_id=account.id), identity(name, **says))
        row = server.app.db.fetch_one("SELECT emailverified FROM {users} WHERE id = ?", (account.id,))
        assert bool(row[0]) is confirmed, name
