"""What a plugin is given: its own door to everything else, closed again when the plugin is turned off."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from hubbub.core import json
from hubbub.core.bus import plugin_topic
from hubbub.core.contracts.plugin import Manifest, PluginCache
from hubbub.core.contracts.realtime import Event
from hubbub.core.services import ServiceError

if TYPE_CHECKING:
    from hubbub.core.app import App

_T = TypeVar("_T")


class NoSettings(msgspec.Struct):
    """The settings of a plugin that declares none."""


class Context:
    """The `PluginContext` of one plugin in one app (see `hubbub.core.contracts.plugin`)."""

    def __init__(self, app: "App", manifest: Manifest) -> None:
        self.id = manifest.id
        self.log = logging.getLogger(f"hubbub.plugins.{manifest.id}")
        self.db = app.db
        self.hooks = app.hooks
        self.tasks = app.tasks.owned_by(manifest.id)
        self.metrics = app.metrics
        self.hub = app.hub
        self.health = app.health
        self.caches = app.caches
        self.config_store = app.config_store
        self.plugins = app.plugins
        self.outgoing = app.outgoing
        self._app = app
        self._manifest = manifest
        self._closers: list[Callable[[], None]] = []

    @property
    def config(self) -> Any:
        """The server's configuration as it is now."""
        return self.config_store.current

    @property
    def settings(self) -> Any:
        """The plugin's own settings as they are now."""
        return self.config.plugin(self.id, self._manifest.config or NoSettings)

    @property
    def data_directory(self) -> Path:
        """The folder for files that the server keeps beside the database."""
        path: Path = self.config.data_directory
        return path

    def service(self, contract: type[_T]) -> _T:
        """Return the provider of a contract that the manifest names.

        Raises `ServiceError` for an undeclared contract: the loader could not have known the order.
        """
        if contract in self._manifest.requires or contract in self._manifest.provides:
            return self._app.services.get(contract)
        if contract in self._manifest.optional:
            return self._app.services.get_or_null(contract)
        raise ServiceError(
            f"plugin {self.id!r} asks for {contract.__name__}, which its manifest doesn't name: "
            f"add it to `requires` or `optional`"
        )

    def cache(self, name: str, *, max_items: int = 10_000, ttl_s: float = 1_800) -> PluginCache:
        """Return a new cache of this plugin."""
        cache: PluginCache = self._app.caches.cache(f"{self.id}.{name}", max_items, ttl_s)
        return cache

    def publish(self, event: Event) -> None:
        """Send an event to clients in every worker; inside a transaction, after its commit."""
        self._app.publish(event)

    def broadcast(self, topic: str, payload: Any) -> None:
        """Send something JSON can hold to this plugin in the other workers; after the commit."""
        body = json.encode(payload)
        self.db.after_commit(lambda: self._app.bus.publish(plugin_topic(self.id, topic), body))
        if self.id in self.hooks.implementers("on_plugin_cluster_event"):
            named = json.encode((topic, body.decode()))
            self.db.after_commit(lambda: self._app.bus.publish(plugin_topic(self.id), named))

    def hear_cluster_events(self) -> None:
        """Have the hook `on_plugin_cluster_event` called for what this plugin broadcasts in other workers."""
        if self.id in self.hooks.implementers("on_plugin_cluster_event"):
            self._closers.append(self._app.bus.subscribe(plugin_topic(self.id), self._cluster_event))

    def _cluster_event(self, message: bytes) -> None:
        topic, body = json.decode(message, tuple[str, str])
        self.hooks.tell_plugin(self.id, "on_plugin_cluster_event", id=topic, data=body.encode())

    def on_broadcast(self, topic: str, callback: Callable[[Any], None]) -> None:
        """Have `callback(payload)` called for what this plugin broadcasts in other workers."""
        unsubscribe = self._app.bus.subscribe(plugin_topic(self.id, topic), lambda body: callback(json.decode(body)))
        self._closers.append(unsubscribe)

    def on_config_change(self, callback: Callable[[Any, Any], None]) -> None:
        """Have `callback(old, new)` called when the configuration has changed."""
        self._closers.append(self.config_store.subscribe(callback))

    def close(self) -> None:
        """End subscriptions and periodic work: the plugin was turned off."""
        for closer in self._closers:
            closer()
        self._closers.clear()
        self.tasks.cancel_all()
