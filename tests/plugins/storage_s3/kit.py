"""Buckets, and services that misbehave, for tests of files in S3."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from gevent.pywsgi import WSGIServer

from hubbub.core.config.sections.files import FileSettings
from hubbub.plugins.storage_s3.client import S3Connection
from hubbub.plugins.storage_s3.config import of_files
from hubbub.plugins.storage_s3.store import S3Store
from hubbub.tests.services.s3 import S3Server

LOG: Final = logging.getLogger("hubbub.plugins.storage_s3")


_made: dict[object, Any] = {}


def connect(section: dict[str, Any]) -> S3Connection:
    """Return a connection by what FileSettings says; those of one service share a client, which takes long to make."""
    settings = of_files(FileSettings(**section))
    connection = S3Connection(lambda: settings, LOG)
    connection._made = _made.get(settings.access)
    if connection._made is None and settings.bucket:
        assert connection.client
        _made[settings.access] = connection._made
    return connection


def store_in(server: S3Server, bucket: str = "", **more: Any) -> S3Store:
    """Return a store in a bucket, a new one unless it is named."""
    return S3Store(connect(server.file_settings(bucket, **more)))


def at(port: int, **more: Any) -> dict[str, Any]:
    """Return the section FileSettings for a service on a port of this machine."""
    return {
        "DriverName": "amazons3",
        "AmazonS3Endpoint": f"127.0.0.1:{port}",
        "AmazonS3SSL": False,
        "AmazonS3AccessKeyId": "key",
        "AmazonS3SecretAccessKey": "very-secret",
        "AmazonS3Bucket": "bucket",
        **more,
    }


def refusal(code: str) -> bytes:
    """Return what S3 says when it refuses."""
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message></Error>'.encode()


@contextmanager
def serving(answer: Callable[..., Any]) -> Iterator[int]:
    """Yield the port of an HTTP server that answers by a WSGI callable."""
    server = WSGIServer(("127.0.0.1", 0), answer, log=None, error_log=None)
    server.start()
    try:
        yield server.server_port
    finally:
        server.stop(timeout=0)
