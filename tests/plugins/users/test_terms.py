"""The site's own terms of service."""

from typing import Any

import pytest

from hubbub.tests.plugins.users.conftest import CORE


@pytest.fixture
def people(make_server: Any, database: Any) -> Any:
    """Return (admin, bob) of a server with terms of its own."""
    server = make_server(database, (*CORE, "system"), SupportSettings={"CustomTermsOfServiceEnabled": True})
    return server.sign_up("alice"), server.sign_up("bob")


def accept(client: Any, terms: str, accepted: object = True) -> Any:
    """Return the answer to somebody's decision."""
    return client.post("/users/me/terms_of_service", {"termsOfServiceId": terms, "accepted": accepted})


def test_people_accept_the_latest_terms(people: Any) -> None:
    admin, bob = people
    assert bob.get("/terms_of_service").error == "app.terms_of_service.get.no_rows.app_error"
    first = admin.post("/terms_of_service", {"text": "Be kind."}).json
    assert (bob.get("/terms_of_service").json, first["user_id"]) == (first, admin.id)
    missing = bob.get("/users/me/terms_of_service")
    assert (missing.status, missing.error) == (404, "app.user_terms_of_service.get_by_user.no_rows.app_error")
    before = bob.get("/users/me")
    assert "terms_of_service_id" not in before.json
    assert accept(bob, first["id"]).json == {"status": "OK"}
    accepted = bob.get("/users/me/terms_of_service").json
    assert (accepted["user_id"], accepted["terms_of_service_id"]) == (bob.id, first["id"])
    me = bob.get("/users/me", headers={"If-None-Match": before.headers["etag"]})
    assert (me.status, me.json["terms_of_service_id"]) == (200, first["id"])
    assert me.json["terms_of_service_create_at"] == accepted["create_at"]
    assert "terms_of_service_id" not in admin.get(f"/users/{bob.id}").json
    second = admin.post("/terms_of_service", {"text": "Be kinder."}).json
    assert accept(bob, second["id"], "true").status == 200
    assert bob.get("/users/me").json["terms_of_service_id"] == second["id"]
    assert accept(bob, second["id"], False).status == 200
    assert bob.get("/users/me/terms_of_service").status == 404


def test_clients_are_told_which_terms_count(people: Any) -> None:
    admin, bob = people
    assert "CustomTermsOfServiceId" not in bob.get("/config/client?format=old").json
    for text in ("Be kind.", "Be kinder."):
        terms = admin.post("/terms_of_service", {"text": text}).json
        assert bob.get("/config/client?format=old").json["CustomTermsOfServiceId"] == terms["id"]
    assert admin.post("/terms_of_service", {"text": "Be kinder."}).json == terms


@pytest.mark.engines("sqlite")
def test_what_is_refused(people: Any, make_server: Any, database: Any) -> None:
    admin, bob = people
    assert bob.post("/terms_of_service", {"text": "x"}).status == 403
    for text in ("", "x" * 16_384):
        assert (
            admin.post("/terms_of_service", {"text": text}).error == "api.create_terms_of_service.empty_text.app_error"
        )
    terms = admin.post("/terms_of_service", {"text": "x" * 16_383}).json
    assert accept(bob, "x" * 26).error == "app.terms_of_service.get.no_rows.app_error"
    assert accept(bob, "x").error == "api.context.invalid_body_param.app_error"
    assert accept(bob, terms["id"], "perhaps").error == "api.context.invalid_body_param.app_error"
    body = {"termsOfServiceId": terms["id"], "accepted": True}
    assert bob.post(f"/users/{admin.id}/terms_of_service", body).status == 403
    assert bob.get(f"/users/{admin.id}/terms_of_service").status == 403
    off = make_server(database, CORE)
    alice = off.client()
    alice.login("alice")
    refused = alice.post("/terms_of_service", {"text": "x"})
    assert refused.error == "api.create_terms_of_service.custom_terms_of_service_disabled.app_error"
