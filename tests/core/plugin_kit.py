"""Servers whose plugins are files that a test writes, found as a user's are."""

import json
import pkgutil
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hubbub import plugins
from hubbub.core.app import create_app
from hubbub.core.config import ConfigStore
from hubbub.core.testing import RunningApp, config_document

BUILT_IN = [entry.name for entry in pkgutil.iter_modules(plugins.__path__)]

HEAD = """
from typing import Protocol
import msgspec
from hubbub.core.contracts.errors import AppError, Rejected
from hubbub.core.contracts.plugin import Manifest
from hubbub.hookspecs import hookimpl
"""


def write_plugin(folder: Path, name: str, body: str = "", *, manifest: str = "", base: str = "") -> Path:
    """Write a single-file plugin: `body` is its class's, `manifest` more arguments of the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    inside = textwrap.indent(textwrap.dedent(body).strip() or "pass", "    ")
    constructor = (
        "" if "def __init__" in inside else "    def __init__(self, context):\n        self.context = context\n"
    )
    text = f"{HEAD}\n{textwrap.dedent(base)}\nmanifest = Manifest(id={name!r}, version='1.0', {manifest})\n\n"
    path = folder / f"{name}.py"
    path.write_text(f"{text}\nclass Plugin:\n{constructor}{inside}\n")
    return path


class Site:
    """One server's folder: write plugins into `plugins`, then `build` or `start`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plugins = folder / "plugins"
        self._built: list[RunningApp] = []

    def plugin(self, name: str, body: str = "", **options: str) -> Path:
        """Write a single-file plugin."""
        return write_plugin(self.plugins, name, body, **options)

    def build(self, built_in: Iterable[str] = (), **settings: Any) -> RunningApp:
        """Build a server, not started, with some built-in plugins, those of them that are on by themselves.

        `settings` are those of PluginSettings.
        """
        others = {name: {"Enable": False} for name in BUILT_IN if name not in set(built_in)}
        states = others | settings.pop("PluginStates", {})
        document = config_document(self.folder, settings.pop("sections", None))
        document["PluginSettings"] = {**document["PluginSettings"], "PluginStates": states, **settings}
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "config.json"
        path.write_text(json.dumps(document))
        self._built.append(RunningApp(create_app(ConfigStore(path, {})).hubbub_app))
        return self._built[-1]

    def start(self, built_in: Iterable[str] = (), **settings: Any) -> RunningApp:
        """Build a server and start it."""
        return self.build(built_in, **settings).start()

    def stop(self) -> None:
        """Stop what was started."""
        for app in self._built:
            app.stop()
