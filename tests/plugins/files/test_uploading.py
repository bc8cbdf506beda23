"""Files are uploaded: as a form or as the body, within limits, by those who may."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.files.kit import FORM, RAW, form, kept, picture, send, upload

sqlite = pytest.mark.engines("sqlite")


def test_a_form_with_files_is_answered_with_what_is_known_of_them(site: Any, folder: Path) -> None:
    answer = send(site.bob, site.channel, ("notes.txt", b"hello"), ("b.bin", b"\0\1"), client_ids=("one", "two"))
    assert answer.status == 201, answer
    assert answer.json["client_ids"] == ["one", "two"]
    first, second = answer.json["file_infos"]
    assert {"name": "notes.txt", "extension": "txt", "size": 5, "mime_type": "text/plain"}.items() <= first.items()
    assert (first["user_id"], first["channel_id"], first["delete_at"]) == (site.bob.id, site.channel, 0)
    assert "post_id" not in first
    assert (second["name"], second["mime_type"]) == ("b.bin", "application/octet-stream")
    (path,) = folder.rglob("notes.txt")
    place = f"teams/noteam/channels/{site.channel}/users/{site.bob.id}/{first['id']}/notes.txt"
    assert path.relative_to(folder).as_posix().partition("/")[2] == place
    assert site.bob.get(f"/files/{first['id']}/info").json == first


def test_a_body_is_a_file(site: Any) -> None:
    query = {"channel_id": site.channel, "filename": "a b.txt"}
    answer = site.bob.post("/files", b"raw bytes", headers=RAW, query=query)
    assert answer.status == 201, answer
    assert answer.json["client_ids"] == []
    (info,) = answer.json["file_infos"]
    assert (info["name"], info["size"]) == ("a b.txt", 9)
    assert site.bob.get(f"/files/{info['id']}").body == b"raw bytes"


@sqlite
def test_files_may_come_before_the_channel(site: Any) -> None:
    body = form(("files", "early.txt", b"x" * 100_000), ("channel_id", None, site.channel.encode()))
    answer = site.bob.post("/files", body, headers=FORM)
    assert answer.status == 201, answer
    assert answer.json["file_infos"][0]["size"] == 100_000


@sqlite
def test_a_name_leads_nowhere(site: Any, folder: Path) -> None:
    for name in ("../../../etc/passwd", "C:\\Windows\\system.ini", "a/b/c.txt", "\u202etxt.exe"):
        info = upload(site.bob, site.channel, name)
        assert not set("/\\\u202e") & set(info["name"])
        assert all(path.is_relative_to(folder) for path in folder.parent.rglob(info["name"]))
        assert site.bob.get(f"/files/{info['id']}").body == b"hello"


@sqlite
def test_a_long_name_fits_the_column_and_the_disk(site: Any) -> None:
    info = upload(site.bob, site.channel, "ä" * 300 + ".png", picture())
    assert (len(info["name"]), info["extension"]) == (256, "png")
    assert site.bob.get(f"/files/{info['id']}/preview").status == 200


@sqlite
def test_a_file_without_a_name_is_refused(site: Any) -> None:
    for name in ("", "..", "   ", "a/.."):
        answer = send(site.bob, site.channel, (name, b"x"))
        assert (answer.status, answer.error) == (400, "api.file.upload_file.filename.app_error")


@sqlite
def test_a_file_may_have_as_many_bytes_as_allowed_and_no_more(make_site: Any, folder: Path) -> None:
    site = make_site(FileSettings={"MaxFileSize": 1000})
    assert upload(site.bob, site.channel, "fits", b"x" * 1000)["size"] == 1000
    query = {"channel_id": site.channel, "filename": "raw"}
    too_large = "api.file.upload_file.too_large_detailed.app_error"
    for answer in (
        send(site.bob, site.channel, ("form", b"x" * 1001)),
        site.bob.post("/files", b"x" * 1001, headers=RAW, query=query),
    ):
        assert (answer.status, answer.error) == (413, too_large)
    answer = send(site.bob, site.channel, ("huge", b"x" * 100_000))
    assert (answer.status, answer.error) == (413, "api.context.request_body_too_large.app_error")
    assert kept(folder) == ["fits"]


@sqlite
def test_who_may_not_upload_is_refused(site: Any, folder: Path) -> None:
    assert send(site.dave, site.channel, ("a", b"x")).status == 403
    assert send(site.eve, site.channel, ("a", b"x")).status == 403
    assert site.server.client().post("/files", b"", headers=FORM).status == 401
    assert site.alice.delete(f"/channels/{site.channel}").status == 200
    answer = send(site.alice, site.channel, ("a", b"x"))
    assert (answer.status, answer.error) == (400, "api.file.upload_file.get_channel.app_error")
    assert kept(folder) == []


@sqlite
def test_a_removed_member_uploads_nothing(site: Any) -> None:
    assert site.alice.delete(f"/channels/{site.channel}/members/{site.bob.id}").status == 200
    assert send(site.bob, site.channel, ("a", b"x")).status == 403


SENSELESS = [
    b"",
    b"rubbish",
    form(),
    form(("channel_id", None, b"nonsense"), ("files", "a", b"x")),
    form(("files", "a", b"x")),
    form(("files", "a", b"x"))[:-20],
    form(("client_ids", None, b"x" * 20_000)),
]


@sqlite
def test_a_form_that_makes_no_sense_is_refused(site: Any, folder: Path) -> None:
    for body in SENSELESS:
        assert site.bob.post("/files", body, headers=FORM).status == 400, body[:200]
    assert kept(folder) == []


@sqlite
def test_a_form_that_ends_in_the_middle_of_a_file_keeps_nothing(site: Any, folder: Path) -> None:
    whole = form(("channel_id", None, site.channel.encode()), ("files", "a", b"x" * 1000))
    answer = site.bob.post("/files", whole[:-100], headers=FORM)
    assert (answer.status, answer.error) == (400, "api.file.upload_file.read_request.app_error")
    assert kept(folder) == []


@sqlite
def test_a_form_names_its_files_as_often_as_it_has_some(site: Any) -> None:
    answer = send(site.bob, site.channel, ("a", b"x"), client_ids=("one", "two"))
    assert (answer.status, answer.error) == (400, "api.file.upload_file.incorrect_number_of_client_ids.app_error")
    other = site.make_channel("other", site.bob)
    fields = [("channel_id", None, site.channel.encode()), ("channel_id", None, other.encode())]
    answer = site.bob.post("/files", form(*fields), headers=FORM)
    assert (answer.status, answer.error) == (400, "api.file.upload_file.multiple_channel_ids.app_error")
    assert send(site.bob, site.channel, *[("a", b"x")] * 11).status == 400


@sqlite
def test_a_body_needs_a_channel_and_a_name(site: Any) -> None:
    for query in ({"filename": "a"}, {"channel_id": site.channel}, {"channel_id": "x", "filename": "a"}):
        assert site.bob.post("/files", b"x", headers=RAW, query=query).status == 400


@sqlite
def test_files_can_be_turned_off(make_site: Any) -> None:
    site = make_site(FileSettings={"EnableFileAttachments": False})
    answer = send(site.bob, site.channel, ("a", b"x"))
    assert (answer.status, answer.error) == (403, "api.file.attachments.disabled.app_error")


@pytest.fixture
def full_disk(folder: Path) -> Iterator[None]:
    """Have a disk of one mebibyte where files are kept."""
    folder.mkdir(parents=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"mounting a small disk needs root: {made.stderr.strip()}")
    yield
    subprocess.run(["umount", "--lazy", folder], check=True)


@sqlite
@pytest.mark.optional_elsewhere("a container may not mount, even as root")
@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_told_in_plain_words_and_nothing_is_left(site: Any, folder: Path) -> None:
    for answer in (
        send(site.bob, site.channel, ("a", b"x" * 2**21)),
        site.bob.post("/files", b"x" * 2**21, query={"channel_id": site.channel, "filename": "b"}, headers=RAW),
    ):
        assert (answer.status, answer.error) == (507, "api.file.write_file.full.app_error")
    assert kept(folder) == []
    assert site.server.app.db.fetch_value("SELECT COUNT(*) FROM {fileinfo}") == 0
    upload(site.bob, site.channel, content=b"x" * 2**19)


@sqlite
def test_a_driver_that_nobody_brings_stops_the_start(make_site: Any) -> None:
    with pytest.raises(Exception, match=r"FileSettings\.DriverName is 'amazons3'.*local.*Set FileSettings\.DriverName"):
        make_site(FileSettings={"DriverName": "amazons3", "AmazonS3Bucket": "bucket"})
