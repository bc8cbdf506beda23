"""Another client's files instead of ours, from the folder that the setting `Directory` names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.conftest import Client, MakeServer
from hubbub.tests.services.databases import DatabaseSource

pytestmark = pytest.mark.engines("sqlite")
PAGE = '<html><head><link href="/static/main.1234.css"></head><body><script src="/static/main.1234.js"></script></body>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a client's files, a secret beside it, and a link to that."""
    folder = tmp_path / "client"
    (folder / "files").mkdir(parents=True)
    (folder / "root.html").write_text(PAGE)
    (folder / "main.1234.js").write_text("run()")
    (folder / "main.1234.css").write_text("a { background: url(/static/files/a.png) }")
    (folder / "files" / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def serve(make_server: MakeServer, database: DatabaseSource) -> Callable[..., Client]:
    """Return `serve(folder, **service_settings)`: a client of a server that serves the folder."""

    def serve(folder: Path, **service: Any) -> Client:
        plugins = {"Plugins": {"webclient": {"Directory": str(folder)}}}
        return make_server(database, only=("webclient",), PluginSettings=plugins, ServiceSettings=service).client()

    return serve


def get(client: Client, path: str) -> Any:
    return client.request("GET", path, raw_path=True)


def test_its_page_answers_every_address_and_is_not_kept(serve: Callable[..., Client], folder: Path) -> None:
    client = serve(folder)
    for path in ("/", "/team/channels/town-square"):
        answer = get(client, path)
        assert answer.body.decode() == PAGE
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_its_files_are_kept_for_long(serve: Callable[..., Client], folder: Path) -> None:
    client = serve(folder)
    script = get(client, "/static/main.1234.js")
    assert (script.body, script.headers["content-type"]) == (b"run()", "text/javascript")
    assert "max-age=31536000" in script.headers["cache-control"]
    assert get(client, "/static/files/a.png").headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "name", ["../secret.txt", "..%2fsecret.txt", "link.txt", "files", "missing.js", "files/../../secret.txt", "%00"]
)
def test_nothing_outside_of_it_is_served(serve: Callable[..., Client], folder: Path, name: str) -> None:
    answer = get(serve(folder), f"/static/{name}")
    assert answer.status in (400, 404)
    assert b"secret" not in answer.body


def test_below_a_subpath_its_addresses_are_rewritten(serve: Callable[..., Client], folder: Path) -> None:
    client = serve(folder, SiteURL="https://example.com/chat")
    page = get(client, "/chat/login").body.decode()
    assert '"/chat/static/main.1234.js"' in page
    assert '<script src="/chat/static/hubbub-public-path.js">' in page
    assert get(client, "/chat/static/hubbub-public-path.js").body.startswith(b"window.publicPath='/chat/static/'")
    assert b"url(/chat/static/files/a.png)" in get(client, "/chat/static/main.1234.css").body


def test_a_folder_without_a_page_says_what_to_do(serve: Callable[..., Client], tmp_path: Path) -> None:
    answer = get(serve(tmp_path), "/")
    assert answer.error == "api.webclient.directory.no_root_page.app_error"
    assert str(tmp_path) in answer.json["message"]
