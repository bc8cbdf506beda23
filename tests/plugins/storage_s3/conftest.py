"""A team with people and channels, on a server that keeps files in a bucket."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, database, make_talk
from hubbub.tests.services.s3 import S3Server

__all__ = ["database", "make_site", "make_talk", "site"]
PLUGINS = (*ONLY, "files", "storage_s3", "brand", "system")


@pytest.fixture
def make_site(make_talk: Any) -> Any:
    """Return `make(section, **more)`: people in a channel of a server with these FileSettings."""

    def make(section: dict[str, Any], **more: Any) -> Any:
        return make_talk(PLUGINS, FileSettings=section, **more)

    return make


@pytest.fixture
def site(make_site: Any, s3_server: S3Server) -> Any:
    """Return people in a channel, whose files are in a bucket of their own."""
    return make_site(s3_server.file_settings())
