"""The connection to the bucket's service: made when it is first needed, made anew when the settings change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import Logger
from time import monotonic
from typing import Any, Final, NamedTuple

from hubbub.core.contracts.files import FileStoreUnavailable
from hubbub.plugins.storage_s3.config import BadS3Settings, S3Settings

ATTEMPTS: Final = 3
CONNECT_S: Final = 10.0
"""How long a connection may take at most, however long a request may."""
MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})
NO_BUCKET: Final = "NoSuchBucket"
OUT_OF_RANGE: Final = frozenset({"416", "InvalidRange"})
REFUSED: Final = frozenset(
    "403 401 AccessDenied AllAccessDisabled InvalidAccessKeyId SignatureDoesNotMatch ExpiredToken InvalidToken"
    " AccountProblem RequestTimeTooSkewed".split()
)


class S3Problem(Exception):
    """Why the bucket can't be used: `kind` is "auth", "bucket" or "connection"; says what an administrator can do."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class S3Missing(FileNotFoundError):
    """There is no such object."""


class S3OutOfRange(Exception):
    """The object has no such bytes."""


class _Made(NamedTuple):
    access: tuple[object, ...]
    client: Any


class S3Connection:
    """Calls of the service, their failures turned into what we say about them.

    `settings()` returns those of now, `failed(problem)` hears what keeps people from their files.
    """

    def __init__(
        self,
        settings: Callable[[], S3Settings],
        log: Logger,
        failed: Callable[[S3Problem], object] = lambda problem: None,
    ) -> None:
        self._settings = settings
        self._log = log
        self._failed = failed
        self._made: _Made | None = None

    @property
    def settings(self) -> S3Settings:
        """The settings of now."""
        return self._settings()

    @property
    def client(self) -> Any:
        """The client for the settings of now. Raises `S3Problem`."""
        settings = self._settings()
        if self._made is None or self._made.access != settings.access:
            self._made = _Made(settings.access, _make_client(settings))
        return self._made.client

    def call(self, operation: str, key: str = "", **arguments: Any) -> Any:
        """Ask the service. Raises `S3Missing`, `S3OutOfRange`, `S3Problem`."""
        if key:
            arguments["Key"] = key
        with self._traced(operation, key), told_failures(self._settings()):
            return getattr(self.client, operation)(Bucket=self._settings().bucket, **arguments)

    @contextmanager
    def _traced(self, operation: str, key: str) -> Iterator[None]:
        if not self._settings().trace:
            yield
            return
        began, outcome = monotonic(), "failed"
        try:
            yield
            outcome = "done"
        except S3Missing:
            outcome = "nothing there"
            raise
        finally:
            passed = round((monotonic() - began) * 1000)
            self._log.info("S3 %s %s: %s in %s ms", operation, key, outcome, passed)

    def unavailable(self, problem: S3Problem, error: type[FileStoreUnavailable]) -> FileStoreUnavailable:
        """Log why the bucket can't be used, and return what people are told."""
        self._log.error("the bucket can't be used: %s", problem)
        self._failed(problem)
        return error(detailed_error=problem.kind)


def _make_client(settings: S3Settings) -> Any:
    try:
        settings.check()
    except BadS3Settings as error:
        raise S3Problem("connection", str(error)) from error
    # They take a tenth of a second and 30 MiB, which a server without a bucket shall not pay.
    import boto3  # type: ignore[import-untyped]  # it has no types
    from botocore.config import Config  # type: ignore[import-untyped]  # it has no types
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]  # it has no types

    scheme = "https" if settings.tls else "http"
    default = settings.endpoint == "s3.amazonaws.com"
    config = Config(
        connect_timeout=min(CONNECT_S, settings.timeout),
        read_timeout=settings.timeout,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=settings.connections,
        # Storage services of others know neither virtual hosts nor the checksums that are new at Amazon's.
        s3={"addressing_style": "auto" if settings.is_aws else "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        signature_version="s3v4",
        user_agent_extra="hubbub",
    )
    try:
        return boto3.session.Session().client(
            "s3",
            region_name=settings.region or "us-east-1",
            endpoint_url=None if default else f"{scheme}://{settings.endpoint}",
            use_ssl=settings.tls,
            aws_access_key_id=settings.key_id or None,
            aws_secret_access_key=settings.secret or None,
            config=config,
        )
    except (BotoCoreError, ValueError) as error:
        raise S3Problem("connection", f"the settings can't be used: {error}") from error


@contextmanager
def told_failures(settings: S3Settings) -> Iterator[None]:
    """Turn what the library raises into `S3Missing`, `S3OutOfRange`, `S3Problem`."""
    import urllib3.exceptions
    from botocore import exceptions  # type: ignore[import-untyped]  # it has no types

    where = f"{settings.endpoint}, bucket {settings.bucket}"
    try:
        yield
    except exceptions.ClientError as error:
        raise _answered(error, where) from error
    except (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError) as error:
        raise S3Problem(
            "auth",
            "no key is configured and this machine has no role: set FileSettings.AmazonS3AccessKeyId and"
            " AmazonS3SecretAccessKey, or give the machine an IAM role",
        ) from error
    except (exceptions.BotoCoreError, urllib3.exceptions.HTTPError, OSError) as error:
        raise S3Problem(
            "connection",
            f"{where} doesn't answer as it should ({type(error).__name__}): check FileSettings.AmazonS3Endpoint,"
            " AmazonS3SSL and the network",
        ) from error


def _answered(error: Any, where: str) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == NO_BUCKET:
        return S3Problem("bucket", f"{where}: there is no such bucket; make it, or set FileSettings.AmazonS3Bucket")
    if code in MISSING:
        return S3Missing(where)
    if code in OUT_OF_RANGE:
        return S3OutOfRange(where)
    if code in REFUSED or status in (401, 403):
        return S3Problem(
            "auth",
            f"{where} refuses us ({code or status}): check FileSettings.AmazonS3AccessKeyId, AmazonS3SecretAccessKey,"
            " AmazonS3Region, and whether the key may list, read, write and delete in the bucket",
        )
    return S3Problem("connection", f"{where} answers {status} {code}: see the log of the storage service")
