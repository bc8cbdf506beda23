"""Wiring of the system plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.clock import now_ms
from hubbub.core.contracts.installation import InstallationService
from hubbub.core.http import Router
from hubbub.core.ids import new_id
from hubbub.hookspecs import hookimpl
from hubbub.plugins.system.busy import BusyMark
from hubbub.plugins.system.client import OWN_FEATURES, ClientSide
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.numbers import Numbers
from hubbub.plugins.system.plugin_states import PluginStates
from hubbub.plugins.system.routes_client import ClientRoutes
from hubbub.plugins.system.routes_config import ConfigRoutes
from hubbub.plugins.system.routes_logs import LogRoutes
from hubbub.plugins.system.routes_mail import MailRoutes
from hubbub.plugins.system.routes_maintenance import MaintenanceRoutes
from hubbub.plugins.system.routes_plugins import PluginRoutes
from hubbub.plugins.system.routes_small import SmallRoutes
from hubbub.plugins.system.signing import Installation
from hubbub.plugins.system.store import DIAGNOSTIC_ID, INSTALLATION_DATE, SystemStore


class Plugin:
    """The server itself, over the API."""

    def __init__(self, context: SystemContext) -> None:
        self._context = context
        self._store = SystemStore(context.db)
        self._installation = Installation(context, self._store)
        self._client = ClientSide(context, self._store, self._installation)
        states = PluginStates(context, self._store)
        self._routes = (
            ClientRoutes(context, self._client),
            ConfigRoutes(context, states),
            PluginRoutes(context, self._store, states),
            LogRoutes(context),
            MaintenanceRoutes(context, Numbers(context), BusyMark(context)),
            MailRoutes(context),
            SmallRoutes(context),
        )

    def provide(self) -> Mapping[type, object]:
        """Provide what this installation is known by."""
        return {InstallationService: self._installation}

    @hookimpl
    def on_activate(self) -> None:
        """Give the installation its id, date and key at the very first start."""
        self._store.set_once(DIAGNOSTIC_ID, new_id())
        self._store.set_once(INSTALLATION_DATE, str(now_ms()))
        self._installation.create_key()
        self._client.start()

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on the server."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Name the features that need no other plugin."""
        return OWN_FEATURES

    @hookimpl
    def on_configuration_change(self) -> None:
        """Tell the clients of this worker; the other workers hear of the change by themselves and tell theirs."""
        for event in self._client.changes():
            self._context.hub.deliver(event)
