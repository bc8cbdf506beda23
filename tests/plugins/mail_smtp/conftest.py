"""A server that sends mail to a real mail server."""

from typing import Any

import pytest

from hubbub.tests.plugins.conftest import Server
from hubbub.tests.services.smtp import SmtpServer

ACCOUNTS = ("roles", "users", "auth_password", "sessions", "mail_smtp")
SITE = "https://chat.example.com"


def mail_settings(smtp: SmtpServer, **more: Any) -> dict[str, Any]:
    """Return EmailSettings that lead to the mail server."""
    return {
        "SMTPServer": "localhost",
        "SMTPPort": str(smtp.plain),
        "FeedbackEmail": "hubbub@example.com",
        "FeedbackName": "Hubbub",
        "ReplyToAddress": "help@example.com",
        **more,
    }


def quiet(server: Server) -> None:
    """Leave it to the test when the queue is looked at; what is queued is still sent at once."""
    server.app.tasks.cancel_owned_by("mail_smtp")


def sender_of(server: Server) -> Any:
    """Return what sends the queue."""
    return server.app.plugins.instance("mail_smtp").sender


def queue(server: Server) -> list[tuple[Any, ...]]:
    """Return (kind, attempts, claim, error) of what waits."""
    rows = server.app.db.fetch_all("SELECT kind, attempts, claim, lasterror FROM {hb_mail_queue} ORDER BY createat, id")
    return [tuple(row) for row in rows]


def make_due(server: Server) -> None:
    """Let the time of the next attempt come."""
    server.app.db.execute("UPDATE {hb_mail_queue} SET nextat = 0")


@pytest.fixture
def make_mailing(make_server: Any, smtp: SmtpServer) -> Any:
    """Return `make(source, only=ACCOUNTS, email={}, **sections)`."""

    def make(source: Any, only: tuple[str, ...] = ACCOUNTS, email: Any = None, **sections: dict[str, Any]) -> Server:
        sections["EmailSettings"] = mail_settings(smtp, **(email or {}))
        sections["TeamSettings"] = {"SiteName": "Hubbub", "EnableOpenServer": True, **sections.get("TeamSettings", {})}
        sections["ServiceSettings"] = {"SiteURL": SITE, **sections.get("ServiceSettings", {})}
        server: Server = make_server(source, only, **sections)
        quiet(server)
        return server

    return make


@pytest.fixture
def server(make_mailing: Any, sqlite_database: Any) -> Server:
    """Return a server on SQLite that sends mail."""
    made: Server = make_mailing(sqlite_database)
    return made
