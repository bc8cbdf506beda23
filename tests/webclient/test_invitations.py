"""People come by mail: invitations as members and guests, new passwords, confirmed addresses. The mails are real."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.services.smtp import SmtpServer, wait_until
from hubbub.tests.webclient.browser import PHONE, Chromium, Page
from hubbub.tests.webclient.kit import Findings, sign_in

NEW: Final = "Another-horse-10"
LINK: Final = re.compile(r"http://127\.0\.0\.1:\d+(/(?:signup|reset|do_verify|login)\S+)")


@pytest.fixture
def site(smtp: SmtpServer) -> Iterator[LiveServer]:
    """Yield a server that sends mail, with a team of two."""
    mail = {"SMTPServer": "localhost", "SMTPPort": str(smtp.plain), "FeedbackEmail": "hubbub@example.com"}
    config = {
        "EmailSettings": mail,
        "GuestAccountsSettings": {"Enable": True, "EnableGuestMagicLink": True},
        "TeamSettings": {"EnableOpenServer": True},
        "ServiceSettings": {"EnableEmailInvitations": True},
    }
    with LiveServer(config, workers=1) as server:
        admin = server.create_user("admin")
        admin.put("/config/patch", {"ServiceSettings": {"SiteURL": server.url}}, expect=200)
        team = server.create_team("crew", owner=admin)
        server.create_channel("design", owner=admin, team=team, display_name="Design <b>")
        yield server


def link_of(smtp: SmtpServer, to: str, count: int = 1) -> str:
    """Return the path of the link in the newest of so many mails to somebody."""

    def links() -> list[str]:
        found = [LINK.search(mail.text) for mail in smtp.mails if mail.to == to]
        return [one[1] for one in found if one]

    wait_until(lambda: len(links()) >= count, f"{count} mails to {to}")
    return links()[-1]


def open_invite(page: Page, path: str) -> None:
    """Open the dialog."""
    page.open(path)
    page.sees("Design", ".channel-header")
    page.click(".team-button")
    page.click(".menu-item", "Invite people")
    page.sees("Invite by e-mail", "dialog h3")


def sign_up(page: Page, path: str, name: str) -> None:
    """Follow an invitation and create the account."""
    page.open(path)
    page.sees("You are invited to Crew")
    page.fill("[name=email]", f"{name}@example.com")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("Enter")
    page.wait("document.querySelector('.channel-view') && true")


def test_guests_see_their_channels_and_members_the_team(
    site: LiveServer, smtp: SmtpServer, chromium: Chromium, findings: Findings
) -> None:
    admin = site.client()
    admin.login("admin", PASSWORD)
    with chromium.page(site.url) as page:
        sign_in(page, admin)
        open_invite(page, "/crew/channels/design")
        assert findings(page) == []
        page.click("dialog button", "Send invitations")
        page.sees("Enter at least one address", "dialog [role=alert]")
        page.fill("dialog [name=emails]", "gina@example.com, nonsense")
        page.click("dialog .choice", "Guests")
        page.sees("Channels that guests see", "legend")
        page.fill("dialog [name=message]", "See you there")
        page.click("dialog button", "Send invitations")
        page.sees("1 invitation is on its way.", "dialog .good-news")
        page.sees("nonsense", "dialog .problem")
        to_guest = link_of(smtp, "gina@example.com")
        assert any("See you there" in mail.text for mail in smtp.mails)
        page.fill("dialog [name=emails]", "mia@example.com")
        page.click("dialog .choice", "Members")
        page.click("dialog button", "Send invitations")
        page.misses("nonsense", "dialog .problem")
        to_member = link_of(smtp, "mia@example.com")
        page.fill("dialog [name=emails]", "lena@example.com")
        page.click("dialog .choice", "Guests")
        page.click("dialog label.check", "Without a password")
        page.click("dialog button", "Send invitations")
        without_password = link_of(smtp, "lena@example.com")
        with chromium.page(site.url) as lena:
            lena.send("Page.navigate", url=site.url + without_password)
            lena.click("button", "Sign in")
            lena.sees("Design <b>", ".channel-row")
            lena.misses("Town Square", ".channel-row")
        with chromium.page(site.url) as gina:
            sign_up(gina, to_guest, "gina")
            gina.sees("Design <b>", ".channel-row")
            gina.misses("Town Square", ".channel-row")
            gina.fill("#composer", "hello from outside")
            gina.press("Enter")
            gina.sees("Guest", ".post-head .tag")
        with chromium.page(site.url) as mia:
            sign_up(mia, to_member, "mia")
            mia.sees("Town Square", ".channel-row")
        page.press("Escape")
        page.sees("hello from outside", ".post")
        page.sees("Guest", ".post-head .tag")
        page.click(".channel-tools button", "Members")
        page.sees("Guest", ".member-row .tag")
        assert page.texts(".member-row .tag") == ["Guest", "Guest"]
        assert page.problems() == []


@pytest.mark.parametrize(("locale", "words"), [("de", "Einladungen senden"), ("es", "Enviar invitaciones")])
def test_the_dialog_on_a_phone_in_the_dark(
    site: LiveServer, chromium: Chromium, findings: Findings, locale: str, words: str
) -> None:
    admin = site.client()
    admin.login("admin", PASSWORD)
    admin.put("/users/me/patch", {"locale": locale})
    with chromium.page(site.url, PHONE, dark=True) as page:
        sign_in(page, admin)
        page.open("/crew/channels/design")
        page.wait("document.querySelector('.post') && true")  # before, the channel would come to the front once more
        page.click(".back")
        page.click(".team-button")
        page.click(".menu-item")
        page.sees(words, "dialog button")
        assert findings(page) == []
        assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_a_forgotten_password_and_a_new_address(
    site: LiveServer, smtp: SmtpServer, chromium: Chromium, findings: Findings
) -> None:
    site.create_user("ann", email="ann@example.com")
    with chromium.page(site.url) as page:
        page.open("/login")
        page.click("a", "Forgot your password?")
        page.fill("[name=email]", "ann@example.com")
        page.press("Enter")
        page.sees("a link is on its way")
        assert findings(page) == []
        page.open(link_of(smtp, "ann@example.com"))
        page.fill("[name=new]", NEW)
        page.fill("[name=again]", NEW + "1")
        page.press("Enter")
        page.sees("differ", "[role=alert]")
        page.fill("[name=again]", NEW)
        page.press("Enter")
        page.sees("Your password is changed")
        site.client().login("ann", NEW, expect=200)
        page.open("/reset_password_complete?token=nonsense")
        page.fill("[name=new]", NEW)
        page.fill("[name=again]", NEW)
        page.press("Enter")
        page.sees("This link is not valid", "[role=alert]")
        admin = site.client()
        admin.login("admin", PASSWORD)
        admin.put("/config/patch", {"EmailSettings": {"RequireEmailVerification": True}}, expect=200)
        page.open("/signup_user_complete")
        page.fill("[name=email]", "zoe@example.com")
        page.fill("[name=username]", "zoe")
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.sees("We have sent a mail to zoe@example.com")
        assert findings(page) == []
        page.click("button", "Send the mail again")
        page.sees("on its way", ".toast")
        page.open(link_of(smtp, "zoe@example.com", 2))
        page.sees("zoe@example.com is confirmed")
        page.click("a", "Sign in")
        page.fill("[name=login]", "zoe")
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.sees("Your teams")
        assert page.problems() == []
