"""What would be sent by mail, if a mail plugin were on."""

from urllib.parse import parse_qs, urlsplit

import pytest

from hubbub.core.contracts.mail import Mail, NullMailer


class Mailbox(list[Mail]):
    """The mails so far, oldest first."""

    def of(self, kind: str) -> list[Mail]:
        """Return the mails of a kind."""
        return [mail for mail in self if mail.kind == kind]

    def token(self, to: str) -> str:
        """Return the token in the newest mail to an address."""
        mail = [mail for mail in self if mail.to == to][-1]
        query = parse_qs(urlsplit(mail.link).query)
        return (query.get("token") or query["t"])[0]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Return a box that gets what the server sends."""
    box = Mailbox()

    def send(_self: NullMailer, mail: Mail) -> bool:
        box.append(mail)
        return True

    monkeypatch.setattr(NullMailer, "send", send)
    return box
