"""How the mail server is reached: encrypted as the settings say, signed in, and what is said when it fails."""

from typing import Any

import pytest

from hubbub.tests.plugins.mail_smtp.conftest import ACCOUNTS, SITE, mail_settings
from hubbub.tests.services.smtp import PASSWORD, USER

ONLY = (*ACCOUNTS, "system")
SIGNED_IN = {"EnableSMTPAuth": True, "SMTPUsername": USER, "SMTPPassword": PASSWORD}


@pytest.fixture
def trusted(smtp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the mail server's certificate be one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(smtp.certificate))


@pytest.fixture
def alice(make_server: Any, sqlite_database: Any) -> Any:
    """Return a system admin of a server that sends no mail yet."""
    sections = {"ServiceSettings": {"SiteURL": SITE}, "TeamSettings": {"SiteName": "Hubbub"}}
    return make_server(sqlite_database, ONLY, **sections).sign_up("alice")


@pytest.fixture
def try_out(alice: Any, smtp: Any) -> Any:
    """Return `try_out(**settings)`: what the server answers when an admin tries mail settings."""
    return lambda **more: alice.post("/email/test", {"EmailSettings": mail_settings(smtp, **more)})


def refused(answer: Any) -> str:
    """Return why a mail was not sent."""
    assert (answer.status, answer.error) == (500, "app.admin.test_email.failure"), answer
    assert PASSWORD not in str(answer.json)
    return str(answer.json["message"])


def test_plain(try_out: Any, smtp: Any) -> None:
    assert try_out().json == {"status": "OK"}
    (received,) = smtp.mails
    assert (received.to, received.tls, received.user) == ("alice@example.com", False, "")
    assert received.greeted_as == "chat.example.com"
    assert received.message["Subject"] == "A test mail from Hubbub"


@pytest.mark.parametrize("security", ["STARTTLS", "TLS"])
def test_encrypted_and_signed_in(try_out: Any, smtp: Any, trusted: None, security: str) -> None:
    port = str(getattr(smtp, security.lower()))
    assert try_out(ConnectionSecurity=security, SMTPPort=port, **SIGNED_IN).json == {"status": "OK"}
    assert [(one.tls, one.user) for one in smtp.mails] == [(True, USER)]
    wrong = {**SIGNED_IN, "SMTPPassword": "wrong"}
    said = refused(try_out(ConnectionSecurity=security, SMTPPort=port, **wrong))
    assert "refuses user name or password: 535" in said
    assert len(smtp.mails) == 1


@pytest.mark.parametrize("security", ["STARTTLS", "TLS"])
def test_a_certificate_that_nobody_vouches_for_is_refused_unless_that_is_allowed(
    try_out: Any, smtp: Any, security: str
) -> None:
    settings = {"ConnectionSecurity": security, "SMTPPort": str(getattr(smtp, security.lower())), **SIGNED_IN}
    assert "certificate verify failed" in refused(try_out(**settings))
    assert smtp.mails == []
    assert try_out(SkipServerCertificateVerification=True, **settings).json == {"status": "OK"}


def test_a_certificate_of_another_name_is_refused(try_out: Any, smtp: Any, trusted: None) -> None:
    answer = try_out(SMTPServer="127.0.0.2", ConnectionSecurity="TLS", SMTPPort=str(smtp.tls), **SIGNED_IN)
    assert "IP address mismatch" in refused(answer)


def test_a_server_without_starttls_gets_nothing_unencrypted(try_out: Any, smtp: Any) -> None:
    assert "STARTTLS" in refused(try_out(ConnectionSecurity="STARTTLS"))
    assert smtp.mails == []


def test_a_password_is_not_sent_unencrypted_to_another_machine(smtp: Any) -> None:
    from hubbub.plugins.mail_smtp.transport import Connection, Failure, Server

    connection = Connection(Server(host="mail.example.com", port=smtp.plain, auth=True, username="u", password="p"))

    class Elsewhere:
        def login(self, user: str, password: str) -> None:
            raise AssertionError("the password was sent")

    with pytest.raises(Failure, match="TLS or STARTTLS only"):
        connection._sign_in(Elsewhere())  # type: ignore[arg-type]  # stands in for a connection to another machine


def test_a_server_that_says_nothing_is_given_up_in_time(try_out: Any, smtp: Any) -> None:
    assert "timed out" in refused(try_out(SMTPPort=str(smtp.silent), SMTPServerTimeout=1))


def test_what_can_not_be_tried(try_out: Any, alice: Any, smtp: Any) -> None:
    assert try_out(SMTPServer="").error == "api.admin.test_email.missing_server"
    assert try_out(ConnectionSecurity="MAYBE").status == 400
    assert alice.post("/email/test", {"EmailSettings": "no"}).status == 400
    assert "refuse" in refused(try_out(SMTPPort="1")).lower()
    assert "SMTPPort" in refused(try_out(SMTPPort="many"))
    smtp.rules(rcpt={"*": "550 no such user"})
    assert "550 no such user" in refused(try_out())


def test_a_hidden_password_is_the_stored_one_for_the_same_server_only(
    make_mailing: Any, sqlite_database: Any, smtp: Any, trusted: None
) -> None:
    there = {"ConnectionSecurity": "TLS", "SMTPPort": str(smtp.tls), **SIGNED_IN}
    alice = make_mailing(sqlite_database, ONLY, there).sign_up("alice")
    shown = alice.get("/config").json
    assert set(shown["EmailSettings"]["SMTPPassword"]) == {"*"}
    assert alice.post("/email/test", shown).json == {"status": "OK"}
    assert alice.post("/email/test").json == {"status": "OK"}, "the settings in use"
    shown["EmailSettings"]["SMTPServer"] = "127.0.0.1"
    assert alice.post("/email/test", shown).error == "api.admin.test_email.reenter_password"
    shown["EmailSettings"]["SMTPPassword"] = PASSWORD
    assert alice.post("/email/test", shown).json == {"status": "OK"}


def test_bob_may_not_try(make_mailing: Any, sqlite_database: Any) -> None:
    server = make_mailing(sqlite_database, ONLY)
    server.sign_up("alice")
    assert server.sign_up("bob").post("/email/test", {}).status == 403
    assert server.client().post("/email/test", {}).status == 401
