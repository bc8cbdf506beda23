"""The plugins of one app: loaded at start, some turned on and off while it runs."""

import logging
from typing import TYPE_CHECKING, Any

import msgspec
from gevent.lock import RLock

from hubbub.core.context import Context
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.hooks import HookError
from hubbub.core.loader import Discovered, Find, PluginError, choose, discover, is_enabled
from hubbub.core.services import ServiceError

if TYPE_CHECKING:
    from hubbub.core.app import App

log = logging.getLogger("hubbub.plugins")


class PluginStatus(msgspec.Struct, kw_only=True):
    """What `hubbub plugin list` and the API show of a plugin."""

    manifest: Manifest
    source: str
    location: str
    running: bool
    wanted: bool
    error: str = ""

    @property
    def needs_restart(self) -> bool:
        """Say whether the configuration asks for something that only a restart brings."""
        return self.running != self.wanted and not self.error and not self.manifest.reloadable


class _Loaded:
    __slots__ = ("context", "discovered", "plugin")

    def __init__(self, discovered: Discovered, context: Context, plugin: Any) -> None:
        self.discovered = discovered
        self.context = context
        self.plugin = plugin


class PluginManager:
    """Loads what is on, in order; `apply` follows a changed configuration for plugins that allow it."""

    def __init__(self, app: "App", find: Find = discover) -> None:
        self._app = app
        self._find = find
        # Turning a plugin on may wait for the database, and the next change of the configuration may come meanwhile.
        self._applying = RLock()
        self._found: dict[str, Discovered] = {}
        self._loaded: dict[str, _Loaded] = {}
        self._errors: dict[str, PluginError] = {}

    @property
    def ids(self) -> list[str]:
        """The ids of the plugins that run, in loading order."""
        return list(self._loaded)

    def instance(self, plugin_id: str) -> Any:
        """Return the running plugin's object, for tests. Raises `KeyError`."""
        return self._loaded[plugin_id].plugin

    def migrations(self) -> list[tuple[str, str]]:
        """Return (plugin id, package of its migrations) for the plugins that run."""
        return [
            (plugin_id, f"{loaded.discovered.module.__name__}.migrations")
            for plugin_id, loaded in self._loaded.items()
            if loaded.discovered.module is not None and hasattr(loaded.discovered.module, "__path__")
        ]

    def load_all(self) -> None:
        """Load every plugin that is on. Raises `PluginError` for the first that fails, unless SkipBroken."""
        config = self._app.config
        self._found = {plugin.id: plugin for plugin in self._find(config)}
        wanted = [plugin for plugin in self._found.values() if is_enabled(plugin, config)]
        skip_broken = config.PluginSettings.SkipBroken
        while True:
            chosen, errors = choose(wanted, skip_broken=skip_broken)
            for error in errors:
                self._leave_out(error)
            failed = self._load_in_order(chosen, skip_broken=skip_broken)
            if failed is None:
                return
            self._leave_out(failed)
            wanted = [plugin for plugin in chosen if plugin.id != failed.plugin_id]

    def _load_in_order(self, chosen: list[Discovered], *, skip_broken: bool) -> PluginError | None:
        for plugin in chosen:
            if plugin.id in self._loaded:
                continue
            try:
                self._load(plugin)
            except PluginError as error:
                if not skip_broken:
                    raise
                return error
        return None

    def _leave_out(self, error: PluginError) -> None:
        self._errors[error.plugin_id] = error
        log.error("left out: %s", error)
        self._app.health.set(f"plugin:{error.plugin_id}", ok=False, detail=str(error))

    def _load(self, discovered: Discovered) -> None:
        """Build a plugin and register everything it brings; undo it all when a step fails."""
        manifest = discovered.manifest
        plugin_class = discovered.load_class()
        context = Context(self._app, manifest)
        try:
            self._declare_settings(manifest)
            plugin = plugin_class(context)
            self._provide(manifest, plugin)
            self._app.hooks.register(plugin, manifest.id)
            self._app.contribute(manifest.id)
            context.hear_cluster_events()
        except Exception as error:
            self._unregister(manifest.id, context)
            raise _as_plugin_error(discovered, error) from error
        self._loaded[manifest.id] = _Loaded(discovered, context, plugin)
        self._forget_error(manifest.id)

    def _declare_settings(self, manifest: Manifest) -> None:
        """Have the settings checked now and on every change. Raises `ConfigError`."""
        if manifest.config is not None:
            self._app.config.plugin(manifest.id, manifest.config)
            self._app.config_store.register_plugin(manifest.id, manifest.config)

    def _forget_error(self, plugin_id: str) -> None:
        if self._errors.pop(plugin_id, None) is not None:
            self._app.health.forget(f"plugin:{plugin_id}")

    def _provide(self, manifest: Manifest, plugin: Any) -> None:
        provided = plugin.provide() if manifest.provides else {}
        if set(provided) != set(manifest.provides):
            names = ", ".join(contract.__name__ for contract in manifest.provides)
            raise ServiceError(f"provide() must return exactly what the manifest says: {names}")
        for contract, provider in provided.items():
            self._app.services.provide(contract, provider, owner=manifest.id)

    def _unregister(self, plugin_id: str, context: Context) -> None:
        self._app.hooks.unregister(plugin_id)
        self._app.withdraw(plugin_id)
        self._app.services.withdraw(plugin_id)
        context.close()

    def activate_all(self) -> None:
        """Call `on_activate` of each plugin in order; a failure stops the start.

        With SkipBroken the plugin is left out instead, and with it what requires it.
        """
        for plugin_id in list(self._loaded):
            if plugin_id not in self._loaded:
                continue
            try:
                self._app.hooks.tell_plugin(plugin_id, "on_activate")
            except Exception as error:
                failure = _as_plugin_error(self._loaded[plugin_id].discovered, error)
                if not self._app.config.PluginSettings.SkipBroken:
                    raise failure from error
                self._drop(failure)
                self._app.rebuild_routes()

    def _drop(self, failure: PluginError) -> None:
        """Take out a plugin that failed in `on_activate`, and those that hold what it provides."""
        self._leave_out(failure)
        gone = self._loaded[failure.plugin_id].discovered.manifest.provides
        self._unload(failure.plugin_id, deactivate=False)
        for plugin_id, loaded in list(self._loaded.items()):
            needed = [contract.__name__ for contract in loaded.discovered.manifest.requires if contract in gone]
            if needed and plugin_id in self._loaded:
                cause = f"it requires {', '.join(needed)} of plugin {failure.plugin_id!r}, which failed"
                self._drop(PluginError(plugin_id, cause, "See that plugin's own message."))

    def deactivate_all(self) -> None:
        """Call `on_deactivate` of each plugin, last loaded first."""
        for plugin_id in reversed(self._loaded):
            self._deactivate(plugin_id)

    def _deactivate(self, plugin_id: str) -> None:
        try:
            self._app.hooks.tell_plugin(plugin_id, "on_deactivate")
        except Exception:
            log.exception("plugin %s failed in on_deactivate", plugin_id)

    def _unload(self, plugin_id: str, *, deactivate: bool = True) -> None:
        if deactivate:
            self._deactivate(plugin_id)
        loaded = self._loaded.pop(plugin_id)
        self._unregister(plugin_id, loaded.context)

    def apply(self) -> None:
        """Turn plugins on and off as the configuration says now, those that allow it; the rest need a restart."""
        with self._applying:
            changed = False
            for plugin_id, discovered in self._found.items():
                if discovered.manifest.reloadable and self._switch(discovered):
                    changed = True
                elif not is_enabled(discovered, self._app.config):
                    self._forget_error(plugin_id)
            if changed:
                self._app.rebuild_routes()

    def _switch(self, discovered: Discovered) -> bool:
        """Turn one plugin on or off, if it isn't as the configuration wants it."""
        wanted = is_enabled(discovered, self._app.config)
        if wanted == (discovered.id in self._loaded):
            return False
        if wanted:
            self._turn_on(discovered)
        else:
            self._unload(discovered.id)
            log.info("plugin %s was turned off", discovered.id)
        return True

    def _turn_on(self, discovered: Discovered) -> None:
        try:
            for contract in discovered.manifest.requires:
                self._app.services.get(contract)
            self._load(discovered)
            self._app.migrate_plugin(discovered.id)
            self._app.hooks.tell_plugin(discovered.id, "on_activate")
            log.info("plugin %s was turned on", discovered.id)
        except Exception as error:
            if discovered.id in self._loaded:
                self._unload(discovered.id, deactivate=False)
            self._leave_out(_as_plugin_error(discovered, error))

    def statuses(self) -> list[PluginStatus]:
        """Return every plugin that was found, by id."""
        config = self._app.config
        return [
            PluginStatus(
                manifest=plugin.manifest,
                source=plugin.source,
                location=plugin.location,
                running=plugin.id in self._loaded,
                wanted=is_enabled(plugin, config),
                error=str(self._errors[plugin.id]) if plugin.id in self._errors else "",
            )
            for plugin in self._found.values()
        ]


def _as_plugin_error(discovered: Discovered, error: Exception) -> PluginError:
    if isinstance(error, PluginError):
        return error
    plain = isinstance(error, (HookError, ServiceError))
    cause = str(error) if plain else f"{type(error).__name__}: {error}"
    return PluginError(
        discovered.id,
        cause,
        f'Repair {discovered.location}, or turn the plugin off: PluginSettings.PluginStates["{discovered.id}"]'
        f".Enable = false (or start with PluginSettings.SkipBroken = true).",
    )
