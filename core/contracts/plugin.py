"""What a plugin says about itself, and what it is given."""

from collections.abc import Callable, Iterable, Mapping
from logging import Logger
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from hubbub.core.contracts.outgoing import Outgoing

_T = TypeVar("_T")


def _always(_config: Any) -> bool:
    return True


class Manifest(msgspec.Struct, kw_only=True, frozen=True):
    """What a plugin says about itself, as `manifest` in its package or module.

    `provides`, `requires` and `optional` are contracts (Protocol classes). An optional contract that nobody
    provides is answered by the `Null…` class beside it. `config` is the msgspec Struct of the plugin's own
    settings, read from `PluginSettings.Plugins["<id>"]`. `default_enabled(config)` decides when config.json
    doesn't say. `reloadable` plugins can be turned on and off without a restart: they must provide no contract.
    """

    id: str
    version: str
    name: str = ""
    summary: str = ""
    provides: tuple[type, ...] = ()
    requires: tuple[type, ...] = ()
    optional: tuple[type, ...] = ()
    config: type | None = None
    default_enabled: Callable[[Any], bool] = _always
    reloadable: bool = False
    min_server_version: str = ""
    homepage_url: str = ""


class PluginCache(Protocol):
    """A bounded cache whose invalidations reach every worker. Values are shared: never change them."""

    def get(self, key: str) -> Any | None:
        """Return what is cached, or None."""

    def set(self, key: str, value: Any) -> None:
        """Keep `value` in this worker."""

    def get_or_load(self, key: str, loader: Callable[[str], Any]) -> Any:
        """Return what is cached, else what `loader(key)` returns (None is not kept)."""

    def get_many(self, keys: Iterable[str], bulk_loader: Callable[[list[str]], Mapping[str, Any]]) -> dict[str, Any]:
        """Return key → value; missing ones come from one `bulk_loader(missing)`."""

    def invalidate(self, key: str) -> None:
        """Forget `key` here and in every worker; inside a transaction, after its commit."""

    def invalidate_all(self) -> None:
        """Forget everything, in every worker."""


class PluginContext(Protocol):
    """A plugin's way to everything else; one per plugin and app."""

    id: str
    log: Logger
    db: Any
    hooks: Any
    tasks: Any
    metrics: Any
    hub: Any
    health: Any
    outgoing: Outgoing
    data_directory: Path

    @property
    def config(self) -> Any:
        """The server's configuration as it is now."""

    @property
    def config_store(self) -> Any:
        """Where the configuration is read, checked and written."""

    @property
    def settings(self) -> Any:
        """The plugin's own settings as they are now: an instance of `manifest.config`."""

    def service(self, contract: type[_T]) -> _T:
        """Return the provider of a contract that the manifest requires or names as optional."""

    def cache(self, name: str, *, max_items: int = 10_000, ttl_s: float = 1_800) -> PluginCache:
        """Return a new cache of this plugin."""

    def publish(self, event: Any) -> None:
        """Send an event to clients, in every worker; inside a transaction, after its commit."""

    def broadcast(self, topic: str, payload: Any) -> None:
        """Send something JSON can hold to the same plugin in the other workers (after a commit)."""

    def on_broadcast(self, topic: str, callback: Callable[[Any], None]) -> None:
        """Have `callback(payload)` called for what other workers broadcast."""

    def on_config_change(self, callback: Callable[[Any, Any], None]) -> None:
        """Have `callback(old, new)` called when the configuration has changed."""
