"""What mails look like on the wire: headers that nobody can add to, text and HTML, languages, strange letters."""

import re
from string import Formatter
from typing import Any

import pytest

from hubbub.core.contracts.mail import Mail, Mailer, MailItem
from hubbub.plugins.mail_smtp.catalog import new_languages
from hubbub.tests.plugins.mail_smtp.conftest import SITE, queue


@pytest.fixture
def sent(server: Any, smtp: Any) -> Any:
    """Return `sent(**fields)`: the mail as the mail server got it."""

    def send(**fields: Any) -> Any:
        before = len(smtp.mails)
        mail = Mail(**{"kind": "note", "to": "bob@example.com", "subject": "A subject", "text": "A text.", **fields})
        server.app.services.get(Mailer).send(mail)
        server.settle()
        assert queue(server) == []
        return smtp.wait(before + 1)[-1]

    return send


def test_text_and_html_stand_beside_each_other(sent: Any) -> None:
    link = f"{SITE}/somewhere?token=abc&email=x"
    received = sent(text=f"Two words.\n\nGo there:\n\n{link}\n", link=link, button="Go there")
    message = received.message
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert link in received.text
    assert f'href="{link.replace("&", "&amp;")}"' in received.html
    assert "<img" not in received.html
    assert "Two words." in received.text
    assert "Two words." in received.html


def test_the_headers(sent: Any) -> None:
    message = sent().message
    assert str(message["From"]) == "Hubbub <hubbub@example.com>"
    assert str(message["To"]) == "bob@example.com"
    assert str(message["Reply-To"]) == "help@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[a-z0-9]{26}@example\.com>", message["Message-ID"])
    assert message["Date"].datetime is not None


def test_mails_of_one_thread_hang_together(sent: Any) -> None:
    root = sent(message_id="root1.bob", thread_id="root1.bob").message
    reply = sent(message_id="reply1.bob", thread_id="root1.bob").message
    assert root["References"] is None
    assert reply["References"] == reply["In-Reply-To"] == root["Message-ID"] == "<root1.bob@example.com>"
    assert reply["Message-ID"] == "<reply1.bob@example.com>"


def test_nobody_adds_a_header_or_a_recipient(make_mailing: Any, sqlite_database: Any, smtp: Any) -> None:
    email = {"FeedbackName": 'Evil" <x@y.z>\r\nBcc: all@example.com', "FeedbackOrganization": "A\r\nB"}
    server = make_mailing(sqlite_database, email=email, TeamSettings={"SiteName": "Site\r\nX-One: 1"})
    evil = "Hello\r\nBcc: all@example.com\r\n\r\nbody\u2028X-Two: 2"
    mailer = server.app.services.get(Mailer)
    mailer.send(Mail(kind="note", to="bob@example.com", subject=evil, text=evil, message_id="a>\r\nX: 1"))
    mailer.send(
        Mail(kind="team_invitation", to="bob@example.com", subject="s", text="t",
             values={"sender": evil, "team": evil, "message": evil})
    )  # fmt: skip
    for to in ("a@b.c\r\nBcc: all@example.com", "a@b.c,d@e.f", "<a@b.c>", "a b@c.d", "@", "a@", "a@b@c"):
        mailer.send(Mail(kind="note", to=to, subject="s", text="t"))
    server.settle()
    assert [one.to for one in smtp.mails] == ["bob@example.com"] * 2
    known = set("From To Subject Date Message-ID Reply-To Auto-Submitted X-Auto-Response-Suppress".split())
    known |= {"Content-Language", "Content-Type", "MIME-Version", "X-Peer", "X-MailFrom", "X-RcptTo"}
    for one in smtp.mails:
        assert set(one.message.keys()) <= known
        assert one.message["From"].addresses[0].addr_spec == "hubbub@example.com"
        assert "all@example.com" in one.message["Subject"], "it is in there as a text"


def test_names_and_messages_are_no_html(sent: Any) -> None:
    evil = '<script>alert(1)</script> "quoted" {site} {{ 7 * 7 }}'
    received = sent(
        kind="guest_invitation", values={"sender": evil, "team": evil, "message": evil, "channels": evil},
        link="javascript:alert(1)",
    )  # fmt: skip
    assert "<script" not in received.html
    assert "javascript:" not in received.html
    assert "&lt;script&gt;" in received.html
    assert evil in received.text, "plain text is as it was written"
    assert "49" not in received.message["Subject"]


def test_letters_of_every_script(sent: Any, smtp: Any) -> None:
    received = sent(to="jürgen@bücher.example", subject="Grüße 🎉 " + "sehr lang " * 30, text="Schöne Grüße, 你好")
    assert received.to == "jürgen@xn--bcher-kva.example"
    assert str(received.message["Subject"]).startswith("Grüße 🎉 sehr lang")
    assert len(received.message["Subject"]) <= 200
    assert "你好" in received.text
    assert sent(to="bob@bücher.example").to == "bob@xn--bcher-kva.example"


@pytest.mark.parametrize(("locale", "subject"), [
    ("de", "Wähle ein neues Passwort für Hubbub"),
    ("es", "Elige una contraseña nueva para Hubbub"),
    ("de-AT", "Wähle ein neues Passwort für Hubbub"),
    ("en", "Choose a new password for Hubbub"),
    ("tlh", "Choose a new password for Hubbub"),
])  # fmt: skip
def test_a_mail_is_in_its_readers_language(sent: Any, locale: str, subject: str) -> None:
    received = sent(kind="password_reset", values={"username": "bob"}, locale=locale)
    assert received.message["Subject"] == subject
    assert f'<html lang="{received.message["Content-Language"]}">' in received.html


def test_the_languages_say_the_same_with_the_same_values() -> None:
    languages = new_languages()
    english = languages.get("en").mails
    assert set(languages.names) == {"de", "en", "es"}
    for name in languages.names:
        mails = languages.get(name).mails
        assert mails.keys() == english.keys()
        for kind, words in mails.items():
            for part in words.__struct_fields__:
                used = {field for _, field, _, _ in Formatter().parse(getattr(words, part)) if field}
                expected = {field for _, field, _, _ in Formatter().parse(getattr(english[kind], part)) if field}
                assert used == expected, f"{name}: {kind}.{part}"
                assert bool(getattr(words, part)) == bool(getattr(english[kind], part))
    assert languages.best("", "") == "en"


def test_a_kind_that_gets_fewer_values_than_its_words_need_is_sent_as_its_sender_wrote_it(sent: Any) -> None:
    assert sent(kind="password_reset", subject="Own words").message["Subject"] == "Own words"


def test_site_help_and_organization_stand_below(make_mailing: Any, sqlite_database: Any, smtp: Any) -> None:
    email = {"FeedbackOrganization": "Example Ltd\n1 High Street"}
    server = make_mailing(sqlite_database, email=email, SupportSettings={"SupportEmail": "help@example.com"})
    server.app.services.get(Mailer).send(Mail(kind="note", to="bob@example.com", subject="s", text="t", footer="Why?"))
    server.settle()
    (received,) = smtp.mails
    for shown in ("Sent by Hubbub.", SITE, "help@example.com", "1 High Street", "Why?"):
        assert shown in received.text
        assert shown in received.html


def test_items_are_shown_with_their_own_html(sent: Any) -> None:
    one = MailItem(title="@alice <b>", html="<em>hi</em>", text="hi", link=f"{SITE}/pl/1", button="Open")
    two = MailItem(title="@eve", text="a < b\nc")
    received = sent(items=(one, two))
    assert "<em>hi</em>" in received.html
    assert "@alice &lt;b&gt;" in received.html
    assert "a &lt; b<br>c" in received.html
    assert "> a < b\n> c" in received.text
    assert f"{SITE}/pl/1" in received.text
