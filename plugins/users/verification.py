"""Confirming e-mail addresses: whoever opens the link in a mail has the address."""

from typing import Final
from urllib.parse import urlencode

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import LIFETIMES_MS, VERIFY_EMAIL, OneTimeTokenService
from hubbub.core.contracts.users import User, UserNotFound
from hubbub.plugins.users.service import Users

KIND: Final = "verify_email"


class BadLink(BadRequest):
    id = "api.user.verify_email.bad_link.app_error"
    message = "This link to confirm an e-mail address is not valid. Ask for a new one."


class LinkExpired(BadRequest):
    id = "api.user.verify_email.link_expired.app_error"
    message = "This link to confirm an e-mail address is older than a day. Ask for a new one."


class Verification:
    """Sends links to confirm addresses, and takes them."""

    def __init__(self, context: PluginContext, users: Users, tokens: OneTimeTokenService, mailer: Mailer) -> None:
        self._context = context
        self._users = users
        self._tokens = tokens
        self._mailer = mailer

    def ask_if_required(self, user: User) -> None:
        """Send a link to an account that can't sign in before its address is confirmed."""
        if self._context.config.EmailSettings.RequireEmailVerification:
            self._send_later(user)

    def ask(self, email: str) -> None:
        """Send a link to an address, if it is an account's and not confirmed. Nobody learns whether it is."""
        try:
            self._send_later(self._users.get_by_email(email))
        except UserNotFound:
            return

    def _send_later(self, user: User) -> None:
        # SECURITY: in the background, so that the time of the answer doesn't tell whether there is an account.
        if user.email_verified is not True and not user.delete_at and not user.is_bot:
            self._context.tasks.submit(self._send, user)

    def _send(self, user: User) -> None:
        with self._context.db.transaction():
            token = self._tokens.create(VERIFY_EMAIL, {"user_id": user.id, "email": user.email})
            site = self._context.config.ServiceSettings.SiteURL.rstrip("/")
            link = f"{site}/do_verify_email?{urlencode({'token': token, 'email': user.email})}"
            text = f"Confirm that this is your e-mail address by opening this link within a day:\n\n{link}\n"
            mail = Mail(
                kind=KIND,
                to=user.email,
                subject="Confirm your e-mail address",
                text=text,
                link=link,
                locale=user.locale,
                values={"username": user.username},
                expires_at=now_ms() + LIFETIMES_MS[VERIFY_EMAIL],
            )
            self._mailer.send(mail)

    def confirm(self, token: str) -> User:
        """Take a link's token. Raises `BadLink`, `LinkExpired`."""
        found = self._tokens.get(token, VERIFY_EMAIL)
        if found is None:
            raise BadLink
        if found.is_expired(now_ms()):
            raise LinkExpired
        try:
            user = self._users.get(found.extra.get("user_id", ""))
        except UserNotFound as error:
            raise BadLink from error
        # SECURITY: a link to an address that the account no longer has confirms nothing.
        if user.email != found.extra.get("email") or not self._tokens.take(found):
            raise BadLink
        return self._users.set_email_verified(user.id)
