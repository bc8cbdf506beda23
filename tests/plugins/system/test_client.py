"""What every client asks for first: client configuration and licence."""

from typing import Any

import pytest

from hubbub.core.version import API_VERSION, VERSION
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.system.conftest import PLUGINS


def test_strangers_get_the_limited_configuration_and_users_all_of_it(server: Any) -> None:
    stranger = server.client().get("/config/client?format=old")
    assert (stranger.status, stranger.headers["content-type"]) == (200, "application/json")
    assert stranger.json["Version"] == API_VERSION
    assert "MaxFileSize" not in stranger.json
    user = server.sign_up("alice").get("/config/client").json
    assert user.keys() > stranger.json.keys()
    assert user["HubbubVersion"] == VERSION
    assert all(isinstance(value, str) for value in user.values())


def test_an_expired_session_still_gets_what_strangers_get(server: Any) -> None:
    client = server.client()
    client.token = "t" * 26
    assert client.get("/config/client").status == 200


def test_there_are_no_accounts_until_the_first_one(server: Any) -> None:
    client = server.client()
    assert client.get("/config/client").json["NoAccounts"] == "true"
    server.sign_up("alice")
    assert client.get("/config/client").json["NoAccounts"] == "false"


def test_the_diagnostic_id_stays_and_is_the_same_for_all_servers_of_a_database(make_server: Any, database: Any) -> None:
    ids = {make_server(database, PLUGINS).client().get("/config/client").json["DiagnosticId"] for _ in range(2)}
    assert len(ids) == 1
    assert all(len(one) == 26 for one in ids)


def test_a_changed_setting_is_in_the_next_answer_and_told_to_clients(server: Any) -> None:
    client = server.sign_up("alice")
    told: list[Any] = []
    server.app.hub.deliver = told.append
    server.configure(TeamSettings={"SiteName": "Burrow"})
    assert client.get("/config/client").json["SiteName"] == "Burrow"
    (event,) = [event for event in told if event.name == "config_changed"]
    assert event.data["config"]["SiteName"] == "Burrow"


class Banner:
    """A plugin with a key and a feature of its own."""

    @hookimpl
    def register_client_config(self) -> dict[str, str]:
        """Say something to clients."""
        return {"BurrowDepth": "7"}

    @hookimpl
    def register_license_features(self) -> list[str]:
        """Bring a feature, and one that there isn't."""
        return ["LDAP", "Teleport"]


@pytest.mark.engines("sqlite")
def test_plugins_add_keys_and_features(server: Any) -> None:
    client = server.sign_up("alice")
    assert client.get("/license/client?format=old").json["LDAP"] == "false"
    server.app.hooks.register(Banner(), "banner")
    server.configure(LdapSettings={"LoginFieldName": "Badge"}, TeamSettings={"SiteName": "x"})
    config = client.get("/config/client").json
    assert (config["BurrowDepth"], config["LdapLoginFieldName"]) == ("7", "Badge")
    licence = client.get("/license/client?format=old").json
    assert licence["LDAP"] == "true"
    assert "Teleport" not in licence


@pytest.mark.engines("sqlite")
def test_the_licence_is_asked_for_in_the_old_format_only(server: Any) -> None:
    client = server.client()
    missing = client.get("/license/client")
    assert (missing.status, missing.error) == (400, "api.license.client.old_format.app_error")
    assert client.get("/license/client?format=new").error == "api.context.invalid_url_param.app_error"


@pytest.mark.engines("sqlite")
def test_admins_see_the_whole_licence_answer(server: Any) -> None:
    admin, user = server.sign_up("admin"), server.sign_up("bob")
    assert "ExpiresAt" in admin.get("/license/client?format=old").json
    limited = user.get("/license/client?format=old").json
    assert "ExpiresAt" not in limited
    assert limited["IsLicensed"] == "true"
    assert limited == server.client().get("/license/client?format=old").json


@pytest.mark.engines("sqlite")
def test_small_answers_of_the_boot_are_there(server: Any) -> None:
    user = server.sign_up("alice")
    assert server.client().get("/plugins/webapp").json == []
    assert user.get("/license/load_metric").json == {"load": 0}
    assert user.get(f"/system/notices/{user.id}?clientVersion=1&client=web&locale=en").json == []
    assert user.put("/system/notices/view", ["x"]).json == {"status": "OK"}
    assert user.get("/redirect_location?url=https://example.com").json == {"location": ""}
    assert "Europe/Berlin" in user.get("/system/timezones").json
    assert server.client().get("/system/timezones").status == 401


@pytest.mark.engines("sqlite")
def test_measurements_come_without_a_csrf_header(server: Any) -> None:
    user = server.sign_up("alice")
    cookies = {"Cookie": f"MMAUTHTOKEN={user.token}", "Content-Type": "text/plain"}
    browser = server.client()
    report = {"version": "0.1.0", "start": 1.0, "end": 2.0, "counters": [], "histograms": []}
    assert browser.post("/client_perf", report, headers=cookies).json == {"status": "OK"}
    assert browser.put("/system/notices/view", [], headers=cookies).status == 401, "elsewhere it is needed"
    assert browser.post("/client_perf", b"nonsense", headers=cookies).status == 400
