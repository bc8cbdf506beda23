"""Whether a bucket works: by what is needed of it, in seconds."""

from logging import Logger
from typing import Final

import msgspec

from hubbub.core.ids import new_id
from hubbub.plugins.storage_s3.client import S3Connection, S3Missing, S3Problem
from hubbub.plugins.storage_s3.config import S3Settings

LIMIT_S: Final = 5.0
TRIAL: Final = b"Hubbub tries whether it can write here. This can be deleted."


def try_bucket(settings: S3Settings, log: Logger) -> S3Problem | None:
    """List, write, read and delete; return what is wrong, None when all of it works."""
    quick = msgspec.structs.replace(settings, timeout=min(settings.timeout, LIMIT_S))
    s3 = S3Connection(lambda: quick, log)
    key = f"{quick.prefix}/trial-{new_id()}".lstrip("/")
    try:
        s3.call("list_objects_v2", Prefix=quick.prefix, MaxKeys=1)
        s3.call("put_object", key, Body=TRIAL)
        if s3.call("get_object", key)["Body"].read() != TRIAL:
            return S3Problem("connection", "the bucket gives back something else than what was written")
        s3.call("delete_object", key)
    except S3Problem as problem:
        return problem
    except S3Missing:
        return S3Problem("connection", "the bucket doesn't find what was written a moment ago")
    return None
