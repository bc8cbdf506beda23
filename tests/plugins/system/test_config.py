"""The configuration over the API: who sees and changes what, and what plugins say to it."""

import json
from typing import Any

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.permissions import PermissionService
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.system.conftest import PLUGINS

MASK = "*" * 32


@pytest.fixture
def admin(make_server: Any, database: Any) -> Any:
    """Return the admin of a server with a site URL."""
    server = make_server(database, PLUGINS, ServiceSettings={"SiteURL": "http://chat.example.com"})
    client = server.sign_up("admin")
    client.server = server
    return client


pytestmark = pytest.mark.engines("sqlite")


def saved(admin: Any) -> Any:
    """Return config.json as it is on the disk."""
    return json.loads(admin.server.app.config_store.path.read_bytes())


def grant(admin: Any, monkeypatch: pytest.MonkeyPatch, *permissions: str) -> Any:
    """Return a user who holds just these permissions."""
    bob = admin.server.sign_up("bob")
    service = admin.server.app.services.get(PermissionService)
    has = type(service).has

    def patched(self: Any, session: Any, permission: str) -> bool:
        return permission in permissions if session.user_id == bob.id else has(self, session, permission)

    monkeypatch.setattr(type(service), "has", patched)
    return bob


def test_an_admin_sees_everything_but_secrets(admin: Any) -> None:
    shown = admin.get("/config")
    assert shown.json["TeamSettings"]["SiteName"]
    assert shown.json["SqlSettings"]["DataSource"] == MASK
    assert shown.json["FileSettings"]["PublicLinkSalt"] == MASK
    assert "no-store" in shown.headers["cache-control"]


def test_tools_leave_out_secrets_and_defaults(admin: Any) -> None:
    short = admin.get("/config?remove_masked=true&remove_defaults=true").json
    assert short["ServiceSettings"]["SiteURL"] == "http://chat.example.com"
    assert "ListenAddress" not in short["ServiceSettings"]
    assert "RateLimitSettings" not in short
    assert MASK not in json.dumps(short)


def test_others_see_and_change_nothing(admin: Any) -> None:
    bob = admin.server.sign_up("bob")
    for method, path in (("GET", ""), ("GET", "/environment"), ("PUT", ""), ("PUT", "/patch"), ("POST", "/reload")):
        attempt = bob.request(method, f"/config{path}", {"TeamSettings": {"SiteName": "Mine"}})
        assert (attempt.status, attempt.error) == (403, "api.context.permissions.app_error")
    assert admin.server.client().get("/config").status == 401
    assert "Mine" not in json.dumps(saved(admin))


def test_a_patch_changes_only_what_it_names(admin: Any) -> None:
    before = admin.get("/config").json
    after = admin.put("/config/patch", {"TeamSettings": {"SiteName": "Burrow"}}).json
    assert after["TeamSettings"].pop("SiteName") == "Burrow"
    before["TeamSettings"].pop("SiteName")
    assert after == before
    assert saved(admin)["TeamSettings"]["SiteName"] == "Burrow"


def test_a_whole_document_sent_back_keeps_secrets_and_gives_defaults_to_what_is_left_out(admin: Any) -> None:
    salt, source = saved(admin)["FileSettings"]["PublicLinkSalt"], saved(admin)["SqlSettings"]["DataSource"]
    admin.put("/config/patch", {"TeamSettings": {"MaxUsersPerTeam": 7}})
    document = admin.get("/config").json
    document["TeamSettings"]["SiteName"] = "Burrow"
    del document["TeamSettings"]["MaxUsersPerTeam"]
    after = admin.put("/config", document)
    assert after.status == 200
    assert (after.json["TeamSettings"]["SiteName"], after.json["TeamSettings"]["MaxUsersPerTeam"]) == ("Burrow", 50)
    assert saved(admin)["FileSettings"]["PublicLinkSalt"] == salt
    assert saved(admin)["SqlSettings"]["DataSource"] == source


def test_what_makes_no_sense_changes_nothing(admin: Any) -> None:
    before = saved(admin)
    bad = {"TeamSettings": {"SiteName": "Burrow", "MaxUsersPerTeam": -1}}
    assert admin.put("/config/patch", bad).error.startswith("model.config.is_valid")
    for body in ({}, [], None, b"{", {"TeamSettings": 5}, {"TeamSettings": {"MaxUsersPerTeam": "many"}}):
        assert admin.put("/config/patch", body).status == 400
        assert admin.put("/config", body).status == 400
    assert saved(admin) == before


@pytest.mark.parametrize("spelling", [("PluginSettings", "EnableUploads"), ("pluginsettings", "enableuploads")])
def test_uploads_of_plugins_can_not_be_turned_on_over_the_api(admin: Any, spelling: tuple[str, str]) -> None:
    refused = admin.put("/config/patch", {spelling[0]: {spelling[1]: True}})
    assert (refused.status, refused.error) == (403, "api.config.update_config.not_allowed_security.app_error")
    assert admin.get("/config").json["PluginSettings"]["EnableUploads"] is False


def test_the_site_url_can_be_changed_but_not_emptied(admin: Any) -> None:
    refused = admin.put("/config/patch", {"ServiceSettings": {"SiteURL": ""}})
    assert refused.error == "api.config.update_config.clear_siteurl.app_error"
    assert admin.put("/config/patch", {"ServiceSettings": {"SiteURL": "https://x.example.com"}}).status == 200


def test_somebody_with_one_console_page_sees_and_changes_that_page(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = grant(admin, monkeypatch, "sysconsole_read_site_customization", "sysconsole_write_site_customization")
    shown = bob.get("/config").json
    assert "SiteName" in shown["TeamSettings"]
    assert "SqlSettings" not in shown
    assert "MaxUsersPerTeam" not in shown["TeamSettings"]
    admin.put("/config/patch", {"TeamSettings": {"MaxUsersPerTeam": 7}})
    shown["TeamSettings"]["SiteName"] = "Bob's"
    assert bob.put("/config", shown).json["TeamSettings"]["SiteName"] == "Bob's"
    assert saved(admin)["TeamSettings"]["MaxUsersPerTeam"] == 7, "what Bob can't see has not become a default"
    for key in ("MaxUsersPerTeam", "maxusersperteam"):
        refused = bob.put("/config/patch", {"TeamSettings": {key: 9}})
        assert (refused.status, refused.error) == (403, "api.config.update_config.not_allowed_security.app_error")
    assert saved(admin)["TeamSettings"]["MaxUsersPerTeam"] == 7


def test_reading_is_not_writing(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = grant(admin, monkeypatch, "sysconsole_read_site_customization")
    assert bob.get("/config").status == 200
    assert bob.put("/config/patch", {"TeamSettings": {"SiteName": "Bob's"}}).status == 403


def test_a_restricted_admin_leaves_the_machine_alone(admin: Any) -> None:
    admin.server.configure(ExperimentalSettings={"RestrictSystemAdmin": True})
    refused = admin.put("/config/patch", {"SqlSettings": {"MaxOpenConns": 3}})
    assert refused.status == 403
    assert "SqlSettings.MaxOpenConns" in refused.json["message"]
    assert admin.put("/config/patch", {"TeamSettings": {"SiteName": "Burrow"}}).status == 200


class Guard:
    """A plugin that has opinions about configurations."""

    @hookimpl
    def configuration_will_be_saved(self, new_config: dict[str, Any], old_config: dict[str, Any]) -> Any:
        """Refuse one name, change another."""
        name = new_config["TeamSettings"]["SiteName"]
        if name == "Forbidden":
            raise Rejected(f"{old_config['TeamSettings']['SiteName']} is a better name")
        if name == "shout":
            new_config["TeamSettings"]["SiteName"] = "SHOUT"
        return new_config


def test_plugins_change_and_refuse_configurations(admin: Any) -> None:
    admin.server.app.hooks.register(Guard(), "guard")
    assert (
        admin.put("/config/patch", {"TeamSettings": {"SiteName": "shout"}}).json["TeamSettings"]["SiteName"] == "SHOUT"
    )
    refused = admin.put("/config/patch", {"TeamSettings": {"SiteName": "Forbidden"}})
    assert (refused.status, refused.error) == (400, "app.save_config.plugin_hook_error")
    assert refused.json["message"] == "SHOUT is a better name"
    assert saved(admin)["TeamSettings"]["SiteName"] == "SHOUT"
    assert saved(admin)["SqlSettings"]["DataSource"] != MASK


def test_keys_of_the_environment_are_named(make_server: Any, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MM_TEAMSETTINGS_SITENAME", "From outside")
    admin = make_server(database, PLUGINS).sign_up("admin")
    assert admin.get("/config/environment").json["TeamSettings"] == {"SiteName": True}
    assert admin.get("/config").json["TeamSettings"]["SiteName"] == "From outside"


def test_a_file_that_was_edited_is_read_again(admin: Any) -> None:
    path = admin.server.app.config_store.path
    document = saved(admin)
    document["TeamSettings"]["SiteName"] = "By hand"
    path.write_text(json.dumps(document))
    assert admin.post("/config/reload").json == {"status": "OK"}
    assert admin.get("/config").json["TeamSettings"]["SiteName"] == "By hand"
    path.write_text("{")
    assert admin.post("/config/reload").status == 400
    assert admin.get("/config").json["TeamSettings"]["SiteName"] == "By hand"


def declared(client: Any) -> dict[str, Any]:
    """Return the declared settings by key."""
    return {one["key"]: one for one in client.get("/hubbub/settings").json["settings"]}


def test_settings_come_with_their_declaration(admin: Any) -> None:
    found = declared(admin)
    longest = found["TeamSettings.MaxUsersPerTeam"]
    assert (longest["kind"], longest["value"], longest["default"], longest["minimum"]) == ("int", 50, 50, 1)
    assert (longest["section"], longest["name"], longest["write"]) == ("TeamSettings", "MaxUsersPerTeam", True)
    assert longest["access"] == ["site_users_and_teams"]
    assert found["ServiceSettings.TLSMinVer"]["options"] == ["1.0", "1.1", "1.2", "1.3"]
    assert found["ServiceSettings.ListenAddress"]["restart"]
    assert found["AnnouncementSettings.BannerText"]["kind"] == "long"
    assert found["HubbubSettings.TrustedProxies"]["kind"] == "list"
    assert not found["ServiceSettings.LicenseFileLocation"]["used"]
    rounds = found["PluginSettings.Plugins.auth_password.Iterations"]
    assert rounds["path"] == ["PluginSettings", "Plugins", "auth_password", "Iterations"]
    assert (rounds["minimum"], rounds["maximum"], rounds["default"]) == (1_000, 10_000_000, 600_000)
    sections = admin.get("/hubbub/settings").json["sections"]
    assert {"id": "TeamSettings", "plugin": ""}.items() <= next(
        s for s in sections if s["id"] == "TeamSettings"
    ).items()
    assert next(s for s in sections if s["plugin"] == "auth_password")["id"] == "plugin:auth_password"


def test_names_and_helps_come_in_a_language(admin: Any) -> None:
    german = admin.get("/hubbub/settings?locale=de-AT").json
    found = {one["key"]: one for one in german["settings"]}
    assert found["TeamSettings.SiteName"]["title"] == "Name der Seite"
    assert found["TeamSettings.SiteName"]["help"].startswith("Name der Seite, der")
    assert found["PluginSettings.Plugins.auth_password.Iterations"]["title"] == "Runden"
    helps = {one["id"]: (one["title"], one["help"]) for one in german["sections"]}
    assert helps["TeamSettings"] == ("", "Die Seite, ihre Teams und ihre Personen.")
    assert helps["plugin:auth_password"][0] == "Passwörter"
    english = admin.get("/hubbub/settings?locale=nonsense").json
    assert next(one for one in english["sections"] if one["plugin"] == "auth_password")["title"] == "Passwords"
    assert not any(one["title"] for one in english["settings"])


def test_no_declaration_holds_a_secret(admin: Any) -> None:
    stored = saved(admin)
    answer = admin.get("/hubbub/settings")
    found = declared(admin)
    for section, key in (("FileSettings", "PublicLinkSalt"), ("SqlSettings", "DataSource")):
        assert stored[section][key].encode() not in answer.body
        one = found[f"{section}.{key}"]
        assert (one["value"], one["secret"]) == (MASK, True)
    assert "no-store" in answer.headers["cache-control"]


def test_who_has_one_page_of_the_console_is_shown_its_settings_alone(
    admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = grant(admin, monkeypatch, "sysconsole_read_site_customization", "sysconsole_read_authentication_ldap")
    found = declared(bob)
    assert {one["section"] for one in found.values()} >= {"TeamSettings", "LdapSettings"}
    assert "SqlSettings.DataSource" not in found
    assert not any(one["write"] for one in found.values())
    assert not any(key.startswith("PluginSettings") for key in found)
    outsider = admin.server.sign_up("carol")
    assert outsider.get("/hubbub/settings").status == 403
    assert admin.server.client().get("/hubbub/settings").status == 401


def test_what_is_wrong_is_said_by_field(admin: Any) -> None:
    bad = {"TeamSettings": {"MaxUsersPerTeam": -1}, "ServiceSettings": {"SiteURL": "no address"}}
    fields = admin.put("/config/patch", bad).json["fields"]
    assert set(fields) == {"TeamSettings.MaxUsersPerTeam", "ServiceSettings.SiteURL"}
    assert all(fields.values())
    assert "fields" not in admin.put("/config/patch", {}).json


def test_a_key_of_a_map_is_taken_out_by_null(admin: Any) -> None:
    admin.put("/config/patch", {"PluginSettings": {"Plugins": {"other": {"A": 1, "B": 2}}}})
    admin.put("/config/patch", {"PluginSettings": {"Plugins": {"other": {"A": None}}}})
    assert saved(admin)["PluginSettings"]["Plugins"]["other"] == {"B": 2}
