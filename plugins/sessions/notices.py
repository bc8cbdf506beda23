"""Mail to somebody whose way of signing in was changed: it may not be them who did it."""

from collections.abc import Callable
from typing import Final

from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.users import User

KIND: Final = "signin_changed"
PASSWORD: Final = "a password"
TellSwitched = Callable[[User, str], None]
"""Called with the account and the service that it signs in with now, "" for a password."""


def tell_switched(mailer: Mailer) -> TellSwitched:
    """Return what writes such mails."""

    def tell(user: User, service: str) -> None:
        method = service or PASSWORD
        subject = "You now sign in in another way"
        text = f"From now on you sign in to your account {user.username} with: {method}."
        values = {"username": user.username, "method": method}
        mailer.send(Mail(kind=KIND, to=user.email, subject=subject, text=text, locale=user.locale, values=values))

    return tell
