"""The sidebar in one's own order: by dragging, by keys, in categories of one's own; and messages that mention me."""

from hubbub.core.testing import Client
from hubbub.tests.webclient.browser import Page
from hubbub.tests.webclient.kit import OpenPage, World

DRAG = """(() => {
  const rows = [...document.querySelectorAll(".categories a, .category-name")];
  const row = (name) => rows.find((e) => e.textContent.includes(name));
  const [from, to] = [row("%s"), row("%s")];
  const dataTransfer = new DataTransfer();
  const tell = (e, name) => e.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
  tell(from, "dragstart");
  const taken = !tell(to, "dragover");
  if (taken) tell(to, "drop");
  tell(from, "dragend");
  return taken;
})()"""

MENU = """[...document.querySelectorAll(".categories a, .category-name")]
  .find((e) => e.textContent.includes("%s"))
  .dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }))"""


def kept(person: Client, world: World) -> dict[str, list[str]]:
    """Return what the server keeps: names of channels by category, in order."""
    found = person.get(f"/users/me/teams/{world.team['id']}/channels/categories").json
    names = {one["id"]: one["display_name"] for one in person.get(f"/users/me/teams/{world.team['id']}/channels").json}
    by_id = {one["id"]: one for one in found["categories"]}
    return {
        by_id[id]["display_name"]: [names[c] for c in by_id[id]["channel_ids"] if c in names] for id in found["order"]
    }


def shown(page: Page, *names: str) -> None:
    """Wait until the channels are shown in this order."""
    page.wait(
        f"[...document.querySelectorAll('.category [data-channel] a[href*=\"/channels/\"]')].map((e) => e.textContent)"
        f".join() === '{','.join(names)}'"
    )


def test_channels_and_categories_are_dragged(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        shown(page, "Design", "Off-Topic", "Town Square")
        assert page.run(DRAG % ("Town Square", "Design"))
        shown(page, "Town Square", "Design", "Off-Topic")
        page.click("[aria-label='Add channels or talks']")
        page.click(".menu-item", "New category")
        page.fill("dialog [name=name]", "Work")
        page.press("Enter")
        page.sees("Work", ".category-name")
        assert page.run(DRAG % ("Off-Topic", "Work"))
        shown(page, "Off-Topic", "Town Square", "Design")
        assert page.run(DRAG % ("Direct messages", "Work"))
        page.wait("document.querySelector('.category-name').textContent === 'Direct messages'")
        assert not page.run(DRAG % ("Design", "Direct messages")), "talks only"
        assert page.problems() == []
    after = kept(world.ann, world)
    assert (after["Work"], after["Channels"]) == (["Off-Topic"], ["Town Square", "Design"])
    assert list(after).index("Direct Messages") < list(after).index("Work")


def test_keys_move_what_has_the_focus(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        shown(page, "Design", "Off-Topic", "Town Square")
        page.run("[...document.querySelectorAll('.channel-row')].find((e) => e.textContent === 'Design').focus()")
        page.press("Control+Shift+ArrowDown")
        shown(page, "Off-Topic", "Design", "Town Square")
        page.wait("document.activeElement.textContent === 'Design'")
        page.wait("document.getElementById('announcer')?.textContent === 'Design is in Channels now.'")
        page.press("Control+Shift+ArrowDown")
        shown(page, "Off-Topic", "Town Square", "Design")
    assert kept(world.ann, world)["Channels"] == ["Off-Topic", "Town Square", "Design"]


def test_a_category_is_named_and_removed(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.run(MENU % "Design")
        page.click(".menu-item", "Move to a category")
        page.click("dialog button", "New category")
        page.fill("dialog [name=name]", "Work")
        page.press("Enter")
        page.sees("Work", ".category-name")
        assert kept(world.ann, world)["Work"] == ["Design"]
        page.run(MENU % "Work")
        page.click(".menu-item", "Rename category")
        page.fill("dialog [name=name]", "Play")
        page.press("Enter")
        page.sees("Play", ".category-name")
        page.run(MENU % "Play")
        page.click(".menu-item", "Remove category")
        page.click("dialog button", "Remove category")
        page.misses("Play", ".category-name")
        page.sees("Design", ".channel-row")


def test_recent_mentions_are_listed(open_page: OpenPage, world: World) -> None:
    name = world.ann.get("/users/me").json["username"]
    world.ben.create_post(world.channel, f"ask @{name} about it")
    world.ben.create_post(world.channel, "nobody is meant")
    with open_page(world.ann, world.path) as page:
        page.click(".my-button")
        page.click(".menu-item", "Recent mentions")
        page.sees("about it", ".panel .result")
        page.misses("nobody is meant", ".panel .result")
