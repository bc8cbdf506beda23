"""What this plugin is given beyond others: the plugins of the server."""

from typing import Protocol

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.plugins import PluginManager


class SystemContext(PluginContext, Protocol):
    """The context with the plugin manager, which is there for this plugin alone to manage plugins over the API."""

    plugins: PluginManager
