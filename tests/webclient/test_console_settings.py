"""Settings in the console: found, changed, refused, secret, changed elsewhere, tried; plugins on and off."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.core.testing import Client
from hubbub.tests.services.smtp import SmtpServer
from hubbub.tests.webclient.browser import Page
from hubbub.tests.webclient.kit import FIXED, OpenPage

SECRET = "correct-horse-42"


def field(key: str) -> str:
    """Return the selector of a setting's control."""
    return f"[name='{key}']"


def stored(admin: Client, section: str, key: str) -> Any:
    """Return what the server has."""
    return admin.get("/config").json[section][key]


def save(page: Page) -> None:
    """Save by the button."""
    page.click(".save-bar button", "Save")


def test_a_setting_is_found_changed_and_counts(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console/settings") as page:
        page.fill("[name=term]", "custom text beside")
        page.misses("Directory (LDAP)", ".console-page")
        page.fill("[name=term]", "maxusersperteam")
        page.click(".setting-hit", "Max users per team")
        page.wait("document.activeElement.name === 'TeamSettings.MaxUsersPerTeam'")
        page.fill(field("TeamSettings.MaxUsersPerTeam"), "70")
        page.click(field("TeamSettings.RestrictCreationToDomains"))
        page.type("example.com")
        page.sees("2 changes not saved", ".save-bar")
        save(page)
        page.sees("Saved", ".toast")
        page.sees("", ".save-bar button:disabled")
    assert stored(admin, "TeamSettings", "MaxUsersPerTeam") == 70
    with open_page(admin, "/admin_console/settings/TeamSettings") as page:
        page.click(".setting-reset button", "Use the default: 50")
        page.fill(field("TeamSettings.RestrictCreationToDomains"), "")
        page.press("Backspace")
        save(page)
        page.sees("Saved", ".toast")
    assert stored(admin, "TeamSettings", "MaxUsersPerTeam") == 50
    assert stored(admin, "TeamSettings", "RestrictCreationToDomains") == ""


def test_lists_choices_and_switches(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console/settings/HubbubSettings") as page:
        page.fill(field("HubbubSettings.TrustedProxies"), "10.0.0.1\n\n 10.1.0.0/16 ")
        page.click(field("HubbubSettings.LogAccess"))
        save(page)
        page.sees("Saved", ".toast")
        assert stored(admin, "HubbubSettings", "TrustedProxies") == ["10.0.0.1", "10.1.0.0/16"]
        assert stored(admin, "HubbubSettings", "LogAccess") is True
        page.fill(field("HubbubSettings.TrustedProxies"), "")
        page.press("Backspace")
        page.click(field("HubbubSettings.LogAccess"))
        save(page)
        page.misses("not saved", ".save-bar")
        assert stored(admin, "HubbubSettings", "TrustedProxies") == []
    with open_page(admin, "/admin_console/settings/MessageFilters") as page:
        page.select(field("MessageFilters.OnError"), "pass")
        save(page)
        page.sees("Saved", ".toast")
    assert stored(admin, "MessageFilters", "OnError") == "pass"
    admin.put("/config/patch", {"MessageFilters": {"OnError": "reject"}})


def test_what_is_wrong_is_said_beside_the_field(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console/settings/TeamSettings") as page:
        page.fill(field("TeamSettings.MaxUsersPerTeam"), "-1")
        save(page)
        page.sees("Too small. Use 1 or more.", ".setting[data-key='TeamSettings.MaxUsersPerTeam'] .field-problem")
        page.sees("see the marked fields", ".problem")
        page.wait("document.activeElement.name === 'TeamSettings.MaxUsersPerTeam'")
        assert page.run("document.activeElement.getAttribute('aria-invalid')") == "true"
        assert len(page.texts(".field-problem:not([hidden])")) == 1
        page.fill(field("TeamSettings.MaxChannelsPerTeam"), "0")
        save(page)
        page.wait("document.querySelectorAll('.field-problem:not([hidden])').length === 2")
        page.fill(field("TeamSettings.MaxChannelsPerTeam"), "2000")
        page.fill(field("TeamSettings.MaxUsersPerTeam"), "1.5")
        page.misses("Too small", ".field-problem")
        save(page)
        page.sees("whole number", ".setting[data-key='TeamSettings.MaxUsersPerTeam'] .field-problem")
        page.click(".save-bar button", "Discard")
        page.click("dialog button", "Discard")
        page.wait(f"document.querySelector(\"{field('TeamSettings.MaxUsersPerTeam')}\").value === '50'")
        page.open("/admin_console/settings/ServiceSettings")  # what only the server finds
        page.fill(field("ServiceSettings.SiteURL"), "no address")
        page.fill(field("ServiceSettings.WebsocketURL"), "neither")
        save(page)
        page.wait("document.querySelectorAll('.field-problem:not([hidden])').length === 2")
        page.wait("document.activeElement.name === 'ServiceSettings.SiteURL'")
        page.click(".save-bar button", "Discard")
        page.click("dialog button", "Discard")
    assert stored(admin, "TeamSettings", "MaxUsersPerTeam") == 50


def test_secrets_are_typed_and_never_shown(open_page: OpenPage, admin: Client) -> None:
    key = "EmailSettings.SMTPPassword"
    with open_page(admin, "/admin_console/settings/EmailSettings") as page:
        page.fill(field(key), SECRET)
        save(page)
        page.sees("Saved", ".toast")
        page.sees("secret, set", f".setting[data-key='{key}']")
        shown = (
            "document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((e) => e.value)"
        )
        assert SECRET not in page.run(shown)
        page.click(field("EmailSettings.FeedbackName"))
        page.type("Hubbub")
        save(page)
        page.sees("Saved", ".toast")
        page.misses("not saved", ".save-bar")
        assert stored(admin, "EmailSettings", "SMTPPassword") == "*" * 32, "what wasn't touched has stayed"
        page.click(f".setting[data-key='{key}'] .setting-reset button", "Remove it")
        page.click(".setting-reset button", "Use the default: empty")
        save(page)
        page.sees("secret, not set", f".setting[data-key='{key}']")
    assert stored(admin, "EmailSettings", "SMTPPassword") == ""


def test_what_somebody_else_has_changed_meanwhile_is_not_written_over(open_page: OpenPage, admin: Client) -> None:
    key = "SupportSettings.HelpLink"
    setting = f".setting[data-key='{key}']"
    with open_page(admin, "/admin_console/settings/SupportSettings") as page:
        page.fill(field(key), "https://mine.example.com")
        admin.put("/config/patch", {"SupportSettings": {"HelpLink": "https://theirs.example.com"}})
        save(page)
        page.sees("It is now: https://theirs.example.com", f"{setting} .field-clash")
        assert stored(admin, "SupportSettings", "HelpLink") == "https://theirs.example.com"
        page.click(f"{setting} button", "Keep mine")
        save(page)
        page.sees("Saved", ".toast")
        assert stored(admin, "SupportSettings", "HelpLink") == "https://mine.example.com"
        page.fill(field(key), "https://again.example.com")
        admin.put("/config/patch", {"SupportSettings": {"HelpLink": "https://theirs.example.com"}})
        save(page)
        page.click(f"{setting} button", "Take theirs")
        page.wait(f"document.querySelector(\"{field(key)}\").value === 'https://theirs.example.com'")
        assert page.run("document.querySelector('.save-bar .primary').disabled")


def test_what_the_environment_sets_is_locked_and_what_needs_a_restart_says_so(
    open_page: OpenPage, admin: Client
) -> None:
    key = "ServiceSettings.IdleTimeout"
    with open_page(admin, "/admin_console/settings/SupportSettings") as page:
        page.sees("set by an environment variable", ".setting[data-key='SupportSettings.AboutLink'] .tag")
        locked = f'document.querySelector("{field("SupportSettings.AboutLink")}")'
        assert page.run(f"[{locked}.disabled, {locked}.value]") == [True, FIXED]
        page.open("/admin_console/settings/ServiceSettings")
        page.sees("needs a restart", f".setting[data-key='{key}'] .tag")
        page.fill(field(key), "61")
        page.press("Control+Enter")
        page.sees("These need a restart of the server: Idle timeout", ".toast")
        page.wait(f"document.activeElement.name === '{key}'")
        page.click(f".setting[data-key='{key}'] .setting-reset button")
        save(page)
        page.misses("not saved", ".save-bar")
    assert stored(admin, "ServiceSettings", "IdleTimeout") == 60


def test_changes_wait_while_one_looks_at_another_page(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console/settings/SupportSettings") as page:
        page.fill(field("SupportSettings.ReportAProblemLink"), "https://draft.example.com")
        page.click(".console-back a")
        page.sees("", ".section-card .dot")
        page.click(".section-card", "Links and terms")
        link = f'document.querySelector("{field("SupportSettings.ReportAProblemLink")}")?.value'
        page.wait(f"{link} === 'https://draft.example.com'")
        page.click(".save-bar button", "Discard")
        page.click("dialog button", "Discard")


@pytest.fixture
def mail() -> Iterator[SmtpServer]:
    """Yield a mail server."""
    server = SmtpServer()
    server.prepare()
    server.start()
    yield server
    server.remove()


def test_settings_are_tried_before_they_are_saved(open_page: OpenPage, admin: Client, mail: SmtpServer) -> None:
    with open_page(admin, "/admin_console/settings/EmailSettings") as page:
        page.fill(field("EmailSettings.SMTPServer"), "localhost")
        page.fill(field("EmailSettings.SMTPPort"), str(mail.plain))
        page.click(".trial button", "Send me a test mail")
        page.sees("It works.", ".trial-outcome")
        page.fill(field("EmailSettings.SMTPPort"), "1")
        page.click(".trial button", "Send me a test mail")
        page.sees("", ".trial-outcome.bad")
        assert stored(admin, "EmailSettings", "SMTPPort") != str(mail.plain)
    with open_page(admin, "/admin_console/settings/ElasticsearchSettings") as page:
        page.click(".trial button", "Test the search server")
        page.wait("document.querySelector('.trial-outcome.bad')?.textContent && true")


def test_a_plugin_is_turned_off_and_on(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console/plugins") as page:
        page.fill("[name=term]", "banned")
        row = ".plugin-row[data-plugin=filter_banned_words]"
        page.sees("", row)
        before = page.run(f"document.querySelector('{row} input').checked")
        for wanted in (not before, before):
            page.click(f"{row} input")
            page.sees("On" if wanted else "Off", f"{row} .tag")
        page.fill("[name=term]", "system")
        page.click(".plugin-row[data-plugin=system] input")
        page.sees("no client can reach the server", ".toast")
        page.sees("On", ".plugin-row[data-plugin=system] .tag")
