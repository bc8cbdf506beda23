"""A real server in the process of the tests, without sockets."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, Self

from hubbub.core.app import App, create_app
from hubbub.core.config import ConfigStore
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.realtime import Event
from hubbub.core.db.url import DEFAULT_FILE
from hubbub.core.loader import Discovered, built_in, check_manifest
from hubbub.core.testing.client import Client, WsgiTransport
from hubbub.core.testing.factories import PASSWORD, Factories

__all__ = ["PASSWORD", "PluginSource", "RunningApp", "config_document", "make_app"]

PluginSource = type | ModuleType
"""A class `Plugin` (its manifest is its own, its module's, or made from its name), or a module or package."""

_MIGRATED: Final[dict[tuple[Any, ...], bytes]] = {}
"""The migrations of some plugins → a database file after them: tables of a new one are copied, not made again."""
_MOST_MIGRATED: Final = 16
# As few rounds as the setting allows: tests sign in often.
_FAST: Final = {"auth_password": {"Iterations": 1000}}
_SETTLE_S: Final = 10


class RunningApp(Factories):
    """A started server in this process; leaving the `with` block stops it.

    `app` is the server itself, `sent` what it published to clients, oldest first.
    """

    def __init__(self, app: App, temporary: Path | None = None) -> None:
        super().__init__()
        self.app = app
        self.sent: list[Event] = []
        self._temporary = temporary
        send = app._send

        def record(event: Event) -> None:
            self.sent.append(event)
            send(event)

        app._send = record  # type: ignore[method-assign]  # the one place where all events pass

    def start(self) -> Self:
        """Start it; a failing start leaves nothing behind."""
        try:
            self.app.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop it and delete its data, if that is temporary."""
        self.app.stop()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.stop()

    def client(self) -> Client:
        """Return a client that nobody has signed in."""
        return Client(WsgiTransport(self.app.wsgi))

    def events(self, name: str) -> list[Event]:
        """Return the events of one name that were sent to clients."""
        return [event for event in self.sent if event.name == name]

    def configure(self, **sections: dict[str, Any]) -> None:
        """Change settings while the server runs: `configure(TeamSettings={"EnableOpenServer": False})`."""
        self.app.config_store.update(sections, patch=True)

    def enable(self, plugin_id: str, on: bool = True) -> None:
        """Turn a reloadable plugin on or off."""
        self.configure(PluginSettings={"PluginStates": {plugin_id: {"Enable": on}}})

    def settle(self) -> None:
        """Wait until the background work that was queued is done (`message_has_been_posted` and its like)."""
        assert self.app.tasks.drain(_SETTLE_S), f"background work was not done within {_SETTLE_S} s"

    def plugin(self, plugin_id: str) -> Any:
        """Return the running instance of a plugin's class."""
        return self.app.plugins.instance(plugin_id)


def make_app(
    config: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    plugins: Iterable[PluginSource] = (),
    only: Iterable[str] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    data_directory: Path | str | None = None,
) -> RunningApp:
    """Return a started server with `plugins` and the built-in ones, on an SQLite database of its own.

    `only` names the built-in plugins that there are, beside those that they and `plugins` require; all by default.
    Plugins that are installed or lie in folders are not looked for. `settings` maps plugin ids to their settings,
    `config` sections of config.json to keys (another database: `{"SqlSettings": {…}}`). Data is kept in
    `data_directory`, or deleted in the end. Raises what a start raises: `ConfigError`, `PluginError`.
    """
    temporary = None if data_directory is not None else Path(tempfile.mkdtemp(prefix="hubbub-test-"))
    folder = Path(data_directory) if data_directory is not None else temporary or Path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "config.json"
        path.write_text(json.dumps(config_document(folder, config, settings)))
        own = [_described(source) for source in plugins]
        find = _finder(own, None if only is None else set(only))
        app = create_app(ConfigStore(path, {}), find_plugins=find).hubbub_app
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise
    try:
        _migrate(app, folder)
    except BaseException:
        RunningApp(app, temporary).stop()
        raise
    return RunningApp(app, temporary).start()


def _migrate(app: App, folder: Path) -> None:
    """Bring a new SQLite database to what the start's migrations leave, at the cost of copying a file."""
    path = folder / DEFAULT_FILE
    if path.exists() or app.config.SqlSettings.DriverName != "sqlite" or app.config.SqlSettings.DataSource:
        return
    key = tuple(app.plugins.migrations())
    made = _MIGRATED.get(key)
    if made is not None:
        path.write_bytes(made)
        return
    app.migrate()
    app.db.close()
    if len(_MIGRATED) < _MOST_MIGRATED:
        _MIGRATED[key] = path.read_bytes()


def config_document(
    folder: Path,
    config: Mapping[str, Mapping[str, Any]] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, dict[str, Any]]:
    """Return what stands in the config.json of a server for tests: data in `folder`, open to sign up, cheap hashes."""
    document: dict[str, dict[str, Any]] = {
        "SqlSettings": {"DriverName": "sqlite", "DataSource": ""},
        "HubbubSettings": {"DataDirectory": str(folder)},
        "FileSettings": {"Directory": str(folder / "files")},
        "TeamSettings": {"EnableOpenServer": True},
        "PluginSettings": {"Plugins": {**_FAST, **(settings or {})}},
        "LogSettings": {"EnableFile": False},
        # A port that nobody listens on: what tests say goes to no push proxy out there.
        "EmailSettings": {"PushNotificationServer": "http://127.0.0.1:9"},
    }
    for name, values in (config or {}).items():
        document[name] = {**document.get(name, {}), **values}
    return document


def _described(source: PluginSource) -> Discovered:
    if isinstance(source, ModuleType):
        manifest = check_manifest(getattr(source, "manifest", None))
        return Discovered(manifest=manifest, module=source, source="file", location=source.__name__)
    module = ModuleType(f"hubbub_test_plugin_{source.__name__}")
    vars(module).update(Plugin=source)
    location = f"{source.__module__}.{source.__qualname__}"
    return Discovered(manifest=_manifest_of(source), module=module, source="file", location=location)


def _manifest_of(plugin: type) -> Manifest:
    found = getattr(plugin, "manifest", None)
    if found is None:
        home = sys.modules[plugin.__module__]
        found = getattr(home, "manifest", None) or getattr(sys.modules.get(home.__package__ or ""), "manifest", None)
    if found is None:
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plugin.__name__).lower()
        found = Manifest(id=name, version="0.0.0", reloadable=True)
    return check_manifest(found)


def _finder(own: list[Discovered], only: set[str] | None) -> Callable[[Any], list[Discovered]]:
    """Return what stands in for the loader's search."""
    ids = {plugin.id for plugin in own}
    available = {plugin.id: plugin for plugin in built_in() if plugin.id not in ids}
    if only is not None and (unknown := only - set(available)):
        raise ValueError(f"there is no built-in plugin {', '.join(sorted(unknown))}; there are {', '.join(available)}")
    ours = list(available.values()) if only is None else _with_required(own, only, available)
    found = sorted([*own, *ours], key=lambda plugin: plugin.id)
    return lambda _config: found


def _with_required(own: list[Discovered], only: set[str], available: dict[str, Discovered]) -> list[Discovered]:
    providers = {contract: plugin for plugin in available.values() for contract in plugin.manifest.provides}
    provided = {contract for plugin in own for contract in plugin.manifest.provides}
    chosen = {name: available[name] for name in only}
    waiting = [*own, *chosen.values()]
    while waiting:
        for contract in waiting.pop().manifest.requires:
            provider = providers.get(contract)
            if contract not in provided and provider is not None and provider.id not in chosen:
                chosen[provider.id] = provider
                waiting.append(provider)
    return list(chosen.values())
