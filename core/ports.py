"""What core's own parts need from plugins, as callables: sessions, memberships, permissions."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.sessions import Session, SessionService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserNotFound, UserService
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.ports import ActionRequest, HubPorts
from hubbub.core.version import API_VERSION, BUILD

if TYPE_CHECKING:
    from hubbub.core.app import App

MFA_SERVICES: Final = ("", "email", "ldap")
"""Ways to sign in that a second factor of ours belongs to."""


def sessions(app: "App") -> Callable[[], SessionService | None]:
    """Return how core/http finds the session service: None while no plugin provides one."""
    return lambda: app.services.get(SessionService) if app.services.owner_of(SessionService) else None


def version_id(app: "App") -> Callable[[], str]:
    """Return how X-Version-Id and hello's server_version are made: version, build, configuration, and "true".

    The last says to official clients that an enterprise-capable build is there: features are on by plugins here,
    not by key.
    """
    return lambda: f"{API_VERSION}.{BUILD}.{app.config_store.hash}.true"


class MissingService:
    """Answers for a service that no plugin provides: nobody is signed in, nobody is a member, nothing is allowed."""

    def get_by_token(self, token: str) -> Session | None:
        """Return None."""

    def channel_ids_of(self, user_id: str) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def team_ids_of(self, user_id: str) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def has(self, session: Session, permission: str) -> bool:
        """Return False."""
        return False

    def can_see(self, viewer_id: str, other_ids: list[str]) -> set[str]:
        """Return nobody."""
        return set()


def mfa_passed(app: "App", session: Session) -> bool:
    """Say whether a session may do and hear anything where settings demand a second factor of everybody.

    SECURITY: an account that has a second factor can't be opened without it, so having one is enough. Accounts that
    sign in elsewhere are their provider's business, bots and OAuth applications have nobody to type a code.
    """
    service = app.config.ServiceSettings
    if not (service.EnableMultifactorAuthentication and service.EnforceMultifactorAuthentication):
        return True
    if session.is_oauth or session.local:
        return True
    if app.services.owner_of(UserService) is None:
        return False
    try:
        user = app.services.get(UserService).get(session.user_id)
    except UserNotFound:
        return False
    if user.is_guest and not app.config.GuestAccountsSettings.EnforceMultifactorAuthentication:
        return True
    return user.mfa_active is True or user.is_bot or user.auth_service not in MFA_SERVICES


def hub_ports(app: "App") -> HubPorts:
    """Return the hub's view of the app."""
    missing = MissingService()

    def provider(contract: type) -> Any:
        return app.services.get(contract) if app.services.owner_of(contract) else missing

    def connected(connection: Connection) -> None:
        app.hooks.tell("on_web_socket_connect", web_conn_id=connection.connection_id, user_id=connection.user_id)

    def disconnected(connection: Connection, last_of_user: bool) -> None:
        app.hooks.tell(
            "on_web_socket_disconnect",
            web_conn_id=connection.connection_id,
            user_id=connection.user_id,
            last_of_user=last_of_user,
        )

    def ponged(connection: Connection) -> None:
        app.hooks.tell("on_web_socket_pong", web_conn_id=connection.connection_id, user_id=connection.user_id)

    def said(connection: Connection, request: ActionRequest) -> None:
        if app.hooks.has("web_socket_message_has_been_posted"):
            app.hooks.tell(
                "web_socket_message_has_been_posted",
                web_conn_id=connection.connection_id,
                user_id=connection.user_id,
                request=msgspec.structs.asdict(request),
            )

    return HubPorts(
        session_by_token=lambda token: provider(SessionService).get_by_token(token),
        channel_ids_of=lambda user_id: provider(ChannelService).channel_ids_of(user_id),
        team_ids_of=lambda user_id: provider(TeamService).team_ids_of(user_id),
        has_permission=lambda session, name: provider(PermissionService).has(session, name),
        can_see=lambda viewer_id, other_id: other_id in provider(UserService).can_see(viewer_id, [other_id]),
        mfa_passed=lambda session: mfa_passed(app, session),
        on_connect=connected,
        on_disconnect=disconnected,
        on_pong=ponged,
        on_message=said,
        server_version=version_id(app),
        version=API_VERSION,
        hostname=socket.gethostname(),
        allowed_origins=lambda: app.config.ServiceSettings.AllowCorsFrom,
        site_url=lambda: app.config.ServiceSettings.SiteURL,
        broadcast=app.bus.publish,
        metrics=app.metrics,
    )
