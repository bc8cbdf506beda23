"""A server whose files are in a bucket: what people notice, what administrators can try, what a failure says."""

import logging
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import gevent
import pytest

from hubbub.core.config import MASK
from hubbub.plugins.storage_s3 import client
from hubbub.plugins.storage_s3 import plugin as s3_plugin
from hubbub.plugins.storage_s3.store import S3Store
from hubbub.tests.plugins.emoji.test_emoji import make as make_emoji
from hubbub.tests.plugins.files.kit import picture, send, upload
from hubbub.tests.plugins.storage_s3.kit import at, connect, refusal, serving
from hubbub.tests.services.process import free_port
from hubbub.tests.services.s3 import SECRET, S3Server

pytestmark = pytest.mark.engines("sqlite")
MIB = 1 << 20


def keys(site: Any) -> list[str]:
    """Return the keys in the site's bucket."""
    files = site.server.app.config.FileSettings
    names = ("DriverName", "AmazonS3Endpoint", "AmazonS3SSL", "AmazonS3Bucket", "AmazonS3AccessKeyId")
    section = {name: getattr(files, name) for name in names}
    listed = connect({**section, "AmazonS3SecretAccessKey": SECRET}).call("list_objects_v2")
    return [entry["Key"] for entry in listed.get("Contents", ())]


# --- what works ---


def test_files_pictures_and_emoji_are_in_the_bucket(site: Any) -> None:
    photo = upload(site.bob, site.channel, "photo.png", picture(400, 300))
    assert site.carol.get(f"/files/{photo['id']}").status == 403
    site.say(site.bob, "look", file_ids=[photo["id"]])
    assert site.carol.get(f"/files/{photo['id']}").body == picture(400, 300)
    assert site.carol.get(f"/files/{photo['id']}/thumbnail").status == 200
    emoji = make_emoji(site.bob, "partyparrot").json
    assert site.carol.get(f"/emoji/{emoji['id']}/image").status == 200
    names = [key.rpartition("/")[2] for key in keys(site)]
    assert sorted(names) == ["image", "photo.png", "photo_preview.jpg", "photo_thumb.jpg"]
    assert f"emoji/{emoji['id']}/image" in keys(site)


def test_a_part_of_a_file_is_read_alone(site: Any) -> None:
    info = upload(site.bob, site.channel, "notes.txt", b"0123456789")
    answer = site.bob.get(f"/files/{info['id']}", headers={"Range": "bytes=3-5"})
    assert (answer.status, answer.body) == (206, b"345")
    empty = upload(site.bob, site.channel, "empty.txt", b"")
    assert site.bob.get(f"/files/{empty['id']}").body == b""


def test_an_upload_in_parts_goes_on_where_it_was(site: Any) -> None:
    content = bytes(range(256)) * 100
    body = {"channel_id": site.channel, "filename": "film.bin", "file_size": len(content)}
    begun = site.bob.post("/uploads", body).json
    raw = {"Content-Type": "application/octet-stream"}
    assert site.bob.post(f"/uploads/{begun['id']}", content[:9000], headers=raw).status == 204
    assert site.bob.get(f"/uploads/{begun['id']}").json["file_offset"] == 9000
    info = site.bob.post(f"/uploads/{begun['id']}", content[9000:], headers=raw).json
    assert site.bob.get(f"/files/{info['id']}").body == content
    assert len(keys(site)) == 1


def test_a_file_that_is_refused_leaves_nothing_in_the_bucket(make_site: Any, s3_server: S3Server) -> None:
    site = make_site(s3_server.file_settings(MaxFileSize=6 * MIB))
    # Too large by what comes, not by what was said: after a whole part was sent.
    answer = send(site.bob, site.channel, ("big.bin", bytes(6 * MIB + 1)))
    assert (answer.status, answer.error) == (413, "api.file.upload_file.too_large_detailed.app_error")
    assert keys(site) == []


def test_clients_are_sent_to_the_bucket_where_that_is_turned_on(make_site: Any, s3_server: S3Server) -> None:
    settings = {"Plugins": {"auth_password": {"Iterations": 1000}, "storage_s3": {"PresignSeconds": 60}}}
    site = make_site(s3_server.file_settings(), PluginSettings=settings)
    info = upload(site.bob, site.channel, "page.html", b"<script>alert(1)</script>")
    answer = site.bob.get(f"/files/{info['id']}")
    assert (answer.status, answer.headers["cache-control"]) == (302, "no-store")
    where = answer.headers["location"]
    assert SECRET not in where
    with urllib.request.urlopen(where, timeout=10) as found:
        assert found.read() == b"<script>alert(1)</script>"
    # moto leaves out the headers that are asked for: that they are asked for is what counts.
    assert "response-content-disposition=attachment" in where
    assert site.dave.get(f"/files/{info['id']}").status == 403


# --- starting ---


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"AmazonS3Bucket": ""}, r"FileSettings\.AmazonS3Bucket is empty.*name the bucket"),
        ({"AmazonS3Endpoint": "http://minio:9000"}, r"AmazonS3Endpoint is 'http://minio:9000'.*without http"),
        ({"AmazonS3SecretAccessKey": ""}, r"AmazonS3SecretAccessKey is empty: give both, or none"),
    ],
)
def test_a_start_with_settings_that_cannot_work_says_what_to_do(make_site: Any, wrong: Any, told: str) -> None:
    with pytest.raises(Exception, match=told):
        make_site(at(9, **wrong))


def test_an_old_way_of_signing_is_only_warned_about(
    make_site: Any, s3_server: S3Server, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "hubbub"):
        site = make_site(s3_server.file_settings(AmazonS3SignV2=True))
    assert "AmazonS3SignV2 is ignored" in caplog.text
    upload(site.bob, site.channel)


def test_requests_are_logged_where_that_is_asked_for(
    make_site: Any, s3_server: S3Server, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(s3_server.file_settings(AmazonS3Trace=True))
    with caplog.at_level(logging.INFO, "hubbub"):
        upload(site.bob, site.channel, "traced.txt")
    assert "S3 put_object" in caplog.text
    assert "traced.txt: done in" in caplog.text
    assert SECRET not in caplog.text


# --- when it does not work ---


def test_a_bucket_that_is_down_is_told_at_once_and_found_again(
    make_site: Any, s3_server: S3Server, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(s3_server.file_settings())
    site.server.settle()
    info = upload(site.bob, site.channel)
    right = site.server.app.config.FileSettings.AmazonS3Endpoint
    site.server.configure(FileSettings={"AmazonS3Endpoint": f"127.0.0.1:{free_port()}"})
    answer = send(site.bob, site.channel, ("a.txt", b"x"))
    assert (answer.status, answer.error) == (503, "api.file.write_file.app_error")
    answer = site.bob.get(f"/files/{info['id']}")
    assert (answer.status, answer.error) == (503, "api.file.file_reader.app_error")
    assert "check FileSettings.AmazonS3Endpoint" in caplog.text
    health = site.alice.get("/system/ping?get_server_status=true")
    assert (health.status, health.json["filestore_status"]) == (500, "UNHEALTHY")
    assert "doesn't answer" in health.json["components"]["filestore"]["detail"]
    assert site.say(site.bob, "talking goes on")["message"] == "talking goes on"
    site.server.configure(FileSettings={"AmazonS3Endpoint": right})
    site.server.plugin("storage_s3").probe()
    assert site.alice.get("/system/ping?get_server_status=true").json["filestore_status"] == "OK"
    assert site.bob.get(f"/files/{info['id']}").body == b"hello"


def refuse(_environ: Any, start: Callable[..., Any]) -> list[bytes]:
    """Be a service that knows no such key."""
    start("403 Forbidden", [("Content-Type", "application/xml")])
    return [refusal("InvalidAccessKeyId")]


def test_a_key_that_is_refused_is_told_to_the_administrator(make_site: Any, caplog: pytest.LogCaptureFixture) -> None:
    with serving(refuse) as port:
        site = make_site(at(port))
        answer = send(site.bob, site.channel, ("a.txt", b"x"))
        assert (answer.status, answer.error) == (503, "api.file.write_file.app_error")
        assert "InvalidAccessKeyId" not in answer.body.decode()
        assert "refuses us (InvalidAccessKeyId): check FileSettings.AmazonS3AccessKeyId" in caplog.text
        assert "very-secret" not in caplog.text


def test_a_bucket_that_hangs_slows_nobody_else(make_site: Any) -> None:
    asked, released = gevent.event.Event(), gevent.event.Event()

    def hang(_environ: Any, start: Callable[..., Any]) -> list[bytes]:
        asked.set()
        released.wait()
        start("200 OK", [])
        return [b""]

    with serving(hang) as port:
        site = make_site(at(port, AmazonS3RequestTimeoutMilliseconds=60_000))
        waiting = gevent.spawn(send, site.bob, site.channel, ("a.txt", b"x"))
        try:
            assert asked.wait(10)
            for number in range(5):
                assert site.say(site.carol, f"hello {number}")["id"]
            assert not waiting.ready()
        finally:
            released.set()
            waiting.get(timeout=30)


def test_a_bucket_that_answers_too_late_is_given_up(make_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        site = make_site(at(silent.getsockname()[1], AmazonS3RequestTimeoutMilliseconds=50))
        answer = send(site.bob, site.channel, ("a.txt", b"x"))
    assert (answer.status, answer.error) == (503, "api.file.write_file.app_error")


def test_a_download_that_breaks_off_goes_on(make_site: Any) -> None:
    content = bytes(range(256)) * 4000
    ranges = []
    ends = [("Connection", "close"), ("ETag", '"one"')]

    def break_off(environ: Any, start: Callable[..., Any]) -> Iterator[bytes]:
        given = environ.get("HTTP_RANGE", "")
        ranges.append((given, environ.get("HTTP_IF_MATCH")))
        begin = int(given.removeprefix("bytes=").split("-")[0]) if given else 0
        rest = content[begin:]
        start("206 Partial Content" if given else "200 OK", [*ends, ("Content-Length", str(len(rest)))])
        yield rest if len(ranges) == 3 else rest[: len(rest) // 2]

    with serving(break_off) as port:
        assert b"".join(S3Store(connect(at(port))).read("film")) == content
    assert len(ranges) == 3
    assert ranges[0] == ("", None)
    assert all(given and tag == '"one"' for given, tag in ranges[1:])


# --- the trial ---


def trial(site: Any, **section: Any) -> Any:
    """Return the answer to a trial of these settings."""
    return site.alice.post("/file/s3_test", {"FileSettings": section})


def test_settings_are_tried_before_they_are_used(site: Any, s3_server: S3Server) -> None:
    good = s3_server.file_settings()
    assert trial(site, **good).json == {"status": "OK"}
    assert site.alice.post("/file/s3_test", {}).json == {"status": "OK"}
    answers = [
        trial(site, **{**good, "AmazonS3Bucket": ""}),
        trial(site, **{**good, "AmazonS3Bucket": "nowhere"}),
        trial(site, **{**good, "AmazonS3Endpoint": f"127.0.0.1:{free_port()}"}),
        site.alice.post("/file/s3_test", {"FileSettings": None}),
        trial(site, AmazonS3SSL="perhaps"),
        site.bob.post("/file/s3_test", {}),
    ]
    assert [(answer.status, answer.error) for answer in answers] == [
        (400, "api.admin.test_s3.missing_s3_bucket"),
        (500, "api.file.test_connection_s3_bucket_does_not_exist.app_error"),
        (500, "api.file.test_connection.app_error"),
        (400, "api.file.test_connection_s3_settings_nil.app_error"),
        (400, "api.context.invalid_body_param.app_error"),
        (403, "api.context.permissions.app_error"),
    ]
    assert keys(site) == [], "the trial left something behind"


def test_a_hidden_secret_in_a_trial_is_the_one_that_is_kept(site: Any, s3_server: S3Server) -> None:
    signed = []

    def listen(environ: Any, start: Callable[..., Any]) -> list[bytes]:
        signed.append(environ["HTTP_AUTHORIZATION"])
        return refuse(environ, start)

    with serving(listen) as port:
        shown = site.alice.get("/config").json["FileSettings"]
        assert shown["AmazonS3SecretAccessKey"] == MASK
        answer = trial(site, **{**shown, "AmazonS3Endpoint": f"127.0.0.1:{port}"})
        assert (answer.status, answer.error) == (500, "api.file.test_connection_s3_auth.app_error")
        assert SECRET not in answer.body.decode()
    assert signed
    assert trial(site, **shown).json == {"status": "OK"}


def test_the_probe_is_made_for_a_bucket_only(make_talk: Any, site: Any) -> None:
    def periodic(server: Any) -> list[str]:
        return [one.owner for one in server.app.tasks._periodic if one.seconds == s3_plugin.PROBE_S]

    assert periodic(site.server).count("storage_s3") == 1
    elsewhere = make_talk((*site.server.app.plugins.ids,))
    assert "storage_s3" not in periodic(elsewhere.server)
