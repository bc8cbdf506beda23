"""Plugins over the API: listed, turned on and off in every worker, never so that the server can't start."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.core.app import create_app
from hubbub.core.config import ConfigStore
from hubbub.core.contracts.realtime import Event
from hubbub.tests.plugins.conftest import Server, write_config
from hubbub.tests.plugins.system.conftest import PLUGINS

pytestmark = pytest.mark.engines("sqlite")

GREETER = """
from hubbub.core.contracts.plugin import Manifest
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="greeter", version="1.2.3", name="Greeter", summary="Greets", default_enabled=lambda _: False,
                    reloadable=True)

class Plugin:
    def __init__(self, context):
        self._path = context.data_directory / "installed"

    @hookimpl
    def register_routes(self, router):
        router.get("/api/v4/greeter/hello", lambda req: {"hello": "world"}, auth="none")

    @hookimpl
    def register_license_features(self):
        return ["LDAP"]

    @hookimpl
    def on_install(self, user_id):
        with self._path.open("a") as file:
            file.write(user_id + "\\n")
"""


def statuses(client: Any) -> dict[str, Any]:
    """Return plugin id → status as the API shows it."""
    return {status["plugin_id"]: status for status in client.get("/plugins/statuses").json}


class Workers:
    """Two workers of one server: one config.json, one database, the bus between them."""

    def __init__(self, folder: Path, database: Any) -> None:
        self.folder = folder
        path = write_config(folder, database, (*PLUGINS, "cluster_local"), {})
        document = json.loads(path.read_bytes())
        document["PluginSettings"]["PluginStates"].pop("greeter", None)
        path.write_text(json.dumps(document))
        (folder / "plugins").mkdir()
        (folder / "plugins" / "greeter.py").write_text(GREETER)
        self.servers = [Server(create_app(ConfigStore(path)).hubbub_app) for _ in range(2)]
        for server in self.servers:
            server.app.start()
        self.admin = self.servers[0].sign_up("admin")

    def hello(self) -> list[int]:
        """Ask the greeter in both workers."""
        return [server.client().get("/greeter/hello").status for server in self.servers]

    def wait_for_hello(self, *answers: int) -> None:
        """Return once both answer so: in much less time than it takes to notice a changed file."""
        with gevent.Timeout(3):
            while self.hello() != list(answers):
                gevent.sleep(0.01)


@pytest.fixture
def workers(tmp_path: Path, database: Any) -> Iterator[Workers]:
    """Yield two workers."""
    made = Workers(tmp_path, database)
    yield made
    for server in made.servers:
        server.stop()


def test_a_plugin_is_turned_on_and_off_in_every_worker_without_a_restart(workers: Workers) -> None:
    assert workers.hello() == [404, 404]
    assert workers.admin.post("/plugins/greeter/enable").json == {"status": "OK"}
    workers.wait_for_hello(200, 200)
    assert statuses(workers.admin)["greeter"]["state"] == 2
    assert workers.admin.post("/plugins/greeter/disable").json == {"status": "OK"}
    workers.wait_for_hello(404, 404)
    assert statuses(workers.admin)["greeter"]["state"] == 0


def test_it_is_installed_once_by_whoever_turned_it_on(workers: Workers) -> None:
    for switch in ("enable", "disable", "enable"):
        assert workers.admin.post(f"/plugins/greeter/{switch}").status == 200
    assert (workers.folder / "installed").read_text() == f"{workers.admin.id}\n"


def test_admins_hear_of_it(workers: Workers) -> None:
    workers.admin.post("/plugins/greeter/enable")
    (event,) = workers.servers[0].events("plugin_statuses_changed")
    assert event.broadcast.contains_sensitive_data is True
    assert {"greeter": 2}.items() <= {s["plugin_id"]: s["state"] for s in event.data["plugin_statuses"]}.items()


def test_clients_of_every_worker_hear_of_what_it_brings(workers: Workers) -> None:
    told: list[Any] = []
    deliver = workers.servers[1].app.hub.deliver
    workers.servers[1].app.hub.deliver = lambda event: told.append(event) or deliver(event)
    workers.admin.post("/plugins/greeter/enable")
    workers.wait_for_hello(200, 200)
    licences = [event.data["license"] for event in told if event.__class__ is Event and event.name == "license_changed"]
    assert [licence["LDAP"] for licence in licences] == ["true"]


def test_manifests_say_what_is_on(workers: Workers) -> None:
    shown = workers.admin.get("/plugins").json
    assert {"id": "greeter", "name": "Greeter", "description": "Greets", "version": "1.2.3"} in shown["inactive"]
    passwords = next(manifest for manifest in shown["active"] if manifest["id"] == "auth_password")
    assert passwords["settings_schema"]["settings"][0]["key"] == "Iterations"
    assert "greeter" not in [manifest["id"] for manifest in shown["active"]]


def test_a_plugin_that_needs_a_restart_says_so(server: Any) -> None:
    admin = server.sign_up("admin")
    assert admin.post("/plugins/cluster_local/enable").json == {"status": "OK", "needs_restart": True}
    document = json.loads(server.app.config_store.path.read_bytes())
    assert document["PluginSettings"]["PluginStates"]["cluster_local"] == {"Enable": True}
    assert admin.post("/plugins/cluster_local/disable").json == {"status": "OK"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [("users/disable", "UserService"), ("teams/disable", ""), ("posts/enable", "TeamService"), ("system/disable", "")],
)
def test_nothing_keeps_the_server_from_starting(server: Any, change: str, reason: str) -> None:
    admin = server.sign_up("admin")
    before = server.app.config_store.path.read_bytes()
    answer = admin.post(f"/plugins/{change}")
    if change == "teams/disable":
        assert answer.status == 200, "off already, and nobody needs it"
        return
    assert (answer.status, answer.error) == (400, "app.plugin.config.app_error")
    assert reason in answer.json["message"]
    assert server.app.config_store.path.read_bytes() == before


@pytest.mark.parametrize("patch", [True, False])
@pytest.mark.parametrize("state", [("users", "Enable"), ("USERS", "enable")])
def test_neither_does_a_document_that_turns_off_what_others_need(
    server: Any, patch: bool, state: tuple[str, str]
) -> None:
    admin = server.sign_up("admin")
    document = {} if patch else admin.get("/config").json
    states = document.setdefault("PluginSettings", {}).setdefault("PluginStates", {})
    states.pop("users", None)
    states[state[0]] = {state[1]: False}
    refused = admin.put("/config/patch" if patch else "/config", document)
    assert (refused.status, refused.error) == (400, "app.plugin.config.app_error")
    assert json.loads(server.app.config_store.path.read_bytes())["PluginSettings"]["PluginStates"]["users"]["Enable"]


def test_an_unknown_plugin_is_not_found(server: Any) -> None:
    admin = server.sign_up("admin")
    for method, path in (("POST", "/enable"), ("POST", "/disable"), ("DELETE", "")):
        answer = admin.request(method, f"/plugins/com.example.none{path}")
        assert (answer.status, answer.error) == (404, "app.plugin.not_installed.app_error")


def test_plugins_are_the_business_of_admins(server: Any) -> None:
    admin, bob = server.sign_up("admin"), server.sign_up("bob")
    for method, path in (
        ("GET", "/plugins"),
        ("GET", "/plugins/statuses"),
        ("GET", "/plugins/marketplace"),
        ("POST", "/plugins/users/disable"),
        ("POST", "/plugins/cluster_local/enable"),
        ("DELETE", "/plugins/users"),
        ("POST", "/plugins"),
        ("GET", "/plugins/marketplace/first_admin_visit"),
        ("POST", "/plugins/marketplace/first_admin_visit"),
    ):
        assert bob.request(method, path).status == 403, path
    assert statuses(admin)["cluster_local"]["state"] == 0


def test_nothing_is_installed_over_the_api(server: Any) -> None:
    admin = server.sign_up("admin")
    for path in ("/plugins", "/plugins/install_from_url", "/plugins/marketplace"):
        answer = admin.post(path)
        assert (answer.status, answer.error) == (501, "app.plugin.upload_disabled.app_error")
    assert admin.delete("/plugins/users").error == "app.plugin.upload_disabled.app_error"


def test_the_first_visit_of_an_admin_is_noted_and_told_once(server: Any) -> None:
    admin = server.sign_up("admin")
    path = "/plugins/marketplace/first_admin_visit"
    assert admin.get(path).json == {"name": "FirstAdminVisitMarketplace", "value": "false"}
    for _ in range(2):
        assert admin.post(path).json == {"status": "OK"}
    assert admin.get(path).json["value"] == "true"
    assert len(server.events("first_admin_visit_marketplace_status_received")) == 1
