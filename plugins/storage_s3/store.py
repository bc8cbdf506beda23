"""A bucket as a file store: objects appear whole or not at all, in memory is one part of an upload at most."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any, Final

from hubbub.core.contracts.files import FileStoreUnavailable, FileStoreUnwritable, path_parts
from hubbub.plugins.storage_s3.client import S3Connection, S3Missing, S3OutOfRange, S3Problem, told_failures

PIECE: Final = 256 << 10
MAX_COPY: Final = 5 << 30
"""Bytes that S3 copies with one call."""
COPY_PART: Final = 512 << 20
GROW_AFTER: Final = 1_000
"""Parts after which they get larger: S3 takes 10,000 of an object."""
RESUMES: Final = 3
"""How often a download that breaks off goes on where it was."""
TYPE: Final = "application/octet-stream"


class S3Store:
    """Implements `FileStore`: an object's key is the path below `AmazonS3PathPrefix`, as Mattermost has it."""

    driver_name = "amazons3"

    def __init__(self, connection: S3Connection, presign_seconds: Any = lambda: 0) -> None:
        self._s3 = connection
        self._presign_seconds = presign_seconds

    def _key(self, path: str) -> str:
        parts = path_parts(path)
        prefix = self._s3.settings.prefix
        return "/".join([prefix, *parts] if prefix else parts)

    @contextmanager
    def _reading(self, path: str) -> Iterator[None]:
        try:
            yield
        except S3Missing as error:
            raise FileNotFoundError(path) from error
        except S3Problem as problem:
            raise self._s3.unavailable(problem, FileStoreUnavailable) from problem

    @contextmanager
    def _writing(self, path: str) -> Iterator[None]:
        try:
            yield
        except S3Missing as error:
            raise FileNotFoundError(path) from error
        except S3Problem as problem:
            raise self._s3.unavailable(problem, FileStoreUnwritable) from problem

    # --- reading

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `FileStore.read`. A download that breaks off goes on where it was, of the same object."""
        key, tag, failures = self._key(path), "", 0
        if end is not None and end <= start:
            self.size(path)
            return
        while True:
            with self._reading(path):
                try:
                    answer = self._get(key, start, end, tag)
                except S3OutOfRange:
                    return
            tag = answer["ETag"]
            try:
                with closing(answer["Body"]) as body, told_failures(self._s3.settings):
                    while piece := body.read(PIECE):
                        start += len(piece)
                        yield piece
                return
            except S3Problem as problem:
                failures += 1
                if failures > RESUMES:
                    raise self._s3.unavailable(problem, FileStoreUnavailable) from problem

    def _get(self, key: str, start: int, end: int | None, tag: str) -> Any:
        more: dict[str, str] = {"IfMatch": tag} if tag else {}
        if start or end is not None:
            more["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        return self._s3.call("get_object", key, **more)

    def exists(self, path: str) -> bool:
        """See `FileStore.exists`."""
        with suppress(FileNotFoundError):
            self.size(path)
            return True
        return False

    def size(self, path: str) -> int:
        """See `FileStore.size`."""
        with self._reading(path):
            return int(self._s3.call("head_object", self._key(path))["ContentLength"])

    def modified(self, path: str) -> int:
        """See `FileStore.modified`."""
        with self._reading(path):
            return int(self._s3.call("head_object", self._key(path))["LastModified"].timestamp() * 1000)

    def list(self, prefix: str) -> Iterator[str]:
        """See `FileStore.list`. A thousand for each request."""
        root = self._s3.settings.prefix
        top = f"{self._key(prefix)}/" if prefix else f"{root}/" if root else ""
        more: dict[str, str] = {}
        while True:
            with self._reading(prefix):
                page = self._s3.call("list_objects_v2", Prefix=top, **more)
            for entry in page.get("Contents", ()):
                if not entry["Key"].endswith("/"):  # what some tools make to show an empty folder
                    yield entry["Key"].removeprefix(f"{root}/" if root else "")
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def presigned_url(self, path: str, *, seconds: int, headers: Mapping[str, str]) -> str | None:
        """See `FileStore.presigned_url`: None, unless PresignSeconds is set."""
        limit = self._presign_seconds()
        if not limit:
            return None
        wanted = {f"Response{name.replace('-', '')}": value for name, value in headers.items()}
        with self._reading(path), told_failures(self._s3.settings):
            url: str = self._s3.client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._s3.settings.bucket, "Key": self._key(path), **wanted},
                ExpiresIn=min(seconds, limit),
            )
        return url

    # --- writing

    def _kept_as(self) -> dict[str, str]:
        settings = self._s3.settings
        kept = {"ContentType": TYPE}
        if settings.sse:
            kept["ServerSideEncryption"] = "AES256"
        if settings.storage_class:
            kept["StorageClass"] = settings.storage_class
        return kept

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        """See `FileStore.write`. What is larger than a part is sent in parts; after a failure nothing is kept."""
        key = self._key(path)
        parts = _parts(pieces, self._s3.settings.part_size)
        first = next(parts, b"")
        if len(first) < self._s3.settings.part_size:
            with self._writing(path):
                self._s3.call("put_object", key, Body=first, **self._kept_as())
            return len(first)
        with self._writing(path):
            upload = self._s3.call("create_multipart_upload", key, **self._kept_as())["UploadId"]
        try:
            return self._send(path, key, upload, first, parts)
        except BaseException:
            self._abort(key, upload)
            raise

    def _send(self, path: str, key: str, upload: str, part: bytes, parts: Iterator[bytes]) -> int:
        sent: list[dict[str, Any]] = []
        size = 0
        while part:
            with self._writing(path):
                number = len(sent) + 1
                tag = self._s3.call("upload_part", key, UploadId=upload, PartNumber=number, Body=part)["ETag"]
            sent.append({"PartNumber": number, "ETag": tag})
            size += len(part)
            part = b""  # or it would be kept while the next one is read
            part = next(parts, b"")
        with self._writing(path):
            self._s3.call("complete_multipart_upload", key, UploadId=upload, MultipartUpload={"Parts": sent})
        return size

    def _abort(self, key: str, upload: str) -> None:
        """Have the service forget the parts. What fails here too is cleaned by the bucket's own rule."""
        with suppress(S3Problem, S3Missing):
            self._s3.call("abort_multipart_upload", key, UploadId=upload)

    def copy(self, source: str, target: str) -> None:
        """See `FileStore.copy`. The service does it: nothing passes through here."""
        old, new = self._key(source), self._key(target)
        where = {"Bucket": self._s3.settings.bucket, "Key": old}
        size = self.size(source)
        with self._writing(source):
            if size <= MAX_COPY:
                self._s3.call("copy_object", new, CopySource=where, MetadataDirective="REPLACE", **self._kept_as())
                return
            upload = self._s3.call("create_multipart_upload", new, **self._kept_as())["UploadId"]
            try:
                self._copy_parts(where, new, upload, size)
            except BaseException:
                self._abort(new, upload)
                raise

    def _copy_parts(self, where: dict[str, str], key: str, upload: str, size: int) -> None:
        copied = []
        for number, start in enumerate(range(0, size, COPY_PART), 1):
            end = min(start + COPY_PART, size) - 1
            more = {"UploadId": upload, "PartNumber": number, "CopySourceRange": f"bytes={start}-{end}"}
            answer = self._s3.call("upload_part_copy", key, CopySource=where, **more)
            copied.append({"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]})
        self._s3.call("complete_multipart_upload", key, UploadId=upload, MultipartUpload={"Parts": copied})

    def move(self, source: str, target: str) -> None:
        """See `FileStore.move`: a copy, then the old one goes."""
        if self._key(source) != self._key(target):
            self.copy(source, target)
            self.remove(source)

    def remove(self, path: str) -> None:
        """See `FileStore.remove`."""
        with suppress(FileNotFoundError), self._writing(path):
            self._s3.call("delete_object", self._key(path))


def _parts(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield pieces joined to parts of `size` bytes, the last one smaller; later ones of a long file are larger."""
    waiting, length, count = bytearray(), size, 0
    for piece in pieces:
        waiting += piece
        while len(waiting) >= length:
            part = bytes(memoryview(waiting)[:length])
            del waiting[:length]
            yield part
            count += 1
            length = size * (1 + count // GROW_AFTER)
    if waiting:
        yield bytes(waiting)
