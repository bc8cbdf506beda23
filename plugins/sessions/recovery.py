"""Forgotten passwords: a link by mail, good once and for a day."""

from typing import Final
from urllib.parse import urlencode

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import MAGIC_LINK, PasswordService
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import LIFETIMES_MS, PASSWORD_RECOVERY, OneTimeToken, OneTimeTokenService
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.plugins.sessions.service import Sessions

KIND: Final = "password_reset"


class LinkInvalid(BadRequest):
    id = "api.user.reset_password.invalid_link.app_error"
    message = "This link to reset a password is not valid (any more). Ask for a new one."


class LinkExpired(BadRequest):
    id = "api.user.reset_password.link_expired.app_error"
    message = "This link to reset a password is older than a day, or was overtaken by a change. Ask for a new one."


class PasswordElsewhere(BadRequest):
    id = "api.user.reset_password.sso.app_error"
    message = "This account signs in with {service}: change the password there."


class NoPassword(BadRequest):
    id = "api.user.send_password_reset.guest_magic_link.app_error"
    message = "This account signs in by links that it gets by mail: it has no password."


class PasswordRecovery:
    """Sends links to people who forgot their password, and takes them."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        passwords: PasswordService,
        sessions: Sessions,
        tokens: OneTimeTokenService,
        mailer: Mailer,
    ) -> None:
        self._context = context
        self._users = users
        self._passwords = passwords
        self._sessions = sessions
        self._tokens = tokens
        self._mailer = mailer

    def ask(self, email: str) -> None:
        """Send a link to an address, if a password of ours belongs to it. Nobody learns whether it does."""
        try:
            user = self._users.get_by_email(email)
        except UserNotFound:
            return
        if not (user.auth_service or user.delete_at or user.is_bot is True):
            # SECURITY: in the background, so that the time of the answer doesn't tell whether there is an account.
            self._context.tasks.submit(self._send, user)

    def _send(self, user: User) -> None:
        with self._context.db.transaction():
            token = self._tokens.create(PASSWORD_RECOVERY, {"user_id": user.id, "email": user.email})
            site = self._context.config.ServiceSettings.SiteURL.rstrip("/")
            link = f"{site}/reset_password_complete?{urlencode({'token': token})}"
            text = (
                f"Somebody asked for a new password of your account {user.username}. If it was you, choose one within a"
                f" day here:\n\n{link}\n\nIf it wasn't, there is nothing to do.\n"
            )
            mail = Mail(
                kind=KIND,
                to=user.email,
                subject="Reset your password",
                text=text,
                link=link,
                locale=user.locale,
                values={"username": user.username},
                expires_at=now_ms() + LIFETIMES_MS[PASSWORD_RECOVERY],
            )
            self._mailer.send(mail)

    def reset(self, token: str, new_password: str) -> None:
        """Take a link's token and set the password. Raises `LinkInvalid`, `LinkExpired`, `BadRequest` (rules)."""
        found = self._tokens.get(token, PASSWORD_RECOVERY)
        if found is None:
            raise LinkInvalid
        user = self._account_of(found)
        self._passwords.validate(new_password)
        hashed = self._passwords.hash(new_password)
        with self._context.db.transaction():
            if not self._tokens.take(found):
                raise LinkInvalid
            self._users.set_password_hash(user.id, hashed)
        if self._context.config.ServiceSettings.TerminateSessionsOnPasswordChange:
            self._sessions.revoke_all_of_user(user.id)

    def _account_of(self, token: OneTimeToken) -> User:
        try:
            user = self._users.get(token.extra.get("user_id", ""))
        except UserNotFound as error:
            raise LinkInvalid from error
        if user.auth_service == MAGIC_LINK:
            raise NoPassword
        if user.auth_service:
            raise PasswordElsewhere(service=user.auth_service)
        # SECURITY: an older link must not undo a change of the password or of the address.
        overtaken = user.email != token.extra.get("email") or (user.last_password_update or 0) > token.create_at
        if token.is_expired(now_ms()) or overtaken:
            raise LinkExpired
        return user
