"""The admin console: each page once, who sees which, phones, languages, keyboards, hostile names."""

from typing import Final

from hubbub.core.testing import Client
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import OpenPage, World
from hubbub.tests.webclient.test_hostile_texts import HOSTILE, NOTHING_RAN

PAGES: Final = {
    "health": "Parts of the server",
    "statistics": "Messages per day",
    "settings": "Directory (LDAP)",
    "settings/ServiceSettings": "Web server",
    "plugins": "Web client",
    "users": "admin@example.com",
    "teams": "Everybody",
    "channels": "Design",
    "roles": "create_post",
    "jobs": "data_retention",
    "activity": "/users/login",
    "logs": "Listening at",
}
"""Page → what it shows."""


def go(page: Page, name: str) -> None:
    """Go to a page of the console by its navigation."""
    page.click(".console-nav a", name)
    page.wait("!document.querySelector('.console-main .loading, .console-main [aria-busy=true]')")


def test_every_page_shows_what_it_is_about(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.post("/jobs", {"type": "data_retention"})
    world.server.create_team(f"open-{world.team['name']}", owner=world.ann, allow_open_invite=True)
    with open_page(admin, "/admin_console") as page:
        assert page.texts(".console-nav a[aria-current=page]") == ["Health"]
        for name, text in PAGES.items():
            page.open(f"/admin_console/{name}")
            page.sees(text, ".console-main")
            page.wait("document.activeElement.tagName === 'H1'")
            assert page.run("document.title").startswith(page.texts(".console-nav a[aria-current=page]")[0])


def test_the_way_there_and_back(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.post(f"/teams/{world.team['id']}/members", {"team_id": world.team["id"], "user_id": admin.id})
    with open_page(admin, f"/{world.team['name']}/channels/town-square") as page:
        page.click(".team-button")
        page.click(".menu-item", "Admin console")
        page.sees("Health", "h1")
        page.click(".console-head a", "Back to the messages")
        page.sees("Town Square", ".channel-header")
    with open_page(world.ann, world.path) as page:
        page.click(".team-button")
        page.sees("Leave team", ".menu-item")
        page.misses("Admin console", ".menu-item")


def test_others_are_told_that_it_is_not_for_them(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, "/admin_console") as page:
        for path in ("", "/users", "/settings/SqlSettings"):
            page.open(f"/admin_console{path}")
            page.sees("This page is for administrators", "h1")
            page.sees("Back to the messages", ".console-main a")
            assert page.texts(".console-nav a") == []
    with open_page(None, "/admin_console/users") as page:
        page.sees("Sign in", "h1")


def test_a_viewer_sees_and_changes_nothing(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.put(f"/users/{world.ben.id}/roles", {"roles": "system_user system_read_only_admin"})
    with open_page(world.ben, "/admin_console/settings/TeamSettings") as page:
        page.sees("You may look, not change", ".setting")
        assert page.run("document.querySelectorAll('.setting :is(input, select, textarea):not(:disabled)').length") == 0
        page.misses("Save", ".save-bar button")
        go(page, "Users")
        page.click(".console-page td a", "admin")
        page.sees("You may look, not change", ".console-page")
        page.misses("Deactivate", ".console-page button")
        go(page, "Roles and permissions")
        assert page.run("document.querySelectorAll('.matrix input:not(:disabled)').length") == 0


def test_who_manages_teams_and_channels_sees_those(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.put(f"/users/{world.ben.id}/roles", {"roles": "system_user system_user_manager"})
    with open_page(world.ben, f"/admin_console/teams/{world.team['id']}") as page:
        page.sees("Add people", ".console-page button")
        named = page.texts(".console-nav a")
        assert {"Teams", "Channels"} <= set(named)
        assert not {"Plugins", "Logs", "Users"} & set(named)
        page.open("/admin_console/logs")
        page.sees("This page is for administrators", "h1")
        page.open("/admin_console/settings/SqlSettings")
        page.sees("There is no such page", "h1")


def test_there_is_no_such_page(open_page: OpenPage, admin: Client) -> None:
    for path, text in (
        ("nonsense", "no such page"),
        ("settings/Nonsense", "no such page"),
        ("users/nobody", "didn't work"),
    ):
        with open_page(admin, f"/admin_console/{path}") as page:
            page.sees(text, ".console-main")


def test_hostile_names_are_texts_in_the_console_too(open_page: OpenPage, world: World, admin: Client) -> None:
    world.ben.put("/users/me/patch", {"first_name": HOSTILE[1], "nickname": HOSTILE[0], "position": HOSTILE[2]})
    channel = {"display_name": HOSTILE[1], "header": "".join(HOSTILE[:6]), "purpose": HOSTILE[3]}
    world.ann.put(f"/channels/{world.channel['id']}/patch", channel)
    world.ann.put(f"/teams/{world.team['id']}/patch", {"display_name": HOSTILE[1], "description": HOSTILE[4]})
    admin.post("/logs", {"level": "ERROR", "message": HOSTILE[1]})
    paths = ("users", f"users/{world.ben.id}", f"teams/{world.team['id']}", f"channels/{world.channel['id']}")
    with open_page(admin, "/admin_console") as page:
        for path in (*paths, "teams", "channels", "settings/%3Cimg%20src=x%20onerror=window.pwned=1%3E", "logs"):
            page.open(f"/admin_console/{path}")
            page.wait("document.querySelector('.console-page h1') && !document.querySelector('[aria-busy=true]')")
            assert page.run(NOTHING_RAN), path
            assert path not in paths[2:] or HOSTILE[1] in page.texts("h1"), path
        page.sees(HOSTILE[1], ".console-page")


def test_a_phone_is_wide_enough(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console", size=PHONE, dark=True) as page:
        for name in ("settings/FileSettings", "users", "roles", "statistics"):
            page.open(f"/admin_console/{name}")
            page.sees("", ".console-page h1")
            assert page.run("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(24, 24, 28)"
        page.misses("Plugins", ".console-nav a")
        page.click(".console-toggle")
        page.click(".console-nav a", "Plugins")
        page.sees("Plugins", "h1")
        page.misses("Plugins", ".console-nav a")


def test_other_languages_have_the_console_too(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.put(f"/users/{world.ben.id}/roles", {"roles": "system_user system_admin"})
    for locale, words, name, text in (
        ("de", "Rollen und Berechtigungen", "Passwörter", "Kürzestes Passwort"),
        ("es", "Roles y permisos", "Contraseñas", "La contraseña más corta"),
    ):
        world.ben.put("/users/me/patch", {"locale": locale})
        with open_page(world.ben, "/admin_console/roles") as page:
            page.sees(words, "h1")
            page.open("/admin_console/settings/plugin:auth_password")
            page.sees(name, "h1")
            page.open("/admin_console/settings/PasswordSettings")
            page.sees(text, ".setting[data-key='PasswordSettings.MinimumLength']")
            page.misses("Shortest password", ".setting")


def test_the_keyboard_is_enough_for_a_setting(open_page: OpenPage, admin: Client) -> None:
    with open_page(admin, "/admin_console/settings") as page:
        page.press("Tab")
        page.wait("document.activeElement.type === 'search'")
        page.type("terms of service")
        page.sees("setting", ".console-page [role=status]")
        page.press("Tab")
        page.wait("document.activeElement.matches('.setting-hit')")
        page.press("Enter")
        page.wait("document.activeElement.matches('.revealed input, .revealed textarea')")
        page.press("Shift+Tab")
        assert page.run("document.activeElement !== document.body")
