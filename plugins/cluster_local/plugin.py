"""Wiring of the bus between the workers of one host."""

from collections.abc import Mapping

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import EventBus
from hubbub.plugins.cluster_local.bus import LocalBus


class Plugin:
    """Provides the event bus; the app starts it after the fork and stops it with the worker."""

    def __init__(self, context: PluginContext) -> None:
        self.bus = LocalBus(context.config.run_directory, log=context.log)

    def provide(self) -> Mapping[type, object]:
        """Return the provider of `EventBus`."""
        return {EventBus: self.bus}
