"""The integration in docs/admin/slash-commands.md runs as it is."""

import os
import re
import socket
import subprocess
import sys
from typing import Any

import gevent
import pytest

from hubbub.tests.meta import tree
from hubbub.tests.plugins.posts.world import Talk, made
from hubbub.tests.services.process import free_port

pytestmark = pytest.mark.engines("sqlite")


def wait_for(port: int, process: Any) -> None:
    """Wait until the port answers."""
    with gevent.Timeout(20):
        while True:
            assert process.poll() is None, "the example has ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            gevent.sleep(0.02)


def test_it_runs(talk: Talk) -> None:
    page = (tree.ROOT / "docs/admin/slash-commands.md").read_text()
    (source,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    port = free_port()
    body = {"team_id": talk.team, "trigger": "deploy", "method": "P", "url": f"http://127.0.0.1:{port}/"}
    token = made(talk.alice.post("/commands", body))["token"]
    environment = {**os.environ, "COMMAND_TOKEN": token, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", source], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        answer = talk.bob.post("/commands/execute", {"channel_id": talk.channel, "command": "/deploy web"})
        assert answer.status == 200, answer
        page = talk.carol.get(f"/channels/{talk.channel}/posts").json
        assert talk.carol.post(f"/posts/{page['order'][0]}/actions/go").status == 200
        assert talk.messages(talk.bob) == ["web deployed by @carol"]
    finally:
        process.kill()
        process.wait()
