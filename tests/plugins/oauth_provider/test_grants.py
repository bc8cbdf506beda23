"""From an agreement to tokens, and on with them."""

import hashlib
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.plugins.oauth_provider.conftest import Application, register


def test_a_code_becomes_tokens_that_act_for_the_person(app: Application, bob: Client) -> None:
    back = app.let_in(bob)
    assert back["state"] == "s1"
    answer = app.by_code(back["code"])
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json
    assert (tokens["token_type"], tokens["scope"]) == ("bearer", "user")
    assert 29 * 86_400 < tokens["expires_in"] <= 30 * 86_400
    assert app.acting(tokens["access_token"]).get("/users/me").json["username"] == "bob"
    in_address = app.server.client().get(f"/users/me?access_token={tokens['access_token']}")
    assert in_address.json["username"] == "bob"


def test_refreshing_replaces_both_tokens(app: Application, bob: Client) -> None:
    first = app.tokens_of(bob)
    second = app.refresh(first["refresh_token"]).json
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert app.acting(first["access_token"]).get("/users/me").status == 401
    assert app.acting(second["access_token"]).get("/users/me").status == 200
    again = app.refresh(first["refresh_token"])
    assert (again.status, again.json["error"]) == (400, "invalid_grant")


def test_a_refresh_token_that_is_shown_again_ends_all_that_came_of_it(app: Application, bob: Client) -> None:
    """Whoever stole it and whoever it was stolen from can't be told apart (RFC 9700, section 4.14.2)."""
    first = app.tokens_of(bob)
    second = app.refresh(first["refresh_token"]).json
    third = app.refresh(second["refresh_token"]).json
    again = app.refresh(first["refresh_token"])
    assert (again.status, again.json["error"]) == (400, "invalid_grant")
    assert app.acting(third["access_token"]).get("/users/me").status == 401
    assert app.refresh(third["refresh_token"]).json["error"] == "invalid_grant"


@pytest.mark.engines("sqlite")
def test_what_was_agreed_to_later_is_another_family(app: Application, bob: Client, caplog: Any) -> None:
    first = app.tokens_of(bob)
    app.refresh(first["refresh_token"])
    app.refresh(first["refresh_token"])
    assert "shown again" in caplog.text
    assert first["refresh_token"] not in caplog.text
    new = app.tokens_of(bob)
    assert app.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert app.acting(new["access_token"]).get("/users/me").status == 200


@pytest.mark.engines("sqlite")
def test_only_its_own_application_ends_a_family(app: Application, admin: Client, bob: Client) -> None:
    first = app.tokens_of(bob)
    second = app.refresh(first["refresh_token"]).json
    other = Application(app.server, register(admin, name="Other"))
    assert other.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert app.acting(second["access_token"]).get("/users/me").status == 200
    hashed = hashlib.sha256(first["refresh_token"].encode()).hexdigest()
    for code in (hashed, f"refresh.{hashed}"):
        assert app.by_code(code).json["error"] == "invalid_grant"
    assert app.acting(second["access_token"]).get("/users/me").status == 200, "what a table holds is no code"


@pytest.mark.engines("sqlite")
def test_used_refresh_tokens_are_remembered_longer_than_codes(app: Application, bob: Client) -> None:
    code = app.let_in(bob)["code"]
    first = app.by_code(code).json
    second = app.refresh(first["refresh_token"]).json
    db = app.server.app.db
    db.execute("UPDATE {oauthauthdata} SET createat = createat - ?", (2 * 86_400_000,))
    app.server.plugin("oauth_provider")._tokens.clean_up()
    assert db.fetch_value("SELECT COUNT(*) FROM {oauthauthdata}") == 1
    app.refresh(first["refresh_token"])
    assert app.acting(second["access_token"]).get("/users/me").status == 401
    db.execute("UPDATE {oauthauthdata} SET createat = createat - ?", (99 * 86_400_000,))
    app.server.plugin("oauth_provider")._tokens.clean_up()
    assert db.fetch_value("SELECT COUNT(*) FROM {oauthauthdata}") == 0


def test_of_refreshes_at_once_one_gets_tokens_which_the_others_end(app: Application, bob: Client) -> None:
    token = app.tokens_of(bob)["refresh_token"]
    jobs = [gevent.spawn(app.refresh, token) for _ in range(4)]
    answers = [job.get(timeout=20) for job in jobs]
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400]
    (good,) = [answer.json for answer in answers if answer.status == 200]
    assert app.acting(good["access_token"]).get("/users/me").status == 401


def test_of_exchanges_at_once_one_gets_tokens(app: Application, bob: Client) -> None:
    code = app.let_in(bob)["code"]
    jobs = [gevent.spawn(app.by_code, code) for _ in range(4)]
    statuses = sorted(job.get(timeout=20).status for job in jobs)
    assert statuses == [200, 400, 400, 400]


def test_two_codes_at_once_make_one_pair_of_tokens(app: Application, bob: Client) -> None:
    codes = [app.let_in(bob)["code"] for _ in range(3)]
    jobs = [gevent.spawn(app.by_code, code) for code in codes]
    answers = [job.get(timeout=20) for job in jobs]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["access_token"] for answer in answers}) == 1


def test_a_code_that_is_shown_twice_ends_what_it_gave(app: Application, bob: Client) -> None:
    code = app.let_in(bob)["code"]
    tokens = app.by_code(code).json
    again = app.by_code(code)
    assert (again.status, again.json["error"]) == (400, "invalid_grant")
    assert app.acting(tokens["access_token"]).get("/users/me").status == 401
    assert app.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_ids_and_secrets_of_another_server_go_on(app: Application, bob: Client) -> None:
    row = (
        "fpdwcsiqypb5uc94b7gkc1mxnw",
        bob.id,
        1,
        1,
        "s" * 26,
        "Old",
        "",
        '["https://app.example.org/back?from=chat"]',
    )
    columns = "id, creatorid, createat, updateat, clientsecret, name, description, callbackurls, homepage, istrusted"
    app.server.app.db.execute(
        f"INSERT INTO {{oauthapps}} ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, "https://old.example", True),
    )
    old = Application(app.server, {"id": row[0], "client_secret": row[4]})
    assert old.tokens_of(bob)["access_token"]


def test_a_database_before_v11_has_no_column_for_challenges(app: Application, bob: Client) -> None:
    empty = "''"
    lacking = {"codechallenge": empty, "codechallengemethod": empty, "resource": empty}
    app.server.app.db.do_without({"oauthauthdata": lacking, "oauthaccessdata": {"audience": empty}})
    code = app.let_in(bob, **app.challenge())["code"]
    assert app.by_code(code).json["error"] == "invalid_grant"
    assert app.by_code(code, code_verifier="x" * 43).json["error"] == "invalid_grant"
    assert app.by_code(code, code_verifier=app.verifier).status == 200


@pytest.mark.engines("sqlite")
def test_a_public_application_proves_itself_by_pkce(public_app: Application, bob: Client) -> None:
    assert public_app.secret == ""
    code = public_app.let_in(bob, **public_app.challenge())["code"]
    tokens = public_app.by_code(code, code_verifier=public_app.verifier).json
    assert public_app.refresh(tokens["refresh_token"]).status == 200


@pytest.mark.engines("sqlite")
def test_a_second_connection_gets_the_tokens_that_are_there(app: Application, bob: Client) -> None:
    first, second = app.tokens_of(bob), app.tokens_of(bob)
    assert second["access_token"] == first["access_token"]
    app.acting(first["access_token"]).post("/users/logout")
    third = app.tokens_of(bob)
    assert third["access_token"] != first["access_token"]
    assert app.acting(third["access_token"]).get("/users/me").status == 200


@pytest.mark.engines("sqlite")
def test_a_code_is_good_for_ten_minutes(app: Application, bob: Client) -> None:
    code = app.let_in(bob)["code"]
    app.server.app.db.execute("UPDATE {oauthauthdata} SET createat = ?", (now_ms() - 601_000,))
    refused = app.by_code(code)
    assert (refused.status, refused.json["error"]) == (400, "invalid_grant")


@pytest.mark.engines("sqlite")
def test_refresh_tokens_outlive_access_tokens(app: Application, bob: Client) -> None:
    tokens = app.tokens_of(bob)
    for table in ("sessions", "oauthaccessdata"):
        app.server.app.db.execute(f"UPDATE {{{table}}} SET expiresat = ?", (now_ms() - 1,))
    app.server.app.caches.clear_here()
    assert app.acting(tokens["access_token"]).get("/users/me").status == 401
    assert app.refresh(tokens["refresh_token"]).status == 200


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("ended", ["by the person", "by an administrator", "of everybody", "deactivated", "one"])
def test_ended_sessions_are_not_opened_again_by_refreshing(
    app: Application, admin: Client, bob: Client, ended: str
) -> None:
    tokens = app.tokens_of(bob)
    if ended == "by the person":
        bob.post("/users/me/sessions/revoke/all")
    elif ended == "by an administrator":
        admin.post(f"/users/{bob.id}/sessions/revoke/all")
    elif ended == "of everybody":
        admin.post("/users/sessions/revoke/all")
    elif ended == "deactivated":
        admin.put(f"/users/{bob.id}/active", {"active": False})
    else:
        (one,) = [s["id"] for s in bob.get("/users/me/sessions").json if s["props"].get("os") == "OAuth2"]
        bob.post("/users/me/sessions/revoke", {"session_id": one})
    assert app.acting(tokens["access_token"]).get("/users/me").status == 401
    assert app.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


@pytest.mark.engines("sqlite")
def test_a_code_of_somebody_who_was_deactivated_gives_nothing(app: Application, admin: Client, bob: Client) -> None:
    code = app.let_in(bob)["code"]
    admin.put(f"/users/{bob.id}/active", {"active": False})
    assert app.by_code(code).json["error"] == "invalid_grant"


@pytest.mark.engines("sqlite")
def test_the_person_takes_the_agreement_back(app: Application, bob: Client) -> None:
    tokens = app.tokens_of(bob)
    pending = app.let_in(bob)["code"]
    (shown,) = bob.get("/users/me/oauth/apps/authorized").json
    assert (shown["id"], shown["client_secret"]) == (app.id, "")
    assert bob.post("/oauth/deauthorize", {"client_id": app.id}, raw_path=True).json == {"status": "OK"}
    assert app.acting(tokens["access_token"]).get("/users/me").status == 401
    assert app.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert app.by_code(pending).json["error"] == "invalid_grant"
    assert bob.get("/users/me/oauth/apps/authorized").json == []


@pytest.mark.engines("sqlite")
def test_what_applications_may_not_do(app: Application, server: Server, admin: Client) -> None:
    acting = app.acting(app.tokens_of(admin)["access_token"])
    assert acting.get("/users").status == 200
    server.configure(ServiceSettings={"EnableUserAccessTokens": True, "EnableMultifactorAuthentication": True})
    for method, path, body in (
        ("POST", f"/users/{admin.id}/tokens", {"description": "more"}),
        (
            "POST",
            "/oauth/apps",
            {"name": "more", "callback_urls": ["https://x.example"], "homepage": "https://x.example"},
        ),
    ):
        assert acting.request(method, path, body).status == 403
    again = acting.post("/oauth/authorize", app.asks(), raw_path=True)
    assert again.status == 403
    assert app.visit(acting).status == 403
