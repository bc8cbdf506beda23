"""A guest without a password: invited by mail, in by the mail's link, and back by one asked for on the sign-in page."""

import re
from collections.abc import Iterator

import pytest

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.plugins.mail_smtp.conftest import mail_settings
from hubbub.tests.services.smtp import SmtpServer, wait_until
from hubbub.tests.webclient.browser import Chromium

GUEST = "gast@example.com"


@pytest.fixture
def site(smtp: SmtpServer) -> Iterator[LiveServer]:
    """Yield a server whose guests sign in by links."""
    config = {
        "TeamSettings": {"EnableOpenServer": True},
        "EmailSettings": mail_settings(smtp),
        "GuestAccountsSettings": {"Enable": True, "EnableGuestMagicLink": True},
    }
    with LiveServer(config, workers=1) as server:
        admin = server.create_user("admin")
        settings = {"SiteURL": server.url, "EnableEmailInvitations": True}
        admin.put("/config/patch", {"ServiceSettings": settings}, expect=200)
        yield server


def link_in(smtp: SmtpServer, subject: str) -> str:
    """Return the link of the mail that a guest gets."""

    def found() -> list[str]:
        mails = [mail for mail in smtp.mails if mail.to == GUEST and subject in mail.message["Subject"]]
        return [link for mail in mails for link in re.findall(r"http://\S+one_time_link\?t=[a-z0-9]{64}", mail.text)]

    wait_until(found, f"a mail about {subject!r}")
    return found()[0]


def test_a_guest_comes_in_by_the_mail_and_back_by_another(
    chromium: Chromium, site: LiveServer, smtp: SmtpServer
) -> None:
    admin = site.client()
    admin.login("admin", PASSWORD)
    team = site.create_team("crew", owner=admin)
    channel = site.create_channel("talk", owner=admin, team=team)
    body = {"emails": [GUEST], "channels": [channel["id"]]}
    admin.post(f"/teams/{team['id']}/invite-guests/email?guest_magic_link=true", body, expect=200)
    link = link_in(smtp, "invites you")
    with chromium.page(site.url) as page:
        page.send("Page.navigate", url=link)
        page.sees(GUEST)
        page.click("button", "Sign in")
        page.wait("document.querySelector('.channel-view') && true")
        page.sees("Talk")
        me = page.run("fetch('/api/v4/users/me').then((answer) => answer.json())")
        assert (me["username"], me["roles"]) == ("gast", "system_guest")
        assert page.problems() == []
    with chromium.page(site.url) as page:
        page.send("Page.navigate", url=link)
        page.sees("not valid (any more)")
        page.open("/login")
        page.click("button", "Send me a link")
        page.sees("Enter your e-mail address or username.")
        page.fill("[name=login]", GUEST)
        page.click("button", "Send me a link")
        page.sees("a link is on its way by mail", "[role=status]")
        page.send("Page.navigate", url=link_in(smtp, "link to sign in"))
        page.click("button", "Sign in")
        page.wait("document.querySelector('.channel-view') && true")
        page.sees("Talk")
