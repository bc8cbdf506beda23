"""Applications: who registers and changes them, and those that register themselves."""

from typing import Any

import pytest

from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.plugins.oauth_provider.conftest import BACK, SITE, Application, register

pytestmark = pytest.mark.engines("sqlite")
ME = "/users/me"


def test_an_application_is_registered_changed_and_deleted(server: Server, admin: Client, bob: Client) -> None:
    made = register(admin, icon_url="https://app.example.org/icon.png", is_trusted=True)
    assert len(made["client_secret"]) == 40
    assert made["creator_id"] == admin.id
    path = f"/oauth/apps/{made['id']}"
    assert admin.get(path).json == made
    assert admin.get("/oauth/apps").json == [made]
    shown = bob.get(f"{path}/info").json
    assert (shown["name"], shown["client_secret"]) == ("Zap", "")
    changed = admin.put(path, {**made, "name": "Zapper", "callback_urls": ["https://new.example/back"]}).json
    assert (changed["name"], changed["client_secret"]) == ("Zapper", made["client_secret"])
    assert changed["update_at"] > made["update_at"]
    application = Application(server, made)
    assert application.visit(bob).error == "api.oauth.allow_oauth.redirect_callback.app_error"
    assert admin.delete(path).json == {"status": "OK"}
    assert admin.get(path).error == "app.oauth.get_app.find.app_error"


def test_deleting_an_application_ends_its_tokens(app: Application, admin: Client, bob: Client) -> None:
    tokens = app.tokens_of(bob)
    admin.delete(f"/oauth/apps/{app.id}")
    assert app.acting(tokens["access_token"]).get(ME).status == 401
    assert app.refresh(tokens["refresh_token"]).json["error"] == "invalid_client"


def test_a_new_secret_replaces_the_old_one(app: Application, admin: Client, bob: Client) -> None:
    old, code = app.secret, app.let_in(bob)["code"]
    app.secret = admin.post(f"/oauth/apps/{app.id}/regen_secret").json["client_secret"]
    assert app.secret != old
    assert app.by_code(code, client_secret=old).json["error"] == "invalid_client"
    assert app.by_code(code).status == 200


def test_a_public_application_has_no_secret_to_renew(public_app: Application, admin: Client) -> None:
    refused = admin.post(f"/oauth/apps/{public_app.id}/regen_secret")
    assert (refused.status, refused.error) == (400, "api.oauth.regenerate_secret.public_client.app_error")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 65}, "name"),
        ({"description": "d" * 513}, "description"),
        ({"homepage": ""}, "homepage"),
        ({"homepage": "javascript:alert(1)"}, "homepage"),
        ({"homepage": "https://" + "h" * 250}, "homepage"),
        ({"icon_url": "data:image/png;base64,"}, "icon_url"),
        ({"callback_urls": []}, "callback"),
        ({"callback_urls": ["/back"]}, "callback"),
        ({"callback_urls": ["javascript:alert(1)"]}, "callback"),
        ({"callback_urls": ["https://x.example/#f"]}, "callback"),
        ({"callback_urls": ["https://good.example@evil.example/"]}, "callback"),
        ({"callback_urls": ["https://x.example/\nSet-Cookie:a"]}, "callback"),
        ({"callback_urls": ["https://x.example;script-src *"]}, "callback"),
        ({"callback_urls": ["https://[::1"]}, "callback"),
        ({"callback_urls": ["https://x.example/" + "p" * 250]}, "callback"),
        ({"callback_urls": [f"https://x{n}.example/{'p' * 200}" for n in range(6)]}, "callback"),
    ],
)
def test_wrong_fields_are_named(admin: Client, changed: dict[str, Any], error: str) -> None:
    body = {"name": "Zap", "callback_urls": [BACK], "homepage": "https://app.example.org", **changed}
    refused = admin.post("/oauth/apps", body)
    assert (refused.status, refused.error) == (400, f"model.oauth.is_valid.{error}.app_error")


def test_others_applications_take_a_permission_of_their_own(server: Server, admin: Client, bob: Client) -> None:
    assert bob.post("/oauth/apps", {"name": "x"}).status == 403
    role = admin.get("/roles/name/system_user").json
    admin.put(f"/roles/{role['id']}/patch", {"permissions": [*role["permissions"], "manage_oauth"]})
    theirs, own = register(admin), register(bob, is_trusted=True)
    assert own["is_trusted"] is False
    assert [app["id"] for app in bob.get("/oauth/apps").json] == [own["id"]]
    path = f"/oauth/apps/{theirs['id']}"
    answers = [bob.get(path), bob.put(path, theirs), bob.delete(path), bob.post(f"{path}/regen_secret")]
    assert [answer.status for answer in answers] == [403] * 4
    trusted = bob.put(f"/oauth/apps/{own['id']}", {**own, "is_trusted": True})
    assert trusted.json["is_trusted"] is False
    assert bob.get(f"/users/{admin.id}/oauth/apps/authorized").status == 403


def test_clients_register_themselves_where_settings_let_them(server: Server, bob: Client) -> None:
    wanted = {"redirect_uris": [BACK], "client_name": "Agent", "token_endpoint_auth_method": "none"}
    path = "/oauth/apps/register"
    off = server.client().post(path, wanted)
    assert (off.status, off.error) == (501, "api.oauth.register_oauth_app.turn_off.app_error")
    server.configure(ServiceSettings={"EnableDynamicClientRegistration": True})
    made = server.client().post(path, wanted)
    assert made.status == 201
    assert "client_secret" not in made.json
    agent = Application(server, {"id": made.json["client_id"], "client_secret": ""})
    assert "registered itself" in agent.visit(bob, **agent.challenge()).body.decode()
    code = agent.let_in(bob, **agent.challenge())["code"]
    assert agent.by_code(code, code_verifier=agent.verifier).status == 200
    keeper = server.client().post(path, {"redirect_uris": [BACK]}).json
    assert len(keeper["client_secret"]) == 40


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["myapp://back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [BACK], "client_name": "n" * 65}, "invalid_client_metadata"),
        ({"redirect_uris": [BACK], "client_uri": "ftp://x"}, "invalid_client_metadata"),
        ({"redirect_uris": [BACK], "token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
    ],
)
def test_who_registers_wrongly_is_told_so(server: Server, body: dict[str, Any], error: str) -> None:
    server.configure(ServiceSettings={"EnableDynamicClientRegistration": True})
    refused = server.client().post("/oauth/apps/register", body)
    assert (refused.status, refused.json["error"]) == (400, error)


def test_the_metadata_leads_clients_here(server: Server) -> None:
    path = "/.well-known/oauth-authorization-server"
    told = server.client().get(path, raw_path=True, headers={"Host": "evil.example"}).json
    assert told["issuer"] == SITE
    assert told["authorization_endpoint"] == f"{SITE}/oauth/authorize"
    assert told["token_endpoint"] == f"{SITE}/oauth/access_token"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "registration_endpoint" not in told
    server.configure(ServiceSettings={"EnableDynamicClientRegistration": True})
    assert (
        server.client().get(path, raw_path=True).json["registration_endpoint"] == f"{SITE}/api/v4/oauth/apps/register"
    )
    server.configure(ServiceSettings={"SiteURL": ""})
    assert server.client().get(path, raw_path=True).status == 501
