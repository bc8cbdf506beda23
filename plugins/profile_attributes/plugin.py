"""Wiring of the profile_attributes plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.saml import SamlAssertion
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.profile_attributes.fields import Fields
from hubbub.plugins.profile_attributes.routes import ProfileAttributeRoutes
from hubbub.plugins.profile_attributes.store import PropertyStore
from hubbub.plugins.profile_attributes.values import Values


class Plugin:
    """Fields of profiles that admins define."""

    def __init__(self, context: PluginContext) -> None:
        store = PropertyStore(context.db)
        fields = Fields(context, store)
        self._values = Values(context, store, fields)
        self._routes = ProfileAttributeRoutes(context, fields, self._values)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on fields and values."""
        self._routes.register(router)

    @hookimpl
    def on_saml_login(self, user: User, assertion: SamlAssertion) -> None:
        """Fill in what the SAML provider says, where fields name its attributes."""
        self._values.follow_saml(user.id, assertion.attributes)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Have clients offer it."""
        return ("CustomProfileAttributes",)
