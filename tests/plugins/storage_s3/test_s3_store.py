"""A bucket as a file store, against a real S3 server over HTTP."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.core.contracts.files import FileStore, FileStoreUnavailable, FileStoreUnwritable
from hubbub.core.testing.suites import FileStoreSuite
from hubbub.plugins.storage_s3 import store as s3_store
from hubbub.plugins.storage_s3.config import MIN_PART
from hubbub.plugins.storage_s3.store import S3Store
from hubbub.tests.plugins.storage_s3.kit import connect, store_in
from hubbub.tests.services.process import free_port
from hubbub.tests.services.s3 import S3Server

PIECE = bytes(range(256)) * 4096


class TestS3Store(FileStoreSuite):
    @pytest.fixture
    def store(self, s3_server: S3Server) -> FileStore:
        return store_in(s3_server)


class TestS3StoreBelowAPrefix(FileStoreSuite):
    @pytest.fixture
    def store(self, s3_server: S3Server) -> FileStore:
        return store_in(s3_server, AmazonS3PathPrefix="/chat/files/", AmazonS3SSE=True)


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    return s3_server.make_bucket()


def keys(server: S3Server, bucket: str) -> list[str]:
    """Return the keys in a bucket."""
    listed = connect(server.file_settings(bucket)).call("list_objects_v2")
    return [entry["Key"] for entry in listed.get("Contents", ())]


def unfinished(server: S3Server, bucket: str) -> list[Any]:
    """Return the uploads in parts that nobody ended."""
    return list(connect(server.file_settings(bucket)).call("list_multipart_uploads").get("Uploads", ()))


def test_keys_are_those_that_mattermost_gives(s3_server: S3Server, bucket: str) -> None:
    store_in(s3_server, bucket).write("20261126/teams/noteam/x/photo.jpg", [b"1"])
    store_in(s3_server, bucket, AmazonS3PathPrefix="chat").write("users/u/profile.png", [b"2"])
    assert keys(s3_server, bucket) == ["20261126/teams/noteam/x/photo.jpg", "chat/users/u/profile.png"]
    below = store_in(s3_server, bucket, AmazonS3PathPrefix="chat")
    assert list(below.list("")) == ["users/u/profile.png"]


def test_names_are_kept_whatever_their_letters(s3_server: S3Server, bucket: str) -> None:
    store = store_in(s3_server, bucket)
    for name in ("ä ö+ü & 100%.txt", "日本/🔑=?#.txt", "a'b\"c.txt"):
        store.write(name, [name.encode()])
        store.copy(name, f"copies/{name}")
        assert b"".join(store.read(f"copies/{name}")).decode() == name
    assert sorted(store.list("日本")) == ["日本/🔑=?#.txt"]


def test_a_long_list_comes_in_pages(s3_server: S3Server, bucket: str) -> None:
    store = store_in(s3_server, bucket)
    for number in range(7):
        store.write(f"many/{number}", [b""])
    call = store._s3.call
    pages = []

    def small(operation: str, key: str = "", **arguments: Any) -> Any:
        pages.append(operation)
        return call(operation, key, MaxKeys=3, **arguments)

    store._s3.call = small  # type: ignore[method-assign]  # the same server, asked for less at a time
    assert sorted(store.list("many")) == [f"many/{number}" for number in range(7)]
    assert pages == ["list_objects_v2"] * 3


def test_what_is_larger_than_a_part_is_sent_in_parts_and_bounded_memory(s3_server: S3Server, bucket: str) -> None:
    store = store_in(s3_server, bucket)
    count = 40  # MiB
    digest = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for number in range(count):
            piece = number.to_bytes(4) + PIECE[4:]
            digest.update(piece)
            yield piece

    store.write("warm", [b""])
    tracemalloc.start()
    try:
        assert store.write("film", pieces()) == count << 20
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * MIN_PART, "more than a few parts were in memory"
    found = hashlib.sha256()
    for piece in store.read("film"):
        assert len(piece) <= s3_store.PIECE
        found.update(piece)
    assert found.digest() == digest.digest()
    tag = connect(s3_server.file_settings(bucket)).call("head_object", "film")["ETag"]
    assert tag.rstrip('"').endswith("-8"), "it wasn't sent in 8 parts"
    assert b"".join(store.read("film", start=MIN_PART - 2, end=MIN_PART + 2)) == _slice(MIN_PART - 2, MIN_PART + 2)


def _slice(start: int, end: int) -> bytes:
    return bytes((at >> 20).to_bytes(4)[at % (1 << 20)] if at % (1 << 20) < 4 else at % 256 for at in range(start, end))


def test_exactly_a_part_is_whole(s3_server: S3Server, bucket: str) -> None:
    store = store_in(s3_server, bucket)
    for size in (MIN_PART - 1, MIN_PART, MIN_PART + 1):
        assert store.write("edge", [bytes(size)]) == size == store.size("edge")


def test_an_upload_that_is_cut_off_leaves_nothing_in_the_bucket(s3_server: S3Server, bucket: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(12):
            yield PIECE
        raise ConnectionError("the uploader is gone")

    store = store_in(s3_server, bucket)
    with pytest.raises(ConnectionError):
        store.write("film", pieces())
    assert keys(s3_server, bucket) == []
    assert unfinished(s3_server, bucket) == []


def test_what_is_larger_than_s3_copies_at_once_is_copied_in_parts(
    s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_store, "MAX_COPY", MIN_PART)
    monkeypatch.setattr(s3_store, "COPY_PART", MIN_PART)
    store = store_in(s3_server, bucket)
    content = PIECE * 12
    store.write("film", [content])
    store.move("film", "moved")
    assert b"".join(store.read("moved")) == content
    assert keys(s3_server, bucket) == ["moved"]
    assert unfinished(s3_server, bucket) == []


def test_objects_are_encrypted_and_classed_as_configured(s3_server: S3Server, bucket: str) -> None:
    store = store_in(s3_server, bucket, AmazonS3SSE=True, AmazonS3StorageClass="STANDARD_IA")
    store.write("small", [b"x"])
    store.write("large", [bytes(MIN_PART + 1)])
    store.copy("small", "copy")
    for key in ("small", "large", "copy"):
        head = connect(s3_server.file_settings(bucket)).call("head_object", key)
        assert (key, head["ServerSideEncryption"], head["StorageClass"]) == (key, "AES256", "STANDARD_IA")


def test_later_parts_of_a_very_long_file_are_larger() -> None:
    growing = s3_store._parts((bytes(10) for _ in range(1000)), 1)
    lengths = [len(part) for part in growing]
    assert lengths[:1000] == [1] * 1000
    assert lengths[1000:2000] == [2] * 1000
    assert sum(lengths) == 10_000


def test_a_folder_that_a_tool_has_made_is_no_file(s3_server: S3Server, bucket: str) -> None:
    connect(s3_server.file_settings(bucket)).call("put_object", "emoji/", Body=b"")
    assert list(store_in(s3_server, bucket).list("")) == []


def test_a_bucket_that_is_not_there_is_told(s3_server: S3Server) -> None:
    store = store_in(s3_server, "nowhere")
    with pytest.raises(FileStoreUnwritable):
        store.write("a", [b"x"])
    with pytest.raises(FileStoreUnavailable):
        b"".join(store.read("a"))
    with pytest.raises(FileStoreUnavailable):
        list(store.list(""))


def test_a_path_that_is_no_path_is_refused_before_anything_is_asked() -> None:
    settings = {"AmazonS3Bucket": "b", "AmazonS3Endpoint": f"127.0.0.1:{free_port()}", "AmazonS3PathPrefix": "below"}
    store = S3Store(connect(settings))
    uses = (store.exists, store.size, store.remove, lambda bad: store.copy(bad, "x"), lambda bad: store.move(bad, "x"))
    for path in ("", "a//b", "a/", "..", "a\\..\\b", "./a"):
        for use in uses:
            with pytest.raises(ValueError, match="no path of a file"):
                use(path)
