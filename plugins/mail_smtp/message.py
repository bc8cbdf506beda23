"""A mail as it goes over the wire: headers that nobody can add to, text and HTML beside each other."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.contracts.mail import Mail
from hubbub.plugins.mail_smtp.rendering import Rendered

MAX_SUBJECT: Final = 200
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,255}")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,100}")


class BadAddress(ValueError):
    """An address to which, or from which, nothing can be sent."""


def clean(text: str) -> str:
    """Return a text for one line of a header: no line ends or other controls, which could begin another header."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def wire_address(address: str) -> str:
    """Return an address as mail servers take it: the domain in ASCII. Raises `BadAddress`."""
    if not _ADDRESS.fullmatch(address):
        raise BadAddress("it is no e-mail address")
    local, domain = address.rsplit("@", 1)
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadAddress("its domain is none") from error


def build(mail: Mail, rendered: Rendered, settings: Any, *, key: str, create_at: int) -> EmailMessage:
    """Return the whole message; `key` makes its id, the same at every attempt. Raises `BadAddress`."""
    sender, to = wire_address(settings.FeedbackEmail), wire_address(mail.to)
    ascii_only = (sender + to).isascii()
    message = EmailMessage(policy=SMTP if ascii_only else SMTPUTF8)
    message["From"] = _address(sender, settings.FeedbackName)
    message["To"] = _address(to, "")
    message["Subject"] = clean(rendered.subject)[:MAX_SUBJECT] or "-"
    message["Date"] = format_datetime(datetime.fromtimestamp(create_at // 1000, UTC))
    _add_ids(message, mail, key, sender.rsplit("@", 1)[1])
    if settings.ReplyToAddress and settings.ReplyToAddress != settings.FeedbackEmail:
        message["Reply-To"] = _address(wire_address(settings.ReplyToAddress), "")
    # So that no holiday answer comes back (RFC 3834), not from Microsoft's servers either.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = rendered.language  # after the parts: they take every Content- header with them
    return message


def _address(address: str, name: str) -> Address:
    local, domain = address.rsplit("@", 1)
    return Address(display_name=clean(name), username=local, domain=domain)


def _add_ids(message: EmailMessage, mail: Mail, key: str, domain: str) -> None:
    own = mail.message_id if _ID.fullmatch(mail.message_id) else key
    message["Message-ID"] = f"<{own}@{domain}>"
    if _ID.fullmatch(mail.thread_id) and mail.thread_id != own:
        message["In-Reply-To"] = message["References"] = f"<{mail.thread_id}@{domain}>"


def own_name(site_url: str) -> str:
    """Return the name by which we greet a mail server: the site's host, in ASCII."""
    try:
        host = urlsplit(site_url).hostname or "localhost"
        return host.encode("idna").decode()
    except (UnicodeError, ValueError):
        return "localhost"
