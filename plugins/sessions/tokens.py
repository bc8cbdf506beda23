"""Personal access tokens: a session that is opened by a token rather than by signing in."""

from collections.abc import Callable
from typing import Final

from msgspec import UNSET, structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, NotFound, NotImplementedYet
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.core.http.paging import Page
from hubbub.core.ids import new_id
from hubbub.plugins.sessions import lifetime
from hubbub.plugins.sessions.store import SessionStore
from hubbub.plugins.sessions.tokens_store import AccessToken, AccessTokenStore

MAX_DESCRIPTION_BYTES: Final = 255
SEARCH_LIMIT: Final = 100


class AccessTokensDisabled(NotImplementedYet):
    id = "app.user_access_token.disabled"
    message = "Personal access tokens are turned off on this server (ServiceSettings.EnableUserAccessTokens)."


class AccessTokenNotFound(NotFound):
    id = "app.user_access_token.get_by_user.app_error"
    message = "There is no such access token."


class DescriptionTooLong(BadRequest):
    id = "model.user_access_token.is_valid.description.app_error"
    message = "The description has at most 255 bytes."


class AccessTokens:
    """Personal access tokens of users and bots."""

    def __init__(
        self,
        context: PluginContext,
        store: AccessTokenStore,
        sessions: SessionStore,
        users: UserService,
        mailer: Mailer,
    ) -> None:
        self._mailer = mailer
        self._context = context
        self._store = store
        self._sessions = sessions
        self._users = users
        self._on_change: list[Callable[[str], None]] = []

    def on_change(self, callback: Callable[[str], None]) -> None:
        """Have `callback(token)` called when a token was turned on or off or deleted."""
        self._on_change.append(callback)

    # -- as sessions

    def open_session(self, token: str) -> Session | None:
        """Return the session of a valid access token, making its row the first time; None for any other text."""
        record = self._store.get_by_token(token)
        if record is None or record.token != token or not record.is_active:
            return None
        try:
            user = self._users.get(record.user_id)
        except UserNotFound:
            return None
        if user.delete_at:
            return None
        props = {lifetime.TYPE: lifetime.ACCESS_TOKEN_TYPE, "user_access_token_id": record.id}
        if user.is_bot:
            props["is_bot"] = "true"
        props["is_guest"] = "true" if user.is_guest else "false"
        now = now_ms()
        session = Session(
            # The token's own id, so that two workers that see it first at once make one row.
            id=record.id,
            token=token,
            create_at=now,
            expires_at=now + lifetime.ACCESS_TOKEN_LIFETIME,
            last_activity_at=now,
            user_id=user.id,
            roles=user.roles,
            props=props,
        )
        if not self.is_usable(session):
            return None
        self._sessions.insert(session, unless_there=True)
        return session

    def is_usable(self, session: Session) -> bool:
        """Say whether settings allow a session of this kind: those of bots are always allowed."""
        return session.props.get("is_bot") == "true" or self._context.config.ServiceSettings.EnableUserAccessTokens

    # -- administration

    def create(self, user_id: str, description: str) -> AccessToken:
        """Create a token; this record alone shows it. Raises `AccessTokensDisabled`, `DescriptionTooLong`."""
        user = self._users.get(user_id)
        if not self._context.config.ServiceSettings.EnableUserAccessTokens and not user.is_bot:
            raise AccessTokensDisabled
        if len(description.encode()) > MAX_DESCRIPTION_BYTES:
            raise DescriptionTooLong
        record = AccessToken(id=new_id(), token=new_id(), user_id=user_id, description=description)
        with self._context.db.transaction():
            self._store.insert(record)
            self._tell(user)
        return record

    def _tell(self, user: User) -> None:
        """Write to somebody who has a new token: it may not be them who made it."""
        if user.is_bot is True:
            return
        subject = "A personal access token was created"
        text = f"A personal access token was created for your account {user.username}."
        values = {"username": user.username}
        kind = "access_token_created"
        self._mailer.send(Mail(kind=kind, to=user.email, subject=subject, text=text, locale=user.locale, values=values))

    def get(self, token_id: str) -> AccessToken:
        """Return a token without its secret. Raises `AccessTokenNotFound`."""
        return _hidden(self._full(token_id))

    def of_user(self, user_id: str, page: Page) -> list[AccessToken]:
        """Return a page of a user's tokens, without secrets."""
        return [_hidden(record) for record in self._store.of_user(user_id, page)]

    def all(self, page: Page) -> list[AccessToken]:
        """Return a page of everybody's tokens, without secrets."""
        return [_hidden(record) for record in self._store.all(page)]

    def search(self, term: str) -> list[AccessToken]:
        """Return tokens by the beginning of their id, owner's id or owner's user name, without secrets."""
        return [_hidden(record) for record in self._store.search(term, SEARCH_LIMIT)]

    def revoke(self, token_id: str) -> None:
        """Delete a token and end its session."""
        record = self._full(token_id)
        self._store.delete(token_id)
        self._changed(record)

    def set_active(self, token_id: str, active: bool) -> None:
        """Turn a token on, or off, which ends its session."""
        record = self._full(token_id)
        self._store.set_active(token_id, active)
        self._changed(record)

    def _full(self, token_id: str) -> AccessToken:
        record = self._store.get(token_id)
        if record is None:
            raise AccessTokenNotFound
        return record

    def _changed(self, record: AccessToken) -> None:
        for callback in self._on_change:
            callback(str(record.token))


def _hidden(record: AccessToken) -> AccessToken:
    return structs.replace(record, token=UNSET)
