"""Wiring of the profile_attributes plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import SyncedAttributes
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.profile_attributes.fields import Fields
from hubbub.plugins.profile_attributes.routes import ProfileAttributeRoutes
from hubbub.plugins.profile_attributes.store import PropertyStore
from hubbub.plugins.profile_attributes.synced import Synced
from hubbub.plugins.profile_attributes.values import Values


class Plugin:
    """Fields of profiles that admins define."""

    def __init__(self, context: PluginContext) -> None:
        store = PropertyStore(context.db)
        fields = Fields(context, store)
        self._synced = Synced(context, store, fields)
        self._routes = ProfileAttributeRoutes(context, fields, Values(context, store, fields))

    def provide(self) -> Mapping[type, object]:
        """Return the service."""
        return {SyncedAttributes: self._synced}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on fields and values."""
        self._routes.register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Have clients offer it."""
        return ("CustomProfileAttributes",)
