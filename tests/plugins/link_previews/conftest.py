"""People in a channel, and another site on loopback that they link to."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.files.kit import picture
from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "make_talk", "talk"]
ARTICLE = """<!doctype html><html><head><title>Shown nowhere</title>
<meta property="og:title" content="How  owls &amp; bats hear"><meta property="og:site_name" content="Night Paper">
<meta property="og:description" content="With their ears."><meta property="og:image" content="/owl.png">
</head><body><meta property="og:title" content="Too late"></body></html>"""


class OtherSite(BaseHTTPRequestHandler):
    """Pages and pictures; `seen` are the paths that were asked for."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        content_type, body = self.server.pages.get(self.path, ("text/plain", b"nothing"))
        self.send_response(200 if self.path in self.server.pages else 404)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def other_site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherSite)
    server.daemon_threads = True
    server.pages = {
        "/article": ("text/html; charset=utf-8", ARTICLE.encode()),
        "/owl.png": ("image/png", picture(40, 30)),
        "/script.svg": ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        "/empty": ("text/html", b"<p>no title"),
    }
    served = gevent.spawn(server.serve_forever, 0.05)
    yield server
    server.shutdown()
    served.join()
    server.server_close()


@pytest.fixture
def site(other_site: ThreadingHTTPServer) -> str:
    """Return the other site's address."""
    other_site.seen = []
    return f"http://127.0.0.1:{other_site.server_port}"


@pytest.fixture
def make_linking(make_talk: Any) -> Any:
    """Return `make(**settings)`: people who may link to loopback."""

    def make(**settings: Any) -> Talk:
        service = {"AllowedUntrustedInternalConnections": "127.0.0.1", "SiteURL": "http://chat.example", **settings}
        talk: Talk = make_talk((*ONLY, "link_previews"), ServiceSettings=service)
        return talk

    return make


@pytest.fixture
def talk(make_linking: Any) -> Talk:
    talk: Talk = make_linking()
    return talk
