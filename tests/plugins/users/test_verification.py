"""Confirming e-mail addresses by a link, and addresses that shouldn't be there."""

import logging
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.mail import Mail, NullMailer
from hubbub.core.contracts.tokens import DAY_MS
from hubbub.tests.plugins.mailbox import mailbox
from hubbub.tests.plugins.users.conftest import CORE

__all__ = ["mailbox"]
REQUIRED = {"EmailSettings": {"RequireEmailVerification": True}}


def is_verified(admin: Any, user_id: str) -> bool:
    """Say what the server thinks of an account's address."""
    return bool(admin.get(f"/users/{user_id}").json.get("email_verified"))


def ask(server: Any, client: Any, mailbox: Any, email: str) -> str:
    """Return the token of a mail that was asked for."""
    assert client.post("/users/email/verify/send", {"email": email}).json == {"status": "OK"}
    server.settle()
    return str(mailbox.token(email))


def test_a_link_confirms_an_address_once(server: Any, mailbox: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    token = ask(server, server.client(), mailbox, "Bob@Example.com".lower())
    assert mailbox.of("verify_email")[0].to == "bob@example.com"
    assert not is_verified(admin, bob.id)
    assert server.client().post("/users/email/verify", {"token": token}).json == {"status": "OK"}
    assert is_verified(admin, bob.id)
    again = server.client().post("/users/email/verify", {"token": token})
    assert (again.status, again.error) == (400, "api.user.verify_email.bad_link.app_error")


def test_who_signs_up_is_asked_to_confirm_where_that_is_required(make_server: Any, database: Any, mailbox: Any) -> None:
    server = make_server(database, CORE, **REQUIRED)
    server.sign_up("alice")
    body = {"username": "bob", "email": "bob@example.com", "password": "Correct-horse-9"}
    assert server.client().post("/users", body).status == 201
    refused = server.client().login("bob", "Correct-horse-9")
    assert (refused.status, refused.error) == (401, "api.user.login.not_verified.app_error")
    server.settle()
    assert [mail.to for mail in mailbox.of("verify_email")] == ["bob@example.com"], (
        "the first account needs no confirmation"
    )
    bob = server.client()
    bob.post("/users/email/verify", {"token": mailbox.token("bob@example.com")})
    assert bob.login("bob", "Correct-horse-9").status == 200
    bob.put("/users/me/patch", {"email": "new@example.com", "password": "Correct-horse-9"})
    server.settle()
    assert mailbox[-1].to == "new@example.com"


def test_a_link_to_a_former_address_confirms_nothing(server: Any, mailbox: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    token = ask(server, bob, mailbox, "bob@example.com")
    bob.put("/users/me/patch", {"email": "new@example.com", "password": "Correct-horse-9"})
    assert bob.post("/users/email/verify", {"token": token}).error == "api.user.verify_email.bad_link.app_error"
    assert not is_verified(admin, bob.id)


def test_an_old_link_says_that_it_is_old(server: Any, mailbox: Any) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    token = ask(server, bob, mailbox, "bob@example.com")
    server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - DAY_MS - 1,))
    assert bob.post("/users/email/verify", {"token": token}).error == "api.user.verify_email.link_expired.app_error"


def test_a_link_used_twice_at_once_counts_once(server: Any, mailbox: Any) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    token = ask(server, bob, mailbox, "bob@example.com")
    jobs = [gevent.spawn(server.client().post, "/users/email/verify", {"token": token}) for _ in range(3)]
    assert sorted(job.get().status for job in jobs) == [200, 400, 400]


def test_nobody_learns_who_has_an_account(server: Any, mailbox: Any) -> None:
    server.sign_up("alice")
    for email in ("nobody@example.com", "alice@example.com"):
        assert server.client().post("/users/email/verify/send", {"email": email}).json == {"status": "OK"}
    server.settle()
    assert mailbox.of("verify_email") == [], "alice's address is confirmed"
    assert server.client().post("/users/email/verify/send", {}).status == 400


@pytest.mark.engines("sqlite")
def test_tokens_of_another_kind_or_length_are_refused(server: Any, mailbox: Any) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    for token in ("", "x" * 63, "x" * 65):
        refused = bob.post("/users/email/verify", {"token": token})
        assert (refused.status, refused.error) == (400, "api.context.invalid_body_param.app_error")
    assert bob.post("/users/email/verify", {"token": "x" * 64}).error == "api.user.verify_email.bad_link.app_error"
    bob.post("/users/password/reset/send", {"email": "bob@example.com"})
    server.settle()
    token = mailbox.token("bob@example.com")
    assert bob.post("/users/email/verify", {"token": token}).error == "api.user.verify_email.bad_link.app_error"


def test_an_admin_confirms_an_address(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert bob.post("/users/me/email/verify/member").status == 403
    assert admin.post(f"/users/{bob.id}/email/verify/member").json["email_verified"] is True
    assert len(server.events("user_updated")) == 3
    assert admin.post(f"/users/{'x' * 26}/email/verify/member").status == 404


def test_addresses_of_other_domains_are_listed(make_server: Any, database: Any) -> None:
    server = make_server(database, CORE)
    admin = server.sign_up("alice")
    server.sign_up("bob", email="bob@else.org")
    server.sign_up("carl", email="carl@sub.example.com")
    refused = admin.get("/users/invalid_emails")
    assert refused.status == 400, "everybody may come"
    closed = {"EnableOpenServer": False, "RestrictCreationToDomains": "example.com, @other.net"}
    server = make_server(database, CORE, TeamSettings=closed)
    admin = server.client()
    admin.login("alice")
    assert [user["username"] for user in admin.get("/users/invalid_emails").json] == ["bob", "carl"]
    assert [user["username"] for user in admin.get("/users/invalid_emails?per_page=1&page=1").json] == ["carl"]
    bob = server.client()
    bob.login("bob")
    assert bob.get("/users/invalid_emails").status == 403


def test_without_a_mail_plugin_the_log_says_so_but_never_the_link(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hubbub.mail")
    mail = Mail(kind="verify_email", to="bob@example.com", subject="s", text="secret", link="https://x/?token=secret")
    assert NullMailer().send(mail) is False
    assert "no mail plugin is on" in caplog.text
    assert "secret" not in caplog.text
