"""Uploads in parts: begun, cut off, gone on with, completed."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.plugins.files.store import FileInfoStore
from hubbub.plugins.files.uploads import KEEP_MS
from hubbub.plugins.storage_local.store import LocalStore
from hubbub.tests.plugins.files.kit import FORM, RAW, form, kept, picture

sqlite = pytest.mark.engines("sqlite")


def begin(client: Any, channel: str, size: int, name: str = "film.bin") -> Any:
    """Return the answer to a new upload."""
    return client.post("/uploads", {"channel_id": channel, "filename": name, "file_size": size})


def part(client: Any, upload: dict[str, Any], content: bytes) -> Any:
    """Return the answer to a part of it."""
    return client.post(f"/uploads/{upload['id']}", content, headers=RAW)


def test_a_file_comes_in_parts(site: Any, folder: Path) -> None:
    content = picture(400, 200)
    answer = begin(site.bob, site.channel, len(content), "wide.png")
    assert answer.status == 201, answer
    upload = answer.json
    assert {
        "type": "attachment",
        "user_id": site.bob.id,
        "file_offset": 0,
        "filename": "wide.png",
    }.items() <= upload.items()
    assert site.bob.get(f"/users/{site.bob.id}/uploads").json == [upload]
    first = part(site.bob, upload, content[:100])
    assert (first.status, first.body) == (204, b"")
    assert site.bob.get(f"/uploads/{upload['id']}").json["file_offset"] == 100
    last = part(site.bob, upload, content[100:])
    assert last.status == 201, last
    info = last.json
    assert (info["name"], info["size"], info["width"]) == ("wide.png", len(content), 400)
    assert site.bob.get(f"/files/{info['id']}").body == content
    assert site.bob.get(f"/uploads/{upload['id']}").status == 404
    assert site.bob.get("/users/me/uploads").json == []
    assert not (folder / "uploads").exists()
    post = site.say(site.bob, "m", file_ids=[info["id"]])
    assert post["metadata"]["files"][0]["id"] == info["id"]


@sqlite
def test_a_part_may_be_a_form(site: Any) -> None:
    upload = begin(site.bob, site.channel, 6).json
    assert part(site.bob, upload, b"abc").status == 204
    answer = site.bob.post(f"/uploads/{upload['id']}", form(("data", "blob", b"def")), headers=FORM)
    assert answer.status == 201, answer
    assert site.bob.get(f"/files/{answer.json['id']}").body == b"abcdef"


class Broken:
    """A body whose line breaks after some bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int = -1) -> bytes:
        if not self.content:
            raise ConnectionResetError("the client is gone")
        taken, self.content = self.content[:size], self.content[size:]
        return taken


def test_what_came_before_the_line_broke_stays(site: Any) -> None:
    upload = begin(site.bob, site.channel, 10).json
    send = site.bob._transport

    def cut_off(method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        wsgi = send._wsgi
        send._wsgi = lambda environ, start: wsgi(
            environ | {"wsgi.input": Broken(b"01234"), "CONTENT_LENGTH": "10"}, start
        )
        try:
            return send(method, target, headers, body)
        finally:
            send._wsgi = wsgi

    site.bob._transport = cut_off
    assert part(site.bob, upload, b"0123456789").status == 500
    site.bob._transport = send
    assert site.bob.get(f"/uploads/{upload['id']}").json["file_offset"] == 5
    answer = part(site.bob, upload, b"56789")
    assert answer.status == 201, answer
    assert site.bob.get(f"/files/{answer.json['id']}").body == b"0123456789"


@sqlite
def test_a_part_with_more_than_is_to_come_changes_nothing(site: Any, folder: Path) -> None:
    upload = begin(site.bob, site.channel, 5).json
    assert part(site.bob, upload, b"012").status == 204
    answer = part(site.bob, upload, b"345")
    assert (answer.status, answer.error) == (400, "api.upload.upload_data.invalid_content_length")
    assert site.bob.get(f"/uploads/{upload['id']}").json["file_offset"] == 3
    assert part(site.bob, upload, b"34").status == 201


def test_of_two_who_send_the_same_part_one_is_refused(site: Any) -> None:
    upload = begin(site.bob, site.channel, 6).json
    send = site.bob._transport
    asked = []

    def twice(method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        wsgi = send._wsgi

        class Interrupted(Broken):
            def read(self, size: int = -1) -> bytes:
                if not asked:
                    asked.append(part(site.server_bob, upload, b"xyz").status)
                taken, self.content = self.content[:size], self.content[size:]
                return taken

        send._wsgi = lambda environ, start: wsgi(environ | {"wsgi.input": Interrupted(b"abc")}, start)
        try:
            return send(method, target, headers, body)
        finally:
            send._wsgi = wsgi

    site.server_bob = site.server.client()
    site.server_bob.token, site.server_bob.user = site.bob.token, site.bob.user
    site.bob._transport = twice
    answer = part(site.bob, upload, b"abc")
    site.bob._transport = send
    assert asked == [204]
    assert (answer.status, answer.error) == (409, "app.upload.upload_data.concurrent.app_error")
    answer = part(site.bob, upload, b"123")
    assert site.bob.get(f"/files/{answer.json['id']}").body == b"xyz123"


@sqlite
def test_an_upload_is_its_owners_only(site: Any) -> None:
    upload = begin(site.bob, site.channel, 5).json
    for client in (site.carol, site.alice):
        assert client.get(f"/uploads/{upload['id']}").status == 403
        assert part(client, upload, b"x").status == 403
        assert client.get(f"/users/{site.bob.id}/uploads").status == 403
    assert site.bob.get(f"/uploads/{'a' * 26}").status == 404
    assert site.bob.get("/uploads/nonsense").status == 400
    assert begin(site.dave, site.channel, 5).status == 403
    assert site.alice.delete(f"/channels/{site.channel}/members/{site.bob.id}").status == 200
    assert part(site.bob, upload, b"x").status == 403


@sqlite
def test_an_upload_makes_sense_from_the_beginning(make_site: Any, folder: Path) -> None:
    site = make_site(FileSettings={"MaxFileSize": 1000})
    assert begin(site.bob, site.channel, 1000).status == 201
    answer = begin(site.bob, site.channel, 1001)
    assert (answer.status, answer.error) == (413, "api.upload.create.upload_too_large.app_error")
    for size, name, channel in ((0, "a", site.channel), (-1, "a", site.channel), (5, "", site.channel), (5, "a", "x")):
        assert begin(site.bob, channel, size, name).status == 400
    body = {"channel_id": site.channel, "filename": "a", "file_size": 5, "type": "import"}
    assert site.bob.post("/uploads", body).status == 403
    assert site.alice.post("/uploads", body).status == 201
    assert site.alice.post("/uploads", {**body, "type": "else"}).status == 400
    assert kept(folder) == []


def test_what_nobody_goes_on_with_is_forgotten_after_a_week(site: Any, folder: Path) -> None:
    old, young = (begin(site.bob, site.channel, 10).json for _ in range(2))
    for upload in (old, young):
        assert part(site.bob, upload, b"01234").status == 204
    db = site.server.app.db
    db.execute("UPDATE {uploadsessions} SET createat = createat - ? WHERE id = ?", (KEEP_MS + 1000, old["id"]))
    uploads = site.server.app.plugins.instance("files")._uploads
    assert uploads.clean_up() == 1
    assert [upload["id"] for upload in site.bob.get("/users/me/uploads").json] == [young["id"]]
    assert [path.parent.name for path in (folder / "uploads").rglob("*") if path.is_file()] == [young["id"]]


@sqlite
def test_uploads_can_be_turned_off(make_site: Any) -> None:
    site = make_site(FileSettings={"EnableFileAttachments": False})
    answer = begin(site.bob, site.channel, 5)
    assert (answer.status, answer.error) == (501, "api.file.attachments.disabled.app_error")


@sqlite
def test_what_comes_in_one_part_is_not_written_twice(site: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    write = LocalStore.write

    def counted(self: LocalStore, path: str, pieces: Any) -> int:
        written.append(path)
        return write(self, path, pieces)

    monkeypatch.setattr(LocalStore, "write", counted)
    upload = begin(site.bob, site.channel, 5).json
    info = site.bob.post(f"/uploads/{upload['id']}", b"12345", headers=RAW).json
    assert site.bob.get(f"/files/{info['id']}").body == b"12345"
    assert len(written) == 1
    assert kept(folder) == ["film.bin"]


@sqlite
def test_what_came_in_one_part_stays_when_it_cannot_be_recorded(
    site: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Any, files: Any) -> None:
        raise RuntimeError("the database is gone")

    upload = begin(site.bob, site.channel, 5).json
    monkeypatch.setattr(FileInfoStore, "insert", fail)
    assert site.bob.post(f"/uploads/{upload['id']}", b"12345", headers=RAW).status == 500
    monkeypatch.undo()
    assert len(kept(folder)) == 1
    info = site.bob.post(f"/uploads/{upload['id']}", b"", headers=RAW).json
    assert site.bob.get(f"/files/{info['id']}").body == b"12345"
