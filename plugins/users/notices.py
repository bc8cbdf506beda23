"""Mails that tell people what became of their account: who did not do it themselves should hear of it."""

from typing import Final

from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User

LOCAL_DOMAIN: Final = "@localhost"
"""Addresses of accounts that were made without one."""


class Notices:
    """Writes to people about their account. Each goes to the address that the account had before the change."""

    def __init__(self, context: PluginContext, mailer: Mailer) -> None:
        self._context = context
        self._mailer = mailer

    def created(self, user: User, *, welcome: bool) -> None:
        """Welcome somebody, unless they get a link to confirm their address, or want no mail."""
        settings = self._context.config.EmailSettings
        must_confirm = settings.RequireEmailVerification and user.email_verified is not True
        if must_confirm or not settings.SendEmailNotifications or not welcome:
            return
        link = self._context.config.ServiceSettings.SiteURL
        self._send("welcome", user, "Welcome", f"Your account {user.username} is ready.", link=link)

    def changed(self, new: User, old: User) -> None:
        """Tell of what changed: address, user name, password, second step."""
        if new.email != old.email:
            text = f"The e-mail address of your account {new.username} is now {new.email}."
            self._send("email_changed", old, "Your e-mail address was changed", text, new_email=new.email)
        if new.username != old.username:
            text = f"Your user name is now {new.username}; it was {old.username}."
            values = {"username": new.username, "old_username": old.username}
            self._send("username_changed", old, "Your user name was changed", text, **values)
        if new.last_password_update != old.last_password_update and not new.auth_service:
            text = f"The password of your account {new.username} was changed."
            self._send("password_changed", old, "Your password was changed", text)
        if bool(new.mfa_active) != bool(old.mfa_active):
            kind, state = ("mfa_activated", "on") if new.mfa_active else ("mfa_deactivated", "off")
            self._send(kind, old, f"Two-step sign-in is {state}", f"Two-step sign-in of {new.username} is now {state}.")

    def deactivated(self, user: User) -> None:
        """Tell somebody that they have deactivated their account."""
        text = f"Your account {user.username} was deactivated."
        self._send("account_deactivated", user, "Your account was deactivated", text)

    def _send(self, kind: str, user: User, subject: str, text: str, *, link: str = "", **values: str) -> None:
        if user.is_bot is True or user.email.endswith(LOCAL_DOMAIN):
            return
        shown = {"username": user.username, **values}
        mail = Mail(kind=kind, to=user.email, subject=subject, text=text, link=link, locale=user.locale, values=shown)
        self._mailer.send(mail)
