"""What browsers are served: the page, its files, and who may keep them for how long."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.loader import PluginError
from hubbub.plugins.webclient.assets import Assets
from hubbub.plugins.webclient.routes import STATIC
from hubbub.tests.plugins.conftest import Client, MakeServer, Server
from hubbub.tests.services.databases import DatabaseSource

pytestmark = pytest.mark.engines("sqlite")
Serve = Callable[..., Server]


@pytest.fixture
def serve(make_server: MakeServer, database: DatabaseSource) -> Serve:
    """Return `serve(**sections)`: a server with nothing but the web client."""
    return lambda **sections: make_server(database, only=("webclient",), **sections)


@pytest.fixture
def client(serve: Serve) -> Client:
    """Return a client of a server with the settings as they come."""
    return serve().client()


def get(client: Client, path: str, **headers: str) -> Any:
    """Ask for a path of the site, not of the API."""
    return client.request("GET", path, headers=headers, raw_path=True)


def page_files(page: bytes) -> list[str]:
    """Return the addresses of files that a page names."""
    return re.findall(r'(?:src|href)="(/[^"]+)"', page.decode())


@pytest.mark.parametrize("path", ["/", "/login", "/team/channels/town-square", "/team/pl/" + "x" * 26, "/a/b/c/d"])
def test_every_page_of_the_client_is_the_same_page(client: Client, path: str) -> None:
    answer = get(client, path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.body == get(client, "/").body


@pytest.mark.parametrize(
    "path", ["/static", "/static/x.js", "/plugins", "/plugins/nobody/x", "/api", "/api/v4/nothing"]
)
def test_what_is_no_page_is_not_found(client: Client, path: str) -> None:
    answer = get(client, path)
    assert answer.status == 404
    assert answer.json["status_code"] == 404


def test_only_reading_gets_the_page(client: Client) -> None:
    assert client.request("POST", "/login", raw_path=True).status == 404


def test_the_page_is_asked_for_again_and_its_files_are_kept(client: Client) -> None:
    page = get(client, "/")
    assert page.headers["cache-control"] == "no-cache"
    names = page_files(page.body)
    assert len(names) > 20
    for name in names:
        if name == "/manifest.webmanifest":  # has the site's name
            continue
        assert get(client, name).headers["cache-control"] == "public, max-age=31536000, immutable"


def test_head_says_what_get_would(client: Client) -> None:
    for path in ("/", page_files(get(client, "/").body)[0]):
        answer = client.request("HEAD", path, raw_path=True)
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["cache-control"] == get(client, path).headers["cache-control"]


def test_modules_and_styles_come_with_their_types(client: Client) -> None:
    types = {
        name.rsplit(".")[-1]: get(client, name).headers["content-type"] for name in page_files(get(client, "/").body)
    }
    assert types == {
        "js": "text/javascript; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml",
        "png": "image/png",
        "webmanifest": "application/manifest+json",
    }


def test_files_are_compressed_for_those_who_take_it(client: Client) -> None:
    name = next(name for name in page_files(get(client, "/").body) if name.endswith("store.js"))
    plain = get(client, name)
    packed = get(client, name, **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name", ["../routes.py", "..%2froutes.py", "%2e%2e/routes.py", "js/../../page.py", "js//lib/dom.js", "js", ".", ""]
)
def test_nothing_outside_the_folder_is_served(client: Client, name: str) -> None:
    version = page_files(get(client, "/").body)[0].split("/")[2]
    assert get(client, f"/static/{version}/{name}").status == 404


def test_a_file_of_another_version_is_not_found(client: Client) -> None:
    name = page_files(get(client, "/").body)[0].split("/", 3)[3]
    assert get(client, f"/static/{'0' * 16}/{name}").error == "api.webclient.file.not_found.app_error"


def test_any_change_of_a_file_gives_all_of_them_new_addresses(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1")
    before = Assets(tmp_path).version
    assert Assets(tmp_path).version == before
    (tmp_path / "js" / "a.js").write_text("2")
    assert Assets(tmp_path).version != before


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    answer = get(client, "/")
    common, own = answer.headers["content-security-policy"].split(", ")
    assert common == "frame-ancestors 'self'"
    directives = dict(part.split(" ", 1) for part in own.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["connect-src"] == "'self'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in own
    assert not re.search(rb"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", answer.body)


def test_the_websocket_may_be_elsewhere(serve: Serve) -> None:
    answer = get(serve(ServiceSettings={"WebsocketURL": "wss://chat.example.com:8443"}).client(), "/")
    assert "connect-src 'self' wss://chat.example.com:8443;" in answer.headers["content-security-policy"]


def test_below_a_subpath_every_address_has_it(serve: Serve) -> None:
    client = serve(ServiceSettings={"SiteURL": "http://localhost:8065/chat"}).client()
    page = get(client, "/chat/team/channels/x")
    assert b'data-base="/chat"' in page.body
    names = page_files(page.body)
    assert all(name.startswith(("/chat/static/", "/chat/manifest")) for name in names)
    assert get(client, names[0]).status == 200


def test_the_site_can_be_kept_among_the_apps_of_a_phone(serve: Serve) -> None:
    sections = {"ServiceSettings": {"SiteURL": "http://localhost:8065/chat"}, "TeamSettings": {"SiteName": 'A "B"'}}
    client = serve(**sections).client()
    assert b'<link rel="manifest" href="/chat/manifest.webmanifest">' in get(client, "/chat/").body
    answer = get(client, "/chat/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    said = answer.json
    assert (said["name"], said["start_url"], said["scope"]) == ('A "B"', "/chat/", "/chat/")
    picture = get(client, said["icons"][0]["src"])
    assert (picture.status, picture.body[:4], picture.body[16:24]) == (200, b"\x89PNG", b"\0\0\2\0" * 2)


def test_the_name_of_the_site_is_text(serve: Serve) -> None:
    page = get(serve(TeamSettings={"SiteName": "<b>A & B</b>"}).client(), "/").body
    assert b"<title>&lt;b&gt;A &amp; B&lt;/b&gt;</title>" in page


def test_no_script_makes_html_from_text() -> None:
    wrong = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc")
    found = [str(path) for path in STATIC.rglob("*.js") if wrong.search(path.read_text())]
    assert found == []


def test_every_file_of_the_client_is_one_that_is_served() -> None:
    served = Assets(STATIC).files
    assert [path.name for path in STATIC.rglob("*.*") if path.relative_to(STATIC).as_posix() not in served] == []


def test_files_may_come_from_a_network(serve: Serve) -> None:
    plugins = {"Plugins": {"webclient": {"CdnURL": "https://cdn.example.com/x/"}}}
    client = serve(PluginSettings=plugins, ServiceSettings={"SiteURL": "http://localhost:8065/chat"}).client()
    answer = get(client, "/chat/")
    page = answer.body.decode()
    tags = re.findall(r'<(?:link|script)[^>]+(?:src|href)="https://cdn\.example\.com/x/static/[^>]+>', page)
    assert len(tags) > 100
    assert all(re.search(r' crossorigin integrity="sha384-[A-Za-z0-9+/]{64}"', tag) for tag in tags)
    (inline,) = re.findall(r'<script type="importmap">(.+?)</script>', page)
    hashed = base64.b64encode(hashlib.sha384(inline.encode()).digest()).decode()
    directives = dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split(", ")[1].split("; ")
    )
    assert directives["script-src"] == f"'self' https://cdn.example.com 'sha384-{hashed}'"
    assert directives["style-src"] == "'self' https://cdn.example.com"
    assert directives["connect-src"] == "'self'"
    late = json.loads(inline)["integrity"]
    assert len(late) > 20
    for name, said in [*late.items()][:3]:
        path = name.removeprefix("https://cdn.example.com/x")
        file = get(client, "/chat" + path)
        assert said == "sha384-" + base64.b64encode(hashlib.sha384(file.body).digest()).decode()
        assert file.headers["access-control-allow-origin"] == "*"


def test_a_browser_that_had_no_success_with_the_network_gets_the_sites_own_files(serve: Serve) -> None:
    client = serve(PluginSettings={"Plugins": {"webclient": {"CdnURL": "https://cdn.example.com"}}}).client()
    page = get(client, "/", Cookie="hubbub_own_files=1").body
    assert page == get(serve().client(), "/").body


@pytest.mark.parametrize(
    "wrong", ["cdn.example.com", "https://a; script-src *", "javascript:x", "https://a?b=c", "//a"]
)
def test_what_is_no_address_of_a_network_is_refused(serve: Serve, wrong: str) -> None:
    with pytest.raises(PluginError, match=r"CdnURL is .+ Expected an address such as"):
        serve(PluginSettings={"Plugins": {"webclient": {"CdnURL": wrong}}})
