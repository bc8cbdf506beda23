"""A throw-away S3: moto's server, over HTTP on loopback."""

import importlib.util
import sys
import urllib.request
from contextlib import suppress
from itertools import count
from typing import Any, Final

from hubbub.tests.services.process import HOST, Server, ServiceMissing

KEY_ID: Final = "hubbub-test-key"
SECRET: Final = "hubbub-test-secret"


class S3Server(Server):
    """moto's S3, in memory: what is in it is gone when it stops."""

    name = "s3"

    def __init__(self) -> None:
        if importlib.util.find_spec("moto") is None:
            raise ServiceMissing("moto is not installed (pip install 'moto[server]')")
        super().__init__()
        self._numbers = count(1)

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(self.port)]

    def answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://{self.endpoint}/moto-api/", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    @property
    def endpoint(self) -> str:
        """Where it listens, as FileSettings.AmazonS3Endpoint has it."""
        return f"{HOST}:{self.port}"

    def make_bucket(self) -> str:
        """Return the name of a new empty bucket."""
        name = f"bucket-{next(self._numbers)}"
        request = urllib.request.Request(f"http://{self.endpoint}/{name}", method="PUT")
        with urllib.request.urlopen(request, timeout=10):
            return name

    def file_settings(self, bucket: str = "", **more: Any) -> dict[str, Any]:
        """Return the section FileSettings for a bucket, a new one unless it is named."""
        return {
            "DriverName": "amazons3",
            "AmazonS3Endpoint": self.endpoint,
            "AmazonS3SSL": False,
            "AmazonS3AccessKeyId": KEY_ID,
            "AmazonS3SecretAccessKey": SECRET,
            "AmazonS3Bucket": bucket or self.make_bucket(),
            **more,
        }
