"""Sessions: who is signed in, with which token, until when."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import NotFound
from hubbub.core.contracts.users import User


class Session(msgspec.Struct, kw_only=True):
    """A signed-in client. Shared between requests: never change it, take a `msgspec.structs.replace`.

    Times in ms; `expires_at` 0 means never. `roles` are the user's system roles, separated by spaces.
    `props` holds browser, os, platform, csrf, is_guest, user_access_token_id, ….
    """

    id: str
    token: str
    create_at: int = 0
    expires_at: int = 0
    last_activity_at: int = 0
    user_id: str = ""
    device_id: str = ""
    roles: str = ""
    is_oauth: bool = False
    expired_notify: bool = False
    props: dict[str, str] = msgspec.field(default_factory=dict)
    local: bool = False

    @property
    def csrf_token(self) -> str:
        """Return what X-CSRF-Token must hold when the token came in a cookie."""
        return self.props.get("csrf", "")

    def is_expired(self, now: int) -> bool:
        """Say whether the session's time is over at `now` (ms)."""
        return 0 < self.expires_at <= now


def is_integration(session: Session) -> bool:
    """Say whether a program is behind the session: a bot, an OAuth application or a personal access token."""
    return session.is_oauth or session.props.get("is_bot") == "true" or "user_access_token_id" in session.props


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A phone or tablet that a session belongs to: `device_id` is `<platform>:<token>`."""

    session_id: str
    user_id: str
    device_id: str


class SessionNotFound(NotFound):
    id = "app.session.get.app_error"
    message = "There is no such session."


class SessionService(Protocol):
    """Sessions of users and bots, by password, by personal access token or by another provider."""

    def get_by_token(self, token: str) -> Session | None:
        """Return the valid session of a token (session or personal access token), or None.

        Cached: one dictionary look-up when warm. Extends the session on activity where settings say so.
        """

    def create(
        self, user: User, *, device_id: str = "", props: dict[str, str] | None = None, is_oauth: bool = False
    ) -> Session:
        """Open a session for a user who has just proved who they are, or for an OAuth application. One INSERT."""

    def list_of_user(self, user_id: str) -> list[Session]:
        """Return the user's sessions that are valid now; tokens are included: clear them before showing."""

    def devices_of(self, user_ids: Iterable[str]) -> dict[str, list[Device]]:
        """Return user id → devices of sessions that are valid now; removed ones aren't among them. One query."""

    def device_removed(self, device: Device) -> None:
        """Note that a device can't be reached any more, until its app attaches it again."""

    def take_expired_devices(self, limit: int) -> list[Device]:
        """Return devices whose session has ended of itself within the last day, each to one caller only."""

    def revoke(self, session: Session) -> None:
        """End a session everywhere: database, caches of all workers, WebSockets."""

    def revoke_by_id(self, session_id: str, *, user_id: str) -> None:
        """End a session of this user. Raises `SessionNotFound`."""

    def revoke_all_of_user(self, user_id: str, *, except_session_id: str = "") -> None:
        """End every session of the user (but one)."""
