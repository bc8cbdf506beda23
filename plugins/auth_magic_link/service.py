"""Links that sign guests in: who gets one by mail, and whose session comes of it."""

from typing import Final
from urllib.parse import urlencode

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import MAGIC_LINK, ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import (
    GUEST_MAGIC_LINK,
    GUEST_MAGIC_LINK_INVITATION,
    LIFETIMES_MS,
    OneTimeToken,
    OneTimeTokenService,
    invitation_of,
)
from hubbub.core.contracts.users import RESERVED_USERNAMES, User, UserNotFound, UserService, nearest_username
from hubbub.core.ids import new_id
from hubbub.plugins.auth_magic_link.errors import AccountElsewhere, LinkExpired, LinkInvalid, LinksOff

PATH: Final = "/login/one_time_link"
AT_ONCE: Final = 3
"""Links that one guest can have unused at a time: so many mails anybody can have sent to them in five minutes."""


class MagicLinks:
    """`LinkAuthenticator`."""

    id = MAGIC_LINK
    kind = "token"

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._tokens = context.service(OneTimeTokenService)
        self._external = context.service(ExternalSignIn)
        self._mailer = context.service(Mailer)

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Return None: nobody signs in here with a password."""
        return None

    def is_enabled(self) -> bool:
        """Say whether guests may sign in by links now."""
        guests = self._context.config.GuestAccountsSettings
        return bool(guests.Enable and guests.EnableGuestMagicLink)

    # -- asking for a link

    def ask(self, login_id: str) -> None:
        """Have a link sent to a guest. SECURITY: in the background, so that the answer tells nobody's account."""
        if self.is_enabled() and login_id.strip():
            self._context.tasks.submit(self._send, login_id, droppable=True)

    def _send(self, login_id: str) -> None:
        try:
            user = self._users.get_by_email(login_id) if "@" in login_id else self._users.get_by_username(login_id)
        except UserNotFound:
            return
        extra = {"user_id": user.id, "email": user.email}
        if not _is_ours(user) or self._tokens.count_like(GUEST_MAGIC_LINK, extra) >= AT_ONCE:
            return
        with self._context.db.transaction():
            shown = {"t": self._tokens.create(GUEST_MAGIC_LINK, extra)}
            link = f"{self._context.config.ServiceSettings.SiteURL.rstrip('/')}{PATH}?{urlencode(shown)}"
            mail = Mail(
                kind=GUEST_MAGIC_LINK,
                to=user.email,
                subject="Your link to sign in",
                text=f"Open this link within five minutes to sign in. It works once.\n\n{link}\n",
                link=link,
                locale=user.locale,
                values={"username": user.username},
                expires_at=now_ms() + LIFETIMES_MS[GUEST_MAGIC_LINK],
            )
            self._mailer.send(mail)

    # -- a link that is opened

    def address_of(self, token: str) -> str:
        """Return whose link it is, and use up nothing. Raises `LinksOff`, `LinkInvalid`, `LinkExpired`."""
        return self._valid(token).extra.get("email", "")

    def redeem(self, token: str) -> User:
        """Use a link up and return whose it is: a new guest's account is made, and joins what it was invited to.

        Raises what `address_of` does, `AccountElsewhere`, and what `ExternalSignIn.account_of` does for a new account.
        """
        found = self._valid(token)
        if found.type == GUEST_MAGIC_LINK_INVITATION:
            return self._invited(found)
        if not self._tokens.take(found):
            raise LinkInvalid
        try:
            user = self._users.get(found.extra.get("user_id", ""))
        except UserNotFound:
            raise LinkInvalid from None
        # SECURITY: a link must not outlive the address that it was sent to, nor the account's way of signing in.
        if not _is_ours(user) or user.email != found.extra.get("email"):
            raise LinkInvalid
        return user

    def _valid(self, token: str) -> OneTimeToken:
        if not self.is_enabled():
            raise LinksOff
        found = self._tokens.get(token, GUEST_MAGIC_LINK, GUEST_MAGIC_LINK_INVITATION) if token else None
        if found is None:
            raise LinkInvalid
        if found.is_expired(now_ms()):
            raise LinkExpired
        return found

    def _invited(self, found: OneTimeToken) -> User:
        """Return the account of an invited guest. A refused account uses up nothing."""
        invitation = invitation_of(found)
        try:
            user = self._users.get_by_email(invitation.email)
        except UserNotFound:
            user = self._external.account_of(self._new_identity(invitation.email))
        if not _is_ours(user):
            # SECURITY: a mailbox alone opens no account that asks for a password, or for another site's word.
            raise AccountElsewhere
        if not self._tokens.take(found):
            raise LinkInvalid
        self._context.hooks.tell("user_has_accepted_invitation", user=user, invitation=invitation)
        return user

    def _new_identity(self, email: str) -> ExternalIdentity:
        """Return what becomes a guest's account; its subject stays the same when the address changes."""
        locale = self._context.config.LocalizationSettings.DefaultClientLocale
        return ExternalIdentity(
            provider=MAGIC_LINK,
            subject=new_id(),
            username=_username(email),
            email=email,
            locale=locale,
            is_guest=True,
        )


def _username(email: str) -> str:
    name = nearest_username(email.partition("@")[0])
    return name if name and name not in RESERVED_USERNAMES else f"guest-{name}".rstrip("-")


def _is_ours(user: User) -> bool:
    """Say whether it is a guest's account that signs in by links and may be used."""
    return user.auth_service == MAGIC_LINK and user.is_guest and not user.delete_at
