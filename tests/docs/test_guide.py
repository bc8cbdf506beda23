"""What the guide says of plugins in files, tried on a running server."""

import os
import signal
from pathlib import Path

from hubbub.core.testing import LiveServer
from hubbub.tests.core.plugin_kit import write_plugin


def test_a_new_file_is_seen_on_sighup_and_a_new_version_too(tmp_path: Path) -> None:
    marks = "@hookimpl\ndef message_will_be_posted(self, post):\n    post.message += ' {}'\n    return post"
    with LiveServer() as server:
        alice = server.create_user("alice")
        channel = server.create_channel(owner=alice)
        for version in ("one", "two"):
            server.add_plugin(write_plugin(tmp_path, "marks", marks.format(version)))
            os.kill(server.pid, signal.SIGHUP)
            expected = f"hello {version}"
            server.wait_until(lambda expected=expected: alice.create_post(channel, "hello")["message"] == expected)


def test_a_broken_file_leaves_a_running_server_as_it_is(tmp_path: Path) -> None:
    with LiveServer() as server:
        alice = server.create_user("alice")
        channel = server.create_channel(owner=alice)
        server.add_plugin(write_plugin(tmp_path, "broken", base="import nothing_of_that_name"))
        os.kill(server.pid, signal.SIGHUP)
        server.wait_until(lambda: "plugin 'broken' can't be loaded" in server.log)
        assert alice.create_post(channel, "hello")["message"] == "hello"
