"""Files are read: whole or in parts, by those who may read their post, and never run in the page's origin."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.files.kit import events, picture, upload

sqlite = pytest.mark.engines("sqlite")


@pytest.fixture
def posted(site: Any) -> dict[str, Any]:
    """Return a file of ten bytes that a post of bob's has."""
    info = upload(site.bob, site.channel, "digits.txt", b"0123456789")
    site.say(site.bob, "m", file_ids=[info["id"]])
    return info


def test_a_file_is_read_as_it_was_sent(site: Any, posted: dict[str, Any]) -> None:
    answer = site.carol.get(f"/files/{posted['id']}")
    assert (answer.status, answer.body) == (200, b"0123456789")
    assert answer.headers["content-length"] == "10"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    head = site.carol.request("HEAD", f"/files/{posted['id']}")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "10")
    again = site.carol.get(f"/files/{posted['id']}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_who_cannot_read_the_post_cannot_read_its_file(site: Any) -> None:
    private = site.make_channel("secret", site.bob, type="P")
    unposted = upload(site.bob, private)["id"]
    assert site.bob.get(f"/files/{unposted}").status == 200
    assert site.alice.get(f"/files/{unposted}").status == 403
    body = {"channel_id": private, "message": "m", "file_ids": [unposted]}
    assert site.bob.post("/posts", body).status == 201
    for client, status in ((site.alice, 200), (site.bob, 200), (site.carol, 403), (site.dave, 403), (site.eve, 403)):
        for path in ("", "/info"):
            assert client.get(f"/files/{unposted}{path}").status == status, (client.user["username"], path)
    assert site.carol.get(f"/posts/{'a' * 26}/files/info").status == 404
    assert site.alice.delete(f"/channels/{private}/members/{site.bob.id}").status == 200
    assert site.bob.get(f"/files/{unposted}").status == 403


@sqlite
def test_a_file_of_an_old_server_is_read_by_its_posts_channel(site: Any, posted: dict[str, Any]) -> None:
    site.server.app.db.execute("UPDATE {fileinfo} SET channelid = NULL WHERE id = ?", (posted["id"],))
    assert site.carol.get(f"/files/{posted['id']}").status == 200
    assert site.eve.get(f"/files/{posted['id']}").status == 403


@sqlite
def test_what_is_not_there_is_not_found(site: Any, posted: dict[str, Any], folder: Path) -> None:
    for path in ("", "/info", "/thumbnail", "/preview"):
        answer = site.bob.get(f"/files/{'a' * 26}{path}")
        assert (answer.status, answer.error) == (404, "app.file_info.get.app_error")
        assert site.bob.get(f"/files/nonsense{path}").status == 400
        assert site.server.client().get(f"/files/{posted['id']}{path}").status == 401
    next(folder.rglob("digits.txt")).unlink()
    answer = site.bob.get(f"/files/{posted['id']}")
    assert (answer.status, answer.error) == (404, "api.file.read_file.missing.app_error")


RANGES = [
    ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
    ("bytes=7-", 206, b"789", "bytes 7-9/10"),
    ("bytes=-3", 206, b"789", "bytes 7-9/10"),
    ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
    ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
    ("bytes=10-", 416, b"", "bytes */10"),
    ("bytes=-0", 416, b"", "bytes */10"),
    ("bytes=4-2", 200, b"0123456789", None),
    ("bytes=0-1,4-5", 200, b"0123456789", None),
    ("bytes=-", 200, b"0123456789", None),
    ("lines=1-2", 200, b"0123456789", None),
]


@sqlite
def test_a_part_is_read(site: Any, posted: dict[str, Any]) -> None:
    for wanted, *expected in RANGES:
        answer = site.bob.get(f"/files/{posted['id']}", headers={"Range": wanted})
        assert [answer.status, answer.body, answer.headers.get("content-range")] == expected, wanted


@sqlite
def test_a_part_of_another_version_is_all_of_it(site: Any, posted: dict[str, Any]) -> None:
    etag = site.bob.get(f"/files/{posted['id']}").headers["etag"]
    for condition, status in ((etag, 206), ('"other"', 200), ("Sat, 01 Jan 2000 00:00:00 GMT", 200)):
        answer = site.bob.get(f"/files/{posted['id']}", headers={"Range": "bytes=0-1", "If-Range": condition})
        assert answer.status == status


COULD_RUN = [
    ("page.html", b"<html><script>alert(1)</script>"),
    ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ("page.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
    ("not-a.png", b"<html><script>alert(1)</script>"),
    ("not-a.mp4", b"<html><script>alert(1)</script>"),
    ("script.js", b"alert(1)"),
]


@sqlite
def test_what_could_run_is_saved_and_never_shown(site: Any) -> None:
    for name, content in COULD_RUN:
        headers = site.bob.get(f"/files/{upload(site.bob, site.channel, name, content)['id']}").headers
        assert headers["content-disposition"].startswith("attachment;"), name
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none';" in headers["content-security-policy"]
        assert "sandbox" in headers["content-security-policy"]


@sqlite
def test_a_name_cannot_break_out_of_its_header(site: Any) -> None:
    info = upload(site.bob, site.channel, "grüße; x=%41.png", picture())
    shown = site.bob.get(f"/files/{info['id']}").headers["content-disposition"]
    assert shown == "inline; filename=\"gr__e_ x=_41.png\"; filename*=UTF-8''gr%C3%BC%C3%9Fe%3B%20x%3D%2541.png"
    saved = site.bob.get(f"/files/{info['id']}", query={"download": "1"}).headers["content-disposition"]
    assert saved.startswith("attachment;")


@sqlite
def test_a_link_shows_a_file_to_everybody(make_site: Any) -> None:
    site = make_site(FileSettings={"EnablePublicLink": True}, ServiceSettings={"SiteURL": "https://chat.example.com"})
    info = upload(site.bob, site.channel, "digits.txt", b"0123456789")
    answer = site.bob.get(f"/files/{info['id']}/link")
    assert (answer.status, answer.error) == (400, "api.file.get_public_link.no_post.app_error")
    site.say(site.bob, "m", file_ids=[info["id"]])
    assert site.eve.get(f"/files/{info['id']}/link").status == 403
    link = site.carol.get(f"/files/{info['id']}/link").json["link"]
    assert link.startswith(f"https://chat.example.com/files/{info['id']}/public?h=")
    nobody = site.server.client()
    path = link.removeprefix("https://chat.example.com")
    assert nobody.get(path, raw_path=True).body == b"0123456789"
    for wrong in (path[:-1], path + "x", path.partition("?")[0], path.replace(info["id"], "b" * 26)):
        answer = nobody.get(wrong, raw_path=True)
        assert (answer.status, answer.error) == (400, "api.file.get_file.public_invalid.app_error")


@sqlite
def test_links_are_off_unless_turned_on(site: Any, posted: dict[str, Any]) -> None:
    nobody = site.server.client()
    for answer in (
        site.bob.get(f"/files/{posted['id']}/link"),
        nobody.get(f"/files/{posted['id']}/public?h=x", raw_path=True),
    ):
        assert (answer.status, answer.error) == (403, "api.file.get_public_link.disabled.app_error")


class Gate:
    """A plugin that looks at files."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def file_will_be_uploaded(self, info: Any, file: Any, output: Any) -> Any:
        from hubbub.core.contracts.errors import Rejected

        content = file.read()
        if b"virus" in content:
            raise Rejected("no viruses here")
        if b"secret" in content:
            output.write(content.replace(b"secret", b"******"))
            info.name = f"clean {info.name}"
            return info
        return None

    def file_will_be_downloaded(self, info: Any, user_id: str, download_type: str) -> None:
        from hubbub.core.contracts.errors import Rejected

        self.seen.append((user_id, download_type))
        if info.name == "locked.png":
            raise Rejected("not before noon")


@pytest.fixture
def gate(site: Any) -> Gate:
    """Return a plugin that is registered on the server."""
    from hubbub.hookspecs import hookimpl

    for name in ("file_will_be_uploaded", "file_will_be_downloaded"):
        hookimpl(getattr(Gate, name))
    gate = Gate()
    site.server.app.hooks.register(gate, "gate")
    return gate


@sqlite
def test_plugins_change_and_refuse_uploads(site: Any, gate: Gate, folder: Path) -> None:
    info = upload(site.bob, site.channel, "notes.txt", b"a secret word")
    assert (info["name"], info["size"]) == ("clean notes.txt", 13)
    assert site.bob.get(f"/files/{info['id']}").body == b"a ****** word"
    from hubbub.tests.plugins.files.kit import kept, send

    answer = send(site.bob, site.channel, ("v.exe", b"a virus"))
    assert (answer.status, answer.json["message"]) == (400, "no viruses here")
    assert kept(folder) == ["notes.txt"]


@sqlite
def test_plugins_refuse_downloads_and_the_user_is_told_why(site: Any, gate: Gate) -> None:
    info = upload(site.bob, site.channel, "locked.png", picture())
    site.say(site.bob, "m", file_ids=[info["id"]])
    for path, error in (("", "get_file"), ("/thumbnail", "get_file_thumbnail"), ("/preview", "get_file_preview")):
        answer = site.carol.get(f"/files/{info['id']}{path}")
        assert (answer.status, answer.error) == (403, f"api.file.{error}.rejected_by_plugin")
        assert answer.json["message"] == "not before noon"
    assert gate.seen == [(site.carol.id, kind) for kind in ("file", "thumbnail", "preview")]
    told = site.server.events("file_download_rejected")
    assert {event.broadcast.user_id for event in told} == {site.carol.id}
    data = events(site.server, "file_download_rejected")[0]
    assert (data["file_id"], data["file_name"]) == (info["id"], "locked.png")
    assert data["rejection_reason"] == "not before noon"
    assert data["download_type"] == "file"
