"""Wiring of the auth_saml plugin."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.contracts.auth import ExternalSignIn
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.single_sign_on import SingleSignOn
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.auth_saml import library, request
from hubbub.plugins.auth_saml.accounts import Accounts
from hubbub.plugins.auth_saml.certificates import Certificates
from hubbub.plugins.auth_saml.configured import Configured
from hubbub.plugins.auth_saml.errors import SamlNotAvailable, SamlNotSetUp
from hubbub.plugins.auth_saml.identity import PROVIDER, fields_of_provider
from hubbub.plugins.auth_saml.routes import SamlRoutes
from hubbub.plugins.auth_saml.routes_admin import AdminRoutes
from hubbub.plugins.auth_saml.service import SamlSignIn
from hubbub.plugins.auth_saml.store import AssertionStore

CLEAN_UP_S: Final = 3_600
HEALTH: Final = "saml"


class Plugin:
    """Signing in by SAML."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        users = context.service(UserService)
        certificates = Certificates(context)
        self._configured = Configured(context, certificates)
        self._sign_in = SamlSignIn(
            context,
            self._configured,
            users,
            context.service(SingleSignOn),
            context.service(ExternalSignIn),
            AssertionStore(context.db),
        )
        accounts = Accounts(context, users, context.service(SessionService))
        self._routes = (
            SamlRoutes(context, self._sign_in),
            AdminRoutes(context, self._configured, certificates, accounts),
        )
        context.on_config_change(self._configuration_changed)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations, also while SAML is off: it is set up by some of them."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_auth_providers(self) -> Iterable[Any]:
        """Offer SAML to accounts that change their way of signing in."""
        return [self._sign_in] if library.is_installed() else []

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Have clients show the button."""
        return ["SAML"] if library.is_installed() else []

    @hookimpl
    def fields_set_elsewhere(self, user: User) -> Iterable[str] | None:
        """Name what the provider sets of the accounts that are its own."""
        settings = self._configured.settings
        return fields_of_provider(settings) if settings.Enable and user.auth_service == PROVIDER else None

    @hookimpl
    def on_activate(self) -> None:
        """Say whether it works, and clean up from time to time."""
        self._context.tasks.every(CLEAN_UP_S, self._sign_in.forget_expired, "used SAML assertions")
        self._look()

    def _configuration_changed(self, old: Any, new: Any) -> None:
        if old.SamlSettings != new.SamlSettings:
            self._look()

    def _look(self) -> None:
        """Tell administrators at once what would keep people out later."""
        settings, log = self._context.config.SamlSettings, self._context.log
        if not settings.Enable:
            self._context.health.forget(HEALTH)
            return
        try:
            # A request that goes nowhere: what is wrong with addresses and keys comes to light, libraries are loaded.
            parties = self._configured.for_sign_in()
            request.address(request.make(parties), "", parties)
        except (SamlNotAvailable, SamlNotSetUp) as error:
            log.error("SamlSettings.Enable is true, but nobody can sign in with SAML: %s", error.text)
            self._context.health.set(HEALTH, False, error.text)
            return
        self._context.health.set(HEALTH, True)
        if not settings.Verify:
            log.warning("SamlSettings.Verify is false, which is ignored: signatures are always checked")
