"""The client's files from a content delivery network: another origin that fetches them from the server."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.request import urlopen

import pytest
from gevent.pywsgi import WSGIServer

from hubbub.core.testing import Client, LiveServer
from hubbub.tests.webclient.kit import OpenPage, World

COPIED: Final = ("Content-Type", "Cache-Control", "Access-Control-Allow-Origin")


class Network:
    """A pull network: whatever it is asked for it fetches from the site; what `spoilt` ends with it changes."""

    def __init__(self, site: str) -> None:
        self.asked: list[str] = []
        self.spoilt = "nothing"
        self.site = site
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path.split("/", 3)[-1])
        with urlopen(self.site + path) as answer:
            body = answer.read()
            start("200 OK", [(name, answer.headers[name]) for name in COPIED])
        return [body, b"\n/* and more */"] if path.endswith(self.spoilt) else [body]

    def close(self) -> None:
        """Go away."""
        self._server.stop()


@pytest.fixture
def network(server: LiveServer, admin: Client) -> Iterator[Network]:
    """Yield a network that the server names in its pages."""
    network = Network(server.url)
    use(admin, network.url)
    yield network
    network.close()
    use(admin, "")


def use(admin: Client, address: str) -> None:
    """Set the network's address."""
    admin.put("/config/patch", {"PluginSettings": {"Plugins": {"webclient": {"CdnURL": address}}}})


def test_the_first_files_and_the_later_ones_come_from_the_network(
    open_page: OpenPage, admin: Client, network: Network
) -> None:
    with open_page(admin, "/admin_console/health") as page:
        first_and_later = {"js/main.js", "styles.css", "js/later/console/console.js", "lang/en/later/console.js"}
        assert first_and_later <= set(network.asked)
        names = page.run('performance.getEntriesByType("resource").map((one) => one.name)')
        start = f"{network.site}/static/"
        own = {name.removeprefix(start).partition("/")[2] for name in names if name.startswith(start)}
        # What no hash can be named for, and what watches over the network.
        assert own == {"cdn.js", "theme.js", "img/icon.svg", "later/console/frame.css", "later/console/parts.css"}


@pytest.mark.parametrize("spoilt", ["js/lib/dom.js", "styles.css", "js/main.js"])
def test_changed_files_are_not_used_but_the_sites_own(open_page: OpenPage, network: Network, spoilt: str) -> None:
    network.spoilt = spoilt
    with open_page(None, "/login") as page:
        page.wait("document.cookie === 'hubbub_own_files=1'")
        page.sees("Sign in", "button")
        assert spoilt in network.asked
        asked = len(network.asked)
        page.open("/login")
        page.sees("Sign in", "button")
        assert len(network.asked) == asked
        page.events().clear()  # the browser complains about the hash


def test_a_changed_file_of_a_later_part_is_not_run(open_page: OpenPage, world: World, network: Network) -> None:
    network.spoilt = "js/later/integrations/page.js"
    with open_page(world.ann, world.path) as page:
        page.open(f"/{world.team['name']}/integrations")
        page.wait("document.querySelector('.toast') || document.body.innerText.includes('Try again')")
        assert network.spoilt in network.asked
        page.events().clear()


def test_without_the_network_the_page_comes_from_the_site(open_page: OpenPage, world: World, network: Network) -> None:
    network.close()
    with open_page(world.ann, world.path) as page:
        page.sees("Design", "h1, h2")
        page.wait("document.cookie.includes('hubbub_own_files=1')")
