"""The rules of sessions: `SessionService`."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import structs

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Device, Session, SessionNotFound
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.core.ids import new_id
from hubbub.plugins.sessions import lifetime
from hubbub.plugins.sessions.store import SessionStore
from hubbub.plugins.sessions.tokens import AccessTokens

MAX_SESSIONS_PER_USER: Final = 500
MAX_TOKEN_LENGTH: Final = 50
UNKNOWN_TTL_S: Final = 10.0
EVERYBODY: Final = "everybody"
_UNKNOWN: Final = True
REMOVED: Final = "last_removed_device_id"
"""The property that names a device which can't be reached any more."""


class Sessions:
    """`SessionService`, cached by token."""

    def __init__(self, context: PluginContext, store: SessionStore, tokens: AccessTokens, users: UserService) -> None:
        self._context = context
        self._store = store
        self._tokens = tokens
        self._users = users
        minutes = context.config.ServiceSettings.SessionCacheInMinutes
        self._cache = context.cache("sessions", max_items=50_000, ttl_s=max(1.0, minutes * 60.0))
        # SECURITY: tokens that mean nothing are remembered for a moment, so that repeating one costs no query.
        self._unknown = context.cache("unknown_tokens", max_items=10_000, ttl_s=UNKNOWN_TTL_S)
        context.on_broadcast(EVERYBODY, self._disconnect_everybody)

    # -- who is it?

    def get_by_token(self, token: str) -> Session | None:
        """Return the valid session of a token (session or personal access token), or None."""
        cached: Session | None = self._cache.get(token)
        if cached is not None:
            now = now_ms()
            if self._is_over(cached, now):
                # Another worker may have prolonged it since.
                self._cache.invalidate(token)
                return self._load(token)
            if now - cached.last_activity_at >= lifetime.ACTIVITY_INTERVAL:
                return self._touch(cached, now)
            return cached
        if not token or len(token) > MAX_TOKEN_LENGTH or self._unknown.get(token):
            return None
        return self._load(token)

    def _load(self, token: str) -> Session | None:
        session: Session | None = self._cache.get_or_load(token, lambda *_: self._read(token))
        if session is None:
            self._unknown.set(token, _UNKNOWN)
        return session

    def _read(self, token: str) -> Session | None:
        session = self._store.get_by_token(token)
        if session is None:
            return self._tokens.open_session(token)
        # SECURITY: MySQL finds tokens in any case, but only the right one is ended by `revoke`.
        if session.token != token or self._is_over(session, now_ms()):
            return None
        if lifetime.is_access_token(session) and not self._tokens.is_usable(session):
            return None
        return self._of_account(session)

    def _of_account(self, session: Session) -> Session | None:
        """Return the session with the roles that its user has now; None for an account that is gone or inactive."""
        # SECURITY: a worker that dies after it changed an account, before its sessions followed, leaves no open door.
        try:
            user = self._users.get(session.user_id)
        except UserNotFound:
            return None
        if user.delete_at:
            return None
        return session if session.roles == user.roles else structs.replace(session, roles=user.roles)

    def _is_over(self, session: Session, now: int) -> bool:
        return session.is_expired(now) or lifetime.is_idle(session, now, self._context.config)

    def _touch(self, session: Session, now: int) -> Session:
        """Record activity, in the background; return the session as it is now."""
        expires_at = lifetime.extended_to(session, now, self._context.config)
        touched = structs.replace(session, last_activity_at=now, expires_at=expires_at or session.expires_at)
        # PERF, SECURITY: nothing may yield between the look-up and this, or a revoked session could come back.
        self._cache.set(session.token, touched)
        self._context.tasks.submit(self._store.touch, session.id, now, expires_at, droppable=True)
        return touched

    # -- beginning

    def create(
        self, user: User, *, device_id: str = "", props: dict[str, str] | None = None, is_oauth: bool = False
    ) -> Session:
        """Open a session for a user who has just proved who they are."""
        now = now_ms()
        given = {"csrf": new_id(), "is_guest": "true" if user.is_guest else "false", **(props or {})}
        if user.is_bot:
            given["is_bot"] = "true"
        session = Session(
            id=new_id(),
            token=new_id(),
            create_at=now,
            last_activity_at=now,
            user_id=user.id,
            device_id=device_id,
            roles=user.roles,
            is_oauth=is_oauth,
            props=given,
        )
        session.expires_at = now + lifetime.length_of(session, self._context.config)
        if device_id:
            self._end_others_of(device_id, session)
        self._store.insert(session)
        self._limit(user.id)
        return session

    def _limit(self, user_id: str) -> None:
        """End the oldest sessions of somebody who has too many."""
        for session in self._store.of_user(user_id)[MAX_SESSIONS_PER_USER:]:
            self.revoke(session)

    # -- what there is

    def list_of_user(self, user_id: str) -> list[Session]:
        """Return the user's sessions that are valid now, tokens included."""
        now = now_ms()
        return [session for session in self._store.of_user(user_id) if not self._is_over(session, now)]

    def attach_device(self, session: Session, device_id: str) -> Session:
        """Make it the session of a device: earlier ones of the device end, and it lives as long as mobile ones."""
        self._end_others_of(device_id, session)
        if session.props.get(REMOVED):
            self.set_props(session, {REMOVED: ""})
        attached = structs.replace(session, device_id=device_id)
        expires_at = now_ms() + lifetime.length_of(attached, self._context.config)
        self._store.update(session.id, {"deviceid": device_id, "expiresat": expires_at})
        self._cache.invalidate(session.token)
        return structs.replace(attached, expires_at=expires_at)

    def _end_others_of(self, device_id: str, session: Session) -> None:
        """End the user's earlier sessions of a device."""
        for other in self._store.of_user(session.user_id):
            if other.device_id == device_id and other.id != session.id:
                self.revoke(other)

    def devices_of(self, user_ids: Iterable[str]) -> dict[str, list[Device]]:
        """See `SessionService.devices_of`."""
        found: dict[str, list[Device]] = {}
        for session in self._store.with_devices(user_ids, now_ms()):
            if session.props.get(REMOVED) != session.device_id:
                found.setdefault(session.user_id, []).append(_device(session))
        return found

    def device_removed(self, device: Device) -> None:
        """See `SessionService.device_removed`."""
        session = self._store.get(device.session_id)
        if session is not None and session.device_id == device.device_id:
            self.set_props(session, {REMOVED: device.device_id})

    def take_expired_devices(self, limit: int) -> list[Device]:
        """See `SessionService.take_expired_devices`."""
        now = now_ms()
        expired = self._store.expired_with_devices(now - lifetime.DAY, now, limit)
        return [
            _device(session)
            for session in expired
            if self._store.take_expired(session.id) and session.props.get(REMOVED) != session.device_id
        ]

    def set_props(self, session: Session, props: dict[str, str]) -> None:
        """Add to the session's properties."""
        current = self._store.get(session.id) or session
        self._store.update(session.id, {"props": json.encode_str({**current.props, **props})})
        self._cache.invalidate(session.token)

    # -- ending

    def revoke(self, session: Session) -> None:
        """End a session everywhere: database, caches of all workers, WebSockets."""
        self._store.delete(session.id)
        self._forget(session)
        self._tell_revoked(session.user_id, [session.token])

    def revoke_by_id(self, session_id: str, *, user_id: str) -> None:
        """End a session of this user. Raises `SessionNotFound`."""
        session = self._store.get(session_id)
        if session is None or session.user_id != user_id:
            raise SessionNotFound(status_code=400)
        self.revoke(session)

    def revoke_all_of_user(self, user_id: str, *, except_session_id: str = "") -> None:
        """End every session of the user (but one)."""
        ending = [session for session in self._store.of_user(user_id) if session.id != except_session_id]
        self._store.delete_many([session.id for session in ending])
        for session in ending:
            self._forget(session)
        self._tell_revoked(user_id, [session.token for session in ending] if except_session_id else None)

    def _tell_revoked(self, user_id: str, tokens: list[str] | None) -> None:
        self._context.hooks.tell("sessions_have_been_revoked", user_id=user_id, tokens=tokens)

    def revoke_everybody(self) -> None:
        """End every session of every user."""
        self._store.delete_all()
        self._cache.invalidate_all()
        self._context.broadcast(EVERYBODY, {})
        self._tell_revoked("", None)
        self._context.db.after_commit(self._disconnect_everybody)

    def _disconnect_everybody(self, _payload: Any = None) -> None:
        self._context.hub.disconnect_all("all sessions were revoked")

    def _forget(self, session: Session) -> None:
        self._cache.invalidate(session.token)
        self._context.db.after_commit(lambda: self._context.hub.forget_session(session.id))

    def end_token(self, token: str) -> None:
        """End the session of a personal access token, which was turned off or on or deleted."""
        session = self._store.get_by_token(token)
        if session is not None:
            self.revoke(session)
        self._cache.invalidate(token)
        self._unknown.invalidate(token)

    def look_again(self) -> None:
        """Forget what is cached about sessions, in this worker (each one hears of changed settings)."""
        self._cache.invalidate_all()
        self._unknown.invalidate_all()

    # -- following the account

    def follow_roles(self, user: User) -> None:
        """Give the user's sessions the roles that the user has now."""
        self._store.set_roles(user.id, user.roles)
        for session in self._store.of_user(user.id):
            self._cache.invalidate(session.token)
        self._context.db.after_commit(lambda: self._context.hub.forget_user(user.id))

    def delete_expired(self) -> None:
        """Delete rows of sessions that ended a day ago."""
        self._store.delete_expired(now_ms() - lifetime.DAY)


def _device(session: Session) -> Device:
    return Device(session_id=session.id, user_id=session.user_id, device_id=session.device_id)


def without_token(session: Session) -> Any:
    """Return a session as its user may see it in a list."""
    return structs.replace(
        session, token="", props={key: value for key, value in session.props.items() if key != "csrf"}
    )
