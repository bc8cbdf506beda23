"""Accounts, teams, channels, roles, jobs and logs in the console."""

import pytest

from hubbub.core.testing import PASSWORD, Client
from hubbub.tests.webclient.kit import Findings, OpenPage, World


@pytest.fixture
def ben_name(world: World) -> str:
    """Return Ben's name."""
    name: str = world.ben.get("/users/me").json["username"]
    return name


def test_an_account_is_found_and_managed(open_page: OpenPage, world: World, admin: Client, ben_name: str) -> None:
    with open_page(admin, "/admin_console/users") as page:
        page.fill("[name=term]", ben_name)
        page.misses("admin@example.com", "td")
        page.click("td a", ben_name)
        page.sees(f"@{ben_name}", "h1")
        page.click("button", "Edit profile")
        page.fill("dialog [name=nickname]", "Benny")
        page.press("Enter")
        page.sees("Benny", ".facts")
        page.click("button", "Set password")
        page.fill("dialog [name=password]", "short")
        page.press("Enter")
        page.wait("document.querySelector('dialog [role=alert]:not([hidden])') && true")
        page.fill("dialog [name=password]", "Another-horse-10")
        page.press("Enter")
        page.sees("is set", ".toast")
        world.server.client().login(ben_name, PASSWORD, expect=401)
        world.ben.login(ben_name, "Another-horse-10")
        page.click("label.check", "Viewer")
        page.click("form .primary", "Save")
        page.sees("Viewer", ".facts")
        page.wait("document.activeElement.textContent === 'Save'", "the focus to be where it was")
        assert "system_read_only_admin" in world.ben.get("/users/me").json["roles"]


def test_an_account_is_made(open_page: OpenPage, world: World, admin: Client) -> None:
    name = f"new-{world.ben.id[:8]}"
    with open_page(admin, "/admin_console/users") as page:
        page.click(".console-title button", "Create account")
        page.fill("dialog [name=email]", "admin@example.com")
        page.fill("dialog [name=username]", name.upper())
        page.fill("dialog [name=password]", "short")
        page.press("Enter")
        page.wait("document.activeElement.name === 'password' && document.activeElement.ariaInvalid === 'true'")
        page.fill("dialog [name=password]", PASSWORD)
        page.press("Enter")
        page.sees("", ".field:has([name=email]) > [role=alert]")
        page.fill("dialog [name=email]", f"{name}@example.com")
        page.press("Enter")
        page.sees(f"@{name}", "h1")
        page.click("button", "Add to a team")
        page.select("dialog [name=team_id]", world.team["id"])
        page.click("dialog .primary", "Add")
        page.sees(world.team["display_name"], "section li a")
        world.server.client().login(name, PASSWORD)
        page.click("summary", "Activity")
        page.sees("/users/login", "details td code")


def test_who_did_what_is_shown(open_page: OpenPage, world: World, admin: Client, ben_name: str) -> None:
    world.ben.put("/users/me/patch", {"nickname": "Benny"})
    with open_page(admin, "/admin_console/activity") as page:
        page.sees("/users/", "td code")
        page.fill("[name=term]", f"@{ben_name}")
        page.misses("admin", "td")
        page.sees(ben_name, "td")
        page.sees("Done", "td")
        page.fill("[name=term]", "nobody-at-all")
        page.sees("There is no account called", ".empty")
        page.wait("document.querySelector('#announcer').textContent.includes('nobody-at-all')")


def test_sessions_end_and_accounts_are_deactivated(open_page: OpenPage, world: World, admin: Client) -> None:
    with open_page(admin, f"/admin_console/users/{world.ben.id}") as page:
        page.sees("Sign out", "td button")
        page.click("td button", "Sign out")
        page.misses("Sign out", "td button")
        assert world.ben.get("/users/me", expect=401)
        page.click("button", "Deactivate")
        page.click("dialog button", "Deactivate")
        page.sees("Deactivated", ".tag")
        page.click("button", "Activate")
        page.sees("Active", ".tag")
        page.click("button", "Make a guest")
        page.click("dialog button", "Make a guest")
        page.sees("Guest", ".facts")
        page.click("button", "Make a member")
        page.click("dialog button", "Make a member")
        page.misses("Make a member", "button")
    assert admin.get(f"/users/{world.ben.id}").json["roles"] == "system_user"


def test_accounts_are_filtered(open_page: OpenPage, world: World, admin: Client, ben_name: str) -> None:
    admin.put(f"/users/{world.ben.id}/active", {"active": False})
    with open_page(admin, "/admin_console/users") as page:
        page.select("[name=state]", "inactive")
        page.sees(ben_name, "td")
        page.misses("admin@example.com", "td")
        page.select("[name=state]", "active")
        page.sees("admin@example.com", "td")
        page.select("[name=role]", "system_admin")
        page.misses(world.ann.get("/users/me").json["username"], "td")
        page.sees("admin@example.com", "td")


@pytest.mark.parametrize("dark", [False, True])
def test_a_team_and_its_members(
    open_page: OpenPage, world: World, admin: Client, ben_name: str, findings: Findings, dark: bool
) -> None:
    world.ben.put("/users/me/patch", {"first_name": "Ben", "last_name": "Wyatt"})
    newcomer = world.server.create_user(f"new-{world.team['name']}")
    with open_page(admin, "/admin_console/teams", dark=dark) as page:
        page.fill("[name=term]", world.team["name"])
        page.wait("document.querySelectorAll('tbody tr').length === 1")  # "21 in all" has "1 in all" in it
        page.click("td a", world.team["display_name"])
        page.sees(ben_name, "td")
        ann_name = world.ann.get("/users/me").json["username"]
        page.fill("section [name=term]", f"@{ann_name}")
        page.misses(ben_name, "td")
        page.sees(ann_name, "td")
        page.fill("section [name=term]", "nobody by that name")
        page.sees("Nothing", ".empty")
        page.fill("section [name=term]", "Wyatt")
        page.sees("Ben Wyatt", "td")
        page.misses(ann_name, "td")
        assert findings(page) == []
        page.click(f"td button[aria-label='Make admin: {ben_name}']")
        page.sees("", f"td button[aria-label='Make member: {ben_name}']")
        assert admin.get(f"/teams/{world.team['id']}/members/{world.ben.id}").json["scheme_admin"]
        page.click("section button", "Add people")
        page.fill("dialog .picker-box input", f"new-{world.team['name']}")
        page.press("Enter")  # a click may meet the list as it is drawn anew
        page.sees(newcomer.get("/users/me").json["username"], "dialog .pill")
        page.click("dialog .primary", "Add")
        page.sees(f"new-{world.team['name']}", "td")
        page.click(f"td button[aria-label='Remove: {ben_name}']")
        page.click("dialog button", "Remove")
        page.misses(ben_name, "td")
        page.click("button", "Archive")
        page.click("dialog button", "Archive")
        page.sees("Archived", ".facts")
        page.click("button", "Restore")
        page.sees("Active", ".facts")


def test_a_channel_and_its_members(open_page: OpenPage, world: World, admin: Client, ben_name: str) -> None:
    with open_page(admin, "/admin_console/channels") as page:
        page.fill("[name=term]", world.channel["name"])
        page.wait("document.querySelectorAll('tbody tr').length === 1")  # "21 in all" has "1 in all" in it
        page.click("td a", "Design")
        page.sees(ben_name, "td")
        page.fill("section [name=term]", ben_name)
        page.misses(world.ann.get("/users/me").json["username"], "td")
        page.click("button", "Make private")
        page.click("dialog button", "Make private")
        page.sees("Private", ".facts")
        page.click(f"td button[aria-label='Remove: {ben_name}']")
        page.click("dialog button", "Remove")
        page.misses(ben_name, "td")
        page.click("button", "Edit")
        page.fill("dialog [name=display_name]", "Sketches")
        page.press("Enter")
        page.sees("Sketches", "h1")
        page.click("button", "Archive")
        page.click("dialog button", "Archive")
        page.sees("Archived", ".facts")
    assert admin.get(f"/channels/{world.channel['id']}").json["delete_at"] > 0


def test_what_a_role_may_is_changed(open_page: OpenPage, world: World, admin: Client) -> None:
    box = ".matrix input[aria-label='Everybody with an account: create_custom_group']"
    role = admin.get("/roles/name/system_user").json
    with open_page(admin, "/admin_console/roles") as page:
        page.fill("[name=term]", "create custom")
        page.misses("create_post", ".matrix th")
        before = page.run(f'document.querySelector("{box}").checked')
        assert page.run("document.querySelectorAll('.matrix input[tabindex=\\'0\\']').length") == 1
        page.run("document.querySelector('.matrix input[tabindex=\\'0\\']').focus()")
        page.press("ArrowRight")
        page.wait(f'document.activeElement === document.querySelector("{box}")')
        page.press("ArrowUp")  # there is none above
        page.press(" ")
        page.sees("1 role changed: Everybody with an account", ".save-bar")
        page.click(".save-bar button", "Save")
        page.click("dialog button", "Save")
        page.sees("Saved", ".toast")
    after = admin.get("/roles/name/system_user").json["permissions"]
    assert ("create_custom_group" in after) is not before
    assert set(after) ^ set(role["permissions"]) == {"create_custom_group"}
    admin.put(f"/roles/{role['id']}/patch", {"permissions": role["permissions"]})


def test_a_job_is_started_and_followed(open_page: OpenPage, admin: Client) -> None:
    before = len(admin.get("/jobs?per_page=200&job_type=data_retention").json)
    with open_page(admin, "/admin_console/jobs") as page:
        page.select("[name=start]", "data_retention")
        page.click("button", "Start")
        page.sees("Delete what is too old to keep is started", ".toast")
        page.run("document.activeElement.blur()")
        page.sees("Done", "td .tag")
    assert len(admin.get("/jobs?per_page=200&job_type=data_retention").json) == before + 1


def test_the_log_is_narrowed_and_opened(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.post("/logs", {"level": "ERROR", "message": f"trouble of {world.team['name']}"})
    with open_page(admin, "/admin_console/logs") as page:
        page.select("[name=level]", "error")
        page.misses("Listening at", "td")
        page.wait("!document.querySelector('[aria-busy=true]')")  # else the list is drawn anew under the mouse
        page.click("summary", f"trouble of {world.team['name']}")
        page.sees("client_message", "details[open]")
        assert page.run("document.querySelector('a[download]').pathname") == "/api/v4/logs/download"
