"""Administrators make, change, try and remove connections; nobody ever sees a secret again."""

from typing import Any

import pytest

from hubbub.core.ids import new_id
from hubbub.tests.plugins.outgoing_oauth_connections.conftest import CONNECTIONS
from hubbub.tests.services.oauth_server import Client

INPUT = "api.context.outgoing_oauth_connection.create_connection.input_error"


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_connection_is_made_shown_changed_and_removed(site: Any) -> None:
    made = site.connection(credentials_username="robot", credentials_password="pass word", grant_type="password")
    assert made == {
        "id": made["id"],
        "creator_id": site.alice.id,
        "create_at": made["create_at"],
        "update_at": made["create_at"],
        "name": "Robots",
        "client_id": Client.client_id,
        "credentials_username": "robot",
        "oauth_token_url": f"{site.oauth.url}/token",
        "grant_type": "password",
        "audiences": [site.integration.url],
    }
    one = f"{CONNECTIONS}/{made['id']}"
    assert site.alice.get(one).json == made
    changed = site.alice.put(one, {"id": made["id"], "name": "Bots", "client_secret": ""}, expect=200).json
    assert changed == {**made, "name": "Bots", "update_at": changed["update_at"]}
    assert site.alice.get(f"{CONNECTIONS}?team_id={site.talk.team}").json == [changed]
    assert site.alice.put(one, {"id": new_id()}).status == 400
    stored = site.server.app.db.fetch_one("SELECT clientsecret, granttype FROM {outgoingoauthconnections}")
    assert tuple(stored) == (Client.secret, "password"), "what was left empty stays"
    assert site.alice.delete(one).json == {"status": "OK"}
    assert [site.alice.request(method, one, {}).status for method in ("GET", "PUT", "DELETE")] == [404, 404, 404]


@pytest.mark.engines("sqlite")
def test_who_makes_webhooks_sees_which_addresses_get_tokens_and_no_more(site: Any) -> None:
    made = site.connection()
    site.alice.put(
        f"/teams/{site.talk.team}/members/{site.bob.id}/roles", {"roles": "team_user team_admin"}, expect=200
    )
    here, elsewhere = f"{site.integration.url}/below", "http://example.com/"
    listed = f"{CONNECTIONS}?team_id={site.talk.team}&audience="
    (found,) = site.bob.get(listed + here).json
    assert found == {name: value for name, value in made.items() if name != "client_id"}
    assert site.bob.get(listed + elsewhere).json == []
    assert site.bob.get(f"{CONNECTIONS}?team_id={new_id()}").status == 403
    assert site.talk.carol.get(listed).status == 403
    one = f"{CONNECTIONS}/{made['id']}"
    refused = [site.bob.request(method, one, {}).status for method in ("GET", "PUT", "DELETE")]
    refused += [site.bob.post(path, site.body()).status for path in (CONNECTIONS, f"{CONNECTIONS}/validate")]
    assert refused == [403] * 5


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 65},
        {"client_id": ""},
        {"client_secret": ""},
        {"client_secret": "x" * 256},
        {"grant_type": "authorization_code"},
        {"grant_type": "password"},
        {"oauth_token_url": "ftp://example.com/token"},
        {"oauth_token_url": "/token"},
        {"audiences": []},
        {"audiences": ["example.com"]},
        {"audiences": ["https://example.com/" + "x" * 1_024]},
    ],
)
def test_a_wrong_connection_is_refused(site: Any, fields: dict[str, Any]) -> None:
    answer = site.alice.post(CONNECTIONS, site.body(**fields))
    assert (answer.status, answer.json["id"]) == (400, INPUT)
    assert next(iter(fields)) in answer.json["message"] or "credentials" in answer.json["message"]


@pytest.mark.engines("sqlite")
def test_without_the_setting_there_are_none(make_site: Any) -> None:
    site = make_site(EnableOutgoingOAuthConnections=False)
    answer = site.alice.post(CONNECTIONS, site.body())
    assert (answer.status, answer.json["id"]) == (
        501,
        "api.context.outgoing_oauth_connection.not_available.configuration_disabled",
    )
    assert site.alice.get(CONNECTIONS).status == 501


@pytest.mark.engines("sqlite")
def test_a_connection_is_tried_before_it_is_kept(site: Any) -> None:
    validate = f"{CONNECTIONS}/validate"
    assert site.alice.post(validate, site.body()).json == {"status": "OK"}
    assert site.oauth.grants == ["client_credentials"]
    robot = {"grant_type": "password", "credentials_username": "robot", "credentials_password": "pass word"}
    assert site.alice.post(validate, site.body(**robot)).status == 200
    for wrong, said in (
        ({"client_secret": "wrong"}, "invalid_client"),
        ({**robot, "credentials_password": "wrong"}, "invalid_grant"),
    ):
        answer = site.alice.post(validate, site.body(**wrong))
        assert answer.status == 400
        assert said in answer.json["message"]
    nobody = site.alice.post(validate, site.body(oauth_token_url="http://127.0.0.1:1/token"))
    assert (nobody.status, nobody.json["id"]) == (
        502,
        "api.context.outgoing_oauth_connection.validate_connection_credentials.app_error",
    )


@pytest.mark.engines("sqlite")
def test_the_stored_secret_is_used_for_a_trial_and_goes_to_no_other_server(site: Any) -> None:
    made = site.connection()
    body = site.body(id=made["id"], client_secret="")
    assert site.alice.post(f"{CONNECTIONS}/validate", body).json == {"status": "OK"}
    elsewhere = {**body, "oauth_token_url": site.integration.url}
    for answer in (
        site.alice.post(f"{CONNECTIONS}/validate", elsewhere),
        site.alice.put(f"{CONNECTIONS}/{made['id']}", elsewhere),
    ):
        assert answer.status == 400
        assert "client_secret must be given again" in answer.json["message"]
    assert site.integration.asked == []
    assert site.alice.put(f"{CONNECTIONS}/{made['id']}", {**elsewhere, "client_secret": "other"}).status == 200


@pytest.mark.engines("sqlite")
def test_the_inside_is_not_asked_for_tokens(make_site: Any) -> None:
    site = make_site(AllowedUntrustedInternalConnections="")
    assert site.alice.post(f"{CONNECTIONS}/validate", site.body()).status == 400
    assert site.oauth.asked == 0


@pytest.mark.engines("sqlite")
def test_secrets_are_in_no_answer_and_no_log(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        made = site.alice.post(CONNECTIONS, site.body())
        site.oauth.answer = (400, b'{"error":"invalid_client","error_description":"' + b"s3cret" + b'"}')
        tried = site.alice.post(f"{CONNECTIONS}/validate", site.body())
        site.command()
        ran = site.run()
    assert ran.status >= 400
    for text in (*(answer.body.decode() for answer in (made, tried, ran)), caplog.text):
        assert "s3cret" not in text
