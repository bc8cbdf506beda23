"""The end of a server: requests in flight finish before what they use is closed, and nothing begins again."""

import gevent

from hubbub.core.testing import RunningApp
from hubbub.core.testing.client import Client, WsgiTransport
from hubbub.tests.core.plugin_kit import Site

SLOW = """
def __init__(self, context):
    from gevent.event import Event
    self.asked, self.go, self.told = Event(), Event(), []

@hookimpl
def register_routes(self, router):
    router.get("/api/v4/slow", self.slow, auth="none")

def slow(self, req):
    self.asked.set()
    self.go.wait(20)
    self.told.append("answered")
    return {}

@hookimpl
def on_activate(self):
    self.told.append("activated")

@hookimpl
def on_deactivate(self):
    self.told.append("deactivated")
"""


def client_of(app: RunningApp) -> Client:
    return Client(WsgiTransport(app.app.wsgi), strict=False)


def test_a_request_in_flight_is_answered_before_plugins_and_bus_are_stopped(site: Site) -> None:
    site.plugin("slow", SLOW)
    app = site.start()
    plugin = app.app.plugins.instance("slow")
    asking = gevent.spawn(lambda: client_of(app).get("/slow").status)
    assert plugin.asked.wait(10)
    stopping = gevent.spawn(app.app.stop)
    gevent.sleep(0.1)
    assert plugin.told == ["activated"]
    plugin.go.set()
    gevent.joinall([asking, stopping], timeout=20, raise_error=True)
    assert asking.value == 200
    assert plugin.told == ["activated", "answered", "deactivated"]


def test_a_request_that_comes_too_late_is_answered_and_starts_nothing_again(site: Site) -> None:
    site.plugin("slow", SLOW)
    app = site.start()
    plugin = app.app.plugins.instance("slow")
    plugin.go.set()
    app.app.stop()
    assert client_of(app).get("/slow").status == 200
    assert plugin.told == ["activated", "deactivated", "answered"]
    assert not app.app.health.ready


def test_a_server_that_was_stopped_can_be_started_again(site: Site) -> None:
    site.plugin("slow", SLOW)
    app = site.start()
    app.app.stop()
    app.app.start()
    assert app.app.health.ready
    assert app.app.plugins.instance("slow").told == ["activated", "deactivated", "activated"]
