"""The plugins of a running server: left out when broken, turned on and off, told apart."""

import logging
from typing import Any

import pytest

from hubbub.core.loader import PluginError
from hubbub.tests.core.plugin_kit import Site
from hubbub.tests.core.test_loader import CONTRACTS, provide

FAILS = "def __init__(self, context):\n    raise RuntimeError('no licence')"


def health(app: Any, plugin_id: str) -> str | None:
    """Return what health says of a plugin: None for nothing, "" for fine."""
    component = app.app.health.report().components.get(f"plugin:{plugin_id}")
    return None if component is None else component.detail


# --- broken ones with SkipBroken ---


def test_a_broken_one_is_left_out_and_the_others_serve(site: Site) -> None:
    site.plugin("broken", FAILS)
    site.plugin("fine")
    app = site.start(SkipBroken=True)
    assert app.app.plugins.ids == ["fine"]
    assert app.client().get("/system/ping").json["status"] == "OK"


def test_health_and_the_list_say_what_was_left_out_and_why(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.plugin("broken", FAILS)
    app = site.start(SkipBroken=True)
    assert "no licence" in (health(app, "broken") or "")
    (status,) = [status for status in app.app.plugins.statuses() if status.manifest.id == "broken"]
    assert (status.running, status.wanted) == (False, True)
    assert "no licence" in status.error
    assert "left out: plugin 'broken' can't be loaded: RuntimeError: no licence" in caplog.text


@pytest.mark.parametrize(
    "maker",
    [
        "def __init__(self, context):\n    raise RuntimeError\n",
        "@hookimpl\ndef on_activate(self):\n    raise RuntimeError\n",
        "@hookimpl\ndef no_such_hook(self): ...\n",
    ],
    ids=["constructor", "activation", "hook"],
)
def test_what_requires_a_broken_one_is_left_out_with_it(site: Site, maker: str) -> None:
    site.plugin("a_maker", maker + provide("First"), base=CONTRACTS, manifest="provides=(First,)")
    middle = "def __init__(self, context): context.service(First)\n" + provide("Second")
    site.plugin("middle", middle, base=CONTRACTS, manifest="requires=(First,), provides=(Second,)")
    site.plugin("user", base=CONTRACTS, manifest="requires=(Second,)")
    site.plugin("other")
    app = site.start(SkipBroken=True)
    assert app.app.plugins.ids == ["other"]
    assert all(health(app, name) for name in ("a_maker", "middle", "user"))


def test_one_that_fails_to_activate_leaves_no_route_behind(site: Site) -> None:
    body = (
        "@hookimpl\ndef register_routes(self, router): router.get('/api/v4/left', lambda req: {}, auth='none')\n"
        "@hookimpl\ndef on_activate(self): raise RuntimeError('no')"
    )
    site.plugin("broken", body)
    app = site.start(SkipBroken=True)
    app.client().get("/left", expect=404)


def test_without_skip_broken_a_failing_activation_stops_the_start(site: Site) -> None:
    site.plugin("broken", "@hookimpl\ndef on_activate(self):\n    raise RuntimeError('no licence')")
    with pytest.raises(PluginError, match="plugin 'broken' can't be loaded: RuntimeError: no licence"):
        site.start()


def test_a_default_that_fails_leaves_only_its_plugin_out(site: Site) -> None:
    site.plugin("broken", manifest="default_enabled=lambda config: 1 / 0")
    site.plugin("fine")
    assert site.build(SkipBroken=True).app.plugins.ids == ["fine"]


# --- on and off while the server runs ---

SWITCH = """
def __init__(self, context):
    self.context = context
    self.log = []
    context.on_config_change(lambda old, new: self.log.append("config"))

@hookimpl
def on_activate(self):
    self.log.append("on")
    self.context.tasks.every(0.02, lambda: self.log.append("tick"), "tick")

@hookimpl
def on_deactivate(self):
    self.log.append("off")

@hookimpl
def register_routes(self, router):
    router.get("/plugins/switch/hello", lambda req: {"hello": "you"}, auth="none")

@hookimpl
def register_websocket_actions(self, actions):
    actions.add("switch_hello", lambda connection, data: {})

@hookimpl
def message_has_been_posted(self, post):
    self.log.append(post)
"""
HELLO = "/plugins/switch/hello"


@pytest.fixture
def switch(site: Site) -> Any:
    """Return a running server with a plugin that can be turned off."""
    site.plugin("switch", SWITCH, manifest="reloadable=True")
    return site.start()


def test_its_routes_disappear_and_come_back(switch: Any) -> None:
    client = switch.client()
    assert client.get(HELLO, raw_path=True).json == {"hello": "you"}
    switch.enable("switch", False)
    client.get(HELLO, expect=404, raw_path=True)
    switch.enable("switch")
    assert client.get(HELLO, raw_path=True).json == {"hello": "you"}


def test_its_hooks_are_no_longer_called(switch: Any) -> None:
    plugin = switch.plugin("switch")
    switch.app.hooks.tell("message_has_been_posted", post="one")
    switch.enable("switch", False)
    switch.app.hooks.tell("message_has_been_posted", post="two")
    assert "one" in plugin.log
    assert "two" not in plugin.log


def test_it_is_told_and_a_new_one_is_made(switch: Any) -> None:
    first = switch.plugin("switch")
    switch.enable("switch", False)
    assert first.log[-1] == "off"
    switch.enable("switch")
    second = switch.plugin("switch")
    assert second is not first
    assert second.log[0] == "on"


def test_its_periodic_work_ends(switch: Any) -> None:
    import gevent

    plugin = switch.plugin("switch")
    with gevent.Timeout(10):
        while "tick" not in plugin.log:
            gevent.sleep(0.01)
    switch.enable("switch", False)
    ticks = plugin.log.count("tick")
    gevent.sleep(0.2)
    assert plugin.log.count("tick") == ticks


def test_its_subscriptions_end(switch: Any) -> None:
    plugin = switch.plugin("switch")
    switch.configure(TeamSettings={"SiteName": "One"})
    assert "config" in plugin.log
    switch.enable("switch", False)
    del plugin.log[:]
    switch.configure(TeamSettings={"SiteName": "Two"})
    assert plugin.log == []


def test_its_websocket_actions_are_taken_out(switch: Any) -> None:
    with pytest.raises(Exception, match="switch_hello"):
        switch.app.hub.action("switch_hello", lambda connection, data: {})
    switch.enable("switch", False)
    switch.app.hub.action("switch_hello", lambda connection, data: {})


def test_one_that_is_not_reloadable_waits_for_a_restart(site: Site) -> None:
    site.plugin("fixed")
    app = site.start()
    app.enable("fixed", False)
    assert app.app.plugins.ids == ["fixed"]
    (status,) = [status for status in app.app.plugins.statuses() if status.manifest.id == "fixed"]
    assert status.needs_restart


def test_one_that_fails_when_turned_on_is_reported_and_the_server_goes_on(site: Site) -> None:
    site.plugin("switch", "@hookimpl\ndef on_activate(self): raise RuntimeError('no')", manifest="reloadable=True")
    app = site.start(PluginStates={"switch": {"Enable": False}})
    app.enable("switch")
    assert "RuntimeError: no" in (health(app, "switch") or "")
    assert app.client().get("/system/ping").status == 200
    app.enable("switch", False)
    assert health(app, "switch") is None


def test_one_whose_provider_is_off_cannot_be_turned_on(site: Site) -> None:
    site.plugin("maker", base=CONTRACTS, body=provide("First"), manifest="provides=(First,)")
    site.plugin("switch", base=CONTRACTS, manifest="requires=(First,), reloadable=True")
    app = site.start(PluginStates={"switch": {"Enable": False}, "maker": {"Enable": False}})
    app.enable("switch")
    assert "no plugin that is on provides First" in (health(app, "switch") or "")


def test_changes_that_come_while_one_is_turned_on_wait_for_it(site: Site) -> None:
    import gevent

    body = """
    def note(self, what):
        open(self.context.data_directory / "order", "a").write(what + " ")

    @hookimpl
    def on_activate(self):
        import gevent
        self.note("begins")
        gevent.sleep(0.2)
        self.note("works")

    @hookimpl
    def on_deactivate(self):
        self.note("ends")
    """
    site.plugin("switch", body, manifest="reloadable=True")
    app = site.start(PluginStates={"switch": {"Enable": False}})
    changes = [
        gevent.spawn_later(number / 20, app.enable, "switch", on) for number, on in enumerate((True, False, True))
    ]
    gevent.joinall(changes, raise_error=True, timeout=20)
    assert app.app.plugins.ids == ["switch"]
    assert health(app, "switch") is None
    assert (site.folder / "order").read_text() in ("begins works ", "begins works ends begins works ")


# --- stopping ---


def test_all_are_told_of_the_end_last_loaded_first_even_if_one_fails(site: Site) -> None:
    for name in ("a", "b", "c"):
        fail = "; raise RuntimeError" if name == "b" else ""
        end = f"open(self.context.data_directory / 'order', 'a').write('{name}'){fail}"
        site.plugin(name, f"@hookimpl\ndef on_deactivate(self): {end}")
    site.start().stop()
    assert (site.folder / "order").read_text() == "cba"


def test_messages_of_a_plugin_are_logged_under_its_name(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.plugin("greeter", "def __init__(self, context):\n    context.log.warning('good morning')")
    site.build()
    (record,) = [record for record in caplog.records if record.message == "good morning"]
    assert (record.name, record.levelno) == ("hubbub.plugins.greeter", logging.WARNING)
