"""The operation that tries a bucket before it is used."""

from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.config import MASK
from hubbub.core.contracts.errors import AppError, BadRequest, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.storage_s3.config import of_files
from hubbub.plugins.storage_s3.trial import try_bucket

_SECRET: Final = "AmazonS3SecretAccessKey"


class NoSettings(BadRequest):
    id = "api.file.test_connection_s3_settings_nil.app_error"
    message = "FileSettings is missing in the body: send the configuration that is to be tried."


class BucketMissing(BadRequest):
    id = "api.admin.test_s3.missing_s3_bucket"
    message = "AmazonS3Bucket is empty: name the bucket."


class TrialFailed(AppError):
    """The bucket can't be used; the message says why."""

    status_code = 500
    id = "api.file.test_connection.app_error"


_IDS: Final = {
    "auth": "api.file.test_connection_s3_auth.app_error",
    "bucket": "api.file.test_connection_s3_bucket_does_not_exist.app_error",
}


class S3Routes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/api/v4/file/s3_test", self.test)

    def test(self, req: Request) -> object:
        """POST /file/s3_test: with the settings of the body, or the ones of now."""
        self._permissions.require(req.session, Permission.TEST_S3)
        settings = of_files(self._wanted(req))
        if not settings.bucket:
            raise BucketMissing
        problem = try_bucket(settings, self._context.log)
        if problem is not None:
            raise TrialFailed(str(problem).replace("{", "{{").replace("}", "}}"), id=_IDS.get(problem.kind))
        return OK

    def _wanted(self, req: Request) -> Any:
        current = self._context.config.FileSettings
        body = req.read(dict[str, Any])
        if not body:
            return current
        sent = body.get("FileSettings")
        if not isinstance(sent, dict):
            raise NoSettings
        if sent.get(_SECRET) == MASK:
            sent = {**sent, _SECRET: current.AmazonS3SecretAccessKey}
        try:
            return msgspec.convert({**msgspec.to_builtins(current), **sent}, type(current), strict=False)
        except msgspec.ValidationError as error:
            raise InvalidBodyParam("FileSettings", json.encode_str(str(error))) from error
