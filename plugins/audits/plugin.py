"""Wiring of the audits plugin."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.audits.routes import AuditRoutes
from hubbub.plugins.audits.store import AuditStore


class Plugin:
    """Notes what happens to accounts."""

    def __init__(self, context: PluginContext) -> None:
        self._store = AuditStore(context.db)
        self._routes = AuditRoutes(context, self._store)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on audits."""
        self._routes.register(router)

    @hookimpl
    def user_has_logged_in(self, user: User, session_id: str, ip_address: str) -> None:
        """Note a sign-in."""
        self._store.add(user.id, "/api/v4/users/login", "success", ip_address=ip_address, session_id=session_id)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Note a change of the password, of the roles, of the address or of the activation."""
        path = f"/api/v4/users/{new_user.id}"
        if new_user.last_password_update != old_user.last_password_update:
            self._store.add(new_user.id, f"{path}/password", "success")
        if new_user.roles != old_user.roles:
            self._store.add(new_user.id, f"{path}/roles", f"from {old_user.roles} to {new_user.roles}")
        if new_user.email != old_user.email:
            self._store.add(new_user.id, f"{path}/email", "success")
        if bool(new_user.delete_at) != bool(old_user.delete_at):
            self._store.add(new_user.id, f"{path}/active", f"active={'false' if new_user.delete_at else 'true'}")
