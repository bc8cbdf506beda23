"""Wiring of the second factor."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import SecondFactor, SecondFactorRecords
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.mfa.routes import MfaRoutes
from hubbub.plugins.mfa.service import SecondFactors


class Plugin:
    """One-time codes."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._factors = SecondFactors(context, context.service(UserService), context.service(SecondFactorRecords))
        self._routes = MfaRoutes(self._factors, context.service(PermissionService))
        context.on_config_change(self._configuration_changed)

    def provide(self) -> Mapping[type, object]:
        """Return the service."""
        return {SecondFactor: self._factors}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on second factors."""
        self._routes.register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that a second factor can be demanded."""
        return ("MFA",)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Have connections of the account judged anew: they hear something just when a second factor is there."""
        if bool(new_user.mfa_active) != bool(old_user.mfa_active):
            self._context.db.after_commit(lambda: self._context.hub.forget_user(new_user.id))

    def _configuration_changed(self, old: Any, new: Any) -> None:
        """Have every connection of this worker judged anew when a second factor is demanded from now on."""
        if any(now and not before for now, before in zip(_demanded(new), _demanded(old), strict=True)):
            self._context.hub.disconnect_all("a second factor is demanded from now on")


def _demanded(config: Any) -> tuple[bool, bool]:
    """Return of whom a second factor is demanded: members, guests."""
    service = config.ServiceSettings
    members = service.EnableMultifactorAuthentication and service.EnforceMultifactorAuthentication
    return members, members and config.GuestAccountsSettings.EnforceMultifactorAuthentication
