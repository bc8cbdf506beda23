"""A mail about a post: what it says, what it keeps to itself, who may change it."""

from typing import Any

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.notifications import DIRECT, THREAD, EmailNotification
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.mail_smtp.conftest import SITE

pytestmark = pytest.mark.engines("sqlite")


def test_a_mention_is_mailed(make_talk: Any, smtp: Any) -> None:
    talk = make_talk()
    post = talk.say(
        talk.alice, "Hello @bob, **see** https://example.com/a?b=1&c=2 and `x < y`\n<script>alert(1)</script>"
    )
    talk.notify(post, talk.bob)
    (received,) = smtp.mails
    assert received.to == "bob@example.com"
    assert received.message["Subject"] == "Hubbub: message from @alice in Crew"
    assert "@alice mentioned you" in received.text
    assert "> Hello @bob, **see** https://example.com/a?b=1&c=2" in received.text
    assert f"{SITE}/crew/pl/{post['id']}" in received.text
    assert "Talk · Crew · 20" in received.text
    assert "<strong>see</strong>" in received.html
    assert '<a href="https://example.com/a?b=1&amp;c=2">' in received.html
    assert "<code>x &lt; y</code>" in received.html
    assert "<script" not in received.html


def test_mails_of_a_thread_hang_together(make_talk: Any, smtp: Any) -> None:
    talk = make_talk()
    root = talk.say(talk.alice, "@bob")
    talk.notify(root, talk.bob)
    talk.notify(talk.say(talk.alice, "again", root_id=root["id"]), talk.bob, reason=THREAD, is_crt=True)
    first, second = (received.message for received in smtp.mails)
    assert second["References"] == first["Message-ID"] == f"<{root['id']}.{talk.bob.id[:6]}@example.com>"


def test_a_site_may_keep_texts_out_of_mails(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(EmailNotificationContentsType="generic", UseChannelInEmailNotifications=True)
    talk.notify(talk.say(talk.alice, "the secret plan"), talk.bob)
    (received,) = smtp.mails
    for shown in (received.text, received.html, str(received.message["Subject"])):
        assert "secret plan" not in shown
        assert "Talk" not in shown
    assert "not shown in mails of this site" in received.text


def test_the_channel_is_named_in_the_subject_where_that_is_set(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(UseChannelInEmailNotifications=True)
    talk.notify(talk.say(talk.alice, "@bob"), talk.bob)
    assert smtp.mails[0].message["Subject"] == "Hubbub: message from @alice in Talk"


def test_a_direct_message_in_its_readers_language_and_time(make_talk: Any, smtp: Any) -> None:
    talk = make_talk()
    timezone = {"useAutomaticTimezone": "false", "manualTimezone": "Asia/Kolkata"}
    talk.bob.put("/users/me/patch", {"locale": "de", "timezone": timezone})
    channel = talk.alice.post("/channels/direct", [talk.alice.id, talk.bob.id]).json["id"]
    post = talk.alice.post("/posts", {"channel_id": channel, "message": "Hallo"}).json
    talk.notify(post, talk.bob, reason=DIRECT)
    (received,) = smtp.mails
    assert received.message["Subject"] == "Hubbub: Nachricht von @alice"
    assert "@alice hat dir geschrieben" in received.text
    assert " IST" in received.text


def test_notifications_by_mail_may_be_off(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(SendEmailNotifications=False)
    talk.notify(talk.say(talk.alice, "@bob"), talk.bob)
    assert smtp.mails == []


def test_plugins_change_and_refuse(make_talk: Any, smtp: Any) -> None:
    talk = make_talk()

    class Censor:
        @hookimpl
        def email_notification_will_be_sent(self, email_notification: EmailNotification) -> EmailNotification:
            if email_notification.recipient_id == talk.carol.id:
                raise Rejected("not to carol")
            email_notification.subject = "Changed\r\nBcc: all@example.com"
            return email_notification

    talk.server.app.hooks.register(Censor(), "censor")
    talk.notify(talk.say(talk.alice, "@bob @carol"), talk.bob, talk.carol)
    (received,) = smtp.mails
    assert (received.to, received.message["Subject"]) == ("bob@example.com", "Changed Bcc: all@example.com")
    assert received.message["Bcc"] is None


def test_files_and_attachments_stand_for_a_missing_text(make_talk: Any, smtp: Any) -> None:
    talk = make_talk()
    props = {"attachments": [{"text": "Build 7 failed"}]}
    talk.notify(talk.say(talk.alice, "", props=props), talk.bob)
    assert "> Build 7 failed" in smtp.mails[0].text
