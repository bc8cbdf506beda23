"""Where the bucket is, and how to talk to it."""

from typing import Annotated, Any, Final

import msgspec

from hubbub.core.config.setting import Section, Setting

AWS: Final = "amazonaws.com"
MIN_PART: Final = 5 << 20
"""Bytes: smaller parts are refused by S3."""
MAX_PART: Final = 256 << 20
"""Bytes: a part is kept in memory while it is sent."""


class S3PluginSettings(Section, frozen=True):
    """`PluginSettings.Plugins["storage_s3"]`."""

    PresignSeconds: Annotated[
        int,
        msgspec.Meta(ge=0, le=604_800),
        Setting("How long an address is good at which clients fetch a file from the bucket; 0 sends it through us"),
    ] = 0
    Connections: Annotated[
        int, msgspec.Meta(ge=1, le=1_000), Setting("Connections to the storage service that a worker keeps open")
    ] = 32


class BadS3Settings(ValueError):
    """Settings with which no bucket can be used: names the key and the remedy."""


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What `FileSettings` says about the bucket. `timeout` in seconds, `part_size` in bytes."""

    key_id: str
    secret: str = msgspec.field(default="")
    bucket: str
    prefix: str
    region: str
    endpoint: str
    tls: bool
    sse: bool
    trace: bool
    timeout: float
    part_size: int
    storage_class: str
    connections: int

    def __repr__(self) -> str:
        # SECURITY: what is printed somewhere has no secret.
        return f"S3Settings({self.endpoint}/{self.bucket})"

    def check(self) -> None:
        """Raise `BadS3Settings` for what can't work."""
        if not self.bucket:
            raise BadS3Settings(
                "FileSettings.AmazonS3Bucket is empty, but FileSettings.DriverName is amazons3: name the bucket"
            )
        if "/" in self.endpoint or not self.endpoint:
            raise BadS3Settings(
                f"FileSettings.AmazonS3Endpoint is {self.endpoint!r}: write the host and, where needed, the port, like"
                " s3.example.com:9000, without http://; FileSettings.AmazonS3SSL says whether TLS is used"
            )
        if bool(self.key_id) != bool(self.secret):
            raise BadS3Settings(
                "one of FileSettings.AmazonS3AccessKeyId and FileSettings.AmazonS3SecretAccessKey is empty: give both,"
                " or none to take the role of this machine"
            )

    @property
    def access(self) -> tuple[object, ...]:
        """What a client of the service is made of."""
        return self.key_id, self.secret, self.region, self.endpoint, self.tls, self.timeout, self.connections

    @property
    def is_aws(self) -> bool:
        """Say whether it is Amazon's own service."""
        return self.endpoint == AWS or self.endpoint.endswith("." + AWS)


def of_files(files: Any, connections: int = 8) -> S3Settings:
    """Return what a `FileSettings` section says."""
    return S3Settings(
        key_id=files.AmazonS3AccessKeyId,
        secret=files.AmazonS3SecretAccessKey,
        bucket=files.AmazonS3Bucket,
        prefix=files.AmazonS3PathPrefix.strip("/"),
        region=files.AmazonS3Region,
        endpoint=files.AmazonS3Endpoint or "s3.amazonaws.com",
        tls=files.AmazonS3SSL,
        sse=files.AmazonS3SSE,
        trace=files.AmazonS3Trace,
        timeout=files.AmazonS3RequestTimeoutMilliseconds / 1000,
        part_size=min(max(files.AmazonS3UploadPartSizeBytes, MIN_PART), MAX_PART),
        storage_class=files.AmazonS3StorageClass,
        connections=connections,
    )
