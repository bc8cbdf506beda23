"""Plugins over the API: which there are, which are on, and turning them on and off in every worker."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from hubbub.core.config.sections.plugins import PluginState
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.loader import Discovered, choose, is_enabled
from hubbub.core.plugins import PluginStatus
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.plugin_manifests import shown
from hubbub.plugins.system.store import SystemStore

NOT_RUNNING: Final = 0
RUNNING: Final = 2
FAILED_TO_START: Final = 3


class PluginNotInstalled(NotFound):
    id = "app.plugin.not_installed.app_error"
    message = "There is no plugin {plugin_id}."


class PluginNeeded(BadRequest):
    """The change would keep the server from starting: others need the plugin, or it needs another."""

    id = "app.plugin.config.app_error"


class PluginStates:
    """The plugins of this server."""

    def __init__(self, context: SystemContext, store: SystemStore) -> None:
        self._context = context
        self._store = store

    def all(self) -> list[PluginStatus]:
        """Return every plugin that was found."""
        return self._context.plugins.statuses()

    def manifests(self) -> dict[str, list[dict[str, Any]]]:
        """Return what plugins say about themselves: `active` and `inactive`."""
        answer: dict[str, list[dict[str, Any]]] = {"active": [], "inactive": []}
        for status in self.all():
            answer["active" if status.running else "inactive"].append(shown(status.manifest))
        return answer

    def statuses(self) -> list[dict[str, Any]]:
        """Return how each plugin does in this worker."""
        return [_status(status) for status in self.all()]

    def get(self, plugin_id: str) -> PluginStatus:
        """Return one plugin. Raises `PluginNotInstalled`."""
        for status in self.all():
            if status.manifest.id == plugin_id:
                return status
        raise PluginNotInstalled(plugin_id=plugin_id)

    def switch(self, plugin_id: str, *, on: bool, actor_id: str) -> PluginStatus:
        """Turn a plugin on or off in config.json; every worker follows, some plugins only with the next start.

        Raises `PluginNotInstalled`, `PluginNeeded`.
        """
        self.get(plugin_id)
        states = self._context.config.PluginSettings.PluginStates
        self._check_startable({**states, plugin_id: PluginState(Enable=on)})
        change = {"PluginSettings": {"PluginStates": {plugin_id: {"Enable": on}}}}
        self._context.config_store.update(change, patch=True)
        status = self.get(plugin_id)
        if on and status.running and self._store.set_first(f"PluginInstalled_{plugin_id}", actor_id):
            self._context.hooks.tell_plugin(plugin_id, "on_install", user_id=actor_id)
        self._context.publish(
            Event(
                name="plugin_statuses_changed",
                data={"plugin_statuses": self.statuses()},
                broadcast=Broadcast(contains_sensitive_data=True),
            )
        )
        return status

    def check_document(self, document: Mapping[str, Any], *, patch: bool) -> None:
        """Raise `PluginNeeded` for a configuration document that would keep the server from starting."""
        section = document.get("PluginSettings")
        given = section.get("PluginStates") if isinstance(section, Mapping) else None
        if isinstance(given, Mapping) or not patch:
            current = self._context.config.PluginSettings.PluginStates
            states = _states(given or {}, current)
            self._check_startable({**current, **states} if patch else states)

    def _check_startable(self, states: dict[str, PluginState]) -> None:
        config = self._context.config
        own = states.get(self._context.id)
        if own is not None and not own.Enable:
            raise PluginNeeded("Without this plugin no client can reach the server: turn it off in config.json.")
        settings = msgspec.structs.replace(config.PluginSettings, PluginStates=states)
        before = _broken(self._found(), config)
        after = _broken(self._found(), msgspec.structs.replace(config, PluginSettings=settings))
        for name, text in after.items():
            if name not in before:
                raise PluginNeeded(text)

    def _found(self) -> list[Discovered]:
        return [
            Discovered(manifest=status.manifest, module=None, source=status.source, location=status.location)
            for status in self.all()
        ]


def _states(given: Mapping[str, Any], current: Mapping[str, PluginState]) -> dict[str, PluginState]:
    """Return states as the store will read them: ids and keys are matched without regard to case."""
    spelling = {name.casefold(): name for name in current}
    states = {}
    for name, value in given.items():
        keys = {str(key).casefold(): one for key, one in value.items()} if isinstance(value, Mapping) else {}
        states[spelling.get(name.casefold(), name)] = PluginState(Enable=keys.get("enable") is True)
    return states


def _broken(found: Iterable[Discovered], config: Any) -> dict[str, str]:
    """Return plugin id → what would keep it from being loaded."""
    _, errors = choose([plugin for plugin in found if is_enabled(plugin, config)], skip_broken=True)
    return {error.plugin_id: str(error) for error in errors}


def _status(status: PluginStatus) -> dict[str, Any]:
    failed = FAILED_TO_START if status.error else NOT_RUNNING
    return {
        "plugin_id": status.manifest.id,
        "cluster_id": "",
        "plugin_path": status.location,
        "state": RUNNING if status.running else failed,
        "error": status.error,
        "name": status.manifest.name or status.manifest.id,
        "description": status.manifest.summary,
        "version": status.manifest.version,
    }
