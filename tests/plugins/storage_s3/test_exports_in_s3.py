"""Exports that are kept in a bucket can be fetched from there directly."""

import urllib.request
from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY
from hubbub.tests.services.s3 import S3Server


@pytest.mark.engines("sqlite")
def test_an_address_of_an_export_is_given_out_for_a_while(make_talk: Any, s3_server: S3Server) -> None:
    settings = {"Plugins": {"auth_password": {"Iterations": 1000}, "storage_s3": {"PresignSeconds": 60}}}
    site = make_talk(
        (*ONLY, "files", "storage_s3", "jobs", "bulk"),
        FileSettings=s3_server.file_settings(),
        PluginSettings=settings,
        ServiceSettings={"AllowedUntrustedInternalConnections": "127.0.0.1"},
    )
    site.server.plugin("bulk").exports.write("site.zip", [b"PK all of it"])
    assert site.bob.post("/exports/site.zip/presign-url").status == 403
    assert site.alice.post("/exports/other.zip/presign-url").status == 404
    found = site.alice.post("/exports/site.zip/presign-url", expect=200).json
    assert found["expires"] > 0
    with urllib.request.urlopen(found["url"], timeout=10) as answer:
        assert answer.read() == b"PK all of it"
        assert answer.headers["Content-Type"] == "application/zip"
        assert "site.zip" in answer.headers["Content-Disposition"]
