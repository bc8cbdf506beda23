"""The command line of the tests: real processes in a folder of their own."""

import json
import os
import re
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import gevent

from hubbub import plugins

COMMAND = [sys.executable, "-c", "from hubbub.core.cli import main; main()"]
# Only what these tests are about: the other plugins have tests of their own.
PLUGINS = {"cluster_local", "roles"}
_OTHERS = {path.name for path in Path(plugins.__path__[0]).iterdir() if (path / "__init__.py").exists()} - PLUGINS
BASE: dict[str, Any] = {
    "PluginSettings": {"Directory": "./plugins", "PluginStates": {name: {"Enable": False} for name in sorted(_OTHERS)}},
    "LogSettings": {"EnableFile": False},
}


def environment(**changes: str) -> dict[str, str]:
    """Return the environment without what would configure another server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MM_", "HUBBUB_"))}
    return kept | changes


def write_config(folder: Path, **sections: Any) -> Path:
    """Write a config.json with these sections over the base."""
    path = folder / "config.json"
    path.write_text(json.dumps({name: BASE.get(name, {}) | sections.get(name, {}) for name in BASE | sections}))
    return path


def hubbub(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=folder, env=environment(**env), capture_output=True, text=True, timeout=60
    )


class Server:
    """`hubbub serve` on a free port; `url` is what it says it listens on."""

    def __init__(
        self, folder: Path, *arguments: str, scheme: str = "http", context: ssl.SSLContext | None = None
    ) -> None:
        self._context = context
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--listen", "127.0.0.1:0", *arguments],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.url = ""
        assert self.process.stdout is not None
        with gevent.Timeout(60):
            for line in self.process.stdout:
                self.said.append(line)
                if found := re.search(rf"is on ({scheme}://\S+)", line):
                    self.url = found[1]
                    break
        assert self.url, "".join(self.said)
        self._rest = gevent.spawn(lambda: self.said.extend(self.process.stdout or ()))
        try:
            self.ping()
        except BaseException:
            self.stop()
            raise

    def ping(self) -> dict[str, Any]:
        """Return the answer to a ping, waiting for the workers to be up."""
        with gevent.Timeout(20):
            while True:
                try:
                    with urllib.request.urlopen(
                        f"{self.url}/api/v4/system/ping", timeout=10, context=self._context
                    ) as answer:
                        read: dict[str, Any] = json.load(answer)
                        return read
                except OSError:
                    gevent.sleep(0.05)

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def stop(self) -> int:
        """End it as an init system would, and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(30)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self._rest.join(5)
