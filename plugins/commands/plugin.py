"""Wiring of the commands plugin."""

from typing import Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.commands.autocomplete import Autocomplete
from hubbub.plugins.commands.execution import Execution
from hubbub.plugins.commands.registry import Registry
from hubbub.plugins.commands.routes import CommandRoutes
from hubbub.plugins.commands.routes_execute import ExecutionRoutes
from hubbub.plugins.commands.service import CustomCommands
from hubbub.plugins.commands.store import CommandStore

PERIOD_S: Final = 600


class Plugin:
    """Runs slash commands."""

    def __init__(self, context: PluginContext) -> None:
        store, registry = CommandStore(context.db), Registry(context)
        autocomplete = Autocomplete(context, store, registry)
        execution = Execution(context, store, registry)
        self._routes = CommandRoutes(context, CustomCommands(context, store, registry), autocomplete)
        self._execution_routes = ExecutionRoutes(context, execution, autocomplete)
        context.tasks.every(PERIOD_S, execution.forget_old_addresses, "forget addresses for later answers")

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on commands."""
        self._execution_routes.register(router)
        self._routes.register(router)
